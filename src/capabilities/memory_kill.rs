//! Memory kill: what takes more memory than the limit is killed by the kernel, and the service is back within a time.
//!
//! In: clauses that say what becomes of a process over the limit. Out: nothing of its own: the drill that `memory_limit`
//! brings takes too much memory and watches the kill and the recovery. Not here: the limit (`memory_limit`).

use serde_json::Value;

use super::well_again::{self, Facts, Failure};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{DrillKind, PlanBuilder};

/// The capability.
pub struct MemoryKill;

const KILL: Failure = Failure {
    names: &[
        "oom",
        "out of memory",
        "memory (limit) (is|was|gets) exceeded|exhausted",
        "exceed(s|ed|ing) (the|its) memory (limit)",
        "memory|ram",
        "kill(s|ed|ing)",
    ],
    condition: "if … exceeded|exceeds|killed|memory|oom",
    commands: &[],
    outcomes: &["kill(s|ed)", "drill|test"],
};

impl Capability for MemoryKill {
    type Facts = Facts;

    const NAME: &'static str = "memory-kill";
    const SUMMARY: &'static str = "The memory drill goes over the limit; the kernel must kill, and the service be healthy within the time that the sentence names.";
    const CUES: &'static [&'static str] = &[
        "oom|memory kill(s|ed)|killer|drill|test",
        "kill(s|ed|ing) … restart(s|ed)",
        "kernel kill(s|ed)",
        "killed by the (linux) kernel|oom",
        "gets killed",
        "is|are|be killed by|and|when|if|for|once",
        "survive(s|d) (a|an|the) oom|out",
        "recover(s|ed|y) … memory|oom",
        "is|are|be|come|comes|it back",
        "running|healthy|active|reachable|available|online|up|operational again",
        "running|healthy|active|reachable|available|online|up|operational within|under #",
        "recover(s|ed) (fully) (itself) within|under #",
    ];
    const VOCABULARY: &'static [&'static str] = well_again::WORDS;
    const EXAMPLES: &'static [Example] = &[
        criterion(
            "When the memory limit is exceeded, the kernel kills the process and systemd restarts it within 20 seconds",
            r#"{"within": 20.0}"#,
        ),
        criterion("Memory limit: a process that takes more than 64 MB gets killed (OOM)", "{}"),
        criterion("OOM kill: the service is restarted within 20 seconds", r#"{"within": 20.0}"#),
        criterion("The service is back within 15 seconds after an out-of-memory kill", r#"{"within": 15.0}"#),
        criterion("If the memory limit is exceeded, it is back within 12 seconds", r#"{"within": 12.0}"#),
        criterion("When it exceeds its memory limit the process is killed by the kernel", "{}"),
        example("Memory is limited to 512 MB", NOT_MINE),
        example("Memory limit 0.5 GB (kills if exceeded)", NOT_MINE),
        example("Requests that take too much memory are killed", NOT_MINE),
        example("The service must not be killed for want of memory", NOT_MINE),
        example("The service is killed when it has not stopped after 30 seconds", NOT_MINE),
        criterion("After a crash the service is back within 10 seconds", NOT_MINE),
        example("PostgreSQL is killed when it takes too much memory", NOT_MINE),
        example("Sessions over 64 MB are killed", NOT_MINE),
    ];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;
    const ALONGSIDE: &'static [&'static str] = &["memory-limit", "crash-recovery", "reboot-survival"];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if !well_again::is_about_memory(clause) {
            return None;
        }
        well_again::read(clause, context, &KILL)
    }

    fn satisfies(_: &str, given: &Value, least: &Value) -> bool {
        well_again::satisfies(given, least)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let is_it = |kind: &DrillKind| matches!(kind, DrillKind::Memory { .. });
        let why_not = "there is no drill: no requirement names a memory limit";
        well_again::require_drill(own, is_it, why_not, plan);
    }
}
