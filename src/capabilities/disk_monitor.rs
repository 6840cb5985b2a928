//! Disk monitor: a warning in the journal before a file system is full, and an alert where alerts are asked for.
//!
//! In: clauses that ask to watch the disk usage of a path, or for alerts about it. Out: a timer and a small program that
//! warns, and fails until the handler of failures has told of it, once; checks that they work and that there is room now.
//! Not here: sending the alert (`failure-alert`), the disk that a machine must have (`platform`).

mod threshold_too_late;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backup::alert;
use super::confined::lift_start_limit;
use super::failure_alert::told;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{
    Action, DirectiveValue, Expectation, FileContent, InstalledFile, Layer, NamedDefault, Observer, PlanBuilder, Probe,
    ProbeId, Provenance, RunbookEntry, RunbookStep, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner, Percent, UnixPath};

/// The capability.
pub struct DiskMonitor;

/// What a statement says about disk usage.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What is watched: the file system that holds this path.
    pub path: Option<UnixPath>,
    /// How full it may be.
    pub percent: Option<Percent>,
}

static DISK_THRESHOLD: NamedDefault = NamedDefault {
    name: "disk-threshold",
    reason: "the specification names no threshold; at 85 % there is time left to act",
};

static DISK_INTERVAL: NamedDefault = NamedDefault {
    name: "disk-interval",
    reason: "the disk is looked at every 10 minutes: often enough for a log that runs away",
};

const DEFAULT_THRESHOLD: Percent = Percent(85.0);

impl Capability for DiskMonitor {
    type Facts = Facts;

