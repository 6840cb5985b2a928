//! The operators' handbook, as data.

use super::{ProbeId, Provenance};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookStep {
    /// What and why, one sentence.
    pub text: String,
    /// The command, where there is one.
    pub command: Option<String>,
}

impl RunbookStep {
    /// A step with a command.
    #[must_use]
    pub fn run(text: impl Into<String>, command: impl Into<String>) -> Self {
        Self { text: text.into(), command: Some(command.into()) }
    }

    /// A step that only says something.
    #[must_use]
    pub fn say(text: impl Into<String>) -> Self {
        Self { text: text.into(), command: None }
    }
}

/// A section of the runbook: one failure, or one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookEntry {
    /// The anchor that checks point at: `health-endpoint-fails`.
    pub anchor: &'static str,
    /// Its heading.
    pub title: String,
    /// For failures: what one sees.
    pub symptom: Option<String>,
    /// The checks that show it.
    pub checks: Vec<ProbeId>,
    /// Diagnosis and fix, in order.
    pub steps: Vec<RunbookStep>,
    /// How to see that it is fixed.
    pub verify: Option<RunbookStep>,
    /// Why it is there.
    pub provenance: Provenance,
}
