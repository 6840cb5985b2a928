//! auditd and its rules in the plan.
//!
//! In: what is to be recorded. Out: the package, a file of rules, the operation that loads them. Nothing is read here.

use std::collections::BTreeMap;

use super::{AUDIT_SUBJECTS, AuditLogging, Facts, Subject, proof};
use crate::capabilities::{Binding, Capability};
use crate::plan::{
    Action, Audited, FileContent, InstalledFile, OversightAction, PlanBuilder, Provenance, Setting, Step,
};
use crate::value::{FileMode, Owner, UnixPath};

/// What is recorded, decided.
pub(super) struct Order {
    /// Files and directories whose changes are recorded, with what they are and why; none lies in another.
    pub watched: BTreeMap<UnixPath, (&'static str, Provenance)>,
    /// Who asks for the commands that people run as root.
    pub commands: Option<Provenance>,
    /// The file of the rules.
    pub rules: UnixPath,
    /// Who asks for any of it.
    pub why: Provenance,
}

impl Order {
    /// What the kernel is to have rules for: the files, and the commands.
    pub(super) fn paths(&self) -> Vec<Audited> {
        self.watched.keys().cloned().map(Audited::Path).collect()
    }
}

/// Adds all of it.
pub(super) fn add(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(order) = decide(binding, plan) else { return };
    if let Ok(name) = "auditd".parse() {
        plan.package(name, order.why.clone());
    }
    add_rules(&order, plan);
    let commands = order.commands.iter().map(|_| Audited::Commands);
    let audited: Vec<Audited> = commands.chain(order.paths()).collect();
    let action = OversightAction::AuditRules { key: plan.service.clone(), audited };
    plan.operation(Step::Monitoring, 40, Action::Oversight(action), order.why.clone());
    proof::add(&order, plan);
}

fn decide(binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<Order> {
    let facts = &binding.facts;
    let mut why = binding.provenance();
    let mut named = binding.provenance_of(&["subjects"]);
    let mut subjects = facts.subjects.clone();
    if subjects.is_empty() && facts.paths.is_empty() {
        why.default = plan.default(AuditLogging::NAME, &AUDIT_SUBJECTS)?.default;
        named.default = why.default;
        subjects = vec![Subject::Administration, Subject::Configuration];
    }
    let rules: UnixPath = format!("/etc/audit/rules.d/specc-{}.rules", plan.service).parse().ok()?;
    let mut watched = BTreeMap::new();
    for path in &facts.paths {
        watched.insert(path.clone(), ("named by the specification", binding.provenance_of(&["paths"])));
    }
    for subject in &subjects {
        for (path, what) in files_of(*subject, &rules, plan) {
            watched.entry(path).or_insert_with(|| (what, named.clone()));
        }
    }
    let all: Vec<UnixPath> = watched.keys().cloned().collect();
    watched.retain(|path, _| !all.iter().any(|other| other != path && path.is_within(other)));
    watched.retain(|path, (_, why)| {
        let fits = can_be_written(path);
        if !fits {
            let reason = format!("changes to {path} are not recorded: audit.rules(7) cannot write such a path");
            why.statements.iter().for_each(|statement| plan.partial(*statement, reason.clone()));
        }
        fits
    });
    let commands = subjects.contains(&Subject::Administration).then_some(named);
    (commands.is_some() || !watched.is_empty()).then_some(Order { watched, commands, rules, why })
}

/// The files that a name stands for, and what they are.
fn files_of(subject: Subject, rules: &UnixPath, plan: &PlanBuilder) -> Vec<(UnixPath, &'static str)> {
    let known = |paths: &[&str], what: &'static str| -> Vec<(UnixPath, &'static str)> {
        paths.iter().filter_map(|path| Some((path.parse().ok()?, what))).collect()
    };
    let unit = format!("/etc/systemd/system/{}", plan.unit_name());
    let units = || known(&[unit.as_str(), &format!("{unit}.d")], "the unit of the service, and what is put beside it");
    let secrets = || plan.environment_file().cloned().map(|path| (path, "the environment file"));
    match subject {
        Subject::Administration | Subject::Sudoers => known(&["/etc/sudoers", "/etc/sudoers.d"], "who may act as root"),
        Subject::SshServer => {
            known(&["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"], "the configuration of the SSH server")
        }
        Subject::UnitFile => units(),
        Subject::EnvironmentFile => secrets().into_iter().collect(),
        Subject::Configuration => {
            let installed = plan.files.iter().map(|file| (file.path.clone(), "installed by this package"));
            let own = std::iter::once((rules.clone(), "the rules of the audit themselves"));
            units().into_iter().chain(secrets()).chain(installed).chain(own).collect()
        }
    }
}

/// Fields of a rule are separated by blanks, and nothing can be quoted.
fn can_be_written(path: &UnixPath) -> bool {
    path.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-@+:".contains(&byte))
}

/// The rules, as auditctl(8) takes them.
fn add_rules(order: &Order, plan: &mut PlanBuilder) {
    let key = plan.service.clone();
    let mut settings: Vec<Setting> = Vec::new();
    if let Some(why) = &order.commands {
        settings.push(Setting {
            name: "-a".to_owned(),
            value: format!("always,exit -F arch=b64 -S execve,execveat -F euid=0 -F auid!=unset -k {key}"),
            comment: "each command that a person who has logged in runs as root: who, when, and the whole command line"
                .to_owned(),
            provenance: why.clone(),
        });
    }
    let watches = order.watched.iter().map(|(path, (what, why))| Setting {
        name: "-w".to_owned(),
        value: format!("{path} -p wa -k {key}"),
        comment: format!("changes to content, owner and mode: {what}"),
        provenance: why.clone(),
    });
    settings.extend(watches);
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path: order.rules.clone(),
            mode: FileMode::new(0o640),
            owner: Owner::root(),
            purpose: "what the kernel's audit records".to_owned(),
            content: FileContent::AuditRules(settings),
            provenance: order.why.clone(),
        },
    );
}
