//! Who talks to whom, and on which ports.
//!
//! In: the plan and its services. Out: rows of two tables. What leaves the host stands among them: a firewall in front of it must
//! let that out.

use std::fmt::Write as _;

use super::services::Service;
use crate::plan::{Action, DeploymentPlan, FileContent, HealthGate, Observer, ProxyAction};
use crate::render::escape::{markdown, markdown_code};
use crate::value::{Endpoint, Port, Protocol};

/// The ports on which the proxy in front of the service listens.
pub fn proxy_ports(plan: &DeploymentPlan) -> impl Iterator<Item = Port> {
    let sites = plan.operations.iter().filter_map(|operation| match &operation.action {
        Action::Proxy(ProxyAction::Site { ports, .. }) => Some(ports),
        _ => None,
    });
    sites.flatten().copied()
}

/// Rows `| from | to | over | what for |`.
pub fn conversations(plan: &DeploymentPlan, services: &[Service<'_>]) -> String {
    let mut rows = Vec::new();
    incoming(plan, &mut rows);
    on_the_host(plan, services, &mut rows);
    outgoing(plan, &mut rows);
    rows.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "| {} |", row.join(" | "));
        text
    })
}

type Row = [String; 4];

fn row(from: &str, to: &str, over: &str, purpose: &str) -> Row {
    [from, to, over, purpose].map(markdown)
}

fn incoming(plan: &DeploymentPlan, rows: &mut Vec<Row>) {
    let served: Vec<String> = proxy_ports(plan).map(|port| format!("{port}/tcp")).collect();
    if let Some(endpoint) = plan.endpoint {
        let own = plan.unit_name();
        if served.is_empty() {
            let from = if is_local(plan, endpoint) { "clients on this host" } else { "clients" };
            rows.push(row(from, &own, &endpoint.to_string(), "requests"));
        } else {
            rows.push(row("clients", "nginx", &served.join(", "), "requests"));
            rows.push(row("nginx", &own, &format!("{endpoint}, on this host"), "the same requests, passed on"));
        }
    }
    if has(plan, |action| matches!(action, Action::Sshd { .. } | Action::Firewall { .. })) {
        rows.push(row("operators", "sshd", "the SSH port in use", "deployments and repairs"));
    }
}

fn on_the_host(plan: &DeploymentPlan, services: &[Service<'_>], rows: &mut Vec<Row>) {
    let own = plan.unit_name();
    if let HealthGate::Http { method, url, .. } = &plan.health {
        let scripts = "deploy.sh, validate-deployment.sh";
        rows.push(row(scripts, &own, &format!("{method} {url}"), "whether it is well"));
    }
    for service in services.iter().filter(|service| service.asks_this_host()) {
        let asked = if service.is_after("nginx.service") { "nginx" } else { own.as_str() };
        rows.push(row(service.name, asked, "this host only", service.purpose));
    }
}

/// What leaves the host.
fn outgoing(plan: &DeploymentPlan, rows: &mut Vec<Row>) {
    for operation in &plan.operations {
        match &operation.action {
            Action::Packages(_) => {
                rows.push(row(
                    "deploy.sh",
                    "the distribution's mirrors",
                    "as apt is set up",
                    "packages, at a deployment",
                ));
            }
            Action::VirtualEnvironment { requirements, packages, .. }
                if requirements.is_some() || !packages.is_empty() =>
            {
                rows.push(row(
                    "deploy.sh",
                    "pypi.org",
                    "443/tcp",
                    "Python packages, at a deployment; none with --offline",
                ));
            }
            Action::TestAlert { name, .. } => {
                let handler = format!("{name}@.service");
                rows.push(row(&handler, "where alerts go", "the address in the environment file", "alerts"));
            }
            Action::TimeSync(_) => rows.push(row("the time service", "time servers", "123/udp", "the clock")),
            Action::Proxy(ProxyAction::IssuedCertificate { .. }) => {
                rows.push(row("certbot", "Let's Encrypt", "443/tcp, and back in on 80/tcp", "the certificate"));
            }
            _ => {}
        }
    }
    let copies = |content: &FileContent| matches!(content, FileContent::Program { template: "copy-backups", .. });
    if let Some(file) = plan.files.iter().find(|file| copies(&file.content)) {
        let address = "the address in the environment file";
        rows.push(row(file.path.file_name(), "another place", address, "copies of the backups"));
    }
    if plan.files.iter().any(|file| matches!(file.content, FileContent::AptSettings(_))) {
        rows.push(row(
            "unattended-upgrades",
            "the distribution's mirrors",
            "as apt is set up",
            "updates, by the clock",
        ));
    }
}

/// Rows `| port | who listens | who is let in |`.
pub fn ports(plan: &DeploymentPlan) -> String {
    let mut text = String::new();
    let mut listed: Vec<Endpoint> = Vec::new();
    let own = plan.endpoint.map(|endpoint| (endpoint, markdown_code(&plan.unit_name())));
    let proxy = proxy_ports(plan).map(|port| (Endpoint { port, protocol: Protocol::Tcp }, "nginx".to_owned()));
    for (endpoint, listener) in own.into_iter().chain(proxy) {
        let _ = writeln!(text, "| {endpoint} | {listener} | {} |", let_in(plan, endpoint));
        listed.push(endpoint);
    }
    for operation in &plan.operations {
        let Action::Firewall { only, rules } = &operation.action else { continue };
        for rule in rules.iter().filter(|rule| !listed.contains(&rule.endpoint)) {
            let listener = if rule.endpoint.port.number() == 22 { "sshd" } else { "nothing of this package" };
            let _ = writeln!(text, "| {} | {listener} | {} |", rule.endpoint, let_in(plan, rule.endpoint));
        }
        if *only {
            text.push_str("| all others, the SSH port in use excepted | – | nobody |\n");
        }
    }
    text
}

/// Whom the firewall lets in at a port, where there is one.
fn let_in(plan: &DeploymentPlan, endpoint: Endpoint) -> String {
    if is_local(plan, endpoint) {
        return "this host only".to_owned();
    }
    let mut sources = Vec::new();
    let mut closes = None;
    for operation in &plan.operations {
        let Action::Firewall { only, rules } = &operation.action else { continue };
        closes = Some(*only);
        for rule in rules.iter().filter(|rule| rule.endpoint == endpoint) {
            sources.push(rule.source.map_or_else(|| "everybody".to_owned(), |source| source.to_string()));
        }
    }
    match (sources.as_slice(), closes) {
        ([], Some(true)) => "this host only".to_owned(),
        ([], Some(false)) => "whom other rules of the host let in".to_owned(),
        ([], None) => "everybody: the package sets up no firewall".to_owned(),
        (sources, _) => sources.join(", "),
    }
}

/// Whether the service is to listen for this host alone, as its check sees it.
fn is_local(plan: &DeploymentPlan, endpoint: Endpoint) -> bool {
    plan.probes.iter().any(|probe| {
        matches!(&probe.observer, Observer::Listener { port, .. } if *port == endpoint.port)
            && probe.expectation.words().iter().any(|word| word.contains("127"))
    })
}

fn has(plan: &DeploymentPlan, is_it: impl Fn(&Action) -> bool) -> bool {
    plan.operations.iter().any(|operation| is_it(&operation.action))
}
