//! Specifications that do not say how the service's health is seen.

use super::missing::{Missing, report};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::View;

declare_lint! {
    /// *What it does*: reports a service of which nothing says how its health is seen.
    ///
    /// *Why is this bad?* A process that runs may still answer nothing. Without a request that must succeed, deployment and drills only see that the process stays up.
    ///
    /// *Instead*: add to the service definition: `- **Health check**: GET /health returns 200`.
    pub static MISSING_HEALTH_CHECK = "missing-health-check", Info, Completeness, "nothing says how health is seen";
}

/// Reports it.
pub fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    report(
        view,
        &Missing {
            lint: &MISSING_HEALTH_CHECK,
            capability: "health-check",
            message: "nothing says how one sees that the service is healthy",
            write: "- **Health check**: GET /health returns 200",
        },
        found,
    );
}
