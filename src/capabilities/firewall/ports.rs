//! The ports of a firewall sentence: numbers with protocol and source, and services by name.
//!
//! In: a clause that lets something in. Out: the list, or nothing when a source or a protocol cannot be told to belong
//! to one port. Whether the sentence opens anything at all is decided by its caller.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Clause;
use crate::plan::FirewallRule;
use crate::spec::mention::Mention;
use crate::value::{Endpoint, Network, Port, Protocol};

/// A port that is let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
pub struct AllowedPort {
    /// Its number.
    pub port: Port,
    /// TCP unless said otherwise.
    pub protocol: Protocol,
    /// From where; everywhere when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Network>,
}

/// As facts have it, or as annotations write it: `8000/tcp`.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Text(Endpoint),
    Fields {
        port: Port,
        #[serde(default)]
        protocol: Protocol,
        #[serde(default)]
        source: Option<Network>,
    },
}

impl From<Written> for AllowedPort {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(Endpoint { port, protocol }) => Self { port, protocol, source: None },
            Written::Fields { port, protocol, source } => Self { port, protocol, source },
        }
    }
}

impl AllowedPort {
    /// As the plan has it.
    #[must_use]
    pub fn rule(&self) -> FirewallRule {
        FirewallRule { endpoint: Endpoint { port: self.port, protocol: self.protocol }, source: self.source }
    }
}

/// What a clause lets in.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub allow: Vec<AllowedPort>,
    pub ssh: bool,
    pub application: bool,
    pub claims: Vec<Range<usize>>,
}

/// Services that people name instead of their ports (IANA's registry).
const NAMED_SERVICES: &[(&str, u16)] =
    &[("ssh", 22), ("http", 80), ("https", 443), ("dns", 53), ("smtp", 25), ("mqtt", 1883), ("ntp", 123)];

/// Reads the ports; `None` when something in the list cannot be told.
pub(super) fn read(clause: &Clause<'_>) -> Option<Found> {
    let mut found = Found::default();
    let protocol = common_protocol(clause)?;
    let mut numbers: Vec<(AllowedPort, Range<usize>)> = Vec::new();
    for (mention, range) in clause.mentions() {
        let (port, own) = match mention {
            Mention::Endpoint(endpoint) => (endpoint.port, Some(endpoint.protocol)),
            Mention::Quantity(quantity) => (quantity.port()?, None),
            _ => continue,
        };
        found.claims.push(range.clone());
        let protocol = own.or(protocol).unwrap_or_default();
        numbers.push((AllowedPort { port, protocol, source: None }, range));
    }
    for (word, range) in clause.words() {
        let Some((name, port)) = NAMED_SERVICES.iter().find(|(name, _)| *name == word) else { continue };
        found.claims.push(range.clone());
        if numbers.iter().any(|(_, number)| names(clause, number, &range)) {
            continue;
        }
        match (*name, Port::new(*port)) {
            ("ssh", _) => found.ssh = true,
            (_, Some(port)) => {
                numbers.push((AllowedPort { port, protocol: protocol.unwrap_or_default(), source: None }, range))
            }
            _ => {}
        }
    }
    numbers.sort_by_key(|(_, range)| range.start);
    attach_source(clause, &mut numbers, &mut found)?;
    if let Some(range) = clause.find("application|app|service|agent port") {
        found.application =
            numbers.is_empty() || !clause.text(range.clone()).is_empty() && !follows_port(clause, &range);
        found.claims.push(range);
    }
    for (port, _) in numbers {
        if !found.allow.contains(&port) {
            found.allow.push(port);
        }
    }
    Some(found)
}

/// The one protocol that the words of the clause name for the whole list; `None` when they name both.
fn common_protocol(clause: &Clause<'_>) -> Option<Option<Protocol>> {
    match (clause.find("tcp").is_some(), clause.find("udp").is_some()) {
        (true, true) => None,
        (true, false) => Some(Some(Protocol::Tcp)),
        (false, true) => Some(Some(Protocol::Udp)),
        (false, false) => Some(None),
    }
}

/// Whether a service's name only explains a number beside it: `22 (SSH)`, `HTTP (80)`, `HTTPS on port 443`.
fn names(clause: &Clause<'_>, number: &Range<usize>, name: &Range<usize>) -> bool {
    const AFTER: &[&str] = &["(", "for", "-", ":", "/", "", "(for"];
    const BEFORE: &[&str] = &["(", "on", "on port", "port", "(port", ":", "=", "-", "", "/", "(on port"];
    if number.end <= name.start {
        AFTER.contains(&clause.text(number.end..name.start).trim())
    } else {
        BEFORE.contains(&clause.text(name.end..number.start).trim().to_lowercase().as_str())
    }
}

/// "the application port 8000" names one port, not two.
fn follows_port(clause: &Clause<'_>, phrase: &Range<usize>) -> bool {
    clause.ports().any(|(_, range)| {
        range.start >= phrase.end && matches!(clause.text(phrase.end..range.start).trim(), "" | "(" | ":" | "=")
    })
}

/// A source belongs to the only port, or to the one that it follows directly.
fn attach_source(clause: &Clause<'_>, numbers: &mut Vec<(AllowedPort, Range<usize>)>, found: &mut Found) -> Option<()> {
    let sources: Vec<(Network, Range<usize>)> = clause.networks().collect();
    if sources.is_empty() {
        return Some(());
    }
    // A rule with a source needs a number: SSH without one is its port in the registry.
    if let ([], [(_, range)], Some(name)) =
        (numbers.as_slice(), sources.as_slice(), clause.find("ssh").filter(|_| found.ssh))
    {
        let port = Port::new(22)?;
        found.ssh = false;
        numbers.push((AllowedPort { port, protocol: Protocol::Tcp, source: None }, name.start..range.start));
    }
    if let ([(port, _)], [(source, range)]) = (numbers.as_mut_slice(), sources.as_slice()) {
        port.source = Some(*source);
        found.claims.push(range.clone());
        return (!found.ssh).then_some(());
    }
    // Each source belongs to the one port since the last source, or to the one whose parentheses it stands in:
    // `22 from 10.0.0.0/8 and 443`, `80, 22 (from 10.0.0.0/8)`.
    let mut since = 0;
    for (source, range) in sources {
        let mut before: Vec<_> =
            numbers.iter_mut().filter(|(_, number)| since <= number.start && number.end <= range.start).collect();
        let alone = before.len() == 1;
        let (port, number) = before.last_mut()?;
        let between = clause.text(number.end..range.start).trim().to_lowercase();
        if !alone && !matches!(between.as_str(), "(from" | "(only from" | "(from only") {
            return None;
        }
        port.source = Some(source);
        since = range.end;
        found.claims.push(range);
    }
    Some(())
}

/// The word that makes the list complete. In "only from 10.0.0.0/8" it speaks of the source.
pub(super) fn only(clause: &Clause<'_>) -> Option<Range<usize>> {
    let sources: Vec<Range<usize>> = clause.networks().map(|(_, range)| range).collect();
    let is_about_source = |word: &Range<usize>| {
        let after = clause.text(word.end..clause.range().end).trim_start().to_lowercase();
        after.starts_with("from ")
            || sources
                .iter()
                .any(|source| source.end <= word.start && clause.text(source.end..word.start).trim().is_empty())
    };
    clause
        .words()
        .filter(|(word, _)| matches!(word.as_str(), "only" | "exclusively" | "solely"))
        .map(|(_, range)| range)
        .find(|range| !is_about_source(range))
}
