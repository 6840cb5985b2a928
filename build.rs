//! Indexes the shell library when specc is compiled, so that no run has to read it through.
//!
//! In: `templates/shell/`. Out: `shell_library.rs` in the build directory: each file cut into functions, with what it
//! requires and which functions each part calls, by number. `src/render/shell_library` says what the types are.

#[path = "src/render/shell_library/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use words::words;

/// Which directories come first in a script; within one, files are sorted by name.
const ORDER: [&str; 6] = ["common", "observers", "operations", "drills", "deploy", "validate"];

/// What begins the line that names the files which a file needs.
const REQUIRES: &str = "# requires:";

struct ShellFile {
    stem: String,
    requires: Vec<String>,
    pieces: Vec<Piece>,
}

/// A part of a file: a function with the comment above it, or what stands between functions.
#[derive(Debug, PartialEq)]
struct Piece {
    /// The function's name; `None` for what stands between.
    function: Option<String>,
    /// Without the line that names what the file requires.
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=templates/shell");
    let library = read(&Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("templates/shell"))?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("shell_library.rs"), index(&library)?)?;
    Ok(())
}

/// All files, in the order in which they stand in a script.
fn read(templates: &Path) -> Result<Vec<ShellFile>, Box<dyn Error>> {
    let mut library = Vec::new();
    for directory in ORDER {
        let mut paths = Vec::new();
        for entry in fs::read_dir(templates.join(directory))? {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            let source = fs::read_to_string(&path)?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let required = source.lines().filter_map(|line| line.strip_prefix(REQUIRES));
            let requires = required.flat_map(str::split_whitespace).map(str::to_owned).collect();
            library.push(ShellFile { stem, requires, pieces: pieces(&source) });
        }
    }
    Ok(library)
}

/// Cuts a file that shfmt has formatted: a function starts at `name() {` or `name() (` in the first column, and ends at
/// the closing brace there.
fn pieces(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut start, mut offset, mut comment) = (0, 0, None);
    let mut function: Option<&str> = None;
    let mut push = |function: Option<&str>, text: &str| {
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with(REQUIRES));
        pieces.push(Piece { function: function.map(str::to_owned), text: lines.collect() });
    };
    for line in source.split_inclusive('\n') {
        let end = offset + line.len();
        if function.is_some() {
            if line.starts_with(['}', ')']) {
                push(function.take(), &source[start..end]);
                start = end;
            }
        } else if let Some(name) = function_name(line) {
            let begin = comment.unwrap_or(offset);
            if begin > start {
                push(None, &source[start..begin]);
            }
            (start, function) = (begin, Some(name));
        }
        comment = if line.starts_with('#') { comment.or(Some(offset)) } else { None };
        offset = end;
    }
    if offset > start {
        push(function, &source[start..]);
    }
    pieces
}

fn function_name(line: &str) -> Option<&str> {
    let (name, _) = line.split_once("() ")?;
    words(line).next().filter(|word| *word == name)
}

/// The words of the code in a text: comments name functions without calling them.
fn code_words(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(words)
}

/// The index as Rust.
fn index(library: &[ShellFile]) -> Result<String, Box<dyn Error>> {
    let all = || library.iter().flat_map(|file| &file.pieces);
    let functions: BTreeSet<&str> = all().filter_map(|piece| piece.function.as_deref()).collect();
    let functions: Vec<&str> = functions.into_iter().collect();
    let calls = |text: &str| -> BTreeSet<usize> {
        code_words(text).filter_map(|word| functions.binary_search(&word).ok()).collect()
    };
    let file_number = |stem: &str| {
        let number = library.iter().position(|file| file.stem == stem);
        number.ok_or_else(|| format!("templates/shell: {stem}.sh is required and is not there"))
    };
    let mut stems: Vec<(&str, usize)> =
        library.iter().enumerate().map(|(number, file)| (file.stem.as_str(), number)).collect();
    stems.sort_unstable();
    if let Some(twice) = stems.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("templates/shell: two files are called {}.sh", twice[0].0).into());
    }

    let mut text = String::new();
    writeln!(text, "static FUNCTIONS: &[&str] = &{functions:?};")?;
    writeln!(text, "static STEMS: &[(&str, usize)] = &{stems:?};")?;
    writeln!(text, "static FILES: &[ShellFile] = &[")?;
    for ShellFile { stem, requires, pieces } in library {
        let requires = requires.iter().map(|stem| file_number(stem)).collect::<Result<Vec<_>, _>>()?;
        let named_after = functions.binary_search(&stem.as_str()).ok();
        writeln!(text, "    ShellFile {{ named_after: {named_after:?}, requires: &{requires:?}, pieces: &[")?;
        for Piece { function, text: piece } in pieces {
            let function = function.as_deref().and_then(|name| functions.binary_search(&name).ok());
            let calls: Vec<usize> = calls(piece).into_iter().collect();
            writeln!(text, "        Piece {{ function: {function:?}, calls: &{calls:?}, text: {piece:?} }},")?;
        }
        writeln!(text, "    ] }},")?;
    }
    writeln!(text, "];")?;
    Ok(text)
}
