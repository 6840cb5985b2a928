//! What `validate-deployment.sh --format json` reports.

use anyhow::{Context, Result};
use serde::Deserialize;

/// One validation run.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    /// Every check that was selected.
    pub results: Vec<CheckResult>,
}

/// The result of one check.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckResult {
    /// Its name.
    pub check: String,
    /// The requirements that it proves.
    pub requirements: Vec<String>,
    /// How it ended.
    pub status: Status,
    /// Why a check was skipped.
    pub reason: Option<String>,
    /// What should be.
    pub expected: Option<String>,
    /// What is.
    pub observed: Option<String>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Proven.
    Pass,
    /// Disproven.
    Fail,
    /// Not judged, for a reason.
    Skip,
    /// Left to people.
    Manual,
}

impl Report {
    /// Reads a report.
    pub fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).with_context(|| format!("not a validation report:\n{json}"))
    }

    /// The checks that ended so.
    pub fn with_status(&self, status: Status) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(move |result| result.status == status)
    }

    /// The names of the failed checks, sorted.
    pub fn failed(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.with_status(Status::Fail).map(|result| result.check.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// What failed, and how, for a person.
    pub fn failures(&self) -> String {
        let mut text = String::new();
        for result in self.results.iter().filter(|result| matches!(result.status, Status::Fail | Status::Skip)) {
            let word = if result.status == Status::Fail { "fail" } else { "skip" };
            let expected = result.expected.as_deref().unwrap_or("");
            let observed = result.observed.as_deref().or(result.reason.as_deref()).unwrap_or("");
            text.push_str(&format!("{word} {}: expected {expected}; {observed}\n", result.check));
        }
        text
    }
}
