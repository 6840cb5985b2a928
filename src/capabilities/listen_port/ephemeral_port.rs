//! Ports that the kernel gives away.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a service port between 32768 and 60999.
    ///
    /// *Why is this bad?* Linux takes the local port of every outgoing connection from this range
    /// (`net.ipv4.ip_local_port_range`). Now and then one of them holds the service's port when it starts, and the
    /// start fails.
    ///
    /// *Instead*: take a port below 32768.
    pub(super) static EPHEMERAL_PORT = "ephemeral-port", Warn, Platform, "the kernel may give the service's port to somebody else";
}

/// What Linux gives to outgoing connections.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32768..=60999;

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(port), Some(place)) = (binding.facts.port, binding.span_of("port")) else { return };
    if EPHEMERAL.contains(&port.number()) {
        plan.report(
            Diagnostic::new(&EPHEMERAL_PORT, place, format!("an outgoing connection may already hold port {port}"))
                .at("32768 to 60999 belong to outgoing connections")
                .help("take a port below 32768"),
        );
    }
}
