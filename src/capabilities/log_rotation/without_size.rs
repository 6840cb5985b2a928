//! Rotation that bounds no size.

use super::{Facts, Schedule};
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports logs that rotate by the calendar alone.
    ///
    /// *Why is this bad?* A program in trouble logs the same line a million times an hour. Until midnight nobody looks, and
    /// the disk is full before.
    ///
    /// *Instead*: name a size as well: `- Logs rotate daily, or when reaching 100MB`.
    pub(super) static LOG_ROTATION_WITHOUT_SIZE = "log-rotation-without-size", Info, Completeness, "logs rotate by the calendar, whatever they grow to";
}

/// Reports it, once for each file.
pub(super) fn check(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    let sized = |binding: &&Binding<Facts>| binding.facts.max_size.is_some();
    let general = own.iter().filter(|binding| binding.facts.path.is_none()).find(sized).is_some();
    for binding in own.iter().filter(|binding| !general && !sized(binding)) {
        let schedule = binding.facts.schedule.filter(|schedule| *schedule != Schedule::Hourly);
        let (Some(schedule), Some(span)) = (schedule, binding.span_of("schedule")) else { continue };
        plan.report(
            Diagnostic::new(&LOG_ROTATION_WITHOUT_SIZE, span, "nothing bounds how large the log grows in between")
                .at("the calendar alone")
                .help(format!("add a size: \"Logs rotate {}, or when reaching 100MB\"", schedule.name())),
        );
    }
}
