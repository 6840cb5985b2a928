//! Specifications of a service that keeps data and does not watch its disk.

use super::missing::Missing;
use crate::capabilities::{Directories, DiskMonitor};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service with directories of its own while nothing watches how full their disk is.
    ///
    /// *Why is this bad?* Data grows. The first sign of a full disk is a service that fails, often with damaged files.
    ///
    /// *Instead*: add `- **Disk alerts**: warn when /var/lib/my-service is 85% full`.
    static MISSING_DISK_MONITOR = "missing-disk-monitor", Info, Completeness, "nothing watches the disk that the service fills";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_DISK_MONITOR,
    lacks: |asked| asked.lacks::<DiskMonitor>() && asked.asks::<Directories>(),
    message: "the service keeps data, and nothing watches its disk",
    write: "- **Disk alerts**: warn when /var/lib/my-service is 85% full",
};
