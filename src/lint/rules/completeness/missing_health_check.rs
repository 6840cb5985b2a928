//! Specifications that do not say how the service's health is seen.

use super::missing::Missing;
use crate::capabilities::{HealthCheck, ListenPort};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that listens on a port and of which nothing says how its health is seen.
    ///
    /// *Why is this bad?* A process that runs may still answer nothing. Without a request that must succeed, deployment
    /// and drills only see that the process stays up.
    ///
    /// *Instead*: add `- **Health check**: GET /health returns 200`.
    static MISSING_HEALTH_CHECK = "missing-health-check", Info, Completeness, "nothing says how health is seen";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_HEALTH_CHECK,
    lacks: |asked| asked.lacks::<HealthCheck>() && asked.asks::<ListenPort>(),
    message: "nothing says how one sees that the service is healthy",
    write: "- **Health check**: GET /health returns 200",
};
