//! What the hand-over page says about one deployment: what it is, what must be there first, what is left to people.
//!
//! In: the plan. Out: rows and lines of Markdown, escaped. Only what this package has.

use crate::plan::{Action, DeploymentPlan, DirectiveValue, FileContent, HealthGate, LogAction, Observer, ProxyAction};
use crate::render::escape::{markdown, markdown_code};
use crate::value::HostName;

/// Limits of the unit that a client asks about.
const LIMITS: &[&str] = &["MemoryMax", "CPUQuota", "TasksMax"];

/// A row of a table.
pub struct Row {
    /// What is told of.
    pub label: &'static str,
    /// Markdown.
    pub text: String,
}

/// The deployment in a table.
pub fn overview(plan: &DeploymentPlan) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |label, text: String| rows.push(Row { label, text });
    add(
        "service",
        format!(
            "{}, as {}, from {}",
            markdown_code(&plan.unit_name()),
            markdown(plan.user.as_str()),
            markdown_code(plan.working_directory.as_str())
        ),
    );
    if let Some(address) = address(plan) {
        add("address", address);
    }
    if let HealthGate::Http { method, url, status, .. } = &plan.health {
        add("well when", format!("{} answers {status}", markdown_code(&format!("{method} {url}"))));
    }
    let limits = limits(plan);
    if !limits.is_empty() {
        add("limits", limits.join(", "));
    }
    for operation in &plan.operations {
        match &operation.action {
            Action::Directory { owner, path, .. } if owner.user == plan.user && *path != plan.working_directory => {
                add("writes to", markdown_code(path.as_str()));
            }
            Action::Log(LogAction::File { path, .. }) => {
                add("logs to", format!("the journal, and {}", markdown_code(path.as_str())));
            }
            Action::EnvironmentFile { path, .. } => {
                add("secrets", format!("{} on the server, for root alone to change", markdown_code(path.as_str())));
            }
            Action::FirstBackup { unit, directory } => {
                let timer = unit.replace(".service", ".timer");
                let (timer, place) = (markdown_code(&timer), markdown_code(directory.as_str()));
                add("backups", format!("in {place}, made by {timer}, each restored on trial before it counts"));
            }
            Action::TestAlert { name, .. } => {
                add("alerts", format!("by {}, when something fails", markdown_code(&format!("{name}@.service"))));
            }
            _ => {}
        }
    }
    rows
}

/// Where its clients find it.
fn address(plan: &DeploymentPlan) -> Option<String> {
    let endpoint = plan.endpoint?;
    let ports = plan.operations.iter().find_map(|operation| match &operation.action {
        Action::Proxy(ProxyAction::Site { ports, .. }) => Some(ports),
        _ => None,
    });
    let Some(ports) = ports else { return Some(format!("port {endpoint}")) };
    let scheme = if ports.iter().any(|port| port.number() == 443) { "https" } else { "http" };
    let host = names(plan).first().map_or_else(|| "HOST".to_owned(), ToString::to_string);
    Some(format!(
        "{} through nginx, which asks port {endpoint} of this host",
        markdown_code(&format!("{scheme}://{host}/"))
    ))
}

fn limits(plan: &DeploymentPlan) -> Vec<String> {
    let unit = plan.files.iter().find(|file| file.path.file_name() == plan.unit_name());
    let Some(FileContent::Unit(unit)) = unit.map(|file| &file.content) else { return Vec::new() };
    let limits = unit.directives.iter().filter(|directive| LIMITS.contains(&directive.name));
    limits
        .filter_map(|directive| match &directive.value {
            DirectiveValue::Text(value) | DirectiveValue::Verbatim(value) => {
                Some(markdown_code(&format!("{}={value}", directive.name)))
            }
            _ => None,
        })
        .collect()
}

/// The names under which the site is served.
fn names(plan: &DeploymentPlan) -> Vec<&HostName> {
    let mut found: Vec<&HostName> = Vec::new();
    for operation in &plan.operations {
        if let Action::Proxy(
            ProxyAction::Certificate { names, .. }
            | ProxyAction::GivenCertificate { names, .. }
            | ProxyAction::IssuedCertificate { names, .. },
        ) = &operation.action
        {
            collect(names, &mut found);
        }
    }
    let observed = plan.probes.iter().filter_map(|probe| match &probe.observer {
        Observer::DnsRecord { host, .. } => Some(host),
        _ => None,
    });
    collect(observed, &mut found);
    found
}

/// Each once.
fn collect<'p>(names: impl IntoIterator<Item = &'p HostName>, found: &mut Vec<&'p HostName>) {
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
}

/// What must be there before the first deployment, one line each.
pub fn prerequisites(plan: &DeploymentPlan) -> Vec<String> {
    let releases: Vec<&str> = plan.target.releases().iter().map(|release| release.title()).collect();
    let mut lines = vec![
        format!("a server with {}", releases.join(" or ")),
        "SSH to it with a key, as root or as somebody with sudo; and a second way in, such as the provider's console"
            .to_owned(),
        "its package mirrors can be reached; without a network, the packages in its cache and `--offline`".to_owned(),
    ];
    for name in names(plan) {
        lines.push(format!("the name {} leads to the server", markdown_code(name.as_str())));
    }
    for operation in &plan.operations {
        match &operation.action {
            Action::Application { entry, .. } if !entry.is_empty() => {
                lines.push(format!("the application, with {} in it: see below", markdown_code(entry)));
            }
            Action::Proxy(ProxyAction::GivenCertificate { certificate, key, .. }) => {
                let (certificate, key) = (markdown_code(certificate.as_str()), markdown_code(key.as_str()));
                lines.push(format!(
                    "the certificate with its chain at {certificate} and its key, for root alone, at {key}: without them the deployment is \
                     refused"
                ));
            }
            Action::Proxy(ProxyAction::IssuedCertificate { .. }) => {
                lines.push("ports 80 and 443 can be reached from the internet: Let's Encrypt asks there".to_owned());
            }
            Action::EnvironmentFile { required, .. } if !required.is_empty() => {
                let names: Vec<String> = required.iter().map(|name| markdown_code(name.as_str())).collect();
                lines.push(format!("values for {}; they are filled in on the server", names.join(", ")));
            }
            _ => {}
        }
    }
    lines
}

/// What people see to, and who.
pub fn left_to_people(plan: &DeploymentPlan) -> Vec<String> {
    plan.manual.iter().map(|check| format!("{} ({})", markdown(&check.title), markdown(&check.who))).collect()
}
