//! Specifications that do not say as whom the service runs.

use super::missing::Missing;
use crate::capabilities::SystemUser;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service of which nothing says as whom it runs.
    ///
    /// *Why is this bad?* The package makes a user of the service's name. Whoever reviews the specification cannot see
    /// that, nor what else that user may do on the host.
    ///
    /// *Instead*: add `- **System user**: my-service (dedicated, no login shell)`.
    static MISSING_SYSTEM_USER = "missing-system-user", Info, Completeness, "nothing says as whom the service runs";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_SYSTEM_USER,
    lacks: |asked| asked.lacks::<SystemUser>(),
    message: "nothing says as whom the service runs",
    write: "- **System user**: my-service (dedicated, no login shell)",
};
