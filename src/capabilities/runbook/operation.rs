//! The runbook's chapters about running the service: start and stop, how it is, its logs.
//!
//! In: the plan, with what the others have contributed. Out: the chapters that every service needs, with the commands of this
//! one: its health check, its timers, its log files.

use crate::plan::{Action, HealthGate, LogAction, PlanBuilder, Provenance, RunbookEntry, RunbookStep};

use super::{COMPLAINTS, has, task, timers};

/// The chapters that every service needs.
pub(super) fn chapters(plan: &PlanBuilder, why: &Provenance) -> Vec<RunbookEntry> {
    vec![
        task("start-and-stop", "Start, stop and restart", start_and_stop(plan), Some(active()), why),
        task("status", "See how it is", status(plan), None, why),
        task("logs", "Read the logs", logs(plan), None, why),
    ]
}

fn active() -> RunbookStep {
    RunbookStep::run(
        "It runs, and was not restarted since.",
        "./validate-deployment.sh --check service-active.active --check service-active.stable",
    )
}

fn start_and_stop(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let unit = plan.unit_name();
    let at_boot = has(plan, |action| matches!(action, Action::UnitEnabled(enabled) if *enabled == plan.unit_name()));
    let stays = if at_boot {
        "Stop it; it stays stopped until it is started, or until the next boot."
    } else {
        "Stop it; it stays stopped until it is started."
    };
    let mut steps = vec![
        RunbookStep::run("Start it.", format!("systemctl start {unit}")),
        RunbookStep::run(stays, format!("systemctl stop {unit}")),
        RunbookStep::run(
            "Restart it. Its clients notice: what it is answering at that moment may be lost.",
            format!("systemctl restart {unit}"),
        ),
        RunbookStep::run("After it gave up: allow it to start again.", format!("systemctl reset-failed {unit}")),
    ];
    if at_boot {
        steps.push(RunbookStep::run(
            "Keep it from starting at the next boot, for a longer repair. The validation fails until it is enabled again.",
            format!("systemctl disable {unit}"),
        ));
        steps.push(RunbookStep::run("Let it start at boot again.", format!("systemctl enable {unit}")));
    }
    if !timers(plan).is_empty() {
        steps.push(RunbookStep::say("What runs by the clock goes on while the service is stopped."));
    }
    steps
}

fn status(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let unit = plan.unit_name();
    let mut steps = vec![
        RunbookStep::run(
            "The unit, its processes and its last lines: expect `active (running)`.",
            format!("systemctl status {unit} --no-pager"),
        ),
        RunbookStep::run(
            "How often it was restarted, and since when it runs: expect `Result=success`, and a number that does not grow; drills leave \
             some.",
            format!("systemctl show {unit} -p NRestarts -p Result -p ActiveEnterTimestamp"),
        ),
    ];
    if let HealthGate::Http { method, url, status, .. } = &plan.health {
        let head = if method == "HEAD" { "-I" } else { "-i" };
        steps.push(RunbookStep::run(
            format!("What it answers: expect {status} in the first line."),
            format!("curl -q --noproxy '*' {head} {url}"),
        ));
    }
    let timers = timers(plan);
    if !timers.is_empty() {
        steps.push(RunbookStep::run(
            "What runs by the clock, when it ran and when it will: expect for each a next time.",
            format!("systemctl list-timers --all --no-pager {}", timers.join(" ")),
        ));
    }
    steps.push(RunbookStep::run(
        "Everything that the specification asks for: expect `0 failed, 0 skipped`. A failure names its chapter of this handbook.",
        "./validate-deployment.sh",
    ));
    steps.push(RunbookStep::run("Which package is deployed, and which were before.", history(plan)));
    steps
}

/// When was deployed, which package, and how it ended.
fn history(plan: &PlanBuilder) -> String {
    let state = format!("/var/lib/specc/{}", plan.service);
    format!("readlink {state}/current; tail -n 10 {state}/history")
}

fn logs(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let unit = plan.unit_name();
    let mut steps = vec![
        RunbookStep::run("The last hour.", format!("journalctl -u {unit} --since -1h --no-pager")),
        RunbookStep::run(
            "Lines of this boot that speak of errors. What the program prints has no level in the journal, so words are looked for.",
            format!("journalctl -u {unit} -b --grep '{COMPLAINTS}' --no-pager"),
        ),
        RunbookStep::run("As they come; Ctrl-C ends it.", format!("journalctl -u {unit} -f")),
    ];
    for operation in &plan.operations {
        if let Action::Log(LogAction::File { path, .. }) = &operation.action {
            steps.push(RunbookStep::run(
                "The log file. With `-F` instead of `-n 50` it is followed, over rotations too.",
                format!("tail -n 50 {path}"),
            ));
        }
    }
    if has(plan, |action| matches!(action, Action::Proxy(_))) {
        steps.push(RunbookStep::run(
            "What nginx answered, and what went wrong there: requests for all of its sites.",
            "tail -n 20 /var/log/nginx/access.log /var/log/nginx/error.log",
        ));
    }
    if has(plan, |action| matches!(action, Action::Firewall { .. })) {
        steps.push(RunbookStep::run(
            "What the firewall turned away, where ufw logs it.",
            "journalctl -k --grep 'UFW BLOCK' -n 20 --no-pager",
        ));
    }
    steps
}
