//! DNS record: a name leads to the server.
//!
//! In: clauses that say where a name points. Out: a check that it does. The record itself is made at the provider; nothing
//! here changes it.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep};
use crate::spec::mention::Mention;
use crate::value::{HostName, Network};

/// The capability.
pub struct DnsRecord;

/// What a statement says about a name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The name.
    pub host: Option<HostName>,
    /// Where it leads; to this host when unset.
    pub address: Option<Network>,
}

impl Capability for DnsRecord {
    type Facts = Facts;

    const NAME: &'static str = "dns-record";
    const SUMMARY: &'static str = "A name leads to the server: checked, for it is made at the provider.";
    const CUES: &'static [&'static str] = &[
        "dns (a|aaaa) record(s)",
        "a|aaaa record(s)",
        "domain|subdomain|dns|hostname … points|pointing|resolves|resolving to|at",
        "resolves|resolve to",
        "dns:",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "dns",
        "a",
        "aaaa",
        "record",
        "records",
        "domain",
        "subdomain",
        "hostname",
        "name",
        "points",
        "point",
        "pointing",
        "resolves",
        "resolve",
        "resolving",
        "to",
        "at",
        "for",
        "of",
        "this",
        "the",
        "server",
        "server's",
        "host",
        "host's",
        "machine",
        "vps",
        "ip",
        "address",
        "public",
        "exists",
        "set",
        "leads",
        "correctly",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "The DNS A record of desk.example.com points to 203.0.113.7",
            r#"{"host": "desk.example.com", "address": "203.0.113.7"}"#,
        ),
        example("desk.example.com resolves to the server's IP address", r#"{"host": "desk.example.com"}"#),
        criterion(
            "`desk.example.com` resolves to 2001:db8::7",
            r#"{"host": "desk.example.com", "address": "2001:db8::7"}"#,
        ),
        example("DNS configured and propagated", NOT_MINE),
        example("desk.example.com does not resolve to this host", NOT_MINE),
        example("The DNS record of mail.example.com points to mx.example.net", NOT_MINE),
        example("A record of all changes is kept", NOT_MINE),
    ];
    const STRICT: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let mut names = clause.values(|mention| match mention {
            Mention::HostName(name) => Some(name.clone()),
            Mention::Code(code) => code.parse().ok(),
            _ => None,
        });
        let (host, place) = names.next()?;
        if names.next().is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default().place("host", place);
        reading.facts.host = Some(host);
        let mut addresses = clause.networks();
        if let Some((address, place)) = addresses.next() {
            // A range, or two addresses: whoever balances load there is no single server.
            if addresses.next().is_some() || address.to_string().contains('/') {
                return None;
            }
            reading.facts.address = Some(address);
            return Some(reading.place("address", place));
        }
        clause.find("server|server's|host|host's|machine|vps").map(|_| reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.host.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        for binding in own {
            let Some(host) = &binding.facts.host else { continue };
            let address: Option<IpAddr> = binding.facts.address.map(Network::address);
            let place = address.map_or_else(|| "this host".to_owned(), |address| address.to_string());
            plan.probe(
                Probe::new(
                    format!("dns-record.{host}"),
                    Layer::Network,
                    format!("{host} leads to {place}"),
                    Observer::DnsRecord { host: host.clone(), address },
                    Expectation::Equals("yes".to_owned()),
                    binding.provenance(),
                )
                .advice(format!("getent --service=dns ahosts {host}"))
                .runbook("name-leads-elsewhere"),
            );
        }
        if let Some(first) = own.first() {
            plan.runbook(RunbookEntry {
                anchor: "name-leads-elsewhere",
                title: "The name leads elsewhere".to_owned(),
                symptom: Some("users reach another server, or none, while the service is healthy".to_owned()),
                checks: own
                    .iter()
                    .filter_map(|binding| Some(ProbeId(format!("dns-record.{}", binding.facts.host.as_ref()?))))
                    .collect(),
                steps: vec![
                    RunbookStep::run("See the addresses of this host.", "ip -brief address show scope global"),
                    RunbookStep::say("Compare them with the record at the provider, and correct it there."),
                    RunbookStep::say("Resolvers keep the old answer for the record's time to live."),
                ],
                verify: Some(RunbookStep::run("It leads here.", "./validate-deployment.sh --check dns-record")),
                provenance: first.provenance(),
            });
        }
    }
}
