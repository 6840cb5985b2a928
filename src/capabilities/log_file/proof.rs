//! What shows that the log file is there, can be written, and holds what was logged; and what to do where it is not so.
//!
//! In: where the log file stands, and whether a companion writes it. Out: checks and a runbook entry.

use super::{PlacedLog, companion};
use crate::plan::{
    Expectation, FileField, HealthGate, Layer, LogObserver, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry,
    RunbookStep,
};

const ANCHOR: &str = "log-file";

/// Adds the checks.
pub(super) fn contribute(log: &PlacedLog, from_journal: bool, plan: &mut PlanBuilder) {
    add_file_probes(log, plan);
    let companion = format!("{}.service", companion::name(plan));
    if from_journal {
        add_companion_probes(log, &companion, plan);
    }
    plan.runbook(entry(log, from_journal.then_some(companion.as_str()), plan));
}

fn add_file_probes(log: &PlacedLog, plan: &mut PlanBuilder) {
    let (path, owner, user) = (log.file.clone(), log.owner.to_string(), log.owner.user.clone());
    let advice = format!("namei -l {path}");
    let file = |field| Observer::File { path: path.clone(), field };
    let writable = LogObserver::Writable { unit: plan.unit_name(), user: user.clone(), path: path.clone() };
    for (id, layer, title, observer, expected) in [
        ("exists", Layer::Existence, format!("the log file {path} is there"), file(FileField::Type), "file".to_owned()),
        (
            "owner",
            Layer::Permissions,
            format!("the log file belongs to {owner}"),
            file(FileField::Owner),
            owner.clone(),
        ),
        (
            "mode",
            Layer::Permissions,
            format!("the mode of the log file is {}", log.mode),
            file(FileField::Mode),
            log.mode.to_string(),
        ),
        (
            "writable",
            Layer::Permissions,
            format!("{user} can write the log file, inside the service's sandbox"),
            Observer::Log(writable),
            "yes".to_owned(),
        ),
    ] {
        let expectation = Expectation::Equals(expected);
        let probe = Probe::new(format!("log-file.{id}"), layer, title, observer, expectation, log.provenance.clone())
            .advice(advice.clone())
            .runbook(ANCHOR);
        plan.probe(match id {
            "exists" => probe,
            "writable" => probe.after("log-file.exists").needs("root"),
            _ => probe.after("log-file.exists"),
        });
    }
}

fn add_companion_probes(log: &PlacedLog, companion: &str, plan: &mut PlanBuilder) {
    let (unit, why) = (plan.unit_name(), log.provenance.clone());
    let url = if let HealthGate::Http { url, .. } = &plan.health { Some(url.clone()) } else { None };
    let advice = format!("systemctl status {companion}; journalctl -u {companion} -n 10 --no-pager");
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    plan.probe(
        Probe::new(
            "log-file.companion",
            Layer::Monitoring,
            "what copies the journal into the log file runs",
            Observer::UnitProperty { unit: companion.to_owned(), property: "ActiveState" },
            equals("active"),
            why.clone(),
        )
        .advice(advice.clone())
        .runbook(ANCHOR),
    );
    plan.probe(
        Probe::new(
            "log-file.companion-enabled",
            Layer::Monitoring,
            "what copies the journal into the log file starts at boot",
            Observer::UnitEnabled { unit: companion.to_owned() },
            equals("enabled"),
            why.clone(),
        )
        .advice(advice.clone())
        .runbook(ANCHOR),
    );
    plan.probe(
        Probe::new(
            "log-file.entries",
            Layer::Monitoring,
            "the last journal entry about the service is in the log file",
            Observer::Log(LogObserver::Copied { unit, path: log.file.clone(), url }),
            equals("yes"),
            why,
        )
        .after("log-file.companion")
        .needs("root")
        .advice(advice)
        .runbook(ANCHOR),
    );
}

fn entry(log: &PlacedLog, companion: Option<&str>, plan: &PlanBuilder) -> RunbookEntry {
    let (path, unit) = (&log.file, plan.unit_name());
    let mut steps = vec![
        RunbookStep::run(
            "Read its end; with `-F` instead of `-n 50` it is followed over rotations.",
            format!("tail -n 50 {path}"),
        ),
        RunbookStep::run(
            "Compare with the journal, which has the same entries.",
            format!("journalctl -u {unit} -n 20 --no-pager --utc -o short-iso-precise"),
        ),
        RunbookStep::run("See owners and modes on the way to the file.", format!("namei -l {path}")),
        RunbookStep::run("See whether there is room.", format!("df -h {}; df -i {}", log.directory, log.directory)),
    ];
    if let Some(companion) = companion {
        steps.push(RunbookStep::run(
            "See what the companion that copies the entries complains of. Once it can write again it copies what is missing.",
            format!("systemctl status {companion}; journalctl -u {companion} -n 20 --no-pager"),
        ));
        steps.push(RunbookStep::run(
            "Start it anew: it goes on where it stopped.",
            format!("systemctl restart {companion}"),
        ));
    }
    steps.push(RunbookStep::run(
        "Give the file its mode back, or make it anew. One of another account is not touched: move it away before.",
        "./deploy.sh --only directories",
    ));
    RunbookEntry {
        anchor: ANCHOR,
        title: "The log file is missing, or does not grow".to_owned(),
        symptom: Some(format!("{path} is missing, or what the service logs does not arrive there")),
        checks: ["exists", "writable", "companion", "entries"].map(|id| ProbeId(format!("log-file.{id}"))).to_vec(),
        steps,
        verify: Some(RunbookStep::run(
            "It is there, and can be written.",
            "./validate-deployment.sh --check log-file.exists --check log-file.writable",
        )),
        provenance: log.provenance.clone(),
    }
}
