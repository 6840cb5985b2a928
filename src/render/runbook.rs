//! `RUNBOOK.md`: each failure with its symptom, diagnosis, fix, and how to see that it is fixed; then the usual tasks.
//!
//! Its anchors are what checks point at: the heading of an entry is followed by an explicit anchor, so that a reworded
//! title breaks no link.

use std::fmt::Write as _;

use super::absences::absences;
use super::artifact::Artifact;
use super::escape::{markdown, markdown_block, markdown_code, markdown_statement};
use super::origin::origin;
use crate::plan::{DeploymentPlan, RunbookEntry, RunbookStep};
use crate::spec::Spec;

/// The handbook.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("RUNBOOK.md", 0o644);
    let (failures, tasks): (Vec<&RunbookEntry>, Vec<&RunbookEntry>) =
        plan.runbook.iter().partition(|entry| entry.symptom.is_some());
    artifact.push(head(plan, &failures, &tasks));
    for (title, entries) in [("Failures", failures), ("Tasks", tasks)] {
        if entries.is_empty() {
            continue;
        }
        artifact.push(format!("\n## {title}\n\nEvery command is for root.\n"));
        for entry in entries {
            artifact.push_for(text(spec, plan, entry), entry.provenance.clone());
        }
    }
    artifact
}

/// Where the deployed package lies on the host.
fn current(plan: &DeploymentPlan) -> String {
    format!("/var/lib/specc/{}/current", plan.service)
}

/// The scripts by their full paths: a shell that has entered `current` stays in the old package when another one is deployed,
/// and would deploy that once more. What is typed on a workstation is for the package that lies there.
fn placed(plan: &DeploymentPlan, text: &str) -> String {
    if ["@HOST", "--from-outside"].iter().any(|mark| text.contains(mark)) {
        return text.to_owned();
    }
    ["deploy.sh", "validate-deployment.sh"].iter().fold(text.to_owned(), |text, script| {
        text.replace(&format!("./{script}"), &format!("{}/{script}", current(plan)))
    })
}

fn head(plan: &DeploymentPlan, failures: &[&RunbookEntry], tasks: &[&RunbookEntry]) -> String {
    let unit = plan.unit_name();
    let mut text = format!(
        "# Runbook: {}\n\n{}. Compiled from [DEPLOYMENT-SPEC.md](DEPLOYMENT-SPEC.md): what is here follows from what was asked for, \
         and every command is one for this service.\n\nLog in to the server and become root. Without sudo, log in as root, or use `su -`.\n\n",
        markdown(plan.service.as_str()),
        markdown(&plan.description)
    );
    text.push_str(&markdown_block("sh", "sudo -i"));
    let _ = writeln!(
        text,
        "\nScripts are named by their full paths: {} always leads to the package that is deployed now. A shell that has gone into \
         it stays in the old package after an update or a rollback; enter it again before you type `./`.",
        markdown_code(&current(plan))
    );
    text.push_str("\nThe first look. A line with ✗ names the chapter that helps:\n\n");
    text.push_str(&markdown_block(
        "sh",
        &placed(
            plan,
            &format!(
                "systemctl status {unit} --no-pager\njournalctl -u {unit} -n 50 --no-pager\n./validate-deployment.sh"
            ),
        ),
    ));
    for (title, entries) in [("When something is wrong", failures), ("What you may want to do", tasks)] {
        if entries.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{title}:\n\n");
        for entry in entries {
            let _ = writeln!(text, "- [{}](#{})", markdown_statement(&entry.title), entry.anchor);
        }
    }
    let absences = absences(plan);
    if !absences.is_empty() {
        text.push_str("\nNot here, because the specification does not ask for it:\n\n");
        for absence in absences {
            let _ = writeln!(text, "- {absence}");
        }
    }
    text
}

fn text(spec: &Spec, plan: &DeploymentPlan, entry: &RunbookEntry) -> String {
    let mut text = format!("\n<a id=\"{}\"></a>\n\n### {}\n\n", entry.anchor, markdown_statement(&entry.title));
    let origin = origin(spec, &entry.provenance);
    if !origin.is_empty() {
        let _ = writeln!(text, "*Because of {}.*\n", markdown(&origin));
    }
    if let Some(symptom) = &entry.symptom {
        let _ = writeln!(text, "**Symptom**: {}\n", markdown_statement(symptom));
    }
    let shown = shown_by(plan, entry);
    if !shown.is_empty() {
        let _ = writeln!(text, "**Shown by**: {}\n", shown.join(", "));
    }
    for (number, step) in entry.steps.iter().enumerate() {
        push_step(plan, &mut text, &format!("{}. ", number + 1), step);
    }
    if let Some(verify) = &entry.verify {
        let lead = if entry.symptom.is_some() { "**Fixed when**: " } else { "**Done when**: " };
        // The last step has left a blank line where it ended in a block of code.
        text.truncate(text.trim_end().len());
        text.push_str("\n\n");
        push_step(plan, &mut text, lead, verify);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The checks and the drills that turn red for it.
fn shown_by(plan: &DeploymentPlan, entry: &RunbookEntry) -> Vec<String> {
    let checks = entry.checks.iter().map(|check| markdown_code(&check.0));
    let drills = plan.drills.iter().filter(|drill| drill.runbook() == entry.anchor);
    checks.chain(drills.map(|drill| format!("drill {}", markdown_code(drill.name())))).collect()
}

fn push_step(plan: &DeploymentPlan, text: &mut String, lead: &str, step: &RunbookStep) {
    let _ = writeln!(text, "{lead}{}", markdown_statement(&placed(plan, &step.text)));
    if let Some(command) = &step.command {
        // Inside a numbered item the block is indented by the width of its number.
        let indent = if lead.starts_with('*') { String::new() } else { " ".repeat(lead.len()) };
        text.push('\n');
        for line in markdown_block("sh", &placed(plan, command)).lines() {
            let _ = writeln!(text, "{indent}{line}");
        }
        if indent.is_empty() {
            return;
        }
        text.push('\n');
    }
}
