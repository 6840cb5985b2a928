//! The runbook's chapter about the day after a deployment.
//!
//! In: the plan, with what the others have contributed: the health gate, limits, timers, backups, alerts. Out: what to look at,
//! with the command and the value to expect. Only what this package really has.

use crate::plan::{
    Action, DirectiveValue, HealthGate, PlanBuilder, Provenance, ProxyAction, RunbookEntry, RunbookStep, UnitSection,
};

use super::{COMPLAINTS, has, task, timers};

/// What to watch until the deployment has lasted for a day.
pub(super) fn chapter(plan: &PlanBuilder, why: &Provenance) -> RunbookEntry {
    let mut steps = vec![
        RunbookStep::say(
            "Go through this list one hour after the deployment, at the end of the day, and after 24 hours. Write the numbers down: what \
             grows from look to look is found by comparing.",
        ),
        RunbookStep::run(
            "Everything that was promised holds: expect `0 failed, 0 skipped`.",
            "./validate-deployment.sh",
        ),
    ];
    steps.extend(of_the_service(plan));
    steps.extend(of_its_surroundings(plan));
    steps.push(RunbookStep::run(
        "Nothing else on the host has suffered: expect `0 loaded units listed`.",
        "systemctl --failed --no-pager",
    ));
    steps.push(RunbookStep::run(
        "The host is still as it was deployed: expect `0 drifted`, and exit code 0.",
        "./deploy.sh --check",
    ));
    task("first-day", "The first 24 hours", steps, None, why)
}

/// Its process, its answers, what it takes, what it says.
fn of_the_service(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let unit = plan.unit_name();
    let mut steps = vec![RunbookStep::run(
        "It was not restarted between two looks: expect both values as at the look before. What the drills have left at the first look \
         is no fault.",
        format!("systemctl show {unit} -p ActiveEnterTimestamp -p NRestarts"),
    )];
    if let HealthGate::Http { method, url, status, within, .. } = &plan.health {
        let head = if method == "HEAD" { "--head " } else { "" };
        steps.push(RunbookStep::run(
            format!(
                "It answers: expect {status}, in far less than the {within} that a start may take, and in about the same time at each look."
            ),
            format!("curl -q --noproxy '*' -s {head}-o /dev/null -w '%{{http_code}} in %{{time_total}} s\\n' {url}"),
        ));
    }
    let limit = plan.unit.get("MemoryMax").find(|directive| directive.section == UnitSection::Service);
    let (room, properties) = match limit.map(|directive| &directive.value) {
        Some(DirectiveValue::Text(limit)) => {
            (format!(", with room below the limit of {limit}"), "-p MemoryCurrent -p MemoryMax -p TasksCurrent")
        }
        _ => (String::new(), "-p MemoryCurrent -p TasksCurrent"),
    };
    steps.push(RunbookStep::run(
        format!("Memory (in bytes) and threads: expect values that do not grow from look to look{room}."),
        format!("systemctl show {unit} {properties}"),
    ));
    steps.push(RunbookStep::run(
        "Lines that speak of errors: expect `-- No entries --`, or nothing that you cannot explain.",
        format!("journalctl -u {unit} --since -24h --grep '{COMPLAINTS}' --no-pager"),
    ));
    steps.push(RunbookStep::run(
        "Log lines of the last hour: expect about as many at each look.",
        format!("journalctl -u {unit} --since -1h --no-pager --quiet | wc -l"),
    ));
    steps
}

/// What stands before it, looks after it, and keeps its data.
fn of_its_surroundings(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let mut steps = Vec::new();
    if has(plan, |action| matches!(action, Action::Proxy(ProxyAction::Site { .. }))) {
        steps.push(RunbookStep::run(
            "nginx: expect no line from after the deployment that you cannot explain.",
            "tail -n 20 /var/log/nginx/error.log",
        ));
    }
    let timers = timers(plan);
    if !timers.is_empty() {
        steps.push(RunbookStep::run(
            "What runs by the clock: expect for each a next time (`NEXT`), and a last one (`LAST`) as soon as its time has come once; \
             what is weekly has none before its day.",
            format!("systemctl list-timers --all --no-pager {}", timers.join(" ")),
        ));
    }
    for operation in &plan.operations {
        match &operation.action {
            Action::FirstBackup { unit, .. } => steps.push(RunbookStep::run(
                "Backups: expect the one of the deployment, and another one after each time of its timer.",
                format!("/usr/local/lib/{} --list", unit.trim_end_matches(".service")),
            )),
            Action::TestAlert { name, .. } => steps.push(RunbookStep::run(
                "Alerts: expect that whoever is on call now confirms that the test arrived.",
                format!("/usr/local/lib/{name} --test"),
            )),
            _ => {}
        }
    }
    steps.push(RunbookStep::run(
        "Room on the disk: expect less than 80 % in the column `Use%`, and no leap from look to look.",
        format!("df -h {}", places(plan).join(" ")),
    ));
    steps
}

/// Where this package lets files grow.
fn places(plan: &PlanBuilder) -> Vec<String> {
    let mut places = vec!["/".to_owned()];
    for operation in &plan.operations {
        let (Action::Directory { path, .. } | Action::BackupDirectory(path)) = &operation.action else { continue };
        let grows = ["/var/", "/srv/", "/data", "/mnt/", "/opt/"].iter().any(|root| path.as_str().starts_with(root));
        if grows && !places.contains(&path.to_string()) {
            places.push(path.to_string());
        }
    }
    places
}
