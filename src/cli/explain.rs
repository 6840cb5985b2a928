//! `specc explain`: the documentation of a lint, a capability or a default; without a name, the list of all.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;

use super::common::{self, Failure, unknown};
use crate::docgen;
use crate::registry;

/// Explain a lint or a capability; without a name, list them
#[derive(Debug, Args)]
pub struct Explain {
    /// The lint or capability
    name: Option<String>,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        common::print(&match &self.name {
            None => list(),
            Some(name) => explain(name)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn explain(name: &str) -> Result<String, Failure> {
    if let Some(entry) = registry::capability(name) {
        return Ok(docgen::capability_page(entry));
    }
    if let Some(lint) = registry::lint(name) {
        return Ok(docgen::lint_page(lint));
    }
    let lints = registry::lints();
    let names = registry::capabilities().iter().map(|entry| entry.name).chain(lints.iter().map(|lint| lint.name));
    Err(unknown("lint or capability", name, names))
}

fn list() -> String {
    let lints = registry::lints();
    let names = registry::capabilities().iter().map(|entry| entry.name).chain(lints.iter().map(|lint| lint.name));
    let width = names.map(str::len).max().unwrap_or(0) + 2;
    let mut text = String::from("Capabilities\n");
    for entry in registry::capabilities() {
        let _ = writeln!(text, "  {:width$}{}", entry.name, entry.summary);
    }
    text.push_str("\nLints\n");
    for lint in lints {
        let _ = writeln!(text, "  {:width$}{:8} {}", lint.name, lint.level.name(), lint.summary);
    }
    text
}