    const NAME: &'static str = "disk-monitor";
    const SUMMARY: &'static str = "A timer looks at the disk and warns through the journal, and people where alerts are asked for, before it is full.";
    const CUES: &'static [&'static str] = &[
        "disk (usage|space) alert(s|ing)",
        "disk (usage|space) warning(s)|alarm(s)",
        "disk (usage|space) monitor(ing|ed|s)",
        "monitor(s|ed|ing) … disk",
        "disk (space) usage|use",
        "disk space",
        "disk full",
        "storage alert(s)",
        "monitor(s|ing) <path> usage",
        "file system usage",
        "filesystem usage",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "disk",
        "usage",
        "use",
        "space",
        "alert",
        "alerts",
        "alerting",
        "warn",
        "warns",
        "warning",
        "warnings",
        "alarm",
        "monitor",
        "monitors",
        "monitored",
        "monitoring",
        "watch",
        "watched",
        "exceeds",
        "above",
        "reaches",
        "full",
        "free",
        "file",
        "filesystem",
        "directory",
        "storage",
        "threshold",
        "percent",
        "used",
        "less",
        "below",
        "through",
        "journal",
        "when",
        "logged",
        "log",
        "least",
        "checked",
        "stays",
        "capacity",
        "partition",
        "fills",
        "over",
        "falls",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Disk alerts**: watch /srv/agent", r#"{"path": "/srv/agent"}"#),
        example("Warn when the disk usage of /var exceeds 80%", r#"{"path": "/var", "percent": 80.0}"#),
        example("Disk usage is monitored (threshold 90 %)", r#"{"percent": 90.0}"#),
        example("Alert when less than 15% of the disk space is free", r#"{"percent": 85.0}"#),
        example("Monitor disk space of `/opt/agent-prod/`", r#"{"path": "/opt/agent-prod"}"#),
        criterion("A disk usage alert is logged above 85%", r#"{"percent": 85.0}"#),
        example("The host has 10 GB of disk space", NOT_MINE),
        example("Logs rotate to save disk space", NOT_MINE),
        example("Disk usage is not monitored", NOT_MINE),
        example("PostgreSQL disk usage is monitored", NOT_MINE),
        example("Memory usage alerts at 80%", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&DISK_THRESHOLD, &DISK_INTERVAL];

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    const LINTS: &'static [&'static Lint] = &[&threshold_too_late::DISK_THRESHOLD_TOO_LATE];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        clause.affirms("alert(s|ing)|warn(s|ing|ings)|warning(s)|alarm(s)|monitor(s|ed|ing)|watch(ed)|threshold")?;
        let mut reading = Reading::<Facts>::default();
        let mut paths = clause.paths();
        if let Some((path, place)) = paths.next() {
            if paths.next().is_some() {
                return None;
            }
            reading.facts.path = Some(path.clone());
            reading = reading.place("path", place);
        }
        let mut shares = clause.percents();
        if let Some((percent, place)) = shares.next() {
            if shares.next().is_some() || percent.0 <= 0.0 || percent.0 >= 100.0 {
                return None;
            }
            let free = clause.find("free|available|left|remaining").is_some();
            reading.facts.percent = Some(if free { Percent(100.0 - percent.0) } else { percent });
            reading = reading.place("percent", place);
        }
        let condition = clause.find("if|when (the) disk");
        reading.claims.extend(condition);
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(first) = own.first() else { return };
        threshold_too_late::check(own, plan);
        let general = own.iter().find(|binding| binding.facts.path.is_none());
        let mut why = Provenance::default();
        own.iter().for_each(|binding| why.merge(&binding.provenance()));
        let mut watched: Vec<(UnixPath, Percent, Provenance)> = Vec::new();
        for binding in own {
            let path = match &binding.facts.path {
                Some(path) => path.clone(),
                // A threshold alone belongs to the paths that others name.
                None if own.len() > 1 => continue,
                None => plan.working_directory.clone(),
            };
            let asked = binding.facts.percent.or_else(|| general.and_then(|general| general.facts.percent));
            let mut provenance = binding.provenance();
            if let Some(general) = general {
                provenance.merge(&general.provenance());
            }
            let percent = match asked {
                Some(percent) => percent,
                None => {
                    plan.default(Self::NAME, &DISK_THRESHOLD);
                    provenance.default = Some(&DISK_THRESHOLD);
                    DEFAULT_THRESHOLD
                }
            };
            watched.push((path, percent, provenance));
        }
        plan.default(Self::NAME, &DISK_INTERVAL);
        add_program(plan, &watched, &why);
        add_probes(plan, &watched, &why);
        add_runbook(plan, first.facts.path.as_ref(), why);
    }
}

/// The program, the service that runs it, and the timer that starts the service.
fn add_program(plan: &mut PlanBuilder, watched: &[(UnixPath, Percent, Provenance)], why: &Provenance) {
    let name = format!("{}-disk-monitor", plan.service);
    let handler = alert(&name, plan);
    let remembered = handler.as_ref().map(|_| told(&name, plan)).unwrap_or_default();
    let program = format!("/usr/local/lib/{name}");
    let Ok(path) = program.parse() else { return };
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "warns through the journal before a file system is full".to_owned(),
            content: FileContent::Program { template: "disk-monitor", constants: vec![("TOLD", remembered)] },
            provenance: why.clone(),
        },
    );
    let mut command = vec![program];
    for (path, percent, _) in watched {
        command.extend([percent.0.floor().to_string(), path.to_string()]);
    }
    let mut service = Unit::default();
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let set =
        |unit: &mut Unit, section, name, value, comment: &str| unit.set(section, name, value, comment, why.clone());
    let described = "warns before a file system is full";
    set(&mut service, UnitSection::Unit, "Description", text(&format!("{}: {described}", plan.service)), described);
    lift_start_limit(&mut service, why);
    if let Some((handler, mut asked)) = handler {
        asked.merge(why);
        let comment = "who is told when it fails";
        service.set(UnitSection::Unit, "OnFailure", DirectiveValue::Text(handler), comment, asked);
        let memory = "since when the disk is full: told is once, for as long as that lasts";
        set(&mut service, UnitSection::Service, "RuntimeDirectory", text(&name), memory);
        set(&mut service, UnitSection::Service, "RuntimeDirectoryPreserve", text("yes"), memory);
    }
    set(&mut service, UnitSection::Service, "Type", text("oneshot"), "runs to its end, started by the timer");
    set(
        &mut service,
        UnitSection::Service,
        "ExecStart",
        DirectiveValue::Command(command),
        "highest use in percent, and path",
    );
    let closed = "it only looks: no network, nothing to write, no privileges but to look anywhere";
    for (name, value) in [
        ("CapabilityBoundingSet", "CAP_DAC_READ_SEARCH"),
        ("NoNewPrivileges", "yes"),
        ("PrivateNetwork", "yes"),
        ("ProtectSystem", "strict"),
        ("RestrictAddressFamilies", "AF_UNIX"),
    ] {
        set(&mut service, UnitSection::Service, name, text(value), closed);
    }
    let mut timer = Unit::default();
    let every = Provenance { default: Some(&DISK_INTERVAL), ..why.clone() };
    let mut tick =
        |section, name, value: &str, comment: &str| timer.set(section, name, text(value), comment, every.clone());
    tick(
        UnitSection::Unit,
        "Description",
        &format!("{}: look at the disk", plan.service),
        "when the disk is looked at",
    );
    tick(UnitSection::Timer, "OnActiveSec", "0", "at once, then every 10 minutes");
    tick(UnitSection::Timer, "OnCalendar", "*:0/10", "at once, then every 10 minutes");
    tick(UnitSection::Timer, "AccuracySec", "1s", "at once, then every 10 minutes");
    tick(UnitSection::Install, "WantedBy", "timers.target", "waits from boot on");
    plan.unit_file(&format!("{name}.service"), described, service, why.clone());
    plan.unit_file(&format!("{name}.timer"), "when the disk is looked at", timer, every);
    plan.operation(Step::Monitoring, 10, Action::Timer(format!("{name}.timer")), why.clone());
}

fn add_probes(plan: &mut PlanBuilder, watched: &[(UnixPath, Percent, Provenance)], why: &Provenance) {
    let unit = format!("{}-disk-monitor", plan.service);
    let (timer, service) = (format!("{unit}.timer"), format!("{unit}.service"));
    let handler = alert(&unit, plan);
    let probe = |id: &str, title: String, observer, expectation, why: &Provenance| {
        Probe::new(id.to_owned(), Layer::Monitoring, title, observer, expectation, why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -n 10"))
            .runbook("disk-full")
    };
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let usage = |position: usize| {
        let number = if position == 0 { String::new() } else { format!("-{}", position + 1) };
        format!("disk-monitor.usage{number}")
    };
    let title = "disk monitor waits for its time".to_owned();
    plan.probe(probe("disk-monitor.timer", title, Observer::Timer { unit: timer.clone() }, equals("active"), why));
    let title = "disk monitor starts at boot".to_owned();
    let observer = Observer::UnitEnabled { unit: timer.clone() };
    plan.probe(probe("disk-monitor.enabled", title, observer, equals("enabled"), why));
    let title = "disk monitor's last run succeeded".to_owned();
    let observer = Observer::UnitResult { unit: service.clone() };
    let mut last_run = probe("disk-monitor.last-run", title, observer, equals("success"), why);
    if let Some((handler, mut asked)) = handler {
        // A disk that is full fails the run until somebody was told; the checks of the disk itself say so.
        for position in 0..watched.len() {
            last_run = last_run.after(&usage(position));
        }
        asked.merge(why);
        let title = "somebody is told when the disk fills up".to_owned();
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        plan.probe(probe("disk-monitor.alert", title, observer, equals(&handler), &asked));
    }
    plan.probe(last_run);
    for (position, (path, percent, why)) in watched.iter().enumerate() {
        let title = format!("the file system of {path} is at most {percent} full");
        let observer = Observer::DiskPercent { path: path.clone() };
        plan.probe(probe(&usage(position), title, observer, Expectation::AtMost(percent.0), why));
    }
}

fn add_runbook(plan: &mut PlanBuilder, path: Option<&UnixPath>, why: Provenance) {
    let path = path.unwrap_or(&plan.working_directory).clone();
    let service = format!("{}-disk-monitor.service", plan.service);
    plan.runbook(RunbookEntry {
        anchor: "disk-full",
        title: "The disk fills up".to_owned(),
        symptom: Some(format!("{service} warns in the journal (`journalctl -p warning`)")),
        checks: vec![ProbeId("disk-monitor.usage".to_owned()), ProbeId("disk-monitor.timer".to_owned())],
        steps: vec![
            RunbookStep::run("See how full it is, blocks and inodes.", format!("df -h {path}; df -i {path}")),
            RunbookStep::run(
                "Find what takes the room.",
                format!("du -xh --max-depth=2 {path} | sort -h | tail -n 20"),
            ),
            RunbookStep::run("See what the journal takes; it can be cut.", "journalctl --disk-usage"),
            RunbookStep::say("Remove what is not needed, or give the file system more room."),
            RunbookStep::run("Let it look again.", format!("systemctl start {service}")),
        ],
        verify: Some(RunbookStep::run("There is room again.", "./validate-deployment.sh --check disk-monitor.usage")),
        provenance: why,
    });
}
