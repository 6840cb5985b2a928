//! Log files and their rotation, as data: what logrotate is told, what is made true of a log file, what is observed.
//!
//! In: decisions of the capabilities about log files. Out: parts of the plan that name the shell functions for them. No
//! quoting here.

use super::{Call, Setting};
use crate::value::{FileMode, Owner, UnixPath, UserName};

/// What logrotate(8) does with one file: a block of its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationBlock {
    /// The file.
    pub file: UnixPath,
    /// Its directives; those without an argument have an empty value.
    pub settings: Vec<Setting>,
}

/// What is made true of log files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogAction {
    /// The file exists, with its owner and mode; what it holds is left alone.
    File {
        /// Its mode.
        mode: FileMode,
        /// Its owner.
        owner: Owner,
        /// Where.
        path: UnixPath,
    },
    /// logrotate finds nothing wrong with a configuration.
    RotationValid {
        /// With whose rights it is read.
        owner: Owner,
        /// The configuration.
        configuration: UnixPath,
    },
}

/// What is observed of log files.
#[allow(missing_docs, reason = "the fields of a kind say no more than their names and types")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogObserver {
    /// Whether the user can append to a file, as the unit sees the file system.
    Writable { unit: String, user: UserName, path: UnixPath },
    /// Whether the unit's last journal entry is in a file; requests the URL first.
    Copied { unit: String, path: UnixPath, url: Option<String> },
    /// What logrotate says of a configuration.
    Rotation { owner: Owner, configuration: UnixPath },
    /// Who still writes into a file that was rotated away, or `none`.
    RotatedHeld { path: UnixPath },
}

impl LogAction {
    /// The shell function that does it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::File { mode, owner, path } => Call::new(
                "ensure_log_file",
                [&mode.to_string(), owner.user.as_str(), owner.group.as_str(), path.as_str()],
            ),
            Self::RotationValid { owner, configuration } => {
                Call::new("ensure_rotation_valid", [owner.user.as_str(), owner.group.as_str(), configuration.as_str()])
            }
        }
    }
}

impl LogObserver {
    /// The shell function that prints it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Writable { unit, user, path } => {
                Call::new("observe_writable", [unit.as_str(), user.as_str(), path.as_str()])
            }
            Self::Copied { unit, path, url } => {
                Call::new("observe_log_copied", [unit.clone(), path.to_string()].into_iter().chain(url.clone()))
            }
            Self::Rotation { owner, configuration } => {
                Call::new("observe_rotation", [owner.user.as_str(), owner.group.as_str(), configuration.as_str()])
            }
            Self::RotatedHeld { path } => Call::new("observe_rotated_held", [path]),
        }
    }
}
