//! The picture of a deployment: its parts and how they hang together, for renderers of Mermaid.
//!
//! In: the plan and its services. Out: a flowchart. Labels stand in quotation marks, always; names of nodes are this module's own.

use std::fmt::Write as _;

use super::services::Service;
use super::traffic;
use crate::plan::{Action, DeploymentPlan, FileContent, HealthGate, LogAction, ProxyAction};

/// A flowchart under construction.
#[derive(Default)]
struct Picture {
    text: String,
    /// Paths that have a node: their numbers.
    stores: Vec<String>,
}

impl Picture {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "  {line}");
    }

    /// The node of a file or directory.
    fn store(&mut self, path: &str) -> String {
        if let Some(number) = self.stores.iter().position(|known| known == path) {
            return format!("store{number}");
        }
        let node = format!("store{}", self.stores.len());
        self.stores.push(path.to_owned());
        self.line(&format!("{node}[(\"{}\")]", label(path)));
        node
    }
}

/// The picture, as a block of Markdown.
pub fn picture(plan: &DeploymentPlan, services: &[Service<'_>]) -> String {
    let mut picture = Picture::default();
    requests(plan, &mut picture);
    own_files(plan, services, &mut picture);
    certificate(plan, &mut picture);
    beside_it(plan, services, &mut picture);
    format!("```mermaid\nflowchart LR\n{}```\n", picture.text)
}

/// Who asks, and what stands between them and the service.
fn requests(plan: &DeploymentPlan, picture: &mut Picture) {
    let about = format!("{}\nas {}:{}", plan.unit_name(), plan.user, plan.group);
    picture.line(&format!("service[\"{}\"]", label(&about)));
    let has_firewall = plan.operations.iter().any(|operation| matches!(operation.action, Action::Firewall { .. }));
    let mut from = "";
    let served: Vec<String> = traffic::proxy_ports(plan).map(|port| format!("{port}/tcp")).collect();
    if let Some(endpoint) = plan.endpoint {
        picture.line("client([\"clients\"])");
        from = "client";
        if has_firewall {
            picture.line("firewall{\"firewall\"}");
            picture.line("client --> firewall");
            from = "firewall";
        }
        if served.is_empty() {
            picture.line(&format!("{from} -->|\"{endpoint}\"| service"));
        } else {
            picture.line("proxy[\"nginx\"]");
            picture.line(&format!("{from} -->|\"{}\"| proxy", served.join(", ")));
            picture.line(&format!("proxy -->|\"{endpoint}\"| service"));
        }
    }
    let has_sshd = plan.operations.iter().any(|operation| matches!(operation.action, Action::Sshd { .. }));
    if has_sshd {
        picture.line("operator([\"operators\"])");
        picture.line("sshd[\"sshd\"]");
        if from == "firewall" {
            picture.line("operator --> firewall");
            picture.line("firewall -->|\"SSH\"| sshd");
        } else {
            picture.line("operator -->|\"SSH\"| sshd");
        }
    }
}

/// What the service reads and writes.
fn own_files(plan: &DeploymentPlan, services: &[Service<'_>], picture: &mut Picture) {
    let code = picture.store(plan.working_directory.as_str());
    picture.line(&format!("{code} -->|\"program\"| service"));
    for operation in &plan.operations {
        match &operation.action {
            Action::EnvironmentFile { path, .. } => {
                let secrets = picture.store(path.as_str());
                picture.line(&format!("{secrets} -->|\"secrets\"| service"));
            }
            Action::Healthy(HealthGate::Http { method, url, .. }) => {
                picture.line(&format!("health([\"{}\"])", label(&format!("{method} {url}"))));
                picture.line("health -.->|\"is it well?\"| service");
            }
            _ => {}
        }
    }
    for (path, _) in
        services.iter().filter(|service| service.name == plan.unit_name()).flat_map(|service| service.writes())
    {
        let store = picture.store(path);
        picture.line(&format!("service --> {store}"));
    }
    logs(plan, picture);
    picture.line("journal[(\"journal\")]");
    picture.line("service --> journal");
}

/// Where the certificate comes from.
fn certificate(plan: &DeploymentPlan, picture: &mut Picture) {
    for operation in &plan.operations {
        match &operation.action {
            Action::Proxy(
                ProxyAction::Certificate { certificate, .. } | ProxyAction::GivenCertificate { certificate, .. },
            ) => {
                let store = picture.store(certificate.as_str());
                picture.line(&format!("{store} -->|\"certificate\"| proxy"));
            }
            Action::Proxy(ProxyAction::IssuedCertificate { .. }) => {
                picture.line("authority([\"Let's Encrypt\"])");
                picture.line("authority -.->|\"signs the certificate\"| proxy");
            }
            _ => {}
        }
    }
}

/// What works beside the service, and where.
fn beside_it(plan: &DeploymentPlan, services: &[Service<'_>], picture: &mut Picture) {
    let beside: Vec<(String, &Service<'_>)> = services
        .iter()
        .filter(|service| service.name != plan.unit_name())
        .enumerate()
        .map(|(number, service)| (format!("unit{number}"), service))
        .collect();
    if beside.is_empty() {
        return;
    }
    picture.line("subgraph beside[\"beside it\"]");
    for (node, service) in &beside {
        let about = format!("{}\n{}\n{}", service.name, service.purpose, service.starts);
        picture.line(&format!("  {node}[\"{}\"]", label(&about)));
    }
    picture.line("end");
    let alert = beside.iter().find(|(_, service)| service.name.contains("@.")).map(|(node, _)| node.clone());
    for (node, service) in &beside {
        for (path, is_optional) in service.writes() {
            let store = picture.store(path);
            // A helper may do without what it only reads from; where it works, it must be let in.
            picture.line(&if is_optional { format!("{store} --> {node}") } else { format!("{node} --> {store}") });
        }
        if service.reads_journal() {
            picture.line(&format!("journal --> {node}"));
        }
        if service.is_after("nginx.service") {
            picture.line(&format!("{node} -.->|\"asks\"| proxy"));
        } else if service.asks_this_host() {
            picture.line(&format!("{node} -.->|\"asks\"| service"));
        }
        if let Some(alert) = alert.as_ref().filter(|alert| *alert != node && service.raises_alert()) {
            picture.line(&format!("{node} -.->|\"fails\"| {alert}"));
        }
    }
    if let Some(alert) = alert {
        picture.line(&format!("service -.->|\"fails\"| {alert}"));
        picture.line("people([\"people\"])");
        picture.line(&format!("{alert} --> people"));
    }
    let copies = |content: &FileContent| matches!(content, FileContent::Program { template: "copy-backups", .. });
    let backup = plan.operations.iter().find_map(|operation| match &operation.action {
        Action::FirstBackup { unit, .. } => beside.iter().find(|(_, service)| service.name == unit),
        _ => None,
    });
    if let Some((node, _)) = backup.filter(|_| plan.files.iter().any(|file| copies(&file.content))) {
        picture.line("elsewhere([\"another place\"])");
        picture.line(&format!("{node} -->|\"copies\"| elsewhere"));
    }
}

/// A log file that the service writes by itself stands in no unit but its own.
fn logs(plan: &DeploymentPlan, picture: &mut Picture) {
    for operation in &plan.operations {
        if let Action::Log(LogAction::File { path, .. }) = &operation.action
            && let Some(directory) = path.parent()
            && !picture.stores.iter().any(|known| known == directory.as_str())
        {
            let store = picture.store(path.as_str());
            picture.line(&format!("service --> {store}"));
        }
    }
}

/// Text in a quoted label.
fn label(text: &str) -> String {
    let entity = |character: char| match character {
        '"' => "#quot;".to_owned(),
        '#' => "#35;".to_owned(),
        '<' => "#lt;".to_owned(),
        '>' => "#gt;".to_owned(),
        '`' => "'".to_owned(),
        '\n' => "<br>".to_owned(),
        control if control.is_control() => String::new(),
        other => other.to_string(),
    };
    text.chars().map(entity).collect()
}
