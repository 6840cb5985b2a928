//! Crash recovery: a crash of the service is over within a time.
//!
//! In: clauses that say how a crash ends: the service is back, a new process runs. Out: nothing of its own: the drill that
//! `restart_policy` brings kills the service and measures that time. Where a requirement says so and nothing speaks of
//! restarts, that capability takes it for one. Not here: when systemd restarts, and after which pause (`restart_policy`).

use serde_json::Value;

use super::well_again::{self, Facts, Failure};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{DrillKind, PlanBuilder};

/// The capability.
pub struct CrashRecovery;

const CRASH: Failure = Failure {
    names: &["crash(es|ed|ing)", "sigkill", "kill(s|ed|ing)", "dies|died"],
    condition: "if … crash(es|ed)|killed|dies",
    commands: &["kill", "pkill", "killall"],
    outcomes: &["drill|test"],
};

impl Capability for CrashRecovery {
    type Facts = Facts;

    const NAME: &'static str = "crash-recovery";
    const SUMMARY: &'static str =
        "The crash drill kills the service; a new process must be healthy within the time that the sentence names.";
    const CUES: &'static [&'static str] = &[
        "crash recovery|survival|drill|test",
        "survive(s|d) (a|an|the|any|its) (process|service) crash(es)",
        "recover(s|ed|y) … crash(es|ed)",
        "crash(es|ed) … back|again",
        "crash(es|ed) … is|are (up) (and) running|healthy|reachable|available|online",
        "kill(s|ed|ing) … restart(s|ed)|auto|automatic|automatically",
        "restart(s|ed) (it|the|automatically) (service|process) within|under #",
        "new (main) process|pid",
        "is|are|be|come|comes|it back",
        "running|healthy|active|reachable|available|online|up|operational again",
        "running|healthy|active|reachable|available|online|up|operational within|under #",
        "recover(s|ed) (fully) (itself) within|under #",
    ];
    const VOCABULARY: &'static [&'static str] = well_again::WORDS;
    const EXAMPLES: &'static [Example] = &[
        criterion("If the process crashes, it is back within 30 s", r#"{"within": 30.0}"#),
        criterion("After a crash the service is healthy again within 20 seconds", r#"{"within": 20.0}"#),
        criterion("Survives a crash: killing the process triggers a restart within 10 seconds", r#"{"within": 10.0}"#),
        criterion("Crash recovery: `kill -9 $(pidof agent-prod)` brings a new process", "{}"),
        example("The service recovers from a crash within 15 seconds", r#"{"within": 15.0}"#),
        example("**Recovery after a crash**: 25 seconds", r#"{"within": 25.0}"#),
        criterion(
            "When the main process is killed with SIGKILL, systemd restarts it within 5 seconds",
            r#"{"within": 5.0}"#,
        ),
        criterion("The crash drill passes", "{}"),
        criterion("The service is back no later than 40 seconds after a crash", r#"{"within": 40.0}"#),
        criterion("A crash is followed by a restart after 5 seconds", NOT_MINE),
        example("The service must not crash", NOT_MINE),
        criterion("After a crash the service is not back", NOT_MINE),
        criterion("After a crash it doesn\u{2019}t come back", NOT_MINE),
        example("The on-call engineer is back within 30 minutes after a crash", NOT_MINE),
        example("Sessions survive a crash of the service", NOT_MINE),
        example("At most 5 restarts within 60 seconds after crashes", NOT_MINE),
        example("The service restarts on a crash and stays running", NOT_MINE),
        example("PostgreSQL is back within 30 seconds after a crash", NOT_MINE),
        example("Crash reports are available within 5 minutes", NOT_MINE),
        example("The service must be back within 30 seconds", NOT_MINE),
        criterion("The service is back within 30 seconds after a reboot", NOT_MINE),
        criterion("The service is back within 30 seconds after it was killed for want of memory", NOT_MINE),
        example("Ideally the service is back within 30 seconds after a crash", NOT_MINE),
    ];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;
    const ALONGSIDE: &'static [&'static str] = &["restart-policy", "reboot-survival", "memory-kill"];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        // A kill for want of memory has a drill of its own.
        if well_again::is_about_memory(clause) {
            return None;
        }
        well_again::read(clause, context, &CRASH)
    }

    fn satisfies(_: &str, given: &Value, least: &Value) -> bool {
        well_again::satisfies(given, least)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let is_it = |kind: &DrillKind| matches!(kind, DrillKind::Crash { .. });
        let why_not = "there is no drill: no requirement says that the service is restarted after a crash";
        well_again::require_drill(own, is_it, why_not, plan);
    }
}
