//! Packages and the disk: the only module that writes.
//!
//! In: a [`Package`](crate::package::Package) and a directory. Out: the directory with exactly the package in it,
//! exchanged in one step, or a list of how the two differ. A directory that specc did not write, and files in it that
//! specc does not know, are refused unless forced; then foreign files are kept. Links are never followed.

mod application;
mod difference;
mod replace;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use application::{Application, read_application};
pub use difference::{Change, Difference, differences};
pub use replace::replace;
pub use write::{Written, write};

use camino::Utf8PathBuf;

/// Why a package was not written, or an application not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk said no.
    #[error("{path}: {cause}")]
    Io {
        /// What could not be read or written.
        path: Utf8PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The target exists and is no package.
    #[error(
        "{0} exists and was not written by specc; choose another directory, or add --force to keep its files beside the package"
    )]
    NotAPackage(Utf8PathBuf),
    /// The target is no directory.
    #[error("{0} is no directory (links are not followed); choose another name")]
    NotADirectory(Utf8PathBuf),
    /// Files that specc does not know.
    #[error("{directory} holds files that are not part of the package: {}; move them away, or add --force to keep them", list(.files))]
    Foreign {
        /// The target.
        directory: Utf8PathBuf,
        /// The files.
        files: Vec<Utf8PathBuf>,
    },
    /// A path that cannot be written into a list of sums.
    #[error(
        "{0:?}: names with line breaks, backslashes or bytes that are not UTF-8 cannot be packaged; rename the file"
    )]
    UnusableName(std::path::PathBuf),
    /// A link that leaves the application.
    #[error("{0} is a link to something outside the application; replace it by what it points at")]
    LinkOutside(Utf8PathBuf),
}

impl Error {
    fn io(path: impl Into<Utf8PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { path, cause }
    }
}

fn list(files: &[Utf8PathBuf]) -> String {
    let mut shown: Vec<&str> = files.iter().take(5).map(|file| file.as_str()).collect();
    if files.len() > shown.len() {
        shown.push("…");
    }
    shown.join(", ")
}
