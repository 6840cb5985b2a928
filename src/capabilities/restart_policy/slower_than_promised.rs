//! Recovery times that the pause before a restart makes impossible.

use super::Facts;
use crate::capabilities::{Binding, well_again};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: compares the pause before a restart with the time within which the service is to be back.
    ///
    /// *Why is this bad?* systemd waits out the pause before it does anything: the promise is broken before the service
    /// even starts.
    ///
    /// *Instead*: a pause well below the promised time, or a longer promise.
    pub(super) static RESTART_SLOWER_THAN_PROMISED = "restart-slower-than-promised", Error, Consistency, "the pause before a restart is longer than the recovery may take";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, recovery: Option<&Binding<well_again::Facts>>, plan: &mut PlanBuilder) {
    let Some(delay) = binding.facts.delay else { return };
    let own = binding.facts.within.zip(binding.span_of("within"));
    let recovered = recovery.and_then(|recovery| recovery.facts.within.zip(recovery.span_of("within")));
    // "Restarts within 5 seconds" with a pause of 5 seconds says the same thing twice.
    let broken = [own, recovered].into_iter().flatten().find(|(within, _)| delay.0 > within.0);
    let Some((within, place)) = broken else { return };
    let message = format!("the service cannot be back within {within}: it is only started after {delay}");
    let mut diagnostic = Diagnostic::new(&RESTART_SLOWER_THAN_PROMISED, place, message).at("promised").help(format!(
        "write a delay of at most {} s, or promise more than {delay}",
        (within.0 / 2.0).floor().max(1.0)
    ));
    if let Some(span) = binding.span_of("delay") {
        diagnostic = diagnostic.label(span, "waited");
    }
    plan.report(diagnostic);
}
