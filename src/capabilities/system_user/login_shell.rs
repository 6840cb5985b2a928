//! Service users that can log in.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a system user with a login shell such as `/bin/bash`.
    ///
    /// *Why is this bad?* Nobody is to log in as a service. A shell is what turns a leaked key or a writable
    /// `authorized_keys` into a session.
    ///
    /// *Instead*: `/usr/sbin/nologin`; an operator uses `sudo -u`.
    pub(super) static SERVICE_USER_LOGS_IN = "service-user-logs-in", Warn, Security, "the service's user has a login shell";
}

/// Shells that end at once.
const CLOSED: &[&str] = &["nologin", "false", "true"];

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(shell), Some(place)) = (&binding.facts.shell, binding.span_of("shell")) else { return };
    if !CLOSED.contains(&shell.file_name()) {
        plan.report(
            Diagnostic::new(&SERVICE_USER_LOGS_IN, place, format!("{} can log in with {shell}", plan.user))
                .at("a shell for whoever gets in")
                .help("write: no login shell (/usr/sbin/nologin)"),
        );
    }
}
