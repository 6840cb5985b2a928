//! `docs/ARCHITECTURE.md`: what runs where, and who talks to whom, as a picture and as tables.
//!
//! In: the plan. Out: the page. All of it is what the plan holds; what the specification does not ask for has no row.

mod diagram;
mod services;
mod traffic;

use std::fmt::Write as _;

use self::services::{Service, services};
use super::artifact::Artifact;
use super::escape::{markdown, markdown_code};
use super::origin::origin;
use crate::plan::{Action, DeploymentPlan, LogAction, Operation, OversightAction, Provenance, ProxyAction};
use crate::spec::Spec;
use crate::value::UnixPath;

/// The page.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("docs/ARCHITECTURE.md", 0o644);
    let services = services(plan);
    artifact.push(format!(
        "# Architecture: {}\n\n{}. Native systemd on {}; no containers.\n\n",
        markdown(plan.service.as_str()),
        markdown(&plan.description),
        plan.target.releases().iter().map(|release| release.title()).collect::<Vec<_>>().join(", ")
    ));
    artifact.push(diagram::picture(plan, &services));
    for (title, head, rows) in [
        ("What runs", "| unit | what for | runs as | starts |\n|---|---|---|---|", units(plan, &services)),
        (
            "Who talks to whom",
            "| from | to | over | what for |\n|---|---|---|---|",
            traffic::conversations(plan, &services),
        ),
        ("Ports", "| port | who listens | who is let in |\n|---|---|---|", traffic::ports(plan)),
        ("Accounts", "| user | group | shell | home |\n|---|---|---|---|", accounts(plan)),
    ] {
        if !rows.is_empty() {
            artifact.push(format!("\n## {title}\n\n{head}\n{rows}"));
        }
    }
    push_files(&mut artifact, spec, plan);
    artifact
}

/// The units that the package installs, and those of the distribution that it relies on.
fn units(plan: &DeploymentPlan, services: &[Service<'_>]) -> String {
    let mut text = String::new();
    for service in services {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            markdown_code(service.name),
            markdown(service.purpose),
            markdown(&service.runs_as),
            markdown(&service.starts)
        );
    }
    let mut of_the_distribution = |unit: &str, purpose: &str, runs_as: &str, starts: &str| {
        let _ = writeln!(text, "| {} | {} | {runs_as} | {starts} |", markdown_code(unit), markdown(purpose));
    };
    for operation in &plan.operations {
        match &operation.action {
            Action::Proxy(ProxyAction::Site { .. }) => {
                of_the_distribution(
                    "nginx.service",
                    "stands before the service",
                    "root, its workers www-data",
                    "at boot",
                );
            }
            Action::Firewall { .. } => {
                of_the_distribution("ufw.service", "loads the firewall's rules into the kernel", "root", "at boot");
            }
            Action::BanRules(jails) => {
                let purpose = format!("bans addresses whose logins fail ({})", jails.join(", "));
                of_the_distribution("fail2ban.service", &purpose, "root", "at boot");
            }
            Action::Sshd { .. } => of_the_distribution("ssh.service", "lets operators in", "root", "at boot"),
            Action::JournaldCurrent => {
                of_the_distribution("systemd-journald.service", "keeps the journal of all services", "root", "at boot");
            }
            Action::Oversight(OversightAction::AuditRules { .. }) => {
                of_the_distribution("auditd.service", "writes down what the kernel's audit records", "root", "at boot");
            }
            Action::Timer(unit) if !plan.files.iter().any(|file| file.path.file_name() == unit) => {
                of_the_distribution(unit, "a timer of the distribution", "root", "by the clock");
            }
            _ => {}
        }
    }
    text
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

/// The files of the package, then what is made on the host.
fn push_files(artifact: &mut Artifact, spec: &Spec, plan: &DeploymentPlan) {
    artifact.push("\n## Files\n\n| path | mode | owner | what for | because of |\n|---|---|---|---|---|\n");
    for file in &plan.files {
        let row =
            row(&file.path, &file.mode.to_string(), &file.owner.to_string(), &file.purpose, spec, &file.provenance);
        artifact.push_for(row, file.provenance.clone());
    }
    for operation in &plan.operations {
        // The application says more about its directory than the directory itself.
        let is_application =
            matches!(&operation.action, Action::Directory { path, .. } if *path == plan.working_directory);
        if is_application {
            continue;
        }
        for made in made_on_the_host(plan, &operation.action) {
            let row = row(made.path, &made.mode, &made.owner, made.purpose, spec, &operation.provenance);
            artifact.push_for(row, operation.provenance.clone());
        }
    }
    artifact.push(format!(
        "| {} | 0700 | root:root | packages that were deployed, what they found and changed here, their runs | |\n",
        markdown_code(&format!("/var/lib/specc/{}", plan.service))
    ));
}

fn row(path: &UnixPath, mode: &str, owner: &str, purpose: &str, spec: &Spec, provenance: &Provenance) -> String {
    let because = markdown(&origin(spec, provenance));
    format!("| {} | {mode} | {owner} | {} | {because} |\n", markdown_code(path.as_str()), markdown(purpose))
}

/// What comes from no file of the package.
struct Made<'p> {
    path: &'p UnixPath,
    mode: String,
    owner: String,
    purpose: &'static str,
}

fn made_on_the_host<'p>(plan: &DeploymentPlan, action: &'p Action) -> Vec<Made<'p>> {
    let root = || "root:root".to_owned();
    let one = |path, mode: String, owner: String, purpose| vec![Made { path, mode, owner, purpose }];
    match action {
        Action::Directory { mode, owner, path } => {
            let is_own = owner.user == plan.user;
            let purpose = if is_own { "the service writes here" } else { "directory" };
            one(path, mode.to_string(), owner.to_string(), purpose)
        }
        Action::BackupDirectory(path) => {
            one(path, "0700".to_owned(), root(), "backups, each in a directory of its time")
        }
        Action::Log(LogAction::File { mode, owner, path }) => {
            one(path, mode.to_string(), owner.to_string(), "what the service logs")
        }
        Action::Application { directory_mode, owner, path, .. } => {
            one(path, directory_mode.to_string(), owner.to_string(), "the application")
        }
        Action::VirtualEnvironment { owner, path, .. } => {
            one(path, "–".to_owned(), owner.to_string(), "Python virtual environment")
        }
        Action::EnvironmentFile { mode, owner, path, .. } => {
            one(path, mode.to_string(), owner.to_string(), "environment file: secrets, filled in on the host")
        }
        Action::Proxy(ProxyAction::Certificate { certificate, key, .. }) => {
            let issued = |operation: &Operation| {
                matches!(operation.action, Action::Proxy(ProxyAction::IssuedCertificate { .. }))
            };
            let purpose = if plan.operations.iter().any(issued) {
                "the certificate: signed by this host, until Let's Encrypt has signed"
            } else {
                "the certificate, signed by this host"
            };
            let mut files = one(certificate, "0644".to_owned(), root(), purpose);
            files.extend(one(key, "0600".to_owned(), root(), "its key"));
            files
        }
        Action::Proxy(ProxyAction::GivenCertificate { certificate, key, .. }) => vec![
            Made {
                path: certificate,
                mode: "–".to_owned(),
                owner: "–".to_owned(),
                purpose: "the certificate, brought by you",
            },
            Made { path: key, mode: "–".to_owned(), owner: "–".to_owned(), purpose: "its key, brought by you" },
        ],
        _ => Vec::new(),
    }
}
