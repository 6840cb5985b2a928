//! One file, replaced in one step: a reader sees the old text or the new one.

use std::fs;
use std::io::Write as _;

use camino::Utf8Path;

use super::Error;

/// Replaces the text of an existing file, through links, keeping its permissions.
///
/// # Errors
/// When the file cannot be read or its directory not written; then nothing has changed.
pub fn replace(path: &Utf8Path, text: &str) -> Result<(), Error> {
    let real = path.canonicalize_utf8().map_err(Error::io(path))?;
    let parent = real.parent().unwrap_or(Utf8Path::new("/"));
    let permissions = fs::metadata(&real).map_err(Error::io(&real))?.permissions();
    let mut staged = tempfile::Builder::new().prefix(".specc-").tempfile_in(parent).map_err(Error::io(parent))?;
    staged.write_all(text.as_bytes()).map_err(Error::io(&real))?;
    staged.as_file().set_permissions(permissions).map_err(Error::io(&real))?;
    staged.persist(&real).map_err(|error| Error::Io { path: real.clone(), cause: error.error })?;
    Ok(())
}
