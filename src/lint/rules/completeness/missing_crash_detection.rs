//! Specifications that restart crashes and let nobody notice.

use super::missing::Missing;
use super::missing_start_limit::restarts;
use crate::capabilities::CrashDetection;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that is restarted after crashes while nothing counts or reports them.
    ///
    /// *Why is this bad?* Restarts hide crashes. A service that dies every hour looks healthy until the day when it no
    /// longer comes back.
    ///
    /// *Instead*: add `- **Crash detection**: systemd restart counter and journal entries`.
    static MISSING_CRASH_DETECTION = "missing-crash-detection", Info, Completeness, "nothing notices crashes";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_CRASH_DETECTION,
    lacks: |asked| asked.lacks::<CrashDetection>() && restarts(asked),
    message: "crashes are restarted, and nobody notices them",
    write: "- **Crash detection**: systemd restart counter and journal entries",
};
