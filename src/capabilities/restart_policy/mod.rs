//! Restart policy: what systemd does when the service ends by itself, and after which pause.
//!
//! In: clauses about automatic restarts, or `Restart=` and `RestartSec=`. Out: directives of the unit, checks of what the
//! manager holds, the crash drill. Not here: how often (`start_limit`), and what people restart by hand.

mod policy;
mod reading;
mod slower_than_promised;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, CrashDetection, CrashRecovery, Example, NOT_MINE, Reading,
    criterion, example, well_again,
};
use crate::diagnostics::Lint;
use crate::plan::{
    Drill, DrillKind, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, UnitSection,
};
use crate::value::Seconds;

pub use policy::Policy;

/// The capability.
pub struct RestartPolicy;

/// What a statement says about restarts. Times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// When systemd restarts.
    pub policy: Option<Policy>,
    /// The pause before it does.
    pub delay: Option<Seconds>,
    /// When the service is back at the latest.
    pub within: Option<Seconds>,
}

static RESTART_ON_FAILURE: NamedDefault = NamedDefault {
    name: "restart-on-failure",
    reason: "the specification asks for automatic restarts and not when: after a crash, and not after a clean end",
};

static RESTART_DELAY: NamedDefault = NamedDefault {
    name: "restart-delay",
    reason: "the specification names no pause; systemd's own 100 ms would use up any start limit within a second",
};

const DEFAULT_DELAY: Seconds = Seconds(1.0);

impl Capability for RestartPolicy {
    type Facts = Facts;

