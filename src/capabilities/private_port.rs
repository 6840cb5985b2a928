//! Private port: a port that nobody outside this host can reach.
//!
//! In: clauses that say so of a numbered port. Out: checks of the kernel's rules and from outside, and where no statement
//! asks for a firewall, one that denies by default. Not here: which ports are open (`firewall`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::listen_port::{self, Listening};
use super::{Binding, Bindings, Capability, Clause, Context, Example, Firewall, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Action, Expectation, FirewallRule, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, Step,
};
use crate::value::{Endpoint, Port, Protocol};

/// The capability.
pub struct PrivatePort;

/// One port, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Ports {
    /// One.
    One(Port),
    /// Several.
    Several(Vec<Port>),
}

impl Ports {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Port> {
        let ports = match self {
            Self::One(port) => std::slice::from_ref(port),
            Self::Several(ports) => ports.as_slice(),
        };
        ports.iter().copied()
    }
}

/// What a statement says about a port.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The port that stays closed to others; a list where a sentence names several.
    pub port: Option<Ports>,
    /// Its protocol, when it is said.
    pub protocol: Option<Protocol>,
}

static CLOSED_BY_FIREWALL: NamedDefault = NamedDefault {
    name: "closed-by-firewall",
    reason: "a port of another program stays closed only where the firewall denies what no rule names",
};

/// Where other software listens; of the service itself `listen_port` says it.
const BOUND_PHRASE: &str = "bound|binds|listens (only) to|on localhost|loopback";
const BOUND: usize = 9;
/// Software that has a port of its own.
const OTHER_SOFTWARE: &str =
    "postgresql|postgres|mysql|mariadb|redis|mongodb|memcached|database|db|elasticsearch|rabbitmq|queue";

impl Capability for PrivatePort {
    type Facts = Facts;

