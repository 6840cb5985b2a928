//! Specifications of a service that keeps data and does not back it up.

use super::missing::Missing;
use crate::capabilities::{Backup, Directories};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service with directories of its own while nothing is backed up.
    ///
    /// *Why is this bad?* Disks die, and people delete the wrong directory. What is in no backup is gone.
    ///
    /// *Instead*: add `- Daily backup of /var/lib/my-service`.
    static MISSING_BACKUP = "missing-backup", Info, Completeness, "data that is in no backup";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_BACKUP,
    lacks: |asked| asked.lacks::<Backup>() && asked.asks::<Directories>(),
    message: "the service keeps data, and nothing backs it up",
    write: "- Daily backup of /var/lib/my-service",
};