    const NAME: &'static str = "restart-policy";
    const SUMMARY: &'static str =
        "systemd restarts the service after a crash: `Restart=` and `RestartSec=`, proven by a crash drill.";
    const CUES: &'static [&'static str] = &[
        "Restart=",
        "RestartSec=",
        "RestartSec",
        "restart policy",
        "restart delay",
        "auto|automatic restart(s|ed)",
        "automatically restart(s|ed)",
        "restart(s|ed) automatically|itself",
        "auto recover(s)|recovery",
        "recovers … crash(es)",
        "restart(s|ed|ing)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "restart",
        "restarts",
        "restarted",
        "policy",
        "delay",
        "automatically",
        "automatic",
        "auto",
        "systemd",
        "crash",
        "crashes",
        "crashed",
        "failure",
        "failures",
        "fails",
        "killed",
        "killing",
        "process",
        "triggers",
        "exits",
        "exit",
        "code",
        "non",
        "zero",
        "unclean",
        "unexpected",
        "unexpectedly",
        "clean",
        "stop",
        "second",
        "pause",
        "prevent",
        "prevents",
        "loop",
        "loops",
        "tight",
        "main",
        "always",
        "not",
        "recovers",
        "recovery",
        "dies",
        "unhandled",
        "exception",
        "≠",
        "back",
        "ends",
        "prints",
        "shows",
        "returns",
        "new",
        "pid",
        "between",
        "wait",
        "waits",
        "ends",
        "ended",
        "each",
        "attempts",
        "but",
        "sigkill",
        "kill",
        "avoid",
        "survives",
        "manual",
        "intervention",
        "without",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Restart policy**: on-failure, after 3 seconds", r#"{"policy": "on-failure", "delay": 3.0}"#),
        example("**Restarts**: always (never on-abort), with a 10s pause", r#"{"policy": "always", "delay": 10.0}"#),
        example("Restart=on-abnormal and RestartSec=250ms", r#"{"policy": "on-abnormal", "delay": 0.25}"#),
        example("The service restarts automatically if it crashes (exit code ≠ 0)", r#"{"policy": "on-failure"}"#),
        example(
            "If it crashes, the service shall be restarted no later than 9 seconds",
            r#"{"policy": "on-failure", "within": 9.0}"#,
        ),
        example("The service recovers within 15 seconds after a crash", r#"{"policy": "on-failure", "within": 15.0}"#),
        criterion("`systemctl show agent-prod -p Restart` prints `Restart=always`", r#"{"policy": "always"}"#),
        example("Automatic restart with a five second delay", r#"{"delay": 5.0}"#),
        example("systemd must restart it within 8 seconds of a crash", r#"{"policy": "on-failure", "within": 8.0}"#),
        example(
            "The service SHALL start at boot and SHALL restart on failure after 3 seconds",
            r#"{"policy": "on-failure", "delay": 3.0}"#,
        ),
        example("It starts on boot and restarts on failure", r#"{"policy": "on-failure"}"#),
        example(
            "The service SHALL start on boot and SHALL restart on failure with a 2s delay.",
            r#"{"policy": "on-failure", "delay": 2.0}"#,
        ),
        example("**Restart policy**: no", r#"{"policy": "no"}"#),
        criterion("Killing the process triggers an automatic restart within 15 seconds", r#"{"within": 15.0}"#),
        example("Restart always, five seconds after it ends", r#"{"policy": "always", "delay": 5.0}"#),
        example("Restarts on failure after half a minute", r#"{"policy": "on-failure", "delay": 30.0}"#),
        example("It restarts after 5 s", r#"{"delay": 5.0}"#),
        example("**Restart**: always, 3s", r#"{"policy": "always", "delay": 3.0}"#),
        example("Restarts 3 seconds after a crash", r#"{"policy": "on-failure", "delay": 3.0}"#),
        example("Restart delay: 5 to 10 seconds", NOT_MINE),
        example("Restart delay: 5–10 s", NOT_MINE),
        example("Restart delay: 1m 30s", NOT_MINE),
        example("Always restart the load balancer first", NOT_MINE),
        example("Restart always after a change of the configuration", NOT_MINE),
        example("The service restarts after 24 hours", NOT_MINE),
        example("Restart nginx after a certificate renewal", NOT_MINE),
        example("The SSH daemon is restarted after changes", NOT_MINE),
        example("Deployments restart the service", NOT_MINE),
        example("The service must not restart endlessly", NOT_MINE),
        example("Data survives restarts", NOT_MINE),
        example("The camera daemon needs a restart after crashes", NOT_MINE),
        example("Start, restart and status work through systemd", NOT_MINE),
        criterion("The service restarts automatically after a reboot", NOT_MINE),
        example("The service may be restarted by the operators on Sundays", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&RESTART_ON_FAILURE, &RESTART_DELAY];
    const READS_NEGATION: bool = true;

    const LINTS: &'static [&'static Lint] = &[&slower_than_promised::RESTART_SLOWER_THAN_PROMISED];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause, context)
    }

    /// Under `always` it also comes back from a crash.
    fn satisfies(field: &str, given: &serde_json::Value, least: &serde_json::Value) -> bool {
        field == "policy" && given == "always" && least == "on-failure"
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let recovery = all.one::<CrashRecovery>();
        let asked_by_recovery = recovery.and_then(of_recovery);
        let Some(binding) = own.first().or(asked_by_recovery.as_ref()) else { return };
        slower_than_promised::check(binding, recovery, plan);
        let unit = plan.unit_name();
        let (policy, why) = match binding.facts.policy {
            Some(policy) => (policy, binding.provenance_of(&["policy"])),
            None => match plan.default(Self::NAME, &RESTART_ON_FAILURE) {
                Some(_) => (Policy::OnFailure, binding.with_default(&RESTART_ON_FAILURE)),
                None => return,
            },
        };
        plan.directive(UnitSection::Service, "Restart", policy.name(), policy.meaning(), why.clone());
        let probe = manager_probe(&unit, "restart-policy.policy", "Restart", policy.name().to_owned(), &why);
        if policy == Policy::No {
            plan.probe(probe.runbook("service-down"));
            return;
        }
        plan.probe(probe);
        let delay = match binding.facts.delay {
            Some(delay) => Some((delay, binding.provenance_of(&["delay"]))),
            None => {
                plan.default(Self::NAME, &RESTART_DELAY).map(|_| (DEFAULT_DELAY, binding.with_default(&RESTART_DELAY)))
            }
        };
        let pause = delay.as_ref().map_or(DEFAULT_DELAY, |(delay, _)| *delay);
        if let Some((delay, why)) = delay {
            plan.directive(
                UnitSection::Service,
                "RestartSec",
                delay.systemd(),
                format!("after a pause of {delay}"),
                why.clone(),
            );
            plan.probe(manager_probe(&unit, "restart-policy.delay", "RestartUSec", delay.systemctl(), &why));
        }
        let mut proves = binding.provenance();
        if let Some(detection) = all.one::<CrashDetection>() {
            proves.merge(&detection.provenance());
        }
        if policy.recovers_from_kill() {
            let promised = [binding.facts.within, recovery.and_then(|recovery| recovery.facts.within)];
            let within = well_again::soonest(promised).unwrap_or(Seconds(pause.0 + 30.0));
            let health = plan.health.clone();
            let proves = well_again::drilled(recovery, proves);
            plan.runbook(not_back(&unit, within, proves.clone()));
            plan.drill(Drill {
                kind: DrillKind::Crash { within },
                title: format!("a killed service is back, and healthy, within {within}"),
                health,
                provenance: proves,
            });
        }
        let mut told = binding.provenance();
        told.merge(&why);
        plan.runbook(RunbookEntry {
            anchor: "restart-loop",
            title: "The service restarts over and over".to_owned(),
            symptom: Some(format!(
                "the restart counter of {unit} grows; its state changes between active and activating"
            )),
            checks: vec![ProbeId("service-active.stable".to_owned()), ProbeId("restart-policy.policy".to_owned())],
            steps: vec![
                RunbookStep::run(
                    "Read how it ended, each time.",
                    format!("journalctl -u {unit} --since -15min --no-pager | grep -E 'exited|Failed|Scheduled'"),
                ),
                RunbookStep::run(
                    "Look at the counter and the last result.",
                    format!("systemctl show {unit} -p NRestarts -p Result -p ExecMainStatus"),
                ),
                RunbookStep::run(
                    "Stop it while you look for the cause: a stop by hand is never undone by the policy.",
                    format!("systemctl stop {unit}"),
                ),
                RunbookStep::run(
                    "Clear the counter and start it again.",
                    format!("systemctl reset-failed {unit}; systemctl start {unit}"),
                ),
            ],
            verify: Some(RunbookStep::run(
                "It keeps running.",
                "./validate-deployment.sh --check service-active.stable",
            )),
            provenance: told,
        });
    }
}

/// What to do when it stays away after a crash.
fn not_back(unit: &str, within: Seconds, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "after-crash",
        title: "The service does not come back after a crash".to_owned(),
        symptom: Some(format!(
            "{unit} is failed or inactive after its process has died, or takes longer than {within}"
        )),
        checks: Vec::new(),
        steps: vec![
            RunbookStep::run(
                "See how it ended, and whether systemd has given up (\"start-limit-hit\").",
                format!(
                    "systemctl status {unit} --no-pager; systemctl show {unit} -p Result -p ExecMainStatus -p NRestarts"
                ),
            ),
            RunbookStep::run(
                "See which policy the manager holds, and whether a drop-in overrides it.",
                format!("systemctl show {unit} -p Restart -p RestartUSec -p StartLimitBurst -p DropInPaths"),
            ),
            RunbookStep::run(
                "Read what kept the new process from starting, or made it slow.",
                format!("journalctl -u {unit} --since -15min --no-pager"),
            ),
            RunbookStep::run(
                "When the cause is mended, clear the failure and start it.",
                format!("systemctl reset-failed {unit}; systemctl start {unit}"),
            ),
        ],
        verify: Some(RunbookStep::run(
            "A killed process is replaced in time. The drill kills it: users notice.",
            "./validate-deployment.sh --drill crash --host \"$(uname -n)\"",
        )),
        provenance,
    }
}

/// What is to be back after a crash has to be restarted, also where no statement says how.
fn of_recovery(recovery: &Binding<well_again::Facts>) -> Option<Binding<Facts>> {
    recovery.is_required().then(|| recovery.clone().map(|_| Facts::default()))
}

fn manager_probe(unit: &str, id: &str, property: &'static str, expected: String, why: &Provenance) -> Probe {
    let title = match property {
        "Restart" => format!("restart policy is {expected}"),
        _ => format!("pause before a restart is {expected}"),
    };
    Probe::new(
        id,
        Layer::Service,
        title,
        Observer::UnitProperty { unit: unit.to_owned(), property },
        Expectation::Equals(expected),
        why.clone(),
    )
    .advice(format!("systemctl show {unit} -p {property} -p DropInPaths"))
    .runbook("restart-loop")
}
