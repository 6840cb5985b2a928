//! Specifications that do not say what happens after a crash.

use super::missing::{Missing, report};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::View;

declare_lint! {
    /// *What it does*: reports a service of which nothing says whether it is started again after a crash.
    ///
    /// *Why is this bad?* systemd leaves a service that crashed as it is. The first crash at night ends the service until somebody looks.
    ///
    /// *Instead*: add to the service definition: `- **Restart policy**: on-failure with 5s delay`.
    pub static MISSING_RESTART_POLICY = "missing-restart-policy", Info, Completeness, "nothing says what happens after a crash";
}

/// Reports it.
pub fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    report(
        view,
        &Missing {
            lint: &MISSING_RESTART_POLICY,
            capability: "restart-policy",
            message: "nothing says what happens when the service crashes",
            write: "- **Restart policy**: on-failure with 5s delay",
        },
        found,
    );
}
