//! `docs/ARCHITECTURE.md`: what runs on the host, as a picture and as tables.

use std::fmt::Write as _;

use super::artifact::Artifact;
use super::escape::{markdown, markdown_code};
use super::origin::origin;
use crate::plan::{Action, DeploymentPlan, HealthGate, ProxyAction};
use crate::spec::Spec;
use crate::value::Port;

/// The page.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("docs/ARCHITECTURE.md", 0o644);
    artifact.push(format!(
        "# Architecture: {}\n\n{}. Native systemd on {}; no containers.\n\n",
        markdown(plan.service.as_str()),
        markdown(&plan.description),
        plan.target.releases().iter().map(|release| release.title()).collect::<Vec<_>>().join(", ")
    ));
    artifact.push(picture(plan));
    artifact.push("\n## Files\n\n| path | mode | owner | purpose | because of |\n|---|---|---|---|---|\n");
    for file in &plan.files {
        let row = format!(
            "| {} | {} | {} | {} | {} |\n",
            markdown_code(file.path.as_str()),
            file.mode,
            file.owner,
            markdown(&file.purpose),
            markdown(&origin(spec, &file.provenance))
        );
        artifact.push_for(row, file.provenance.clone());
    }
    for operation in &plan.operations {
        // The application says more about its directory than the directory itself.
        let is_application = |path: &str| {
            let own = plan.working_directory.as_str() == path;
            own && matches!(operation.action, Action::Directory { .. })
        };
        if let Some((path, mode, owner, purpose)) =
            made_on_the_host(&operation.action).filter(|made| !is_application(&made.0))
        {
            let row = format!(
                "| {} | {mode} | {owner} | {purpose} | {} |\n",
                markdown_code(&path),
                markdown(&origin(spec, &operation.provenance))
            );
            artifact.push_for(row, operation.provenance.clone());
        }
    }
    for (title, head, rows) in [
        ("Accounts", "| user | group | shell | home |\n|---|---|---|---|", accounts(plan)),
        ("Units", "| unit | starts |\n|---|---|", units(plan)),
        ("Ports", "| port | for | from |\n|---|---|---|", ports(plan)),
    ] {
        if !rows.is_empty() {
            artifact.push(format!("\n## {title}\n\n{head}\n{rows}"));
        }
    }
    artifact
}

/// Files and directories that come from no file of the package.
fn made_on_the_host(action: &Action) -> Option<(String, String, String, &'static str)> {
    match action {
        Action::Directory { mode, owner, path } => {
            Some((path.to_string(), mode.to_string(), owner.to_string(), "directory"))
        }
        Action::Application { directory_mode, owner, path, .. } => {
            Some((path.to_string(), directory_mode.to_string(), owner.to_string(), "the application"))
        }
        Action::VirtualEnvironment { owner, path, .. } => {
            Some((path.to_string(), "–".to_owned(), owner.to_string(), "Python virtual environment"))
        }
        Action::EnvironmentFile { mode, owner, path, .. } => Some((
            path.to_string(),
            mode.to_string(),
            owner.to_string(),
            "environment file: secrets, filled in on the host",
        )),
        _ => None,
    }
}

