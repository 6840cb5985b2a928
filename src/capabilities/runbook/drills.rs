//! The runbook's chapter about drills: what is broken on purpose, what it takes, and what is to be seen.
//!
//! In: the drills that the others have contributed. Out: a chapter where there are any. How a drill breaks things is the
//! business of its shell function.

use crate::plan::{Drill, DrillKind, PlanBuilder, Provenance, RunbookEntry, RunbookStep};

use super::task;

/// The chapter; `None` where nothing can be drilled.
pub(super) fn chapter(plan: &PlanBuilder, why: &Provenance) -> Option<RunbookEntry> {
    if plan.drills.is_empty() {
        return None;
    }
    let mut steps = vec![RunbookStep::say(
        "Before users depend on it, and once a quarter: choose a quiet hour, tell those whom alerts reach, and have a second way into the \
         host. Each drill undoes what it did, also when the script is interrupted.",
    )];
    let (reboot, others): (Vec<&Drill>, Vec<&Drill>) =
        plan.drills.iter().partition(|drill| matches!(drill.kind, DrillKind::Reboot { .. }));
    for drill in others {
        steps.push(RunbookStep::run(format!("{}: expect that {}.", does(&drill.kind), drill.title), command(drill)));
    }
    for drill in reboot {
        steps.push(RunbookStep::run(
            format!("{}: expect that {}. It refuses while others are logged in.", does(&drill.kind), drill.title),
            command(drill),
        ));
        steps.push(RunbookStep::run(
            "When the host is back, log in and finish that drill.",
            format!("/var/lib/specc/{}/current/validate-deployment.sh --after-reboot", plan.service),
        ));
    }
    let verify = RunbookStep::run("Everything holds as before.", "./validate-deployment.sh");
    Some(task("drills", "Drill failures", steps, Some(verify), why))
}

fn command(drill: &Drill) -> String {
    format!("./validate-deployment.sh --drill {} --host \"$(uname -n)\"", drill.name())
}

/// What a drill does to the service, and whether its users notice.
fn does(kind: &DrillKind) -> &'static str {
    match kind {
        DrillKind::Crash { .. } => "Kill its process (users notice)",
        DrillKind::Memory { .. } => "Fill its memory (users notice)",
        DrillKind::NetworkLoss { .. } => "Take its network away (users notice)",
        DrillKind::InvalidConfig { .. } => "Give a clone of its check a broken environment file (nobody notices)",
        DrillKind::LogRotation { .. } => "Let a scratch log beside its own outgrow the limit (nobody notices)",
        DrillKind::Reboot { .. } => "Reboot the host (users notice)",
    }
}