    const NAME: &'static str = "private-port";
    const SUMMARY: &'static str =
        "A port that cannot be reached from outside: denied by the kernel, and tried from outside.";
    const CUES: &'static [&'static str] = &[
        "not (be) (directly|publicly|externally) exposed|reachable|accessible|available|open|opened|public|published",
        "never (be) (directly|publicly|externally) exposed|reachable|accessible|available|open|opened|public|published",
        "not allow(s|ed)|permit(s|ted)|open(s|ed)|expose(s|d)",
        "no (direct|public|external|outside) access|exposure",
        "closed|blocked|unexposed|unreachable",
        "block(s|ing)|close(s)|deny|denies|drop(s)|reject(s)",
        "private|internal (only) port:",
        "reachable|accessible|available only (from|on|via) (this) localhost|loopback|locally|host|itself",
        "only (be) reachable|accessible|available (from|on|via) (this) localhost|loopback|locally|host|itself",
        BOUND_PHRASE,
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "port",
        "ports",
        "tcp",
        "udp",
        "outside",
        "external",
        "externally",
        "internet",
        "public",
        "publicly",
        "world",
        "network",
        "networks",
        "access",
        "traffic",
        "connections",
        "incoming",
        "inbound",
        "firewall",
        "ufw",
        "direct",
        "directly",
        "anyone",
        "localhost",
        "loopback",
        "local",
        "locally",
        "postgresql",
        "postgres",
        "mysql",
        "mariadb",
        "redis",
        "mongodb",
        "memcached",
        "database",
        "db",
        "always",
        "remains",
        "remain",
        "stays",
        "stay",
        "kept",
        "clients",
        "else",
        "anywhere",
        "api",
        "private",
        "internal",
        "queue",
        "elasticsearch",
        "rabbitmq",
        "remote",
        "hosts",
        "backend",
        "application",
        "admin",
        "metrics",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Port 5432 is not exposed", r#"{"port": 5432}"#),
        example("PostgreSQL port 5432 must never be reachable from the internet", r#"{"port": 5432}"#),
        example("Port 6379/tcp stays closed to the outside", r#"{"port": 6379, "protocol": "tcp"}"#),
        example("The firewall blocks port 9100", r#"{"port": 9100}"#),
        example("Redis (port 6379): no external access", r#"{"port": 6379}"#),
        criterion("Port 8000 is not reachable from outside", r#"{"port": 8000}"#),
        example("Port 9090 is only accessible from localhost", r#"{"port": 9090}"#),
        example("The firewall must not allow port 11211", r#"{"port": 11211}"#),
        example("Ports 5432 and 6379 are not exposed", r#"{"port": [5432, 6379]}"#),
        example("PostgreSQL port 5432 is bound to localhost", r#"{"port": 5432}"#),
        example("Backend API port (8000) not exposed directly to the internet", r#"{"port": 8000}"#),
        example("The service binds to localhost on port 8000", NOT_MINE),
        example("Port 8000 is exposed", NOT_MINE),
        example("Port 22 is not closed", NOT_MINE),
        example("Port 5432 is not exposed except to 10.0.0.0/8", NOT_MINE),
        example("The firewall blocks everything except port 443", NOT_MINE),
        example("Stale connections are closed after 30 seconds", NOT_MINE),
        example("The firewall blocks all ports but 443", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&CLOSED_BY_FIREWALL];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        // "All ports but 443" closes everything except the port that is named.
        clause.find("port|ports")?;
        if clause.find("all|every|everything|any|but|other").is_some() {
            return None;
        }
        let numbers: Vec<_> = clause.ports().collect();
        let ports = match numbers.as_slice() {
            [] => return None,
            [(port, _)] => Ports::One(*port),
            several => Ports::Several(several.iter().map(|(port, _)| *port).collect()),
        };
        let written = clause.mentions().find_map(|(mention, _)| match mention {
            crate::spec::mention::Mention::Endpoint(endpoint) => Some(endpoint.protocol),
            _ => None,
        });
        let named = match (clause.find("tcp").is_some(), clause.find("udp").is_some()) {
            (true, true) => return None,
            (true, false) => Some(Protocol::Tcp),
            (false, true) => Some(Protocol::Udp),
            (false, false) => None,
        };
        if clause.has_cue(BOUND) && clause.find(OTHER_SOFTWARE).is_none() {
            return None;
        }
        let facts = Facts { port: Some(ports), protocol: written.or(named) };
        let place = numbers.first().map_or(0..0, |(_, range)| range.clone());
        let claims = numbers.into_iter().map(|(_, range)| range).chain(clause.find(BOUND_PHRASE));
        Some(Reading::new(facts, claims).place("port", place))
    }

    fn subject(facts: &Facts) -> String {
        let ports = facts.port.iter().flat_map(Ports::iter);
        ports.map(|port| port.to_string()).collect::<Vec<_>>().join(" ")
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let listening = listen_port::listening(all);
        let mut everybody = Provenance::default();
        let mut needs_firewall = Provenance::default();
        for binding in own {
            let why = binding.provenance();
            for port in binding.facts.port.iter().flat_map(Ports::iter) {
                let endpoint = Endpoint { port, protocol: binding.facts.protocol.unwrap_or_default() };
                let on_loopback = listening
                    .as_ref()
                    .is_some_and(|listening| listening.endpoint() == endpoint && !listening.is_everywhere());
                if !on_loopback || all.one::<Firewall>().is_some() {
                    plan.probe(kernel_probe(endpoint, why.clone()));
                }
                if endpoint.protocol == Protocol::Tcp {
                    plan.probe(outside_probe(endpoint, why.clone()));
                }
                if !on_loopback {
                    needs_firewall.merge(&why);
                }
            }
            everybody.merge(&why);
        }
        let mut has_firewall = all.one::<Firewall>().is_some();
        if !needs_firewall.statements.is_empty() && !has_firewall {
            has_firewall = deny_by_default(listening.as_ref(), needs_firewall, plan);
        }
        if !everybody.statements.is_empty() {
            plan.runbook(runbook(everybody, has_firewall));
        }
    }
}

/// Without a firewall statement nothing would keep another program's port closed. Whether there is a firewall now.
fn deny_by_default(listening: Option<&Listening>, asked: Provenance, plan: &mut PlanBuilder) -> bool {
    let Some(default) = plan.default(PrivatePort::NAME, &CLOSED_BY_FIREWALL) else { return false };
    let why = Provenance { default: default.default, ..asked };
    if let Ok(ufw) = "ufw".parse() {
        plan.package(ufw, why.clone());
    }
    let rules = listening
        .filter(|listening| listening.is_everywhere())
        .map(|listening| FirewallRule { endpoint: listening.endpoint(), source: None });
    plan.operation(Step::Firewall, 50, Action::Firewall { only: false, rules: rules.into_iter().collect() }, why);
    true
}

fn kernel_probe(endpoint: Endpoint, why: Provenance) -> Probe {
    Probe::new(
        format!("private-port.denied-{}", endpoint.to_string().replace('/', "-")),
        Layer::Security,
        format!("the kernel does not let {endpoint} in"),
        Observer::FirewallAllowed { endpoint, source: None },
        Expectation::Equals("no".to_owned()),
        why,
    )
    .advice("ufw status numbered; iptables -S; ip6tables -S")
    .runbook("private-port")
    .needs("root")
}

fn outside_probe(endpoint: Endpoint, why: Provenance) -> Probe {
    let mut probe = Probe::new(
        format!("private-port.closed-{}", endpoint.to_string().replace('/', "-")),
        Layer::Security,
        format!("{endpoint} cannot be reached from outside"),
        Observer::Reachable { endpoint },
        Expectation::Equals("closed".to_owned()),
        why,
    )
    .advice(format!("ss -lntp 'sport = :{}'; ufw status numbered", endpoint.port))
    .runbook("private-port")
    .needs("root");
    probe.outside = true;
    probe
}

fn runbook(provenance: Provenance, has_firewall: bool) -> RunbookEntry {
    let mut steps = vec![RunbookStep::run("See which programs listen to the world.", "ss -lntup")];
    if has_firewall {
        steps.push(RunbookStep::run("See which rule lets the port in.", "ufw status numbered"));
        steps.push(RunbookStep::run("Put the rules of the specification back.", "./deploy.sh --only firewall"));
    }
    steps.push(RunbookStep::say(
        "Bind the program to 127.0.0.1 in its own configuration, so that it does not rely on the firewall alone.",
    ));
    RunbookEntry {
        anchor: "private-port",
        title: "A private port can be reached from outside".to_owned(),
        symptom: Some("a connection from another host succeeds where none should".to_owned()),
        checks: Vec::<ProbeId>::new(),
        steps,
        verify: Some(RunbookStep::run("It is closed again.", "./validate-deployment.sh --check private-port")),
        provenance,
    }
}
