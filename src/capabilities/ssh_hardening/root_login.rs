//! Logins as root.

use super::{Facts, RootLogin};
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a requirement that lets root log in over SSH in any way.
    ///
    /// *Why is this bad?* Half of what an attacker must guess is known: the name. And what happens in a shared account
    /// has nobody who did it.
    ///
    /// *Instead*: `Root login over SSH is disabled`, or with a key at most: `PermitRootLogin prohibit-password`.
    pub(super) static SSH_ROOT_LOGIN = "ssh-root-login", Warn, Security, "root may log in over SSH with a password";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let place = binding.span_of("permit_root_login");
    if let Some(place) = place.filter(|_| binding.facts.permit_root_login == Some(RootLogin::Yes)) {
        plan.report(
            Diagnostic::new(&SSH_ROOT_LOGIN, place, "root may log in over SSH")
                .at("with all rights, and without a name")
                .help("write: Root login over SSH is disabled"),
        );
    }
}
