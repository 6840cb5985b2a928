//! Firewall: which ports the host lets in, and that it lets in no others.
//!
//! In: clauses that name ports as open in the firewall, or say that everything else is denied. Out: the firewall's
//! transaction in deploy.sh, checks of what the kernel really lets in. Not here: a port that must stay closed
//! (`private_port`), and where the service listens (`listen_port`).

mod hidden;
mod ports;
mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use ports::AllowedPort;

use super::listen_port;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Action, Expectation, FirewallRule, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, Step,
};

/// The capability.
pub struct Firewall;

/// What happens to a connection that no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// It is not let in.
    Deny,
}

/// What a statement says about the firewall.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The ports that are let in.
    pub allow: Vec<AllowedPort>,
    /// SSH is named without a port: wherever its server listens.
    pub ssh: bool,
    /// "The application port" is named: wherever the service listens.
    pub application: bool,
    /// Nothing else is let in.
    pub only: bool,
    /// What happens to everything that is not listed.
    pub default: Option<Policy>,
}

declare_lint! {
    /// *What it does*: says that the port of the SSH server stays open although the specification does not list it.
    ///
    /// *Why is this bad?* It is not: without it the next deployment, and the operator, would be locked out. But it is
    /// more than the sentence says, so it is told.
    ///
    /// *Instead*: list it, `Firewall allows only ports 22 (SSH) and 443 (HTTPS)`, or accept the default `ssh-stays-open`.
    pub static SSH_STAYS_OPEN_LINT = "ssh-stays-open", Info, Security, "the SSH port is kept open although it is not listed";
}

static SSH_STAYS_OPEN: NamedDefault = NamedDefault {
    name: "ssh-stays-open",
    reason: "the ports on which the SSH server listens stay open, so that no deployment locks its operator out",
};

static UFW: NamedDefault = NamedDefault {
    name: "firewall-is-ufw",
    reason: "the rules are kept by ufw, which Debian and Ubuntu both ship and which survives a reboot",
};

/// Words that let somebody in.
const ALLOWS: &str = "allow(s|ed|ing)|open(s|ed)|accept(s|ed)|permit(s|ted)|expose(s|d)|admit(s|ted)";
/// Phrases after a list: nothing else is let in.
const NOTHING_ELSE: &[&str] = &[
    "all|any|every other(s) … denied|blocked|closed|dropped|rejected",
    "everything else … denied|blocked|closed|dropped|rejected",
    "deny|denies|block|blocks|drop|drops|reject|rejects everything|anything (else)",
    "deny|denies|block|blocks|drop|drops|reject|rejects all|any other|others",
    "nothing else",
    "no others",
    "no other (inbound|incoming) port(s)|traffic|connection(s)",
];
/// Phrases before a list: everything but the list is kept out.
const ALL_BUT: &[&str] = &[
    "block|blocks|blocking|deny|denies|denying|drop|drops|reject|rejects all|everything|any … except|but",
    "closed|blocked|denied|dropped|rejected except|but (for) (port|ports)",
];
/// Phrases that set the policy for what no rule names.
const DENIED_BY_DEFAULT: &[&str] = &[
    "default (policy|is) deny",
    "deny|denies|block|blocks|drop|drops|reject|rejects (all) (inbound|incoming) (traffic|connections) by default",
    "inbound|incoming (traffic|connections|ports) (is|are) denied|blocked|dropped|rejected by default",
    "denied|blocked by default",
];
const OPEN_PORTS: usize = 3;
const ALLOWED_PORTS: usize = 4;

impl Capability for Firewall {
    type Facts = Facts;

