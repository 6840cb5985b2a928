//! Ports that the firewall opens for nobody.

use crate::capabilities::listen_port::listening;
use crate::capabilities::{Binding, Capability, Firewall};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::part_of;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a port that the firewall lets in and of which no other statement says who listens there.
    ///
    /// *Why is this bad?* A rule that nobody needs is a door that nobody watches: the next program that happens to
    /// listen there is public at once.
    ///
    /// *Instead*: take the port out of the list, or say what listens there.
    static OPEN_PORT_WITHOUT_LISTENER = "open-port-without-listener", Warn, Consistency, "the firewall lets in a port on which nothing listens";
}

pub(super) static RULE: Rule = Rule { lints: &[&OPEN_PORT_WITHOUT_LISTENER], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(firewall) = view.bindings.one::<Firewall>().filter(|_| view.plan.is_some()) else { return };
    let Some(place) = firewall.span_of("allow") else { return };
    let own = listening(view.bindings).map(|listening| listening.port.number());
    for rule in &firewall.facts.allow {
        let port = rule.port.number();
        let place = part_of(view, place, &port.to_string());
        if port != 22 && Some(port) != own && !is_explained(view, port, firewall) {
            found.push(
                Diagnostic::new(
                    &OPEN_PORT_WITHOUT_LISTENER,
                    place,
                    format!("no statement says what listens on {port}"),
                )
                .at("lets everybody in")
                .help(format!("take {port} out, or say what listens there")),
            );
        }
    }
}

/// How a sentence gives the SSH server a port of its own.
const SSH: &[&str] = &["# (ssh", "#/tcp (ssh", "ssh (#", "ssh port #", "ssh on port #", "ssh on #", "ssh #"];

/// Whether a statement besides the firewall's own speaks of the port, or of a server that listens there.
fn is_explained(view: &View<'_>, port: u16, firewall: &Binding<FirewallFacts>) -> bool {
    let number = port.to_string();
    let words: &[&str] = match port {
        80 | 443 => {
            &["nginx", "caddy", "apache", "haproxy", "traefik", "proxy", "https", "tls", "certbot", "encrypt", "http"]
        }
        _ => &[],
    };
    view.spec.indexed().any(|(index, statement)| {
        let text = statement.text.masked.to_lowercase();
        let own = firewall.requirements.contains(&index) || firewall.criteria.contains(&index);
        let mut numbers = text.split(|character: char| !character.is_ascii_digit());
        // The firewall's own sentence may say it: "443 for nginx", "2222/tcp (SSH)".
        let said = |phrase: &str| text.contains(&phrase.replace('#', &number));
        words.iter().any(|word| text.contains(word))
            || if own { SSH.iter().any(|phrase| said(phrase)) } else { numbers.any(|found| found == number) }
    })
}

type FirewallFacts = <Firewall as Capability>::Facts;
