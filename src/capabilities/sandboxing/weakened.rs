//! Parts of the sandbox that a specification switches off.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a sandbox directive that is set to *no* or *false*.
    ///
    /// *Why is this bad?* It may be needed. But it opens what the default closes, and the next reader should find the
    /// reason beside it.
    ///
    /// *Instead*: leave the directive out; or accept the finding with the reason: `<!-- specc: allow=sandbox-weakened
    /// reason="…" until=… -->`.
    pub(super) static SANDBOX_WEAKENED = "sandbox-weakened", Info, Security, "a part of the sandbox is switched off";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(place) = binding.span_of("directives") else { return };
    for (name, value) in &binding.facts.directives {
        if matches!(value.to_ascii_lowercase().as_str(), "no" | "false" | "off" | "0") {
            plan.report(
                Diagnostic::new(&SANDBOX_WEAKENED, place, format!("{name}={value} opens what the default closes"))
                    .at("why?")
                    .help("leave it out, or accept it here with the reason"),
            );
        }
    }
}
