//! The application's directory, as files of the package.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::Error;
use crate::package::ApplicationFile;

/// Directories that are made anew where the application runs, or that are nobody's business there.
const LEFT_OUT: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "__pycache__",
    "venv",
    ".venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".idea",
    ".vscode",
];

/// Files that hold secrets of the machine that they were written on.
const SECRETS: &[&str] = &[".env"];

/// An application, read.
#[derive(Debug, Default)]
pub struct Application {
    /// Its files, sorted by path.
    pub files: Vec<ApplicationFile>,
    /// What was left out because it may hold secrets.
    pub secrets: Vec<Utf8PathBuf>,
}

/// Reads an application's directory. `output` is left out, where it lies inside.
///
/// # Errors
/// When a file cannot be read or named, and when a link leaves the directory.
pub fn read_application(directory: &Utf8Path, output: &Utf8Path) -> Result<Application, Error> {
    let root = directory.canonicalize_utf8().map_err(Error::io(directory))?;
    let output = output.canonicalize_utf8().ok();
    let mut application = Application::default();
    let mut open = vec![Utf8PathBuf::new()];
    while let Some(below) = open.pop() {
        let here = root.join(&below);
        for entry in fs::read_dir(&here).map_err(Error::io(&here))? {
            let entry = entry.map_err(Error::io(&here))?;
            let name = entry.file_name().into_string().map_err(|_| Error::UnusableName(entry.path()))?;
            let path = below.join(&name);
            if name.contains('\\') || name.contains(char::is_control) {
                return Err(Error::UnusableName(entry.path()));
            }
            let place = resolve(&root, &path)?;
            let metadata = fs::symlink_metadata(&place).map_err(Error::io(&place))?;
            if metadata.is_dir() {
                // A linked directory is not walked: it could lead round in circles.
                let linked = place != root.join(&path);
                if linked {
                    return Err(Error::LinkOutside(root.join(&path)));
                }
                if !LEFT_OUT.contains(&name.as_str()) && output.as_ref() != Some(&place) {
                    open.push(path);
                }
            } else if SECRETS.contains(&name.as_str()) {
                application.secrets.push(path);
            } else if metadata.is_file() {
                let content = fs::read(&place).map_err(Error::io(&place))?;
                let mode = if metadata.permissions().mode() & 0o111 == 0 { 0o644 } else { 0o755 };
                application.files.push(ApplicationFile { path, mode, content });
            }
        }
    }
    application.files.sort_by(|a, b| a.path.cmp(&b.path));
    application.secrets.sort();
    Ok(application)
}

/// Where a path really is; a link must stay inside the application.
fn resolve(root: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let place = root.join(path);
    let metadata = fs::symlink_metadata(&place).map_err(Error::io(&place))?;
    if !metadata.is_symlink() {
        return Ok(place);
    }
    let real = place.canonicalize_utf8().map_err(Error::io(&place))?;
    if real.starts_with(root) { Ok(real) } else { Err(Error::LinkOutside(place)) }
}
