//! What of a user, a file, a process or the machine is observed.
//!
//! In: nothing; these are names. Out: the words that the observers' shell functions take.

/// A property of a user account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserField {
    /// `yes`, or a reason.
    Exists,
    /// The login shell.
    Shell,
    /// `system`, `regular` or `root`.
    UidClass,
    /// Groups besides the primary one, sorted.
    Groups,
    /// `locked` or `set`.
    Password,
}

/// A property of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileField {
    /// `file`, `directory`, `link`, …
    Type,
    /// Four octal digits.
    Mode,
    /// `user:group`
    Owner,
    /// In bytes.
    Size,
    /// `none` or `present`.
    Acl,
    /// The first parent directory that a user other than root can write, or `none`.
    WritableParents,
}

/// A property of a unit's processes, from `/proc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessField {
    /// Working directory of the main process.
    WorkingDirectory,
    /// Arguments of the main process, separated by spaces.
    CommandLine,
    /// Soft limit of open files.
    OpenFiles,
    /// `1` when no new privileges can be gained.
    NoNewPrivileges,
    /// Names of all groups of the main process, sorted.
    Groups,
    /// Effective capabilities, hexadecimal.
    Capabilities,
    /// `2` when a system call filter is in force.
    Seccomp,
}

/// A part of the machine that has a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachinePart {
    /// Processors.
    Processors,
    /// Memory, in MiB.
    Memory,
    /// The root file system, in MiB.
    Disk,
}

impl MachinePart {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Processors => "processors",
            Self::Memory => "memory",
            Self::Disk => "disk",
        }
    }
}

/// What is asked about the backups in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupField {
    /// How many verified ones there are.
    Count,
    /// Seconds since the newest was made.
    Age,
    /// `yes` where the newest is what its manifest says.
    Intact,
    /// Seconds since one was last restored on trial.
    Restored,
    /// Seconds since all were last copied off-site, and the newest compared there.
    Copied,
}

impl BackupField {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Age => "age",
            Self::Intact => "intact",
            Self::Restored => "restored",
            Self::Copied => "copied",
        }
    }
}

/// What is observed of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSyncPart {
    /// Whether a time service is switched on.
    Enabled,
    /// Whether the kernel's clock is in step with a server.
    Synchronised,
}

impl TimeSyncPart {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Synchronised => "synchronised",
        }
    }
}

impl UserField {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Shell => "shell",
            Self::UidClass => "uid-class",
            Self::Groups => "groups",
            Self::Password => "password",
        }
    }
}

impl FileField {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Mode => "mode",
            Self::Owner => "owner",
            Self::Size => "size",
            Self::Acl => "acl",
            Self::WritableParents => "writable-parents",
        }
    }
}

impl ProcessField {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WorkingDirectory => "cwd",
            Self::CommandLine => "command-line",
            Self::OpenFiles => "nofile",
            Self::NoNewPrivileges => "no-new-privs",
            Self::Groups => "groups",
            Self::Capabilities => "capabilities",
            Self::Seccomp => "seccomp",
        }
    }
}
