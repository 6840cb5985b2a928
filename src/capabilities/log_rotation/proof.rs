//! What shows that logs are rotated; and what to do where they are not.
//!
//! In: the rotated logs and the names of what rotates them. Out: checks and a runbook entry.

use super::contribution::{Places, Rotated};
use crate::plan::{
    Expectation, FileField, Layer, LogObserver, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep,
};
use crate::value::Bytes;

const ANCHOR: &str = "log-rotation";

/// Adds the checks.
pub(super) fn contribute(logs: &[Rotated], places: &Places, plan: &mut PlanBuilder) {
    add_unit_probes(logs, places, plan);
    for (number, log) in logs.iter().enumerate() {
        add_file_probes(number, log, places, plan);
    }
    plan.runbook(entry(logs, places));
}

fn add_unit_probes(logs: &[Rotated], places: &Places, plan: &mut PlanBuilder) {
    let Places { configuration, unit, timer, provenance } = places;
    let advice = format!("systemctl status {timer} {unit}; journalctl -u {unit} -n 20 --no-pager");
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    for (id, title, observer, expectation) in [
        ("timer", "log rotation waits for its time", Observer::Timer { unit: timer.clone() }, equals("active")),
        ("enabled", "log rotation starts at boot", Observer::UnitEnabled { unit: timer.clone() }, equals("enabled")),
        (
            "last-run",
            "log rotation's last run succeeded",
            Observer::UnitResult { unit: unit.clone() },
            equals("success"),
        ),
    ] {
        plan.probe(
            Probe::new(
                format!("log-rotation.{id}"),
                Layer::Monitoring,
                title,
                observer,
                expectation,
                provenance.clone(),
            )
            .advice(advice.clone())
            .runbook(ANCHOR),
        );
    }
    let Some(first) = logs.first() else { return };
    let observer = LogObserver::Rotation { owner: first.owner.clone(), configuration: configuration.clone() };
    plan.probe(
        Probe::new(
            "log-rotation.accepted",
            Layer::Monitoring,
            "logrotate takes its configuration without complaint",
            Observer::Log(observer),
            equals("accepted"),
            provenance.clone(),
        )
        .needs("root")
        .advice(format!("/usr/sbin/logrotate --debug --state /dev/null {configuration}"))
        .runbook(ANCHOR),
    );
}

fn add_file_probes(number: usize, log: &Rotated, places: &Places, plan: &mut PlanBuilder) {
    let path = log.file.clone();
    let id = |name: &str| match number {
        0 => format!("log-rotation.{name}"),
        _ => format!("log-rotation.{name}-{}", number + 1),
    };
    let why = places.provenance.clone();
    if let Some(limit) = log.max_size {
        // Between two looks it may grow; a log that doubles in ten minutes has run away.
        let bound = Bytes(limit.0.saturating_mul(2));
        #[expect(clippy::cast_precision_loss, reason = "sizes of files are far below 2^52")]
        let most = bound.0 as f64;
        plan.probe(
            Probe::new(
                id("size"),
                Layer::Monitoring,
                format!("{path} is at most {bound}: its limit, and as much again between two looks"),
                Observer::File { path: path.clone(), field: FileField::Size },
                Expectation::AtMost(most),
                why.clone(),
            )
            .advice(format!("ls -l {}; systemctl status {}", log.directory, places.timer))
            .runbook(ANCHOR),
        );
    }
    plan.probe(
        Probe::new(
            id("released"),
            Layer::Monitoring,
            format!("nobody goes on writing into a rotated {}", path.file_name()),
            Observer::Log(LogObserver::RotatedHeld { path: path.clone() }),
            Expectation::Equals("none".to_owned()),
            why,
        )
        .needs("root")
        .advice(format!("find /proc/[0-9]*/fd -lname '{path}.*'"))
        .runbook(ANCHOR),
    );
}

fn entry(logs: &[Rotated], places: &Places) -> RunbookEntry {
    let Places { configuration, unit, timer, provenance } = places;
    let directory = logs.first().map(|log| log.directory.to_string()).unwrap_or_default();
    RunbookEntry {
        anchor: ANCHOR,
        title: "Logs are not rotated".to_owned(),
        symptom: Some(format!("a log in {directory} grows and grows, or {unit} has failed")),
        checks: ["timer", "last-run", "accepted", "size", "released"]
            .map(|id| ProbeId(format!("log-rotation.{id}")))
            .to_vec(),
        steps: vec![
            RunbookStep::run("See the log and what was rotated.", format!("ls -l {directory}")),
            RunbookStep::run(
                "See when it was looked at, and when it will be.",
                format!("systemctl list-timers --all --no-pager {timer}"),
            ),
            RunbookStep::run("See what the last run complained of.", format!("journalctl -u {unit} -n 20 --no-pager")),
            RunbookStep::run(
                "See what logrotate would do now, and why; it changes nothing.",
                format!("/usr/sbin/logrotate --debug --state /dev/null {configuration}"),
            ),
            RunbookStep::run("Look at once instead of waiting for the timer.", format!("systemctl start {unit}")),
            RunbookStep::say(
                "Where somebody goes on writing into a rotated file, that program opens the log by itself and keeps it open: write \"copytruncate\" beside the rotation in the specification and deploy again; until then a restart of the program makes it open the new file.",
            ),
        ],
        verify: Some(RunbookStep::run(
            "The last run succeeded, and the timer waits.",
            "./validate-deployment.sh --check log-rotation.last-run --check log-rotation.timer",
        )),
        provenance: provenance.clone(),
    }
}
