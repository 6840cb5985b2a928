//! `docs/TROUBLESHOOTING.md`: from what one sees to where one reads on.
//!
//! In: the plan. Out: the page: symptoms by where they are seen, exit codes of the scripts, each check and each drill that can
//! fail. The remedies stand in the runbook.

use std::fmt::Write as _;

use super::artifact::Artifact;
use super::escape::{markdown, markdown_code, markdown_statement};
use crate::plan::{Action, CONFIRMATION_SECONDS, DeploymentPlan, Layer, RunbookEntry};

/// Where symptoms are seen, and the layers whose checks show them. What no check shows, a drill does: it is the service's.
const AREAS: [(&str, &[Layer]); 6] = [
    ("The service", &[Layer::Service, Layer::Resilience]),
    ("Files and accounts", &[Layer::Existence, Layer::Permissions]),
    ("The network", &[Layer::Network]),
    ("Access and protection", &[Layer::Security]),
    ("Logs, backups and watchers", &[Layer::Monitoring]),
    ("Limits", &[Layer::Resources]),
];

/// The page.
#[must_use]
pub fn render(plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("docs/TROUBLESHOOTING.md", 0o644);
    artifact.push(format!(
        "# Troubleshooting: {}\n\nFrom what you see to what to do. The remedies stand in [RUNBOOK.md](../RUNBOOK.md).\n\n\
         Where nothing here fits, let the host say what does not hold: `/var/lib/specc/{}/current/validate-deployment.sh`, as root. \
         Each failure names its chapter.\n",
        markdown(plan.service.as_str()),
        plan.service
    ));
    for (number, (title, _)) in AREAS.iter().enumerate() {
        let here = |entry: &&RunbookEntry| entry.symptom.is_some() && area(plan, entry) == number;
        let entries: Vec<&RunbookEntry> = plan.runbook.iter().filter(here).collect();
        if entries.is_empty() {
            continue;
        }
        artifact.push(format!("\n## {title}\n\n| you see | read |\n|---|---|\n"));
        for entry in entries {
            artifact.push_for(symptom(entry), entry.provenance.clone());
        }
    }
    artifact.push(deploying(plan));
    artifact.push(validating());
    artifact.push(checks(plan));
    artifact.push(drills(plan));
    artifact
}

/// Where most checks of this chapter look; of two, the later.
fn area(plan: &DeploymentPlan, entry: &RunbookEntry) -> usize {
    let shown = |layers: &[Layer]| {
        let of_chapter = plan.probes.iter().filter(|probe| probe.runbook == Some(entry.anchor));
        of_chapter.filter(|probe| layers.contains(&probe.layer)).count()
    };
    let counts = AREAS.iter().map(|&(_, layers)| shown(layers)).enumerate();
    counts.filter(|(_, count)| *count > 0).max_by_key(|(_, count)| *count).map_or(0, |(number, _)| number)
}

fn symptom(entry: &RunbookEntry) -> String {
    let seen = entry.symptom.as_deref().unwrap_or_default();
    format!("| {} | {} |\n", markdown_statement(seen), chapter(&entry.title, entry.anchor))
}

/// A link to a chapter of the runbook.
fn chapter(text: &str, anchor: &str) -> String {
    format!("[{}](../RUNBOOK.md#{anchor})", markdown_statement(text))
}

fn deploying(plan: &DeploymentPlan) -> String {
    let has = |wanted: fn(&Action) -> bool| plan.operations.iter().any(|operation| wanted(&operation.action));
    let script = format!("/var/lib/specc/{}/current/deploy.sh", plan.service);
    let confirm = format!(
        "log in anew and run `sudo {script} --confirm` within {CONFIRMATION_SECONDS} s; without it the change reverts itself"
    );
    let mut rows = vec![
        ("exit code 1, a failed step", "what the last lines say; a second run continues where this one failed"),
        ("exit code 2", "run it as root; the line to copy is printed"),
        (
            "exit code 3, refused",
            "nothing was changed; each named risk needs its own `--accept NAME`, or another decision",
        ),
        ("exit code 4, rolled back", "the old version serves again; the journal of the failed start is printed above"),
    ];
    if has(|action| matches!(action, Action::Firewall { .. } | Action::Sshd { .. })) {
        rows.push(("exit code 5, awaiting confirmation", &confirm));
    }
    if has(|action| matches!(action, Action::EnvironmentFile { required, .. } if !required.is_empty())) {
        rows.push(("exit code 6, secrets missing", "set the listed names in the environment file, then run it again"));
    }
    rows.push((
        "exit code 75, locked",
        "another deployment runs on this host; run it again with `--wait-lock 900`, which waits for that one",
    ));
    rows.push((
        "the connection was lost, or the power",
        "run it again with `--wait-lock 900`: it waits for a run that still goes on, and continues one that does not",
    ));
    rows.push((
        "`--check` lists files",
        "somebody changed them by hand (edited), or removed them (missing); deploying puts them back",
    ));
    table("deploy.sh", "| you see | do |\n|---|---|\n", &rows)
}

fn validating() -> String {
    table(
        "validate-deployment.sh",
        "| you see | do |\n|---|---|\n",
        &[
            (
                "exit code 1, a line with ✗",
                "read below it what was expected and observed, and the chapter that is named",
            ),
            (
                "exit code 2, skipped: a check that others depend on",
                "mend that one first; the others are looked at when it passes",
            ),
            ("exit code 2, skipped: root, or a tool, is missing", "run it as root; the tools come with the deployment"),
            ("exit code 2, nothing was selected", "`--list` shows the names of checks, layers and requirements"),
        ],
    )
}

fn table(title: &str, head: &str, rows: &[(&str, &str)]) -> String {
    rows.iter().fold(format!("\n## {title}\n\n{head}"), |mut text, (symptom, remedy)| {
        let _ = writeln!(text, "| {symptom} | {remedy} |");
        text
    })
}

fn checks(plan: &DeploymentPlan) -> String {
    let mut text = String::from(
        "\n## A failed check\n\nThe commands below only look, and are for root. How to mend it stands in the chapter.\n\n| check | means that this does not hold | look | read |\n|---|---|---|---|\n",
    );
    for probe in &plan.probes {
        let look = if probe.advice.is_empty() { "–".to_owned() } else { markdown_code(&probe.advice) };
        let read = probe.runbook.map_or_else(|| "–".to_owned(), |anchor| chapter(title(plan, anchor), anchor));
        let (id, holds) = (markdown_code(&probe.id.0), markdown_statement(&probe.title));
        let _ = writeln!(text, "| {id} | {holds} | {look} | {read} |");
    }
    text
}

fn drills(plan: &DeploymentPlan) -> String {
    if plan.drills.is_empty() {
        return String::new();
    }
    let mut text =
        String::from("\n## A failed drill\n\n| drill | means that this does not hold | read |\n|---|---|---|\n");
    for drill in &plan.drills {
        let anchor = drill.runbook();
        let (name, holds) = (markdown_code(drill.name()), markdown_statement(&drill.title));
        let _ = writeln!(text, "| {name} | {holds} | {} |", chapter(title(plan, anchor), anchor));
    }
    text
}

/// The title of a chapter, for those who read a link.
fn title<'p>(plan: &'p DeploymentPlan, anchor: &'p str) -> &'p str {
    plan.runbook.iter().find(|entry| entry.anchor == anchor).map_or(anchor, |entry| entry.title.as_str())
}
