//! Specifications that let systemd give a service up and tell nobody.

use super::missing::Missing;
use crate::capabilities::{FailureAlert, StartLimit};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that is restarted until systemd gives it up, while nobody is told then.
    ///
    /// *Why is this bad?* A service that was given up stays down. Without an alert its users are the monitoring.
    ///
    /// *Instead*: add `- **Failure alerts**: webhook`; the address is kept with the secrets.
    static MISSING_FAILURE_ALERT = "missing-failure-alert", Info, Completeness, "nobody is told when systemd gives the service up";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_FAILURE_ALERT,
    lacks: |asked| asked.lacks::<FailureAlert>() && asked.asks::<StartLimit>(),
    message: "when systemd gives the service up, nobody is told",
    write: "- **Failure alerts**: webhook",
};
