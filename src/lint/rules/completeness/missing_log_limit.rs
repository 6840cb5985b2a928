//! Specifications whose logs grow without a bound.

use super::missing::{Asked, Missing};
use crate::capabilities::{JournalLogging, LogRotation};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a specification that says nothing of how long logs are kept, or how large they may grow.
    ///
    /// *Why is this bad?* A full disk stops the service and everything beside it; and logs that are kept for ever are a
    /// question that data protection asks.
    ///
    /// *Instead*: add `- Logs go to the systemd journal and are kept for 30 days`.
    static MISSING_LOG_LIMIT = "missing-log-limit", Info, Completeness, "nothing bounds the logs";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_LOG_LIMIT,
    lacks: |asked| unbounded(asked),
    message: "nothing bounds the logs",
    write: "- Logs go to the systemd journal and are kept for 30 days",
};

fn unbounded(asked: &Asked<'_>) -> bool {
    asked.view.bindings.of::<LogRotation>().is_empty()
        && !asked.view.bindings.of::<JournalLogging>().iter().any(|binding| {
            let facts = &binding.facts;
            facts.retention.is_some() || facts.max_use.is_some() || !facts.settings.is_empty()
        })
}
