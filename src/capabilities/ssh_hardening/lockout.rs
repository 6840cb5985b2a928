//! Settings with which nobody could log in.

use super::{Facts, Switch};
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports SSH settings that switch off both passwords and keys.
    ///
    /// *Why is this bad?* No way of logging in is left. The deployment would revert its change, and the specification
    /// would stay false.
    ///
    /// *Instead*: keep keys on: `SSH: keys only, no passwords`.
    pub(super) static SSH_LOCKOUT = "ssh-lockout", Error, Security, "nobody could log in over SSH any more";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let off = |switch: Option<Switch>| switch == Some(Switch::No);
    let Some(place) = binding.span_of("pubkey_authentication") else { return };
    if off(facts.pubkey_authentication) && off(facts.password_authentication) {
        let mut diagnostic = Diagnostic::new(&SSH_LOCKOUT, place, "nobody could log in over SSH any more")
            .at("no keys …")
            .help("keep keys on: \"SSH public key authentication is enabled\"");
        if let Some(span) = binding.span_of("password_authentication") {
            diagnostic = diagnostic.label(span, "… and no passwords");
        }
        plan.report(diagnostic);
    }
}
