//! Services that can be reached around their proxy.

use crate::capabilities::Firewall;
use crate::capabilities::listen_port::{LOOPBACK, listening};
use crate::capabilities::{ListenPort, ReverseProxy, reverse_proxy};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::part_of;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a service that is bound to 127.0.0.1, or stands behind a reverse proxy, while the
    /// firewall lets everybody in to its port.
    ///
    /// *Why is this bad?* Once the service listens on another address, by a slip or an update, everybody reaches it
    /// around the proxy: without TLS, without limits, without its access log.
    ///
    /// *Instead*: leave the port out of the firewall's list: the proxy reaches it on this host.
    static PORT_EXPOSED_BESIDE_PROXY = "port-exposed-beside-proxy", Error, Security, "a service behind a proxy is open in the firewall";
}

pub(super) static RULE: Rule = Rule { lints: &[&PORT_EXPOSED_BESIDE_PROXY], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(firewall), Some(listening)) = (view.bindings.one::<Firewall>(), listening(view.bindings)) else {
        return;
    };
    let (port, proxy) = (view.bindings.one::<ListenPort>(), view.bindings.one::<ReverseProxy>());
    // Said to be for this host alone, or to stand behind a proxy.
    let local = port.filter(|port| port.facts.address.as_deref() == Some(LOOPBACK));
    let local = local.and_then(|port| port.span_of("address"));
    let proxied = || {
        let fields = ["upstream", "server", "in_front"];
        let proxy = proxy.filter(|_| reverse_proxy::stands(view.bindings))?;
        fields.iter().find_map(|field| proxy.span_of(field))
    };
    let number = listening.port;
    // From named networks it is let in on purpose.
    let opened = firewall.facts.allow.iter().any(|rule| rule.port == number && rule.source.is_none());
    let (Some(place), Some(span)) = (firewall.span_of("allow"), local.or_else(proxied)) else { return };
    if opened {
        let message = format!("the firewall lets everybody in to {number}, which is for this host alone");
        found.push(
            Diagnostic::new(&PORT_EXPOSED_BESIDE_PROXY, part_of(view, place, &number.to_string()), message)
                .at(format!("{number} is open here …"))
                .label(span, "… and bound to this host here")
                .help(format!("take {number} out of the firewall's list")),
        );
    }
}
