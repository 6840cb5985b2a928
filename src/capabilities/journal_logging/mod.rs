//! Journal logging: the service's log is in the systemd journal, kept for a time and within a size.
//!
//! In: clauses that speak of the journal, journald or `journalctl`. Out: where the output goes, a journald drop-in with
//! retention, size and persistent storage, checks that entries arrive and that journald runs with those settings. Not
//! here: log files and their rotation.

mod settings;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::own_unit::{asks_journal, is_own_unit};
use super::{
    Binding, Bindings, Capability, Clause, Context, CrashDetection, Example, NOT_MINE, Reading, criterion, example,
};
use crate::plan::{
    Expectation, HealthGate, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, RunbookEntry, RunbookStep,
    UnitSection,
};
use crate::spec::mention::Mention;
use crate::value::{Bytes, Seconds};

/// The chapter of the runbook for what is missing.
const ANCHOR: &str = "logs-missing";

/// The capability.
pub struct JournalLogging;

/// What a statement says about the journal. Sizes in bytes, times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The unit whose entries are read.
    pub unit: Option<String>,
    /// How long entries are kept.
    pub retention: Option<Seconds>,
    /// How much the journal may take.
    pub max_use: Option<Bytes>,
    /// In which time entries must be there.
    pub window: Option<Seconds>,
    /// Settings that are named without a value: `MaxRetentionSec`, `SystemMaxUse`.
    pub settings: Vec<String>,
    /// The name under which the service logs.
    pub identifier: Option<String>,
}

static LOGS_TO_JOURNAL: NamedDefault = NamedDefault {
    name: "logs-to-journal",
    reason: "what the program prints belongs to the journal, under the name of the service",
};

static PERSISTENT_JOURNAL: NamedDefault =
    NamedDefault { name: "persistent-journal", reason: "a log that is gone after a reboot cannot explain it" };

static JOURNAL_RETENTION: NamedDefault = NamedDefault {
    name: "journal-retention",
    reason: "the specification names MaxRetentionSec without a value: a month covers most investigations",
};

static JOURNAL_MAX_USE: NamedDefault = NamedDefault {
    name: "journal-max-use",
    reason: "the specification names SystemMaxUse without a value: 1 GiB for all services of the host",
};

const DEFAULT_RETENTION: Seconds = Seconds(30.0 * 86_400.0);
const DEFAULT_MAX_USE: Bytes = Bytes(1 << 30);
const DEFAULT_WINDOW: Seconds = Seconds(300.0);

impl Capability for JournalLogging {
    type Facts = Facts;

