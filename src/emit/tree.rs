//! A directory as it stands on disk: its regular files, without following links.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use super::Error;
use crate::package::{MANIFEST, Manifest, SUMS};

/// What stands at a path.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its permission bits.
    pub mode: u32,
    /// When it was changed.
    pub modified: SystemTime,
    /// Whether it is a regular file; anything else is foreign.
    pub regular: bool,
}

/// Everything below a directory that is no directory itself, by path from it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub root: Utf8PathBuf,
    pub files: BTreeMap<Utf8PathBuf, Found>,
    pub manifest: Option<Manifest>,
}

impl Tree {
    /// Reads a directory; `None` when there is nothing at the path.
    pub fn read(root: &Utf8Path) -> Result<Option<Self>, Error> {
        let metadata = match fs::symlink_metadata(root) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(Error::io(root))?,
        };
        if !metadata.is_dir() {
            return Err(Error::NotADirectory(root.to_owned()));
        }
        let mut tree = Self { root: root.to_owned(), ..Self::default() };
        let mut open = vec![Utf8PathBuf::new()];
        while let Some(directory) = open.pop() {
            for entry in root.join(&directory).read_dir_utf8().map_err(Error::io(root.join(&directory)))? {
                let entry = entry.map_err(Error::io(root.join(&directory)))?;
                let path = directory.join(entry.file_name());
                let metadata = fs::symlink_metadata(entry.path()).map_err(Error::io(entry.path()))?;
                if metadata.is_dir() {
                    open.push(path);
                    continue;
                }
                let modified = metadata.modified().map_err(Error::io(entry.path()))?;
                let mode = metadata.permissions().mode() & 0o7777;
                tree.files.insert(path, Found { mode, modified, regular: metadata.is_file() });
            }
        }
        tree.manifest = tree.content(Utf8Path::new(MANIFEST))?.and_then(|text| {
            let text = String::from_utf8(text).ok()?;
            Manifest::parse(&text)
        });
        Ok(Some(tree))
    }

    /// The bytes of a regular file in it.
    pub fn content(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, Error> {
        match self.files.get(path) {
            Some(found) if found.regular => {
                fs::read(self.root.join(path)).map(Some).map_err(Error::io(self.root.join(path)))
            }
            _ => Ok(None),
        }
    }

    /// The sum that the manifest has for a file, when specc wrote it.
    pub fn recorded(&self, path: &Utf8Path) -> Option<&str> {
        let file = self.manifest.as_ref()?.files.get(path.as_str())?;
        Some(file.sha256.as_str())
    }

    /// Files that specc did not write.
    pub fn foreign(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        let known = |path: &Utf8PathBuf| {
            self.manifest.is_some() && (path == MANIFEST || path == SUMS || self.recorded(path).is_some())
        };
        self.files.iter().filter(move |(path, found)| !found.regular || !known(path)).map(|(path, _)| path)
    }
}
