//! Logins with passwords.

use super::{Facts, Switch};
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a requirement that keeps password logins over SSH on, or allows empty passwords.
    ///
    /// *Why is this bad?* Every address on the internet is tried with passwords within hours. One weak one is enough.
    ///
    /// *Instead*: use keys: `SSH password authentication is disabled`.
    pub(super) static SSH_PASSWORD_LOGIN = "ssh-password-login", Warn, Security, "logging in over SSH with a password is allowed";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let settings = [
        ("password_authentication", facts.password_authentication, "whoever guesses one is in"),
        ("permit_empty_passwords", facts.permit_empty_passwords, "not even a guess is needed"),
    ];
    for (field, switch, why) in settings {
        if let Some(place) = binding.span_of(field).filter(|_| switch == Some(Switch::Yes)) {
            plan.report(
                Diagnostic::new(&SSH_PASSWORD_LOGIN, place, "people may log in over SSH with a password")
                    .at(why)
                    .help("write: SSH password authentication is disabled"),
            );
        }
    }
}
