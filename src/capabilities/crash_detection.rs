//! Crash detection: that the service crashed can be seen, at once and later.
//!
//! In: clauses that ask for crashes to be detected, by systemd's restart counter or in the journal. Out: a check of the
//! counter, a journal that survives a reboot (`journal_logging`), the crash drill (`restart_policy`), and how to read
//! both. Not here: telling somebody (`failure-alert`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, StartLimit, criterion, example,
};
use crate::plan::{Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep};

/// The capability.
pub struct CrashDetection;

/// How crashes are seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// By systemd's restart counter.
    pub counter: bool,
    /// In the journal.
    pub journal: bool,
}

static CRASH_COUNT: NamedDefault = NamedDefault {
    name: "crash-count",
    reason: "more automatic restarts than the start limit (5 where none is named), since somebody last started the service, need a person",
};

impl Capability for CrashDetection {
    type Facts = Facts;

    const NAME: &'static str = "crash-detection";
    const SUMMARY: &'static str =
        "Crashes show: in systemd's restart counter, and in a journal that survives a reboot.";
    const CUES: &'static [&'static str] = &[
        "crash detection",
        "detect(s|ed|ing) (a) crash(es)",
        "crash(es) (are|is) detected|recorded|counted|visible|noticed",
        "restart counter|count",
        "NRestarts",
        "journal entries|entry",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "crash",
        "crashes",
        "detection",
        "detect",
        "detects",
        "detected",
        "systemd",
        "restart",
        "restarts",
        "counter",
        "count",
        "journal",
        "entries",
        "entry",
        "recorded",
        "counted",
        "visible",
        "noticed",
        "logs",
        "log",
        "logged",
        "via",
        "timestamps",
        "monitored",
        "watched",
        "journald",
        "journalctl",
        "property",
        "+",
        "through",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Crashes are detected by systemd's restart counter", r#"{"counter": true}"#),
        example("**Crash detection**: journal entries", r#"{"journal": true}"#),
        example("Crash detection via NRestarts and the journal", r#"{"counter": true, "journal": true}"#),
        example("The restart counter (NRestarts) is monitored", r#"{"counter": true}"#),
        example("Detect crashes", r#"{"counter": true, "journal": true}"#),
        criterion("Crashes are visible in the journal", r#"{"journal": true}"#),
        example("The service restarts after a crash", NOT_MINE),
        example("At least one of the journal entries is recent", NOT_MINE),
        example("PostgreSQL crashes are detected", NOT_MINE),
        example("There is no crash detection", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&CRASH_COUNT];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        clause.find_any(&["crash(es)|NRestarts", "restart counter|count"])?;
        let counter = clause.find("restart counter|count").or_else(|| clause.find("NRestarts"));
        let journal = clause.find("journal|journald|journalctl|log(s)");
        let unsaid = counter.is_none() && journal.is_none();
        let facts = Facts { counter: counter.is_some() || unsaid, journal: journal.is_some() || unsaid };
        let mut reading = Reading::new(facts, []);
        if let Some(place) = counter {
            reading = reading.place("counter", place);
        }
        if let Some(place) = journal {
            reading = reading.place("journal", place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let unit = plan.unit_name();
        let why = binding.provenance();
        let is_counted = binding.facts.counter && plan.default(Self::NAME, &CRASH_COUNT).is_some();
        if is_counted {
            let limit = all.one::<StartLimit>().and_then(|limit| limit.facts.burst).unwrap_or(5);
            plan.probe(
                Probe::new(
                    "crash-detection.counter",
                    Layer::Monitoring,
                    format!("at most {limit} automatic restarts since the service was last started"),
                    Observer::UnitProperty { unit: unit.clone(), property: "NRestarts" },
                    Expectation::AtMost(f64::from(limit)),
                    binding.with_default(&CRASH_COUNT),
                )
                .advice(format!(
                    "systemctl show {unit} -p NRestarts; journalctl -u {unit} --grep 'Main process exited'"
                ))
                .runbook("crashes"),
            );
        }
        let counted = if is_counted { "--check crash-detection " } else { "" };
        plan.runbook(RunbookEntry {
            anchor: "crashes",
            title: "Has it crashed?".to_owned(),
            symptom: Some("the restart counter is above 0".to_owned()),
            checks: vec![ProbeId("crash-detection.counter".to_owned())],
            steps: vec![
                RunbookStep::run("How often systemd restarted it since it was last started by hand, and how it last ended.", format!("systemctl show {unit} -p NRestarts -p Result -p ExecMainStatus")),
                RunbookStep::run("When it ended, and with which exit status or signal.", format!("journalctl -u {unit} --since -7day --no-pager | grep -E 'Main process exited|oom-kill|restart counter'")),
                RunbookStep::run("What it logged just before (put the time of the crash here).", format!("journalctl -u {unit} --until '2026-01-31 12:00:00' -n 50 --no-pager")),
            ],
            verify: Some(RunbookStep::run("The counter is low, and does not grow.", format!("./validate-deployment.sh {counted}--check service-active.stable"))),
            provenance: why,
        });
    }
}
