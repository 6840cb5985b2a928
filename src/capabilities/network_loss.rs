//! Network loss: the service outlives a time without a network.
//!
//! In: clauses that say what the service does when its connections are lost. Out: a drill that takes the network away
//! from this one unit, and gives it back; a runbook entry. Not here: other components that fail, and what the program
//! does to connect again, which nobody can see from outside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{Drill, DrillKind, NamedDefault, PlanBuilder, RunbookEntry, RunbookStep};
use crate::value::Seconds;

/// The capability.
pub struct NetworkLoss;

/// What a statement says about a loss of the network.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Set when the service must go on.
    pub survives: bool,
    /// Set when it must log the loss.
    pub logged: bool,
    /// How long the network is away.
    pub lasting: Option<Seconds>,
}

static NETWORK_LOSS_TIME: NamedDefault = NamedDefault {
    name: "network-loss-time",
    reason: "the specification does not say for how long; after 20 seconds without a network the usual time-outs of a connection have passed",
};

const DEFAULT_TIME: Seconds = Seconds(20.0);
/// A drill longer than that is no drill.
const LONGEST: f64 = 1800.0;

/// What a program does that goes on.
const GOES_ON: &str = "handle(s|d)|survive(s|d)|tolerate(s|d)|withstand(s)|outlive(s)|gracefully|continue(s)|keep(s)|\
                       stay(s)|remain(s)|resilient|crash(es|ed|ing)|terminate(s|d)|exit(s)|die(s)";
/// What it must not do meanwhile, as people write it.
const NO_CRASH: &[&str] = &[
    "doesn't crash",
    "doesn\u{2019}t crash",
    "does not crash",
    "do not crash",
    "must not crash",
    "shall not crash",
    "should not crash",
    "never crashes",
    "not crash",
    "without crashing",
    "without a crash",
    "no crash",
];
const LOGS: &[&str] = &["logs an error", "logs the error", "logs errors", "logs error", "error is logged", "logs it"];

impl Capability for NetworkLoss {
    type Facts = Facts;

