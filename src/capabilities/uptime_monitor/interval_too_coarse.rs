//! Availability that is asked for too seldom to be told.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;
use crate::value::{Percent, Seconds};

declare_lint! {
    /// *What it does*: compares the time between two requests of the uptime monitor with the outage that the promised
    /// availability allows in 30 days.
    ///
    /// *Why is this bad?* 99.9 % allow 43 minutes. Who asks once an hour does not see an outage of that length, or counts an
    /// hour for an outage of a second: the figure says nothing.
    ///
    /// *Instead*: ask more often: `Uptime is checked every minute`.
    pub static UPTIME_INTERVAL_TOO_COARSE = "uptime-interval-too-coarse", Warn, Consistency, "an availability that is measured too seldom to be told";
}

/// A hundredth of 30 days.
const PERCENT_OF_THE_TIME: f64 = 25_920.0;

/// The outages that an availability allows in 30 days, in whole minutes where it is more than a few.
pub(super) fn allowed(target: Percent) -> Seconds {
    let seconds = ((100.0 - target.0) * PERCENT_OF_THE_TIME).round();
    Seconds(if seconds < 120.0 { seconds } else { seconds - seconds % 60.0 })
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(every), Some(target)) = (binding.facts.interval, binding.facts.target) else { return };
    let (Some(place), Some(promised)) = (binding.span_of("interval"), binding.span_of("target")) else { return };
    let allowed = allowed(target);
    if every.0 > allowed.0 {
        plan.report(
            Diagnostic::new(
                &UPTIME_INTERVAL_TOO_COARSE,
                place,
                format!("asked every {every}, an outage of {allowed} may not be seen"),
            )
            .at("so seldom is it looked at …")
            .label(promised, format!("… and {target} allow outages of {allowed} in 30 days"))
            .help("ask more often: every minute"),
        );
    }
}
