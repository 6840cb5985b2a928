//! How a directory differs from a package, and by whose hand.

use camino::{Utf8Path, Utf8PathBuf};
use similar::TextDiff;

use super::Error;
use super::tree::Tree;
use crate::package::{MANIFEST, Package, SUMS, sha256};

/// Whose hand a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The inputs changed since the package was written.
    Stale,
    /// Somebody changed the file in the package.
    EditedByHand,
    /// It is gone, or was never written.
    Missing,
    /// It is no part of the package.
    Foreign,
}

impl Change {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::EditedByHand => "edited by hand",
            Self::Missing => "missing",
            Self::Foreign => "foreign",
        }
    }
}

/// One file that is not as the package has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub path: Utf8PathBuf,
    /// Whose hand it is.
    pub change: Change,
    /// What a build would change, as a unified diff; empty where a line says it all.
    pub diff: String,
}

/// Compares a directory with a package.
///
/// # Errors
/// When the directory cannot be read.
pub fn differences(package: &Package, directory: &Utf8Path) -> Result<Vec<Difference>, Error> {
    let tree = Tree::read(directory)?.unwrap_or_default();
    let mut found = Vec::new();
    let mut expected = std::collections::BTreeSet::new();
    for file in package.files() {
        expected.insert(file.path.clone());
        let Some(content) = tree.content(&file.path)? else {
            found.push(Difference { path: file.path.clone(), change: Change::Missing, diff: String::new() });
            continue;
        };
        let mode = tree.files.get(&file.path).map_or(file.mode, |found| found.mode);
        if content == file.content && mode == file.mode {
            continue;
        }
        let sealed = file.path == MANIFEST || file.path == SUMS;
        let edited = !sealed && tree.recorded(&file.path) != Some(sha256(&content).as_str());
        let mut diff = unified(&file.path, &content, &file.content);
        if mode != file.mode {
            diff.insert_str(0, &format!("mode {mode:04o} → {:04o}\n", file.mode));
        }
        let change = if edited || content == file.content { Change::EditedByHand } else { Change::Stale };
        found.push(Difference { path: file.path.clone(), change, diff });
    }
    for path in tree.files.keys().filter(|path| !expected.contains(*path)) {
        // A file of the old package that the new one lacks is stale; what no package ever had is foreign.
        let change = if tree.recorded(path).is_some() { Change::Stale } else { Change::Foreign };
        let diff = if change == Change::Stale { "no longer part of the package\n".to_owned() } else { String::new() };
        found.push(Difference { path: path.clone(), change, diff });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn unified(path: &Utf8Path, before: &[u8], after: &[u8]) -> String {
    match (std::str::from_utf8(before), std::str::from_utf8(after)) {
        (Ok(before), Ok(after)) if before != after => {
            let names = (format!("a/{path}"), format!("b/{path}"));
            TextDiff::from_lines(before, after).unified_diff().header(&names.0, &names.1).to_string()
        }
        (Ok(_), Ok(_)) => String::new(),
        _ if before == after => String::new(),
        _ => "binary files differ\n".to_owned(),
    }
}