/// The parts and how they hang together, for renderers of Mermaid.
fn picture(plan: &DeploymentPlan) -> String {
    let unit = plan.unit_name();
    let mut text = String::from("```mermaid\nflowchart LR\n");
    let _ = writeln!(text, "  service[\"{}\"]", label(&format!("{unit}\nas {}:{}", plan.user, plan.group)));
    let firewall = plan.operations.iter().any(|operation| matches!(operation.action, Action::Firewall { .. }));
    if let Some(endpoint) = plan.endpoint {
        let _ = writeln!(text, "  client([\"clients\"])");
        let way = if firewall { "client --> firewall{\"firewall\"}" } else { "client" };
        let served: Vec<String> = proxy_ports(plan).map(|port| format!("{port}/tcp")).collect();
        let _ = match served.as_slice() {
            [] => writeln!(text, "  {way} -->|{endpoint}| service"),
            ports => writeln!(text, "  {way} -->|{}| proxy[\"nginx\"] -->|{endpoint}| service", ports.join(", ")),
        };
    }
    let _ = writeln!(text, "  code[(\"{}\")] --> service", label(plan.working_directory.as_str()));
    for operation in &plan.operations {
        match &operation.action {
            Action::EnvironmentFile { path, .. } => {
                let _ = writeln!(text, "  secrets[(\"{}\")] --> service", label(path.as_str()));
            }
            Action::Healthy(HealthGate::Http { method, url, .. }) => {
                let _ = writeln!(text, "  probe([\"{}\"]) -.-> service", label(&format!("{method} {url}")));
            }
            Action::TestAlert { name, .. } => {
                let unit = label(&format!("{name}@.service"));
                let _ = writeln!(text, "  service -.->|\"fails\"| alert[\"{unit}\"] --> people([\"people\"])");
            }
            _ => {}
        }
    }
    let _ = writeln!(text, "  service --> journal[(\"journal\")]");
    for (number, timer) in timers(plan).enumerate() {
        let _ = writeln!(text, "  timer{number}[\"{}\"] -.-> journal", label(timer));
    }
    text.push_str("```\n");
    text
}

/// Text in a quoted Mermaid label.
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

fn timers(plan: &DeploymentPlan) -> impl Iterator<Item = &str> {
    plan.operations.iter().filter_map(|operation| match &operation.action {
        Action::Timer(unit) => Some(unit.as_str()),
        _ => None,
    })
}

/// The ports on which the proxy in front of the service listens.
fn proxy_ports(plan: &DeploymentPlan) -> impl Iterator<Item = Port> {
    let sites = plan.operations.iter().filter_map(|operation| match &operation.action {
        Action::Proxy(ProxyAction::Site { ports, .. }) => Some(ports),
        _ => None,
    });
    sites.flatten().copied()
}

fn accounts(plan: &DeploymentPlan) -> String {
    let mut text = String::new();
    for operation in &plan.operations {
        if let Action::User { user, group, shell, home } = &operation.action {
            let paths = [shell.as_str(), home.as_str()].map(markdown_code);
            let _ = writeln!(text, "| {user} | {group} | {} |", paths.join(" | "));
        }
    }
    text
}

fn units(plan: &DeploymentPlan) -> String {
    let mut text = String::new();
    for operation in &plan.operations {
        match &operation.action {
            Action::UnitEnabled(unit) => {
                let _ = writeln!(text, "| {} | at boot |", markdown_code(unit));
            }
            Action::Timer(unit) => {
                let _ = writeln!(text, "| {} | by the clock |", markdown_code(unit));
            }
            Action::TestAlert { name, .. } => {
                let _ = writeln!(text, "| {} | when a unit has failed |", markdown_code(&format!("{name}@.service")));
            }
            _ => {}
        }
    }
    text
}

fn ports(plan: &DeploymentPlan) -> String {
    let mut text = String::new();
    if let Some(endpoint) = plan.endpoint {
        let _ = writeln!(text, "| {endpoint} | {} listens | |", markdown(plan.service.as_str()));
    }
    for port in proxy_ports(plan) {
        let _ = writeln!(text, "| {port}/tcp | nginx listens | |");
    }
    for operation in &plan.operations {
        let Action::Firewall { only, rules } = &operation.action else { continue };
        for rule in rules {
            let source = rule.source.map_or_else(|| "everywhere".to_owned(), |source| source.to_string());
            let _ = writeln!(text, "| {} | let in by the firewall | {source} |", rule.endpoint);
        }
        if *only {
            text.push_str("| all others, the SSH port in use excepted | denied | |\n");
        }
    }
    text
}
