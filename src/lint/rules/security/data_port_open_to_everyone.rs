//! Ports of data stores that everybody can reach.

use crate::capabilities::Firewall;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::part_of;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a firewall that lets everybody in to the port of a database, a cache, a search engine or
    /// Docker.
    ///
    /// *Why is this bad?* Redis, MongoDB, Elasticsearch and Docker ask for no password unless told to. Such ports are
    /// found within minutes and emptied.
    ///
    /// *Instead*: leave the port closed, or name from where: `Firewall allows 5432/tcp from 10.0.0.0/8`.
    static DATA_PORT_OPEN_TO_EVERYONE = "data-port-open-to-everyone", Error, Security, "the port of a data store is open to everybody";
}

pub(super) static RULE: Rule = Rule { lints: &[&DATA_PORT_OPEN_TO_EVERYONE], check };

/// Ports that hold data, and of what.
const DATA_PORTS: &[(u16, &str)] = &[
    (1433, "SQL Server"),
    (2375, "Docker"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (5432, "PostgreSQL"),
    (5672, "RabbitMQ"),
    (6379, "Redis"),
    (9200, "Elasticsearch"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(firewall) = view.bindings.one::<Firewall>() else { return };
    let Some(place) = firewall.span_of("allow") else { return };
    let own = view.plan.and_then(|plan| plan.endpoint).map(|endpoint| endpoint.port);
    for rule in firewall.facts.allow.iter().filter(|rule| rule.source.is_none() && Some(rule.port) != own) {
        let port = rule.port.number();
        let Some((_, software)) = DATA_PORTS.iter().find(|(known, _)| *known == port) else { continue };
        let place = part_of(view, place, &port.to_string());
        found.push(
            Diagnostic::new(
                &DATA_PORT_OPEN_TO_EVERYONE,
                place,
                format!("everybody can reach {software} on port {port}"),
            )
            .at(format!("this port belongs to {software}"))
            .help(format!("leave {port} out, or name from where: {port}/tcp from 10.0.0.0/8")),
        );
    }
}
