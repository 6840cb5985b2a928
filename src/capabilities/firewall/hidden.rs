//! What is to be reached from outside, and what the firewall does not let in.
//!
//! In: the firewall's rules, where the service listens, whether a proxy stands in front. Out: findings.

use super::super::listen_port::Listening;
use super::super::{Binding, Bindings, reverse_proxy};
use super::Facts;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::{FirewallRule, PlanBuilder};
use crate::value::{Endpoint, Protocol};

declare_lint! {
    /// *What it does*: reports a service that is to be reached directly behind a firewall that does not let its port in.
    ///
    /// *Why is this bad?* The service would be healthy on the server and unreachable for everybody else.
    ///
    /// *Instead*: list the port with the firewall, or bind the service to 127.0.0.1 and put a reverse proxy in front.
    pub static FIREWALL_HIDES_SERVICE = "firewall-hides-service", Warn, Consistency, "the firewall does not let in the port that the service offers";
}

/// A service that offers its port to the world needs it in the firewall.
pub(super) fn report_service(
    binding: &Binding<Facts>,
    listening: Option<&Listening>,
    rules: &[FirewallRule],
    plan: &mut PlanBuilder,
) {
    let Some(listening) = listening.filter(|listening| listening.is_everywhere()) else { return };
    let covered = rules.iter().any(|rule| rule.endpoint == listening.endpoint());
    let Some(place) = binding.span_of("allow").or_else(|| binding.span_of("default")).filter(|_| !covered) else {
        return;
    };
    let message = format!("the firewall does not let in {}, where the service listens", listening.endpoint());
    let mut diagnostic = Diagnostic::new(&FIREWALL_HIDES_SERVICE, place, message)
        .at(format!("{} is not in this list", listening.endpoint()))
        .help(format!("add {} to the list, or write that the service listens on 127.0.0.1", listening.endpoint()));
    if let Some(span) = listening.span {
        diagnostic = diagnostic.label(span, "the service is to be reached here");
    }
    plan.report(diagnostic);
}

/// A proxy takes its requests from outside, so its port must be let in.
pub(super) fn report_proxy(binding: &Binding<Facts>, all: &Bindings, rules: &[FirewallRule], plan: &mut PlanBuilder) {
    let Some(port) = reverse_proxy::public_port(all) else { return };
    let covered = rules.iter().any(|rule| rule.endpoint == Endpoint { port, protocol: Protocol::Tcp });
    let Some(place) = binding.span_of("allow").or_else(|| binding.span_of("default")).filter(|_| !covered) else {
        return;
    };
    plan.report(
        Diagnostic::new(
            &FIREWALL_HIDES_SERVICE,
            place,
            format!("the firewall does not let in {port}/tcp, where nginx listens"),
        )
        .at(format!("{port} is not in this list"))
        .help(format!("add {port} to the list")),
    );
}
