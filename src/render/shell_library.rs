//! The shell functions of the generated scripts, from `templates/shell/`.
//!
//! In: names of functions that a script calls. Out: the texts of their files and of all files that those require, in a
//! stable order. Files are included as they are, without the line that names what they require.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/shell");

/// Which directories come first in a script; within one, files are sorted by name.
const ORDER: [&str; 6] = ["common", "observers", "operations", "drills", "deploy", "validate"];

struct ShellFile {
    order: usize,
    requires: Vec<&'static str>,
    text: String,
}

static LIBRARY: LazyLock<BTreeMap<&'static str, ShellFile>> = LazyLock::new(|| {
    let mut library = BTreeMap::new();
    for (order, directory) in ORDER.iter().enumerate() {
        for file in FILES.get_dir(directory).into_iter().flat_map(Dir::files) {
            let (Some(stem), Some(source)) =
                (file.path().file_stem().and_then(|stem| stem.to_str()), file.contents_utf8())
            else {
                continue;
            };
            let requires = source
                .lines()
                .filter_map(|line| line.strip_prefix("# requires:"))
                .flat_map(str::split_whitespace)
                .collect();
            let text = source
                .lines()
                .filter(|line| !line.starts_with("# requires:"))
                .fold(String::with_capacity(source.len()), |text, line| text + line + "\n");
            library.insert(stem, ShellFile { order, requires, text });
        }
    }
    library
});

/// The texts of these functions and of what they require, one string a file. Names that no file has are left out; a test
/// holds that there are none.
#[must_use]
pub fn closure<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<&'static str> {
    let mut found: BTreeSet<(usize, &'static str)> = BTreeSet::new();
    let mut open: Vec<&str> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some((stem, file)) = LIBRARY.get_key_value(name)
            && found.insert((file.order, stem))
        {
            open.extend(&file.requires);
        }
    }
    found.into_iter().filter_map(|(_, stem)| LIBRARY.get(stem)).map(|file| file.text.as_str()).collect()
}

/// Whether a file defines this function.
#[must_use]
pub fn has(name: &str) -> bool {
    LIBRARY.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_required_file_exists() {
        for (name, file) in LIBRARY.iter() {
            for required in &file.requires {
                assert!(has(required), "{name} requires {required}, which no file defines");
            }
        }
    }
}
