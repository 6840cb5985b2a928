//! Disk alerts that come too late.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a threshold of 95 % or more for a disk alert, and one of 100 %.
    ///
    /// *Why is this bad?* Root keeps 5 % of an ext4 file system for itself: for the service the disk is full at 95 %.
    /// And whoever is called needs time to come.
    ///
    /// *Instead*: warn at 80 to 85 %.
    pub(super) static DISK_THRESHOLD_TOO_LATE = "disk-threshold-too-late", Warn, Consistency, "a disk alert that leaves no time to act";
}

/// From here on an alert comes too late.
const LATEST: f64 = 95.0;

/// Reports it.
pub(super) fn check(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    for binding in own {
        let (Some(percent), Some(place)) = (binding.facts.percent, binding.span_of("percent")) else { continue };
        if percent.0 >= LATEST {
            plan.report(
                Diagnostic::new(&DISK_THRESHOLD_TOO_LATE, place, format!("at {percent} the disk is already full"))
                    .at("ext4 keeps the last 5 % for root")
                    .help("warn at 85%"),
            );
        }
    }
}
