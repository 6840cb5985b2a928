//! The runbook's chapters about another version: update, and the way back.
//!
//! In: the plan, with what the others have contributed. Out: how a new package comes to the host, what it may wait for, how the
//! one before is put back, and what a roll back leaves as it is.

use crate::plan::{Action, CONFIRMATION_SECONDS, PlanBuilder, Provenance, RunbookEntry, RunbookStep};

use super::{has, task};

/// The two chapters.
pub(super) fn chapters(plan: &PlanBuilder, why: &Provenance) -> Vec<RunbookEntry> {
    let proven = |text: &str| Some(RunbookStep::run(text, "./validate-deployment.sh"));
    vec![
        task("update", "Update", update(plan), proven("All of it holds: expect `0 failed, 0 skipped`."), why),
        task("roll-back", "Roll back", roll_back(plan), proven("The old version is healthy."), why),
    ]
}

fn has_transaction(plan: &PlanBuilder) -> bool {
    has(plan, |action| matches!(action, Action::Firewall { .. } | Action::Sshd { .. }))
}

/// How a new package is made, on the workstation.
fn compile(plan: &PlanBuilder) -> String {
    let app = if has(plan, |action| matches!(action, Action::Application { .. })) { " --app DIR" } else { "" };
    format!(
        "Change the specification or the application on your workstation, and compile again: \
         `specc build DEPLOYMENT-SPEC.md{app} -o out/`, with the same `--set` values as before, where TRACEABILITY.md has a section \
         \"Command line\" that lists them."
    )
}

fn update(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let service = &plan.service;
    let mut steps = vec![
        RunbookStep::say(format!(
            "{} What was changed on the host by hand is put back by the next deployment.",
            compile(plan)
        )),
        RunbookStep::run(
            "From the workstation, in the directory of the new package: this ships, deploys, validates and fetches the results. Where it \
             is enough, the rest of this list is not needed. As another account: `--host USER@HOST`, which needs sudo without a password.",
            "./deploy.sh --host root@HOST --evidence ../results",
        ),
        RunbookStep::run(
            format!(
                "Or ship it by hand, from the same place, and log in. As another account, write USER@HOST; the package then lies in \
                 /home/USER/{service}-package, not below /root."
            ),
            format!(
                "tar -c . | ssh root@HOST 'rm -rf {service}-package && mkdir {service}-package && \
                 tar -x --no-same-owner -C {service}-package'"
            ),
        ),
        RunbookStep::run(
            "On the host: see what would change. Nothing is written.",
            format!("/root/{service}-package/deploy.sh --dry-run"),
        ),
        RunbookStep::run(
            "Deploy; what is as it should be is left alone. A version that does not become healthy is taken back by itself (exit code 4).",
            format!("/root/{service}-package/deploy.sh"),
        ),
    ];
    if has_transaction(plan) {
        steps.push(RunbookStep::run(
            format!(
                "Exit code 5: the firewall or the SSH server was changed. Confirm from a new connection within {CONFIRMATION_SECONDS} s, \
                 or it reverts itself. The second line is for an account with sudo."
            ),
            format!(
                "ssh root@HOST bash /var/lib/specc/{service}/current/deploy.sh --confirm\n\
                 ssh -t USER@HOST sudo bash /var/lib/specc/{service}/current/deploy.sh --confirm"
            ),
        ));
    }
    steps
}

fn roll_back(plan: &PlanBuilder) -> Vec<RunbookStep> {
    let state = format!("/var/lib/specc/{}", plan.service);
    let mut steps = vec![
        RunbookStep::run("Put back the last package that was healthy before this one.", "./deploy.sh --rollback"),
        RunbookStep::run(
            "Or another one: these were healthy, the newest stands last; name it behind `--rollback`.",
            format!("cat {state}/good"),
        ),
        RunbookStep::say(
            "Files, units, settings and the application go back. Data do not: what the new version has written stays, and the old one \
             must be able to read it.",
        ),
    ];
    if has_transaction(plan) {
        steps.push(RunbookStep::run(
            "Undo a firewall or SSH change that still waits for its confirmation.",
            "./deploy.sh --revert-now",
        ));
    }
    steps
}
