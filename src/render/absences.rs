//! What a package does not have: said where somebody would look for it in vain.
//!
//! In: the plan. Out: a line for each thing that people expect of a deployment, and that this specification does not ask for. No
//! finding: whether it should be there is the business of `lint`.

use crate::plan::{Action, DeploymentPlan, ProxyAction};

type Finds = fn(&Action) -> bool;

/// What is looked for, and what its absence means.
const EXPECTED: &[(Finds, &str)] = &[
    (
        |action| matches!(action, Action::FirstBackup { .. } | Action::BackupDirectory(_)),
        "backups: nothing is copied, and nothing can be restored",
    ),
    (
        |action| matches!(action, Action::EnvironmentFile { .. }),
        "secrets: the service has no environment file, so there is none to rotate",
    ),
    (
        |action| {
            matches!(action, Action::Proxy(ProxyAction::Certificate { .. } | ProxyAction::GivenCertificate { .. }))
        },
        "a certificate: nothing of this package speaks TLS, and there is none to renew",
    ),
    (
        |action| matches!(action, Action::UnitValid(unit) if unit.contains("-alert@")),
        "alerts: nobody is told when the service fails; somebody has to look",
    ),
    (
        |action| matches!(action, Action::Firewall { .. }),
        "a firewall: who can reach the host can reach every port that listens to others",
    ),
    (|action| matches!(action, Action::Sshd { .. }), "the SSH server: its settings are as they were"),
];

/// The lines, in the order in which one misses things.
#[must_use]
pub fn absences(plan: &DeploymentPlan) -> Vec<&'static str> {
    let has = |finds: Finds| plan.operations.iter().any(|operation| finds(&operation.action));
    EXPECTED.iter().filter(|(finds, _)| !has(*finds)).map(|(_, meaning)| *meaning).collect()
}
