//! Files that are installed on the target.

use super::{Provenance, RotationBlock, SiteDirective, Unit};
use crate::value::{FileMode, Owner, UnixPath};

/// A setting in a file of `keyword value` or `KEY=value` lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The keyword.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What it does, one line.
    pub comment: String,
    /// Why.
    pub provenance: Provenance,
}

/// A directory that systemd-tmpfiles creates and keeps (tmpfiles.d(5), type `d`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmpfilesEntry {
    /// The directory.
    pub path: UnixPath,
    /// Its mode.
    pub mode: FileMode,
    /// Its owner.
    pub owner: Owner,
    /// What it is for, one line.
    pub comment: String,
    /// Why.
    pub provenance: Provenance,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// A unit, or a drop-in in that format.
    Unit(Unit),
    /// `Keyword value` lines of sshd_config(5).
    SshdSettings(Vec<Setting>),
    /// A tmpfiles.d(5) configuration.
    Tmpfiles(Vec<TmpfilesEntry>),
    /// `Name "value";` lines of apt.conf(5).
    AptSettings(Vec<Setting>),
    /// `name = value` lines below `[JAIL]`, as in fail2ban's jail.conf(5).
    JailSettings {
        /// The jail.
        jail: &'static str,
        /// Its settings.
        settings: Vec<Setting>,
    },
    /// Rules of audit.rules(7), one a setting: what stands before the first space, and the rest.
    AuditRules(Vec<Setting>),
    /// A configuration of logrotate(8).
    Rotation(Vec<RotationBlock>),
    /// A site of nginx.
    Site(Vec<SiteDirective>),
    /// A program: `templates/programs/NAME`, with its constants as `readonly NAME=value` lines.
    Program {
        /// The template's file name.
        template: &'static str,
        /// Constants that it reads.
        constants: Vec<(&'static str, String)>,
    },
}

/// A file under `rootfs/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledFile {
    /// Where it will stand on the host.
    pub path: UnixPath,
    /// Its mode.
    pub mode: FileMode,
    /// Its owner.
    pub owner: Owner,
    /// One line about it.
    pub purpose: String,
    /// What it holds.
    pub content: FileContent,
    /// Why it is there.
    pub provenance: Provenance,
}
