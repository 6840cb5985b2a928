//! Graceful stop: the service gets a signal, and time to finish its work, before it is killed.
//!
//! In: clauses about stopping gracefully, `TimeoutStopSec=`, `KillSignal=`, `KillMode=`. Out: the directives, and checks
//! of what the manager holds. Not here: how the program handles the signal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, example};
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
    UnitSection,
};
use crate::value::Seconds;

/// The capability.
pub struct GracefulStop;

/// What a statement says about stopping. Times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How long it may take until it is killed.
    pub timeout: Option<Seconds>,
    /// The signal that asks it to stop: `SIGTERM`.
    pub signal: Option<String>,
    /// Who gets the signal: `mixed`, `control-group`, `process`.
    pub kill_mode: Option<String>,
}

static STOP_TIMEOUT: NamedDefault = NamedDefault {
    name: "stop-timeout",
    reason: "the specification asks for a graceful stop and names no time; 30 s outlast what a request may take",
};

static KILL_MODE_MIXED: NamedDefault = NamedDefault {
    name: "kill-mode-mixed",
    reason: "only the main process gets the signal and ends its workers in order; what is left after the time is killed",
};

/// Signals that ask a program to stop, with their numbers on Linux.
const SIGNALS: &[(&str, u8)] =
    &[("SIGTERM", 15), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGHUP", 1), ("SIGUSR1", 10), ("SIGUSR2", 12)];

impl Capability for GracefulStop {
    type Facts = Facts;

    const NAME: &'static str = "graceful-stop";
    const SUMMARY: &'static str =
        "A stop gives the service a signal and time: `KillSignal=`, `KillMode=` and `TimeoutStopSec=`.";
    const CUES: &'static [&'static str] = &[
        "TimeoutStopSec=",
        "KillSignal=",
        "KillMode=",
        "graceful shutdown|stop|termination (timeout)",
        "graceful timeout",
        "gracefully stop(s|ped)|terminate(s|d)|shut(s)",
        "shut(s) down gracefully|cleanly",
        "stop(s|ped)|terminate(s|d)|shutdown gracefully|cleanly",
        "stop|shutdown timeout|time",
        "time to stop|shut",
        "on SIGTERM|SIGINT|SIGQUIT",
        "stop(s) within #",
        "shut(s) down within #",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "graceful",
        "gracefully",
        "cleanly",
        "shutdown",
        "shut",
        "down",
        "stop",
        "stops",
        "stopped",
        "timeout",
        "time",
        "terminates",
        "terminated",
        "termination",
        "signal",
        "up",
        "most",
        "wait",
        "waits",
        "seconds",
        "then",
        "killed",
        "sigkill",
        "kill",
        "finish",
        "finishes",
        "flight",
        "active",
        "open",
        "requests",
        "connections",
        "work",
        "current",
        "running",
        "receives",
        "sends",
        "sent",
        "systemd",
        "handles",
        "completes",
        "first",
        "gets",
        "long",
        "process",
        "within",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "TimeoutStopSec=20, KillSignal=SIGINT, KillMode=mixed",
            r#"{"timeout": 20.0, "signal": "SIGINT", "kill_mode": "mixed"}"#,
        ),
        example(
            "Graceful shutdown: SIGTERM, then killed after 15 seconds",
            r#"{"timeout": 15.0, "signal": "SIGTERM"}"#,
        ),
        example("The service stops gracefully within 45s", r#"{"timeout": 45.0}"#),
        example("**Stop timeout**: 1 minute", r#"{"timeout": 60.0}"#),
        example("It shuts down cleanly (finishes requests in flight)", "{}"),
        example(
            "On SIGTERM the service finishes active requests, up to 30s, and then stops",
            r#"{"timeout": 30.0, "signal": "SIGTERM"}"#,
        ),
        example("Errors are handled gracefully", NOT_MINE),
        example("The service handles connection loss gracefully", NOT_MINE),
        example("Streams stop cleanly", NOT_MINE),
        example("A graceful reload on SIGHUP", NOT_MINE),
        example("PostgreSQL stops gracefully", NOT_MINE),
        example("The service does not stop gracefully", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&STOP_TIMEOUT, &KILL_MODE_MIXED];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some((value, range)) = clause.directive("TimeoutStopSec") {
            let timeout = Some(value.parse().ok()?);
            return Some(Reading::new(Facts { timeout, ..Facts::default() }, []).place("timeout", range));
        }
        if let Some((value, range)) = clause.directive("KillSignal") {
            let (name, _) = SIGNALS.iter().find(|(name, _)| name.eq_ignore_ascii_case(value))?;
            let signal = Some((*name).to_owned());
            return Some(Reading::new(Facts { signal, ..Facts::default() }, []).place("signal", range));
        }
        if let Some((value, range)) = clause.directive("KillMode") {
            let known = matches!(value, "mixed" | "control-group" | "process");
            let kill_mode = known.then(|| value.to_owned());
            return known.then(|| Reading::new(Facts { kill_mode, ..Facts::default() }, []).place("kill_mode", range));
        }
        let mut reading = Reading::<Facts>::default();
        if let Some((name, place)) = SIGNALS.iter().find_map(|(name, _)| Some((*name, clause.find(name)?))) {
            // SIGHUP asks for a reload more often than for an end.
            if name == "SIGHUP" || clause.find("reload(s)").is_some() {
                return None;
            }
            reading.facts.signal = Some(name.to_owned());
            reading = reading.place("signal", place);
        }
        let mut times = clause.durations();
        if let Some((timeout, place)) = times.next() {
            if times.next().is_some() {
                return None;
            }
            reading.facts.timeout = Some(timeout);
            reading = reading.place("timeout", place);
        }
        let subject = clause.find("service|unit|agent|daemon|application|app|process|server|it|shutdown|termination");
        (subject.is_some() || !reading.claims.is_empty()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let unit = plan.unit_name();
        let set =
            |plan: &mut PlanBuilder, name, property, value: String, shown: String, comment: String, why: Provenance| {
                plan.directive(UnitSection::Service, name, value, comment.clone(), why.clone());
                plan.probe(
                    Probe::new(
                        format!("graceful-stop.{}", name_of(property)),
                        Layer::Service,
                        comment,
                        Observer::UnitProperty { unit: unit.clone(), property },
                        Expectation::Equals(shown),
                        why,
                    )
                    .advice(format!(
                        "systemctl show {unit} -p TimeoutStopUSec -p KillSignal -p KillMode -p DropInPaths"
                    ))
                    .runbook("slow-stop"),
                );
            };
        if let Some((signal, number)) =
            binding.facts.signal.as_ref().and_then(|signal| SIGNALS.iter().find(|(name, _)| name == signal))
        {
            let comment = format!("a stop sends {signal}");
            set(
                plan,
                "KillSignal",
                "KillSignal",
                (*signal).to_owned(),
                number.to_string(),
                comment,
                binding.provenance_of(&["signal"]),
            );
        }
        let mode = match &binding.facts.kill_mode {
            Some(mode) => Some((mode.clone(), binding.provenance_of(&["kill_mode"]))),
            None => plan
                .default(Self::NAME, &KILL_MODE_MIXED)
                .map(|_| ("mixed".to_owned(), binding.with_default(&KILL_MODE_MIXED))),
        };
        if let Some((mode, why)) = mode {
            let comment = match mode.as_str() {
                "mixed" => "the main process gets the signal, what is left is killed",
                "process" => "only the main process gets the signal",
                _ => "every process of the service gets the signal",
            };
            set(plan, "KillMode", "KillMode", mode.clone(), mode, comment.to_owned(), why);
        }
        let timeout = match binding.facts.timeout {
            Some(timeout) => Some((timeout, binding.provenance_of(&["timeout"]))),
            None => {
                plan.default(Self::NAME, &STOP_TIMEOUT).map(|_| (Seconds(30.0), binding.with_default(&STOP_TIMEOUT)))
            }
        };
        if let Some((timeout, why)) = timeout {
            let comment = format!("killed when it has not stopped after {timeout}");
            set(plan, "TimeoutStopSec", "TimeoutStopUSec", timeout.systemd(), timeout.systemctl(), comment, why);
        }
        plan.runbook(RunbookEntry {
            anchor: "slow-stop",
            title: "A stop or restart takes long, or loses requests".to_owned(),
            symptom: Some(format!("the journal of {unit} says \"State 'stop-sigterm' timed out. Killing.\"")),
            checks: vec![ProbeId("graceful-stop.timeout".to_owned())],
            steps: vec![
                RunbookStep::run(
                    "See how its last stops went.",
                    format!(
                        "journalctl -u {unit} --since -1day --no-pager | grep -E 'Stopping|Stopped|timed out|Killing'"
                    ),
                ),
                RunbookStep::say("If it needs longer, raise the time in the specification and deploy again."),
            ],
            verify: Some(RunbookStep::run("systemd holds the time.", "./validate-deployment.sh --check graceful-stop")),
            provenance: binding.provenance(),
        });
    }
}

fn name_of(property: &str) -> &'static str {
    match property {
        "KillSignal" => "signal",
        "KillMode" => "kill-mode",
        _ => "timeout",
    }
}
