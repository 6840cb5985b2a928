//! Ports that the system itself listens on.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a service that is to listen on the port of the SSH server or of the local resolver.
    ///
    /// *Why is this bad?* The port is taken: the service cannot start. On port 22 the way to the server itself is at
    /// stake.
    ///
    /// *Instead*: take another port, such as 8000.
    pub(super) static PORT_OF_THE_SYSTEM = "port-of-the-system", Error, Platform, "the service's port belongs to the system";
}

/// Ports that a fresh server already listens on.
const TAKEN: &[(u16, &str)] = &[(22, "the SSH server"), (53, "the local resolver (systemd-resolved)")];

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(port), Some(place)) = (binding.facts.port, binding.span_of("port")) else { return };
    if let Some((_, owner)) = TAKEN.iter().find(|(taken, _)| *taken == port.number()) {
        plan.report(
            Diagnostic::new(&PORT_OF_THE_SYSTEM, place, format!("port {port} belongs to {owner}"))
                .at("the service could not start")
                .help("take another port, such as 8000"),
        );
    }
}
