//! The operators' handbook, as data, and the order in which its chapters stand.
//!
//! A command is written for root, in the directory of the deployed package: the page names its scripts by their full paths,
//! and no chapter repeats where they lie.

use super::{Probe, ProbeId, Provenance};

/// The tasks, in the order in which one looks for them; what is not listed follows. The first day is read once, so it is last.
const TASKS: &[&str] = &[
    "start-and-stop",
    "status",
    "logs",
    "update",
    "roll-back",
    "rotate-secrets",
    "restore-a-backup",
    "renew-the-certificate",
    "contacts",
    "drills",
    "resource-usage",
    "audit-log",
    "recovery-objectives",
    "first-day",
];

/// How long a change of the firewall or of the SSH server waits for its confirmation: what deploy.sh has, too.
pub const CONFIRMATION_SECONDS: u32 = 120;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunbookStep {
    /// What and why, one sentence.
    pub text: String,
    /// The command, where there is one: for root, in the directory of the deployed package.
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

/// The chapters as the handbook has them: failures in the order of their capabilities, then tasks. Each names the checks that
/// point at it: those that its capability lists first, then the others, and none that this package lacks.
#[must_use]
pub fn chapters(mut entries: Vec<RunbookEntry>, probes: &[Probe]) -> Vec<RunbookEntry> {
    for entry in &mut entries {
        entry.checks.retain(|check| probes.iter().any(|probe| probe.id == *check));
        for probe in probes.iter().filter(|probe| probe.runbook == Some(entry.anchor)) {
            if !entry.checks.contains(&probe.id) {
                entry.checks.push(probe.id.clone());
            }
        }
    }
    entries.sort_by_key(|entry| match entry.symptom {
        Some(_) => 0,
        None => 1 + TASKS.iter().position(|task| *task == entry.anchor).unwrap_or(TASKS.len()),
    });
    entries
}
