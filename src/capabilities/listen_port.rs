//! Listen port: where the service takes connections.
//!
//! In: clauses that give the service's port, address or protocol. Out: the end point that the application, the health
//! check and the firewall rely on, and checks that exactly this is listened on, by this service. Not here: ports of
//! other software, and ports that must stay closed (`private_port`).

mod ephemeral_port;
mod port_of_the_system;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Application, Binding, Bindings, Capability, Clause, Context, Example, Firewall, NOT_MINE, PrivatePort, Reading,
    criterion, example, reverse_proxy,
};
use crate::diagnostics::Lint;
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::source::Span;
use crate::spec::mention::Mention;
use crate::value::{Endpoint, Port, Protocol};

/// The capability.
pub struct ListenPort;

/// What a statement says about the port.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The port.
    pub port: Option<Port>,
    /// The address: `127.0.0.1`, `0.0.0.0` for all.
    pub address: Option<String>,
    /// The protocol, when it is said.
    pub protocol: Option<Protocol>,
}

/// All addresses of the host.
pub const EVERYWHERE: &str = "0.0.0.0";
/// This host alone.
pub const LOOPBACK: &str = "127.0.0.1";

static LISTENS_EVERYWHERE: NamedDefault = NamedDefault {
    name: "listens-everywhere",
    reason: "the firewall lets the service's port in, so the service listens on all addresses",
};

static LISTENS_ON_LOOPBACK: NamedDefault = NamedDefault {
    name: "listens-on-loopback",
    reason: "nothing says that the service is to be reached from outside, so it listens on 127.0.0.1",
};

static LISTENS_BEHIND_PROXY: NamedDefault = NamedDefault {
    name: "listens-behind-proxy",
    reason: "the proxy reaches the service on this host, so it listens on 127.0.0.1 and nobody gets past the proxy",
};

/// Where the service listens, decided from everything that the specification says.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The port.
    pub port: Port,
    /// The protocol.
    pub protocol: Protocol,
    /// The address.
    pub address: String,
    /// The default that gave the address, when no statement does.
    pub default: Option<&'static NamedDefault>,
    /// Where the specification gives the port.
    pub span: Option<Span>,
    /// Who says so, with the default that gave the address.
    pub provenance: Provenance,
}

impl Listening {
    /// Port and protocol.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        Endpoint { port: self.port, protocol: self.protocol }
    }

    /// Whether others than this host can connect, as far as the service is concerned.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.address == EVERYWHERE
    }
}

/// Where the service listens; `None` when no statement gives it a port. What a proxy passes on to says it, too.
#[must_use]
pub fn listening(all: &Bindings) -> Option<Listening> {
    let binding = all.one::<ListenPort>();
    let behind = reverse_proxy::upstream(all);
    let own = binding.and_then(|binding| Some((binding.facts.port?, binding.span_of("port"), binding.provenance())));
    let (port, span, mut provenance) = own.or_else(|| behind.clone())?;
    let protocol = binding.and_then(|binding| binding.facts.protocol).unwrap_or_default();
    let stated = binding.and_then(|binding| binding.facts.address.clone());
    let (address, default) = match (stated, behind) {
        (Some(address), _) => (address, None),
        (None, Some((_, _, said))) => {
            provenance.merge(&said);
            (LOOPBACK.to_owned(), None)
        }
        (None, None) if reverse_proxy::stands(all) => (LOOPBACK.to_owned(), Some(&LISTENS_BEHIND_PROXY)),
        (None, None) if is_opened(all, port, protocol) => (EVERYWHERE.to_owned(), Some(&LISTENS_EVERYWHERE)),
        (None, None) => (LOOPBACK.to_owned(), Some(&LISTENS_ON_LOOPBACK)),
    };
    let provenance = Provenance { default, ..provenance };
    Some(Listening { port, protocol, address, default, span, provenance })
}

/// Whether the firewall is asked to let the port in, and nothing says that it is private.
fn is_opened(all: &Bindings, port: Port, protocol: Protocol) -> bool {
    let private = all
        .of::<PrivatePort>()
        .iter()
        .filter_map(|binding| binding.facts.port.as_ref())
        .any(|ports| ports.iter().any(|other| other == port));
    let opened = all.one::<Firewall>().is_some_and(|binding| {
        let facts = &binding.facts;
        facts.application || facts.allow.iter().any(|rule| rule.port == port && rule.protocol == protocol)
    });
    opened && !private
}

impl Capability for ListenPort {
    type Facts = Facts;

