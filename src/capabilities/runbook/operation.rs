//! The runbook's chapters that every service needs.
//!
//! In: the plan's names. Out: how the service is started, stopped, watched, updated and rolled back.

use crate::plan::{PlanBuilder, ProbeId, Provenance, RunbookEntry, RunbookStep};

/// The chapters that every service needs.
pub(super) fn chapters(plan: &PlanBuilder, why: &Provenance) -> Vec<RunbookEntry> {
    let unit = plan.unit_name();
    let entry = |anchor, title: &str, steps, verify| RunbookEntry {
        anchor,
        title: title.to_owned(),
        symptom: None,
        checks: Vec::<ProbeId>::new(),
        steps,
        verify,
        provenance: why.clone(),
    };
    let active = || Some(RunbookStep::run("It runs.", "./validate-deployment.sh --check service-active.active"));
    vec![
        entry(
            "start-and-stop",
            "Start, stop and restart",
            vec![
                RunbookStep::run("Start it.", format!("systemctl start {unit}")),
                RunbookStep::run(
                    "Stop it; it stays stopped until it is started, or until the next boot.",
                    format!("systemctl stop {unit}"),
                ),
                RunbookStep::run("Restart it.", format!("systemctl restart {unit}")),
                RunbookStep::run(
                    "After it gave up: allow it to start again.",
                    format!("systemctl reset-failed {unit}"),
                ),
            ],
            active(),
        ),
        entry(
            "status",
            "See how it is",
            vec![
                RunbookStep::run("The unit, its processes and its last lines.", format!("systemctl status {unit}")),
                RunbookStep::run(
                    "How often it was restarted.",
                    format!("systemctl show {unit} -p NRestarts -p Result -p ActiveEnterTimestamp"),
                ),
                RunbookStep::run("Everything that the specification asks for.", "./validate-deployment.sh"),
            ],
            None,
        ),
        entry(
            "logs",
            "Read the logs",
            vec![
                RunbookStep::run("The last hour.", format!("journalctl -u {unit} --since -1h")),
                RunbookStep::run("Warnings and errors of this boot.", format!("journalctl -u {unit} -b -p warning")),
                RunbookStep::run("As they come.", format!("journalctl -u {unit} -f")),
            ],
            None,
        ),
        entry(
            "update",
            "Update",
            vec![
                RunbookStep::say(
                    "Change the specification or the application, compile, and copy the new package to the host.",
                ),
                RunbookStep::run("See what would change.", "./deploy.sh --dry-run"),
                RunbookStep::run("Deploy; what is as it should be is left alone.", "./deploy.sh"),
            ],
            Some(RunbookStep::run("All of it holds.", "./validate-deployment.sh")),
        ),
        entry(
            "roll-back",
            "Roll back",
            vec![
                RunbookStep::run("Put back the last set of files that was healthy.", "./deploy.sh --rollback"),
                RunbookStep::run(
                    "Undo a firewall or SSH change that waits for its confirmation.",
                    "./deploy.sh --revert-now",
                ),
            ],
            Some(RunbookStep::run("The old version is healthy.", "./validate-deployment.sh")),
        ),
    ]
}