    const NAME: &'static str = "journal-logging";
    const SUMMARY: &'static str =
        "The service logs to the journal; journald keeps it across reboots, for a time and within a size.";
    const CUES: &'static [&'static str] = &[
        "<command>",
        "MaxRetentionSec=",
        "SystemMaxUse=",
        "SyslogIdentifier=",
        "StandardOutput=",
        "StandardError=",
        "MaxRetentionSec|SystemMaxUse",
        "systemd journal",
        "journal entries|entry",
        "journal|journald|journalctl",
        "log(s) (must|shall|are|is) (be) kept|retained|stored|preserved (for)",
        "log(s) retention",
        "keep|keeps|retain|retains log(s) for",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "log",
        "logs",
        "logging",
        "logged",
        "journal",
        "journald",
        "journalctl",
        "systemd",
        "location",
        "rotation",
        "rotated",
        "managed",
        "handled",
        "via",
        "monitored",
        "viewed",
        "view",
        "read",
        "readable",
        "accessible",
        "visible",
        "appear",
        "appears",
        "last",
        "recent",
        "entries",
        "entry",
        "kept",
        "keep",
        "keeps",
        "retained",
        "retention",
        "stored",
        "preserved",
        "most",
        "max",
        "maximum",
        "limited",
        "size",
        "output",
        "stdout",
        "stderr",
        "standard",
        "captured",
        "written",
        "send",
        "sends",
        "sent",
        "goes",
        "go",
        "captures",
        "service's",
        "persistent",
        "persists",
        "up",
        "follow",
        "followed",
        "through",
        "inspected",
        "u",
        "f",
        "n",
        "limit",
        "takes",
        "take",
        "least",
        "error",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Logs**: `journalctl -u agent-prod`", r#"{"unit": "agent-prod.service"}"#),
        example("The service logs to the systemd journal (stdout and stderr)", "{}"),
        example(
            "Log retention: journald keeps 14 days, at most 2 GB",
            r#"{"retention": 1209600.0, "max_use": 2147483648}"#,
        ),
        example("MaxRetentionSec=2week, SystemMaxUse=300M", r#"{"retention": 1209600.0, "max_use": 314572800}"#),
        example("Rotation is handled by journald (SystemMaxUse)", r#"{"settings": ["SystemMaxUse"]}"#),
        criterion("Log entries appear in the journal within the last 10 minutes", r#"{"window": 600.0}"#),
        example("Logs are viewed with journalctl -u agent-prod -f", r#"{"unit": "agent-prod.service"}"#),
        example("Check logs: `journalctl -u agent-prod -n 50`", r#"{"unit": "agent-prod.service"}"#),
        example("SyslogIdentifier=agent", r#"{"identifier": "agent"}"#),
        example("nginx logs to the journal", NOT_MINE),
        example("`journalctl -u nginx -f` shows requests", NOT_MINE),
        example("Logs are kept for 14 days", r#"{"retention": 1209600.0}"#),
        example("**Log retention**: 4 weeks", r#"{"retention": 2419200.0}"#),
        example("**Logs**: journald, 7 days, 500 MB", r#"{"retention": 604800.0, "max_use": 524288000}"#),
        example("Logs in /var/log/mailer are kept for 30 days", NOT_MINE),
        example("Logs are rotated daily and kept for 30 days", NOT_MINE),
        example("Trace logs are kept for 1 hour", NOT_MINE),
        example("Audit logs are kept for 90 days", NOT_MINE),
        example("Logs are kept small", NOT_MINE),
        criterion("`journalctl -u agent-prod` shows `ready to serve`", NOT_MINE),
        example("The service does not log to the journal", NOT_MINE),
        example("journald rate limits avoid log flooding", NOT_MINE),
        example("Each trade is written to the journal of the accountants", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] =
        &[&LOGS_TO_JOURNAL, &PERSISTENT_JOURNAL, &JOURNAL_RETENTION, &JOURNAL_MAX_USE];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("rate|crash|audit|accountants|trade(s)|access|WAL").is_some() {
            return None;
        }
        // Nothing but the journal keeps logs, unless the sentence says where they are.
        let names_journal = clause.find("journal|journald|journalctl|MaxRetentionSec").is_some();
        let elsewhere = "file(s)|rotated|rotate(s)|rotation|compressed|archive(d)|backup(s)|remote|nginx|postgresql";
        // "Trace logs are kept …": one kind of them.
        let kind = clause.find("log(s)").map(|logs| clause.word_before(&logs)).unwrap_or_default();
        let all = ["", "the", "all", "its", "service", "application", "keep", "keeps", "retain", "retains", "system"];
        if !names_journal && clause.commands().next().is_none() && !all.contains(&kind.as_str()) {
            return None;
        }
        if !names_journal
            && clause.find("kept|keep(s)|retained|retain(s)|retention|stored|preserved").is_some()
            && (clause.find(elsewhere).is_some()
                || clause.paths().next().is_some()
                || clause.durations().next().is_none() && clause.directives().next().is_none())
        {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        for ((name, value), place) in clause.directives() {
            match name {
                "MaxRetentionSec" => reading.facts.retention = Some(value.parse().ok()?),
                "SystemMaxUse" => reading.facts.max_use = Some(value.parse().ok()?),
                "SyslogIdentifier" if value.parse::<crate::value::ServiceName>().is_ok() => {
                    reading.facts.identifier = Some(value.to_owned());
                }
                "StandardOutput" | "StandardError" if value == "journal" => {}
                _ => return None,
            }
            reading.claims.push(place);
        }
        let searched = clause.quotes().next().is_some()
            || clause.mentions().any(|(mention, _)| matches!(mention, Mention::Code(_)));
        for (words, place) in clause.commands() {
            // A search for a certain entry is a check of its own.
            if searched {
                return None;
            }
            if !asks_journal(words, context) {
                return None;
            }
            reading.facts.unit = context.service.map(|service| format!("{service}.service"));
            reading = reading.place("unit", place);
        }
        // Without inline code the command stands there as words.
        if let Some(place) = clause.find("journalctl u").or_else(|| clause.find("u")) {
            let (unit, unit_place) = clause.name_after(place.end, &[])?;
            if !is_own_unit(unit, context) {
                return None;
            }
            reading.facts.unit = context.service.map(|service| format!("{service}.service"));
            reading = reading.place("unit", unit_place).claim(place);
        }
        for setting in ["MaxRetentionSec", "SystemMaxUse"] {
            if let Some(place) = clause.find(setting) {
                reading.facts.settings.push(setting.to_owned());
                reading = reading.place("settings", place);
            }
        }
        if let Some((time, place)) = clause.durations().next() {
            if clause.find("last|recent|within").is_some() && clause.find("kept|keep(s)|retained|retention").is_none() {
                reading.facts.window = Some(time);
                reading = reading.place("window", place);
            } else if clause.label_is("log|logs|logging|journal")
                || clause.find("kept|keep(s)|retained|retention|retain(s)|stored|preserved|MaxRetentionSec").is_some()
            {
                reading.facts.retention = Some(time);
                reading = reading.place("retention", place);
            } else {
                return None;
            }
        }
        if let Some((size, place)) = clause.sizes().next() {
            reading.facts.max_use = Some(size);
            reading = reading.place("max_use", place);
        }
        let speaks_of_logs = clause.find(
            "log(s)|logging|logged|entries|output|stdout|journald|journalctl|MaxRetentionSec|SystemMaxUse|retention",
        );
        (speaks_of_logs.is_some() || !reading.claims.is_empty()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let asked = own.first();
        let identifier =
            asked.and_then(|binding| binding.facts.identifier.clone()).unwrap_or_else(|| plan.service.to_string());
        let output = asked.map(Binding::provenance).or_else(|| plan.default(Self::NAME, &LOGS_TO_JOURNAL));
        if let Some(why) = output {
            let comment = "output goes to the journal, under this name";
            plan.directive(UnitSection::Service, "StandardOutput", "journal", comment, why.clone());
            plan.directive(UnitSection::Service, "StandardError", "journal", comment, why.clone());
            plan.directive(UnitSection::Service, "SyslogIdentifier", identifier, comment, why);
        }
        if let Some(binding) = asked {
            add_entry_probes(plan, binding);
        }
        let mut reader = asked.map(Binding::provenance).unwrap_or_default();
        if let Some(detection) = all.one::<CrashDetection>() {
            reader.merge(&detection.provenance());
        }
        if !reader.statements.is_empty() {
            let unit = plan.unit_name();
            plan.runbook(entry(&unit, reader.clone()));
            settings::add_settings(plan, asked, reader);
        }
    }
}

/// Entries arrive, from the service itself.
fn add_entry_probes(plan: &mut PlanBuilder, binding: &Binding<Facts>) {
    let unit = plan.unit_name();
    let window = binding.facts.window.unwrap_or(DEFAULT_WINDOW);
    // Who names no time asks for a log, not for one that never rests: a healthy service may have nothing to say after its start.
    let or_this_run = binding.facts.window.is_none();
    let otherwise = if or_this_run { ", or since it was started" } else { "" };
    let url = if let HealthGate::Http { url, .. } = &plan.health { Some(url.clone()) } else { None };
    plan.probe(
        Probe::new(
            "journal-logging.output",
            Layer::Monitoring,
            "output of the service goes to the journal",
            Observer::UnitProperty { unit: unit.clone(), property: "StandardOutput" },
            Expectation::Equals("journal".to_owned()),
            binding.provenance(),
        )
        .advice(format!("systemctl show {unit} -p StandardOutput -p DropInPaths"))
        .runbook(ANCHOR),
    );
    plan.probe(
        Probe::new(
            "journal-logging.recent",
            Layer::Monitoring,
            format!("the service has logged within the last {window}{otherwise}"),
            Observer::JournalRecent { unit: unit.clone(), window, or_this_run, url },
            Expectation::AtLeast(1.0),
            binding.provenance_of(&["window", "unit"]),
        )
        .after("service-active.active")
        .needs("root")
        .advice(format!("journalctl -u {unit} -n 20 --no-pager"))
        .runbook(ANCHOR),
    );
}

/// What to do where entries are missing.
fn entry(unit: &str, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: ANCHOR,
        title: "Log entries are missing".to_owned(),
        symptom: Some(format!("`journalctl -u {unit}` shows nothing new, or nothing from before the last boot")),
        checks: Vec::new(),
        steps: vec![
            RunbookStep::run(
                "See the newest entries, and of which boots there are any.",
                format!("journalctl -u {unit} -n 5 --no-pager; journalctl --list-boots --no-pager"),
            ),
            RunbookStep::run(
                "See where its output goes, and whether a drop-in sends it elsewhere.",
                format!("systemctl show {unit} -p StandardOutput -p StandardError -p DropInPaths"),
            ),
            RunbookStep::run(
                "See whether journald runs, what it complains of (suppressed messages, for instance), and how much it keeps.",
                "systemctl status systemd-journald.service --no-pager; journalctl --disk-usage",
            ),
            RunbookStep::run(
                "See its settings, file by file; the last value counts.",
                "systemd-analyze cat-config systemd/journald.conf",
            ),
            RunbookStep::run(
                "Put those of the specification back: journald and the service are restarted where they differ.",
                "./deploy.sh",
            ),
        ],
        verify: Some(RunbookStep::run(
            "Entries arrive, and are kept.",
            "./validate-deployment.sh --check journal-logging",
        )),
        provenance,
    }
}