    const NAME: &'static str = "listen-port";
    const SUMMARY: &'static str = "The service listens on exactly this address and port, and nobody else does.";
    const CUES: &'static [&'static str] = &[
        "port:",
        "port number:",
        "listen:",
        "listen|listening|service|application|app|http|tcp|udp|api|agent|web|server port",
        "listen(s|ing) (only) (on|at|to)",
        "bind(s|ing)",
        "bound",
        "bound|binds|listens (only) to|on localhost|loopback",
        "ports:",
        "server|app|application|api|service|agent on port",
        "behind (a|the) (nginx) (reverse) proxy",
        "behind (a|the) nginx|caddy|haproxy|apache",
        "direct(ly) binding",
        "bind(s|ing) direct(ly)",
        "serve(s|d) (requests|traffic|http) on|at",
        "run(s|ning) on port",
        "answer(s) on port",
        "available|reachable on|at port",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "port",
        "ports",
        "tcp",
        "udp",
        "http",
        "api",
        "web",
        "traffic",
        "requests",
        "connections",
        "incoming",
        "interface",
        "interfaces",
        "address",
        "addresses",
        "network",
        "default",
        "server",
        "uvicorn",
        "gunicorn",
        "fastapi",
        "flask",
        "django",
        "node",
        "python",
        "express",
        "listening",
        "listen",
        "listens",
        "number",
        "itself",
        "local",
        "clients",
        "process",
        "just",
        "exactly",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Port**: 8080", r#"{"port": 8080}"#),
        example("**Port**: 9000 (direct binding, no reverse proxy)", r#"{"port": 9000, "address": "0.0.0.0"}"#),
        example("The service listens on port 5000 on localhost only", r#"{"port": 5000, "address": "127.0.0.1"}"#),
        example("The API binds to 127.0.0.1:8123", r#"{"port": 8123, "address": "127.0.0.1"}"#),
        example("Listens on 5683/udp", r#"{"port": 5683, "protocol": "udp"}"#),
        example("**Port**: 3000 (bound to loopback)", r#"{"port": 3000, "address": "127.0.0.1"}"#),
        example("The application port is `8080` on all interfaces", r#"{"port": 8080, "address": "0.0.0.0"}"#),
        criterion("uvicorn listens on TCP port 8000", r#"{"port": 8000, "protocol": "tcp"}"#),
        example("**Port**: 9000 (behind nginx)", r#"{"port": 9000, "address": "127.0.0.1"}"#),
        example("PostgreSQL listens on port 5432", NOT_MINE),
        example("The firewall lets in port 8000", NOT_MINE),
        example("The service does not listen on port 80", NOT_MINE),
        example("**Ports**: 80, 443", NOT_MINE),
        example("Listens on port 8000 or 8001", NOT_MINE),
        example("The service listens on port 8000 unless PORT is set", NOT_MINE),
        example("SSH port 2222", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] =
        &[&LISTENS_EVERYWHERE, &LISTENS_ON_LOOPBACK, &LISTENS_BEHIND_PROXY];
    const LINTS: &'static [&'static Lint] = &[&ephemeral_port::EPHEMERAL_PORT, &port_of_the_system::PORT_OF_THE_SYSTEM];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("firewall|ufw|ssh|sshd|exposed|allow(s|ed)|open(s)|outside").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        let mut ports: Vec<(Port, _)> = clause.ports().collect();
        // The digits of an address or a count of something else are no port.
        ports.dedup_by_key(|(port, _)| *port);
        match ports.as_slice() {
            [] => {}
            [(port, range)] => {
                reading.facts.port = Some(*port);
                reading = reading.place("port", range.clone());
            }
            _ => return None,
        }
        reading.facts.protocol = protocol(clause)?;
        if let Some((address, range)) = address(clause) {
            reading.facts.address = Some(address);
            reading = reading.place("address", range);
        }
        if let Some(range) = clause.find("no|without (a) (reverse) proxy|nginx") {
            reading = reading.claim(range);
        }
        // An application behind a proxy is reached through it alone.
        if let Some(range) = clause.find("behind (a|the) nginx|caddy|haproxy|apache|reverse|proxy (reverse) (proxy)") {
            if reading.facts.address.get_or_insert_with(|| LOOPBACK.to_owned()) != LOOPBACK {
                return None;
            }
            reading = reading.place("address", range);
        }
        let says_something = reading.facts.port.is_some() || reading.facts.address.is_some();
        says_something.then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(listening) = listening(all) else { return };
        if let Some(binding) = own.first() {
            ephemeral_port::check(binding, plan);
            port_of_the_system::check(binding, plan);
        }
        plan.endpoint = Some(listening.endpoint());
        let mut why = Provenance { default: None, ..listening.provenance.clone() };
        if let Some(default) = listening.default.and_then(|default| plan.default(Self::NAME, default)) {
            why.default = default.default;
        }
        let controlled = all.one::<Application>().is_some_and(|application| application.facts.framework.is_some());
        plan.probe(
            Probe::new(
                "listen-port.address",
                Layer::Network,
                format!("port {} is listened on at {}", listening.endpoint(), shown(&listening.address)),
                Observer::Listener { port: listening.port, protocol: listening.protocol },
                expected(&listening.address, controlled),
                why.clone(),
            )
            .after("service-active.active")
            .advice(format!("ss -lntup 'sport = :{}'", listening.port))
            .runbook("port-not-served")
            .needs("ss"),
        );
        let unit = plan.unit_name();
        plan.probe(
            Probe::new(
                "listen-port.owner",
                Layer::Network,
                format!("port {} is held by the service and nobody else", listening.endpoint()),
                Observer::ListenerUnit { port: listening.port, protocol: listening.protocol, unit: unit.clone() },
                Expectation::Equals("yes".to_owned()),
                own.first().map_or_else(|| why.clone(), |binding| binding.provenance_of(&["port"])),
            )
            .after("service-active.active")
            .advice(format!("ss -lntup 'sport = :{}'; systemctl status {unit}", listening.port))
            .runbook("port-not-served")
            .needs("root")
            .needs("ss"),
        );
        plan.runbook(runbook(&listening, &unit, why));
    }
}

/// The protocol that a word or an end point names; `None` (of the outer kind) when both are named.
#[expect(clippy::option_option, reason = "unsaid and contradictory are two things")]
fn protocol(clause: &Clause<'_>) -> Option<Option<Protocol>> {
    let written = clause.mentions().find_map(|(mention, _)| match mention {
        Mention::Endpoint(endpoint) => Some(endpoint.protocol),
        _ => None,
    });
    match (clause.find("tcp").is_some(), clause.find("udp").is_some(), written) {
        (true, true, _) | (true, _, Some(Protocol::Udp)) | (_, true, Some(Protocol::Tcp)) => None,
        (true, ..) => Some(Some(Protocol::Tcp)),
        (_, true, _) => Some(Some(Protocol::Udp)),
        (.., written) => Some(written),
    }
}

/// The address that a clause names.
fn address(clause: &Clause<'_>) -> Option<(String, std::ops::Range<usize>)> {
    for (mention, range) in clause.mentions() {
        match mention {
            Mention::Network(network) => return Some((network.to_string(), range)),
            Mention::Url(url) if url.host == "localhost" => return Some((LOOPBACK.to_owned(), range)),
            Mention::Url(url) if url.host.parse::<std::net::IpAddr>().is_ok() => {
                return Some((url.host.clone(), range));
            }
            _ => {}
        }
    }
    let local = "localhost|loopback|locally (interface|address)";
    let everywhere = [
        "all|every|any (network) (interface(s)|address(es))",
        "direct(ly) binding",
        "bind(s|ing) direct(ly)",
        "directly|publicly",
    ];
    if let Some(range) = clause.find(local) {
        return Some((LOOPBACK.to_owned(), range));
    }
    everywhere.iter().find_map(|phrase| clause.affirms(phrase)).map(|range| (EVERYWHERE.to_owned(), range))
}

fn shown(address: &str) -> &str {
    if address == EVERYWHERE { "all addresses" } else { address }
}

/// The sockets that may be seen. A program that binds for itself may serve both families with one socket.
fn expected(address: &str, controlled: bool) -> Expectation {
    match address {
        _ if controlled => Expectation::Equals(address.to_owned()),
        EVERYWHERE => Expectation::Matches(r"^(0\.0\.0\.0|\*|\[::\])( (0\.0\.0\.0|\*|\[::\]))*$".to_owned()),
        LOOPBACK => Expectation::Matches(r"^(127\.0\.0\.1|\[::1\])( (127\.0\.0\.1|\[::1\]))*$".to_owned()),
        address => Expectation::Equals(address.to_owned()),
    }
}

fn runbook(listening: &Listening, unit: &str, provenance: Provenance) -> RunbookEntry {
    let port = listening.port;
    RunbookEntry {
        anchor: "port-not-served",
        title: format!("Port {port} is not served, or by somebody else"),
        symptom: Some(format!("connections to port {port} are refused, or another program answers")),
        checks: vec![ProbeId("listen-port.address".to_owned()), ProbeId("listen-port.owner".to_owned())],
        steps: vec![
            RunbookStep::run("See who listens, and where.", format!("ss -lntup 'sport = :{port}'")),
            RunbookStep::run(
                "See what the service says about its socket.",
                format!("journalctl -u {unit} -n 50 --no-pager"),
            ),
            RunbookStep::say(
                "Where another program holds the port, stop that one first: `systemctl status PID`, with the number from above, names its unit.",
            ),
            RunbookStep::run("Restart the service.", format!("systemctl restart {unit}")),
        ],
        verify: Some(RunbookStep::run(
            "The service holds its port again.",
            "./validate-deployment.sh --check listen-port",
        )),
        provenance,
    }
}
