//! `docs/TROUBLESHOOTING.md`: from what one sees to where one reads on.

use std::fmt::Write as _;

use super::artifact::Artifact;
use super::escape::{markdown, markdown_code, markdown_statement};
use crate::plan::{Action, DeploymentPlan};

/// The page.
#[must_use]
pub fn render(plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("docs/TROUBLESHOOTING.md", 0o644);
    artifact.push(format!(
        "# Troubleshooting: {}\n\nFrom what you see to what to do. The remedies stand in [RUNBOOK.md](../RUNBOOK.md).\n",
        markdown(plan.service.as_str())
    ));
    artifact.push("\n## The service\n\n| you see | read |\n|---|---|\n");
    for entry in &plan.runbook {
        let Some(symptom) = &entry.symptom else { continue };
        artifact.push_for(
            format!(
                "| {} | [{}](../RUNBOOK.md#{}) |\n",
                markdown_statement(symptom),
                markdown_statement(&entry.title),
                entry.anchor
            ),
            entry.provenance.clone(),
        );
    }
    artifact.push(deploying(plan));
    artifact.push(checks(plan));
    artifact
}

fn deploying(plan: &DeploymentPlan) -> String {
    let has = |wanted: fn(&Action) -> bool| plan.operations.iter().any(|operation| wanted(&operation.action));
    let mut rows = vec![
        ("exit code 1, a failed step", "what the last lines say; a second run continues where this one failed"),
        ("exit code 2", "run it as root; the line to copy is printed"),
        (
            "exit code 3, refused",
            "nothing was changed; each named risk needs its own `--accept NAME`, or another decision",
        ),
        ("exit code 4, rolled back", "the old version serves again; the journal of the failed start is printed above"),
        ("exit code 75, locked", "another deployment runs on this host; `--wait-lock SECONDS` waits for it"),
    ];
    if has(|action| matches!(action, Action::Firewall { .. } | Action::Sshd { .. })) {
        rows.push((
            "exit code 5, awaiting confirmation",
            "log in anew and run `deploy.sh --confirm`; without it the change reverts itself",
        ));
    }
    if has(|action| matches!(action, Action::EnvironmentFile { .. })) {
        rows.push(("exit code 6, secrets missing", "set the listed names in the environment file, then run it again"));
    }
    let mut text = String::from("\n## deploy.sh\n\n| you see | do |\n|---|---|\n");
    for (symptom, remedy) in rows {
        let _ = writeln!(text, "| {symptom} | {remedy} |");
    }
    text
}

fn checks(plan: &DeploymentPlan) -> String {
    let mut text =
        String::from("\n## A failed check\n\n| check | means that this does not hold | read |\n|---|---|---|\n");
    for probe in &plan.probes {
        let read = probe.runbook.map_or_else(
            || markdown_code(&probe.advice),
            |anchor| format!("[RUNBOOK.md#{anchor}](../RUNBOOK.md#{anchor})"),
        );
        let _ = writeln!(text, "| {} | {} | {read} |", markdown_code(&probe.id.0), markdown_statement(&probe.title));
    }
    text
}
