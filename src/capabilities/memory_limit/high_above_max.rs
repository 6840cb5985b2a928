//! Soft memory limits that are never reached.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;
use crate::value::Bytes;

declare_lint! {
    /// *What it does*: compares the soft limit of memory, `MemoryHigh=`, with the hard one, `MemoryMax=`.
    ///
    /// *Why is this bad?* Above the soft limit the kernel slows the service down and reclaims; above the hard one it
    /// kills. A soft limit at or above the hard one is never reached: the first sign is the kill.
    ///
    /// *Instead*: set the soft limit below the hard one, at some nine tenths of it.
    pub(super) static MEMORY_HIGH_ABOVE_MAX = "memory-high-above-max", Error, Consistency, "the soft memory limit is not below the hard one";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(max), Some(high), Some(place)) = (binding.facts.max, binding.facts.high, binding.span_of("high")) else {
        return;
    };
    if high < max {
        return;
    }
    let message = format!("the kernel kills at {max}, before the soft limit of {high} is reached");
    let mut diagnostic = Diagnostic::new(&MEMORY_HIGH_ABOVE_MAX, place, message)
        .at("the soft limit")
        .help(format!("write MemoryHigh={}, or raise MemoryMax", Bytes(max.0 / 10 * 9).systemd()));
    if let Some(span) = binding.span_of("max") {
        diagnostic = diagnostic.label(span, "the hard limit");
    }
    plan.report(diagnostic);
}
