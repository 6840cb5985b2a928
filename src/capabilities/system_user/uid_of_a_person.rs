//! User IDs from the range of people, for an account that is a service's.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a service's account that is to have a user ID of 1000 or above.
    ///
    /// *Why is this bad?* IDs from 1000 on are people's (`UID_MIN` in login.defs(5)): login screens list them, quota and
    /// home directory tools treat them as somebody who logs in. The account of a service is a system account, below 1000;
    /// the package makes one in any case, and its check says so.
    ///
    /// *Instead*: `- **System user**: NAME (dedicated, no login shell)`, without a number.
    pub(super) static UID_OF_A_PERSON = "uid-of-a-person", Warn, Platform, "a service's account is to have the user ID of a person";
}

/// Reports it, wherever it is written.
pub(super) fn check(binding: &Binding<Facts>, above: u32, plan: &mut PlanBuilder) {
    for (_, place) in binding.places.get("uid_above").into_iter().flatten() {
        let message = format!("a user ID above {above} is a person's, and {} is a system account", plan.user);
        plan.report(
            Diagnostic::new(&UID_OF_A_PERSON, *place, message)
                .at("the package makes a system account, with an ID below 1000")
                .help(format!("write: system user {}, without a number", plan.user)),
        );
    }
}
