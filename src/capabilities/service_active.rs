//! Service active: the unit is loaded, started, and goes on running.
//!
//! In: clauses that say that the service starts or is active. Out: the checks on which all others depend: active with a
//! start time, not restarting over and over, running what systemd has read. Not here: whether it answers
//! (`health_check`), whether it starts at boot (`start_on_boot`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::own_unit::asks_systemctl;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::value::Seconds;

/// The capability.
pub struct ServiceActive;

/// What a statement says about the running service.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The unit, as far as it is named.
    pub unit: Option<String>,
    /// Its state: `active`.
    pub state: Option<String>,
}

/// Why checks that every service needs are there without being asked for.
pub(super) static SERVICE_IS_PROVEN: NamedDefault = NamedDefault {
    name: "service-is-proven",
    reason: "every other check means something only while the service itself runs, and keeps running",
};

/// Every word that such a sentence may hold; with any other it says something else as well.
const KNOWN_WORDS: &[&str] = &[
    "service",
    "services",
    "unit",
    "daemon",
    "agent",
    "application",
    "app",
    "systemd",
    "is",
    "are",
    "be",
    "must",
    "shall",
    "should",
    "starts",
    "start",
    "started",
    "running",
    "active",
    "up",
    "and",
    "the",
    "a",
    "in",
    "state",
    "status",
    "successfully",
    "cleanly",
    "without",
    "errors",
    "error",
    "returns",
    "return",
    "returned",
    "shows",
    "show",
    "prints",
    "print",
    "reports",
    "outputs",
    "output",
    "gives",
    "exit",
    "code",
    "exits",
    "with",
    "layer",
    "after",
    "deployment",
    "deploy",
    "it",
    "remains",
    "stays",
    "as",
    "says",
    "systemctl",
    "works",
];

impl Capability for ServiceActive {
    type Facts = Facts;

