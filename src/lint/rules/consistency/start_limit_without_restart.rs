//! Limits of restarts that never happen.

use crate::capabilities::restart_policy::Policy;
use crate::capabilities::{Binding, CrashRecovery, RestartPolicy, StartLimit};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a start limit of a service that nothing restarts.
    ///
    /// *Why is this bad?* The limit counts what never happens. Whoever wrote it believes that the service comes back
    /// after a crash, and it does not.
    ///
    /// *Instead*: say when it restarts: `Restart policy: on-failure with 5s delay`.
    static START_LIMIT_WITHOUT_RESTART = "start-limit-without-restart", Warn, Consistency, "a limit of restarts where nothing restarts";
}

pub(super) static RULE: Rule = Rule { lints: &[&START_LIMIT_WITHOUT_RESTART], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let limit = view.bindings.one::<StartLimit>().filter(|limit| limit.is_required());
    let Some(place) = limit.and_then(|limit| limit.span_of("burst")).filter(|_| view.plan.is_some()) else { return };
    let restart = view.bindings.one::<RestartPolicy>().filter(|restart| restart.is_required());
    let never = restart.is_some_and(|restart| restart.facts.policy == Some(Policy::No));
    let recovers = view.bindings.one::<CrashRecovery>().is_some_and(Binding::is_required);
    if restart.is_none() && !recovers || never {
        found.push(
            Diagnostic::new(&START_LIMIT_WITHOUT_RESTART, place, "nothing restarts the service that this limits")
                .at("never counted")
                .help("add: - **Restart policy**: on-failure with 5s delay"),
        );
    }
}