    const NAME: &'static str = "firewall";
    const SUMMARY: &'static str = "The kernel lets in the listed ports and the SSH server, and with *only* nothing else; \
        changed as a transaction that reverts itself unless it is confirmed.";
    const CUES: &'static [&'static str] = &[
        "firewall (rule(s)|policy) (ufw)",
        "ufw (firewall|policy|rule(s))",
        "iptables|nftables",
        "open ports:",
        "allowed ports:",
        "all|any|every other(s) … denied|blocked|closed|dropped|rejected (by) (default)",
        "everything else … denied|blocked|closed|dropped|rejected (by) (default)",
        "inbound|incoming (traffic|connections|ports) (is|are) denied|blocked|closed|dropped|rejected (by) (default)",
        "all|everything (port(s)|traffic|connections) (is|are) denied|blocked|closed|dropped|rejected",
        "deny|denies|block|blocks|drop|drops|reject|rejects everything|anything (else)",
        "deny|denies|block|blocks|drop|drops|reject|rejects all|any other|others",
        "no other (inbound|incoming|open) port(s)",
        "only (required|necessary|needed) port(s)",
        "only <endpoint>",
        "inbound|incoming traffic|connections",
        "inbound|incoming ports",
        "allow|allows|allowed|permit|permits|permitted (only) ssh (only) from (only) <network>",
        "ssh (access|connections) (is|are) (only) allowed|permitted|accepted (only) from (only) <network>",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "firewall",
        "ufw",
        "iptables",
        "nftables",
        "port",
        "ports",
        "tcp",
        "udp",
        "traffic",
        "inbound",
        "incoming",
        "ingress",
        "connections",
        "connection",
        "access",
        "rule",
        "rules",
        "policy",
        "enabled",
        "active",
        "default",
        "public",
        "external",
        "externally",
        "internet",
        "network",
        "through",
        "following",
        "required",
        "necessary",
        "needed",
        "these",
        "listed",
        "protocol",
        "direct",
        "client",
        "clients",
        "vps",
        "outside",
        "api",
        "configured",
        "list",
        "web",
        "exactly",
        "just",
        "exclusively",
        "up",
        "applied",
        "strictly",
        "set",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The firewall opens port 8443/tcp", r#"{"allow": [{"port": 8443, "protocol": "tcp"}]}"#),
        example(
            "**Firewall**: only 22 (SSH) and 8443/tcp are allowed",
            r#"{"allow": [{"port": 22, "protocol": "tcp"}, {"port": 8443, "protocol": "tcp"}], "only": true}"#,
        ),
        example(
            "UFW permits 53/udp from 10.1.0.0/16; everything else is denied",
            r#"{"allow": [{"port": 53, "protocol": "udp", "source": "10.1.0.0/16"}], "only": true, "default": "deny"}"#,
        ),
        example(
            "Allowed ports: HTTP (80) and HTTPS",
            r#"{"allow": [{"port": 80, "protocol": "tcp"}, {"port": 443, "protocol": "tcp"}]}"#,
        ),
        example("SSH takes keys; everything else is denied", NOT_MINE),
        example(
            "The firewall accepts only SSH and the application port",
            r#"{"ssh": true, "application": true, "only": true}"#,
        ),
        example(
            "Firewall set up (ports 2222 and 443 open)",
            r#"{"allow": [{"port": 2222, "protocol": "tcp"}, {"port": 443, "protocol": "tcp"}]}"#,
        ),
        example("Incoming traffic is denied by default", r#"{"default": "deny"}"#),
        criterion("ufw allows 443/tcp", r#"{"allow": [{"port": 443, "protocol": "tcp"}]}"#),
        example(
            "The firewall allows 22/tcp only from 192.0.2.0/24",
            r#"{"allow": [{"port": 22, "protocol": "tcp", "source": "192.0.2.0/24"}]}"#,
        ),
        example(
            "The firewall blocks everything except ports 22 and 8443",
            r#"{"allow": [{"port": 22, "protocol": "tcp"}, {"port": 8443, "protocol": "tcp"}], "only": true, "default": "deny"}"#,
        ),
        example(
            "Only ports 22 and 443 are reachable from the internet",
            r#"{"allow": [{"port": 22, "protocol": "tcp"}, {"port": 443, "protocol": "tcp"}], "only": true}"#,
        ),
        example(
            "Inbound traffic is limited to port 443",
            r#"{"allow": [{"port": 443, "protocol": "tcp"}], "only": true}"#,
        ),
        example(
            "Only necessary ports are open (22, 443)",
            r#"{"allow": [{"port": 22, "protocol": "tcp"}, {"port": 443, "protocol": "tcp"}], "only": true}"#,
        ),
        example("Only necessary ports are open (e.g. 22, 443)", NOT_MINE),
        example("No other ports are open", r#"{"only": true, "default": "deny"}"#),
        example(
            "Allow SSH from 10.0.0.0/8 only",
            r#"{"allow": [{"port": 22, "protocol": "tcp", "source": "10.0.0.0/8"}]}"#,
        ),
        example("SSH from 10.0.0.0/8 is not allowed", NOT_MINE),
        example("Allow SSH from the office only", NOT_MINE),
        example("Port 8443 is open. All other ports remain blocked (except SSH on port 22)", NOT_MINE),
        example("Only port 9090 is accessible from localhost", NOT_MINE),
        example("Port 5432 is blocked, except from 10.0.0.0/8", NOT_MINE),
        example("The firewall must not allow port 5432", NOT_MINE),
        example("The firewall is disabled", NOT_MINE),
        example("Firewall allows port 443 if TLS is configured", NOT_MINE),
        example("Firewall allows 22 and 80 from 10.0.0.0/8", NOT_MINE),
        example("The firewall blocks port 5432", NOT_MINE),
        example("Port 5432 is closed in the firewall", NOT_MINE),
        example("UFW allows 22 only from my own address", NOT_MINE),
        example("Firewall policy reviewed", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SSH_STAYS_OPEN, &UFW];
    const LINTS: &'static [&'static Lint] = &[&SSH_STAYS_OPEN_LINT, &hidden::FIREWALL_HIDES_SERVICE];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if !is_about_a_firewall(clause, context) {
            return None;
        }
        let nothing_else = NOTHING_ELSE.iter().find_map(|phrase| clause.find(phrase));
        let by_default = DENIED_BY_DEFAULT.iter().find_map(|phrase| clause.find(phrase));
        let denies = nothing_else.is_some() || by_default.is_some();
        // A port is opened only by a word that says so, and that nothing denies.
        let all_but = ALL_BUT.iter().find_map(|phrase| clause.find(phrase));
        let limited = clause.affirms("limited|restricted to");
        let only_reachable = clause.affirms("reachable|accessible").filter(|_| clause.find("only port(s)").is_some());
        let opens = clause.affirms(ALLOWS).or(limited.clone()).or(only_reachable).or(all_but.clone());
        if opens.is_none() {
            let listed = clause.has_cue(OPEN_PORTS) || clause.has_cue(ALLOWED_PORTS);
            let names_ports = clause.ports().next().is_some();
            if clause.find(ALLOWS).is_some() || !listed && (names_ports || !denies) {
                return None;
            }
        }
        // "All ports but 443": what is named before the exception is not in it.
        if let Some(phrase) = &all_but
            && clause.ports().any(|(_, range)| range.start < phrase.end)
        {
            return None;
        }
        let found = ports::read(clause)?;
        let only = ports::only(clause).or(nothing_else.clone()).or(all_but.clone()).or(limited.clone());
        let facts = Facts {
            only: only.is_some(),
            default: (denies || all_but.is_some()).then_some(Policy::Deny),
            allow: found.allow,
            ssh: found.ssh,
            application: found.application,
        };
        let says_something = denies || !facts.allow.is_empty() || facts.ssh || facts.application;
        let list = found.claims.first().cloned().unwrap_or_else(|| clause.cue_range());
        let claims = [opens, nothing_else, by_default, all_but, limited].into_iter().flatten().chain(found.claims);
        let reading = Reading::new(facts, claims).place("allow", list);
        says_something.then(|| match only {
            Some(range) => reading.place("only", range),
            None => reading,
        })
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first().filter(|binding| binding.is_required()) else { return };
        let facts = &binding.facts;
        let mut rules: Vec<FirewallRule> = facts.allow.iter().map(AllowedPort::rule).collect();
        let listening = listen_port::listening(all);
        if facts.application {
            match &listening {
                Some(listening) => rules.push(FirewallRule { endpoint: listening.endpoint(), source: None }),
                None => binding.requirements.iter().for_each(|statement| {
                    plan.partial(*statement, "the specification names no port of the application")
                }),
            }
        }
        rules.sort();
        rules.dedup();
        let why = binding.provenance();
        hidden::report_service(binding, listening.as_ref(), &rules, plan);
        hidden::report_proxy(binding, all, &rules, plan);
        keep_ssh(binding, &rules, plan);
        if let (Some(by_ufw), Ok(ufw)) = (plan.default(Self::NAME, &UFW), "ufw".parse()) {
            plan.package(ufw, Provenance { statements: why.statements.clone(), ..by_ufw });
        }
        plan.operation(Step::Firewall, 50, Action::Firewall { only: facts.only, rules: rules.clone() }, why.clone());
        proof::contribute(binding, listening.as_ref(), &rules, plan);
        plan.runbook(proof::runbook(facts.only, &rules, why));
    }
}

/// The SSH server stays reachable; where the text does not list it, that is said.
fn keep_ssh(binding: &Binding<Facts>, rules: &[FirewallRule], plan: &mut PlanBuilder) {
    let mut why = binding.provenance();
    if !binding.facts.ssh && !rules.iter().any(|rule| rule.endpoint.port.number() == 22) {
        let Some(default) = plan.default(Firewall::NAME, &SSH_STAYS_OPEN) else { return };
        why.default = default.default;
        if let Some(span) = binding.span_of("only") {
            plan.report(
                Diagnostic::new(&SSH_STAYS_OPEN_LINT, span, "the SSH port is kept open although it is not listed")
                    .at("this would close SSH, too")
                    .help(
                        "list it, as in \"22 (SSH)\"; or leave it: the default `ssh-stays-open` keeps the port in use",
                    ),
            );
        }
    }
    plan.probe(
        Probe::new(
            "firewall.ssh-reachable",
            Layer::Network,
            "the SSH server can be reached from outside",
            Observer::SshReachable,
            Expectation::Equals("yes".to_owned()),
            why,
        )
        .advice("ufw status numbered; ss -ltnp")
        .runbook("firewall")
        .needs("root"),
    );
}

/// "Everything else is denied" can be said of logins, too.
fn is_about_a_firewall(clause: &Clause<'_>, context: &Context<'_>) -> bool {
    let text = context.statement.text.masked.to_lowercase();
    let heading = context.section.title.to_lowercase();
    let named = ["firewall", "ufw", "iptables", "nftables", "ports", "inbound", "incoming"]
        .iter()
        .any(|word| text.contains(word) || heading.contains(word));
    // Only a packet filter tells networks apart.
    named || text.contains("ssh") && clause.networks().next().is_some()
}