    const NAME: &'static str = "service-active";
    const SUMMARY: &'static str = "The unit is loaded, active and stable, as the service manager holds it. Checked always: other checks depend on it.";
    const CUES: &'static [&'static str] = &[
        "<command>",
        "is active|running|up",
        "is up and running",
        "active (and) running",
        "stays|remains active|running",
        "service|unit|agent|daemon starts|active|running",
        "starts successfully|cleanly",
    ];
    const VOCABULARY: &'static [&'static str] = KNOWN_WORDS;
    const EXAMPLES: &'static [Example] = &[
        criterion(
            "`systemctl is-active agent-prod` prints \"active\"",
            r#"{"unit": "agent-prod.service", "state": "active"}"#,
        ),
        criterion(
            "**Started**: `sudo systemctl start agent-prod` ends with exit code 0",
            r#"{"unit": "agent-prod.service", "state": "active"}"#,
        ),
        criterion("The service is active", r#"{"state": "active"}"#),
        example("The agent-prod service must be up: it is running and stays active", r#"{"state": "active"}"#),
        criterion(
            "`systemctl status agent-prod` shows `active (running)`",
            r#"{"unit": "agent-prod.service", "state": "active"}"#,
        ),
        criterion(
            "Unit active: `systemctl is-active agent-prod.service`",
            r#"{"unit": "agent-prod.service", "state": "active"}"#,
        ),
        criterion("`systemctl is-active nginx` prints \"active\"", NOT_MINE),
        criterion("The firewall is active", NOT_MINE),
        criterion("The SSH service is running", NOT_MINE),
        example("The service is running as the user `agent-prod`", NOT_MINE),
        criterion("`systemctl is-active agent-prod` prints \"inactive\"", NOT_MINE),
        criterion("The service is not running", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SERVICE_IS_PROVEN];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let about_own_unit =
            |words: &[String]| ["is-active", "start", "status"].iter().any(|verb| asks_systemctl(words, verb, context));
        let active = Facts { unit: None, state: Some("active".to_owned()) };
        let answers: Vec<_> = clause
            .quotes()
            .chain(clause.values(|mention| match mention {
                crate::spec::mention::Mention::Code(code) => Some(code.as_str()),
                _ => None,
            }))
            .collect();
        if answers.iter().any(|(answer, _)| !matches!(*answer, "active" | "active (running)" | "running")) {
            return None;
        }
        if clause.counts().any(|(count, _)| count != 0 && clause.find("exit|code|status").is_some()) {
            return None;
        }
        let claims = answers.into_iter().map(|(_, range)| range).chain(clause.counts().map(|(_, range)| range));
        let mut commands = clause.commands();
        if let Some((words, range)) = commands.next() {
            if commands.next().is_some() || !about_own_unit(words) {
                return None;
            }
            let unit = context.service.map(|service| format!("{service}.service"));
            return Some(Reading::new(Facts { unit, ..active }, claims).claim(range));
        }
        // "It is running" is easily said of something else: every word must be known.
        let own =
            |word: &str| context.service.is_some_and(|service| service.as_str().split('-').any(|part| part == word));
        let strange = clause.words().any(|(word, _)| !KNOWN_WORDS.contains(&word.as_str()) && !own(&word));
        let denied = clause.denied() || clause.find("not|never|no|as").is_some();
        let about_it = clause.find("service|unit|agent|daemon|application|app|it|is").is_some();
        (!strange && !denied && about_it).then(|| Reading::new(active, claims))
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let unit = plan.unit_name();
        // Not to be switched off: the other checks name this one as the one to pass first.
        let why = own
            .first()
            .map(Binding::provenance)
            .or_else(|| plan.default(Self::NAME, &SERVICE_IS_PROVEN))
            .unwrap_or_else(|| Provenance::of_default(Self::NAME, &SERVICE_IS_PROVEN));
        let property = |property| Observer::UnitProperty { unit: unit.clone(), property };
        let probe = |id: &str, title: &str, observer, expected: &str| {
            Probe::new(id, Layer::Service, title, observer, Expectation::Equals(expected.to_owned()), why.clone())
                .advice(format!("systemctl status {unit}; journalctl -u {unit} -n 30"))
                .runbook("service-down")
        };
        plan.probe(probe("service-active.active", "unit is active", property("ActiveState"), "active"));
        let stable = Observer::Stable { unit: unit.clone(), window: Seconds(10.0) };
        plan.probe(
            probe("service-active.stable", "service is not restarting over and over", stable, "stable")
                .after("service-active.active"),
        );
        plan.probe(
            probe(
                "service-active.reloaded",
                "systemd runs the unit as it is on disk",
                property("NeedDaemonReload"),
                "no",
            )
            .advice(format!("systemctl show {unit} -p NeedDaemonReload -p FragmentPath -p DropInPaths"))
            .after("service-active.active"),
        );
        plan.runbook(RunbookEntry {
            anchor: "service-down",
            title: "The service is down".to_owned(),
            symptom: Some(format!("{unit} is failed, inactive or activating")),
            checks: ["active", "stable", "reloaded"].map(|check| ProbeId(format!("service-active.{check}"))).to_vec(),
            steps: vec![
                RunbookStep::run(
                    "Read what it said last, and how it ended.",
                    format!("systemctl status {unit} --no-pager; journalctl -u {unit} -n 50 --no-pager"),
                ),
                RunbookStep::run(
                    "See whether its unit file is there (\"No files found\": deploy again), and which drop-ins change it.",
                    format!("systemctl cat {unit}"),
                ),
                RunbookStep::run(
                    "See whether it was killed, or gave up restarting.",
                    format!("systemctl show {unit} -p Result -p ExecMainStatus -p NRestarts"),
                ),
                RunbookStep::run(
                    "Where it runs, but not as its unit file says now: let systemd read that, and restart it.",
                    format!("systemctl daemon-reload && systemctl restart {unit}"),
                ),
                RunbookStep::run(
                    "When the cause is mended, clear the failure and start it.",
                    format!("systemctl reset-failed {unit}; systemctl start {unit}"),
                ),
                RunbookStep::say(
                    "If the last deployment broke it, go back to the one before: `./deploy.sh --rollback`.",
                ),
            ],
            verify: Some(RunbookStep::run("It runs, and keeps running.", "./validate-deployment.sh --layer service")),
            provenance: why,
        });
    }
}
