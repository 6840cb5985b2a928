//! Specifications that do not say what happens after a crash.

use super::missing::Missing;
use crate::capabilities::{CrashRecovery, RestartPolicy};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service of which nothing says whether it is started again after a crash.
    ///
    /// *Why is this bad?* systemd leaves a service that crashed as it is. The first crash at night ends the service
    /// until somebody looks.
    ///
    /// *Instead*: add `- **Restart policy**: on-failure with 5s delay`.
    static MISSING_RESTART_POLICY = "missing-restart-policy", Info, Completeness, "nothing says what happens after a crash";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_RESTART_POLICY,
    lacks: |asked| asked.lacks::<RestartPolicy>() && asked.lacks::<CrashRecovery>(),
    message: "nothing says what happens when the service crashes",
    write: "- **Restart policy**: on-failure with 5s delay",
};
