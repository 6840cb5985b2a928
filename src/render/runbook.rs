//! `RUNBOOK.md`: each failure with its symptom, diagnosis, fix, and how to see that it is fixed; then the usual tasks.
//!
//! Its anchors are what checks point at: the heading of an entry is followed by an explicit anchor, so that a reworded
//! title breaks no link.

use std::fmt::Write as _;

use super::artifact::Artifact;
use super::escape::{markdown, markdown_block, markdown_code, markdown_statement};
use super::origin::origin;
use crate::plan::{DeploymentPlan, RunbookEntry, RunbookStep};
use crate::spec::Spec;

/// The handbook.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("RUNBOOK.md", 0o644);
    artifact.push(head(plan));
    let (failures, tasks): (Vec<&RunbookEntry>, Vec<&RunbookEntry>) =
        plan.runbook.iter().partition(|entry| entry.symptom.is_some());
    for (title, entries) in [("Failures", failures), ("Tasks", tasks)] {
        if entries.is_empty() {
            continue;
        }
        artifact.push(format!("\n## {title}\n"));
        for entry in entries {
            artifact.push_for(text(spec, entry), entry.provenance.clone());
        }
    }
    artifact
}

fn head(plan: &DeploymentPlan) -> String {
    let mut text = format!(
        "# Runbook: {}\n\n{}. Compiled from [DEPLOYMENT-SPEC.md](DEPLOYMENT-SPEC.md): what is here follows from what was asked \
         for.\n\nFirst look, on the server:\n\n",
        markdown(plan.service.as_str()),
        markdown(&plan.description)
    );
    let unit = plan.unit_name();
    text.push_str(&markdown_block(
        "sh",
        &format!("systemctl status {unit}\njournalctl -u {unit} -n 50\n./validate-deployment.sh"),
    ));
    text.push_str("\nContents:\n\n");
    for entry in &plan.runbook {
        let _ = writeln!(text, "- [{}](#{})", markdown_statement(&entry.title), entry.anchor);
    }
    text
}

fn text(spec: &Spec, entry: &RunbookEntry) -> String {
    let mut text = format!("\n<a id=\"{}\"></a>\n\n### {}\n\n", entry.anchor, markdown_statement(&entry.title));
    let origin = origin(spec, &entry.provenance);
    if !origin.is_empty() {
        let _ = writeln!(text, "*Because of {}.*\n", markdown(&origin));
    }
    if let Some(symptom) = &entry.symptom {
        let _ = writeln!(text, "**Symptom**: {}\n", markdown_statement(symptom));
    }
    if !entry.checks.is_empty() {
        let checks: Vec<String> = entry.checks.iter().map(|check| markdown_code(&check.0)).collect();
        let _ = writeln!(text, "**Shown by**: {}\n", checks.join(", "));
    }
    for (number, step) in entry.steps.iter().enumerate() {
        push_step(&mut text, &format!("{}. ", number + 1), step);
    }
    if let Some(verify) = &entry.verify {
        text.push('\n');
        push_step(&mut text, "**Fixed when**: ", verify);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn push_step(text: &mut String, lead: &str, step: &RunbookStep) {
    let _ = writeln!(text, "{lead}{}", markdown_statement(&step.text));
    if let Some(command) = &step.command {
        // Inside a numbered item the block is indented by the width of its number.
        let indent = if lead.starts_with('*') { "" } else { "   " };
        text.push('\n');
        for line in markdown_block("sh", command).lines() {
            let _ = writeln!(text, "{indent}{line}");
        }
        if indent.is_empty() {
            return;
        }
        text.push('\n');
    }
}
