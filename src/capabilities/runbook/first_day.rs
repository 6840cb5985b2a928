//! The runbook's chapter about the day after a deployment.
//!
//! In: the plan, with what the others have contributed: the health gate, limits, timers. Out: what to look at, with the
//! command and the value to expect. Only what this package really has.

use crate::plan::{
    Action, DirectiveValue, HealthGate, PlanBuilder, ProbeId, Provenance, RunbookEntry, RunbookStep, UnitSection,
};

/// What to watch until the deployment has lasted for a day.
pub(super) fn chapter(plan: &PlanBuilder, why: &Provenance) -> RunbookEntry {
    let unit = plan.unit_name();
    let mut steps = vec![
        RunbookStep::say(
            "Go through this list one hour after the deployment, at the end of the day, and after 24 hours.",
        ),
        RunbookStep::run("Everything that was promised holds: expect `0 failed`.", "sudo ./validate-deployment.sh"),
        RunbookStep::run(
            "It runs since the deployment, and was not restarted: expect the time of the deployment, and `NRestarts=0`.",
            format!("systemctl show {unit} -p ActiveEnterTimestamp -p NRestarts"),
        ),
    ];
    if let HealthGate::Http { within, .. } = &plan.health {
        steps.push(RunbookStep::run(
            format!("It answers as it should: expect `passed`, in far less than the {within} that a start may take."),
            "sudo ./validate-deployment.sh --check health-check",
        ));
    }
    let limit = plan.unit.get("MemoryMax").find(|directive| directive.section == UnitSection::Service);
    if let Some(DirectiveValue::Text(limit)) = limit.map(|directive| &directive.value) {
        steps.push(RunbookStep::run(
            format!(
                "Memory: expect a value that does not grow from look to look, with room below the limit of {limit}."
            ),
            format!("systemctl show {unit} -p MemoryCurrent -p MemoryMax"),
        ));
    }
    steps.push(RunbookStep::run(
        "Warnings and errors: expect `-- No entries --`, or nothing that you cannot explain.",
        format!("journalctl -u {unit} -p warning --since -24h --no-pager"),
    ));
    let timers: Vec<&str> = plan.operations.iter().filter_map(timer).collect();
    if !timers.is_empty() {
        steps.push(RunbookStep::run(
            "What runs by the clock: expect for each a next time, and after its first hour or night a last one.",
            format!("systemctl list-timers --all --no-pager {}", timers.join(" ")),
        ));
    }
    steps.push(RunbookStep::run(
        "Nothing else on the host has suffered: expect `0 loaded units listed`.",
        "systemctl --failed --no-pager",
    ));
    steps.push(RunbookStep::run(
        "The host is still as it was deployed: expect that nothing is listed, and exit code 0.",
        "sudo ./deploy.sh --check",
    ));
    RunbookEntry {
        anchor: "first-day",
        title: "The first 24 hours".to_owned(),
        symptom: None,
        checks: Vec::<ProbeId>::new(),
        steps,
        verify: None,
        provenance: why.clone(),
    }
}

fn timer(operation: &crate::plan::Operation) -> Option<&str> {
    match &operation.action {
        Action::Timer(unit) => Some(unit),
        _ => None,
    }
}