    const NAME: &'static str = "network-loss";
    const SUMMARY: &'static str =
        "A drill takes the network away from the service: the same process must live on, and be healthy afterwards.";
    const CUES: &'static [&'static str] = &[
        "network failure(s)|loss|losses|outage(s)|interruption(s)|partition(s)|problem(s)|drop(s)",
        "connection|connectivity loss|losses|outage(s)|interruption(s)",
        "loss of (the) (its) network|connection|connectivity",
        "network (connection) (is|goes) (being) lost|down|away|unreachable|unavailable|interrupted",
        "without (a) network",
        "lost network|connection(s)|connectivity",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "network",
        "connection",
        "connections",
        "connectivity",
        "failure",
        "loss",
        "outage",
        "handles",
        "handle",
        "handled",
        "survives",
        "survive",
        "tolerates",
        "gracefully",
        "continues",
        "keeps",
        "stays",
        "remains",
        "alive",
        "running",
        "up",
        "resilient",
        "logs",
        "logged",
        "log",
        "error",
        "errors",
        "crash",
        "crashes",
        "crashing",
        "process",
        "it",
        "does",
        "healthy",
        "afterwards",
        "second",
        "seconds",
        "temporary",
        "short",
        "brief",
        "go",
        "going",
        "on",
    ];
    const EXAMPLES: &'static [Example] = &[
        criterion("Network outage: the service survives the loss of its network", r#"{"survives": true}"#),
        criterion(
            "Connection loss is handled gracefully (an error is logged, the process does not crash)",
            r#"{"survives": true, "logged": true}"#,
        ),
        example("The service does not crash on a network failure", r#"{"survives": true}"#),
        example(
            "A network interruption of 45 seconds must not crash the service",
            r#"{"survives": true, "lasting": 45.0}"#,
        ),
        example("The process stays alive when the network is down", r#"{"survives": true}"#),
        example("**Network loss**: the service keeps running", r#"{"survives": true}"#),
        criterion("The service tolerates a temporary network outage", r#"{"survives": true}"#),
        example("Network outages are not handled", NOT_MINE),
        example("The service does not survive a network outage", NOT_MINE),
        example("The database connection loss is handled by the pool", NOT_MINE),
        example("Redis survives the loss of its network", NOT_MINE),
        example("Network outages are reported to the provider", NOT_MINE),
        example("The network is private", NOT_MINE),
        example("Connections are closed after 60 seconds", NOT_MINE),
        criterion("The worker may crash on a network failure", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&NETWORK_LOSS_TIME];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let goes_on = clause.find(GOES_ON)?;
        let text = context.statement.text.masked.to_ascii_lowercase();
        let said = |phrases: &[&str]| {
            phrases.iter().find_map(|phrase| Some(text.find(phrase)?..text.find(phrase)? + phrase.len()))
        };
        let no_crash = said(NO_CRASH);
        // What ends it, or is denied, must be what must not happen.
        let ends = clause.find("crash(es|ed|ing)|terminate(s|d)|exit(s)|die(s)");
        if no_crash.is_none() && (ends.is_some() || clause.denied() || clause.denies(GOES_ON).is_some()) {
            return None;
        }
        let mut reading =
            Reading::new(Facts { survives: true, ..Facts::default() }, no_crash).place("survives", goes_on);
        if let Some(place) = said(LOGS) {
            reading.facts.logged = true;
            reading = reading.place("logged", place);
        }
        let mut times = clause.durations();
        if let Some((time, place)) = times.next() {
            if times.next().is_some() || time.0 > LONGEST || time.0 < 1.0 {
                return None;
            }
            reading.facts.lasting = Some(time);
            reading = reading.place("lasting", place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first().filter(|binding| binding.facts.survives) else { return };
        let unit = plan.unit_name();
        let mut why = binding.provenance();
        let lasting = match binding.facts.lasting {
            Some(lasting) => lasting,
            None => {
                let Some(default) = plan.default(Self::NAME, &NETWORK_LOSS_TIME) else { return };
                why.default = default.default;
                DEFAULT_TIME
            }
        };
        for (statement, _) in binding.places.get("logged").into_iter().flatten() {
            plan.partial(
                *statement,
                "what it logs depends on the connections that it has at that moment: the drill counts the lines, and demands none",
            );
        }
        let health = plan.health.clone();
        plan.drill(Drill {
            kind: DrillKind::NetworkLoss { lasting },
            title: format!("the same process outlives {lasting} without a network, and is healthy afterwards"),
            health,
            provenance: why.clone(),
        });
        plan.runbook(RunbookEntry {
            anchor: "network-loss",
            title: "The network was away".to_owned(),
            symptom: Some(format!("{unit} logs time-outs, or refused and unreachable connections")),
            checks: Vec::new(),
            steps: vec![
                RunbookStep::run("See whether the host itself has its network.", "ip -brief address; ip route; resolvectl status || cat /etc/resolv.conf"),
                RunbookStep::run("See whether the network is taken from this unit alone: both must be empty.", format!("systemctl show {unit} -p IPAddressDeny -p IPAddressAllow -p DropInPaths")),
                RunbookStep::run("Read what it says about its connections.", format!("journalctl -u {unit} --since -15min --no-pager | grep -iE 'time.?out|unreachable|refused|resol' | tail -n 20")),
                RunbookStep::run("A drill that was interrupted gives the network back by itself; this does it at once.", format!("systemctl set-property --runtime {unit} IPAddressDeny=; rm -f /run/systemd/system.control/{unit}.d/50-IPAddressDeny.conf; systemctl daemon-reload")),
            ],
            verify: Some(RunbookStep::run("It is well.", "./validate-deployment.sh --layer service --layer network")),
            provenance: why,
        });
    }
}
