//! The shell library as tests run it.
//!
//! In: a text that calls functions. Out: those functions with all that they call, as the renderer joins them, led to a temporary
//! root, and noting that they are called. Not here: the host that they run on.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use specc::render::shell_library;

/// A function of the library and the file that it stands in.
pub struct Function {
    pub name: String,
    pub file: String,
    pub directory: String,
}

/// All functions of the library.
pub static FUNCTIONS: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/shell");
    let definition = Regex::new(r"(?m)^([a-z_0-9]+)\(\) [{(]$").unwrap();
    let mut functions = Vec::new();
    for directory in fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&file).unwrap();
            let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
            functions.extend(definition.captures_iter(&text).map(|found| Function {
                name: found[1].to_owned(),
                file: stem(&file),
                directory: stem(&directory),
            }));
        }
    }
    functions
});

/// The part of the library that a text calls, as the renderer joins it, with `ROOT` before absolute paths.
pub fn library(text: &str) -> String {
    static KNOWN: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
    let words: HashSet<&str> = text.split(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_').collect();
    let called: Vec<&Function> = FUNCTIONS.iter().filter(|function| words.contains(&*function.name)).collect();
    let names = called.iter().map(|function| &*function.name).collect::<Vec<_>>().join(" ");
    if let Some(known) = KNOWN.lock().unwrap().get(&names) {
        return known.clone();
    }
    // Two scripts have a function of their own of the same name: then another one tells which is meant.
    let is_unique = |name: &str| FUNCTIONS.iter().filter(|function| function.name == name).count() == 1;
    let files = called.iter().filter(|function| is_unique(&function.name)).map(|function| &*function.file);
    let joined = shell_library::closure(files, &names);
    let acting = Regex::new(r"\bEUID\b").unwrap().replace_all(&joined, "ACTING_UID").into_owned();
    let text = noting_calls(rooted(&acting));
    KNOWN.lock().unwrap().insert(names, text.clone());
    text
}

/// Stands for the temporary root in a text that is kept for several.
pub const PLACE: &str = "\u{1}";

/// Absolute paths, with `PLACE` before them.
pub fn rooted(text: &str) -> String {
    static PATHS: LazyLock<Regex> = LazyLock::new(|| {
        let places = "etc|run|proc|sys/fs/cgroup|opt|srv|home|package|var/lib|var/log|var/www|usr/sbin|usr/lib|lib/ufw";
        Regex::new(&format!(r#"(?m)(^|[\s"'`=(<>:;{{|,#@\[-])/((?:{places})\b|\$path\b)"#)).unwrap()
    });
    // Twice, because neighbours share the character between them.
    let led = format!("${{1}}{PLACE}/${{2}}");
    let text = PATHS.replace_all(&PATHS.replace_all(text, &led), &led).into_owned();
    text.replace("/rootfs/etc/", &format!("/rootfs{PLACE}/etc/"))
}

/// Functions that leave a file of their name when they are called.
fn noting_calls(functions: String) -> String {
    static START: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^([a-z_0-9]+)\(\) [{(]$").unwrap());
    START.replace_all(&functions, format!("$0\n: >'{PLACE}/.called/$1'")).into_owned()
}

/// The functions that were called by the tests so far.
pub static CALLED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
