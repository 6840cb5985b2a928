//! Private ports that the firewall lets in.

use crate::capabilities::private_port::Ports;
use crate::capabilities::{Firewall, PrivatePort};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::part_of;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a port that one statement calls private and that another one opens in the firewall.
    ///
    /// *Why is this bad?* Both cannot hold. If the firewall wins, something that was meant for this host alone is open
    /// to everybody.
    ///
    /// *Instead*: take the port out of the firewall's list, or the other sentence out.
    static PRIVATE_PORT_OPENED = "private-port-opened", Error, Consistency, "the firewall lets in a port that is said to be private";
}

pub(super) static RULE: Rule = Rule { lints: &[&PRIVATE_PORT_OPENED], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(firewall) = view.bindings.one::<Firewall>() else { return };
    let Some(span) = firewall.span_of("allow") else { return };
    for private in view.bindings.of::<PrivatePort>() {
        let Some(place) = private.span_of("port") else { continue };
        for port in private.facts.port.iter().flat_map(Ports::iter) {
            // From named networks a port may be reached and still be private to everybody else.
            let opened = firewall.facts.allow.iter().any(|rule| rule.port == port && rule.source.is_none());
            if opened {
                found.push(
                    Diagnostic::new(&PRIVATE_PORT_OPENED, place, format!("port {port} cannot be private and let in"))
                        .at("private here …")
                        .label(part_of(view, span, &port.to_string()), "… and let in here")
                        .help(format!("take {port} out of one of the two")),
                );
            }
        }
    }
}
