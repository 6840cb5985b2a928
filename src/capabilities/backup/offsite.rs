//! The copy off-site: what takes backups to another place, and where the address of that place is kept.
//!
//! In: what the statements say of another place. Out: what follows each good backup: a command as it is written, or a program
//! whose address is a variable of the environment file; its package, its proof, its chapter of the runbook. The address
//! itself is in no file of the package.

use super::contribution::{Order, oldest};
use super::units::add_program;
use super::{BACKUP_COPIER, BACKUP_TARGET, Backup, Copier, Facts};
use crate::capabilities::{Binding, Bindings, Capability, directories};
use crate::plan::{
    Action, BackupField, DirectiveValue, Expectation, FileContent, Layer, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, Unit, UnitSection,
};
use crate::value::{Seconds, UnixPath, VariableName};

/// A place whose address only the environment file knows.
struct Target {
    copier: Copier,
    variable: VariableName,
    why: Provenance,
}

/// The variables that must have a value in the environment file for backups to be copied off-site.
pub(in crate::capabilities) fn variables(all: &Bindings, plan: &mut PlanBuilder) -> Vec<(VariableName, Provenance)> {
    let Some(binding) = all.one::<Backup>().filter(|binding| is_target(&binding.facts)) else { return Vec::new() };
    if Order::take(binding, all, plan).is_none() {
        return Vec::new();
    }
    target(binding, plan).map(|target| (target.variable, target.why)).into_iter().collect()
}

/// Adds what follows a good backup to the unit that makes it; says whether that needs the network.
pub(super) fn add(
    service: &mut Unit,
    binding: &Binding<Facts>,
    order: &Order,
    all: &Bindings,
    plan: &mut PlanBuilder,
) -> bool {
    if let Some(command) = &binding.facts.offsite {
        add_command(service, command, binding, plan);
        return true;
    }
    if !is_target(&binding.facts) {
        return false;
    }
    let Some(target) = target(binding, plan) else {
        leave_out(
            binding,
            "the copy off-site is not made: name its command, for example `rclone copy /var/backups/NAME REMOTE:NAME`",
            plan,
        );
        return false;
    };
    let Some(environment) = environment_file(all, plan) else {
        leave_out(
            binding,
            "the copy off-site is not made: whoever can write the environment file would decide where root sends the backups; keep it below /etc, owned by root",
            plan,
        );
        return false;
    };
    let program = add_copier(&target, order, &environment, plan);
    follow(service, vec![program.clone()], &target.why);
    add_probe(&target, order, plan);
    let entry = entry(&program, &target, order, &environment);
    plan.runbook(entry);
    true
}

/// Whether a copy must be in another place, and no command says how.
fn is_target(facts: &Facts) -> bool {
    facts.elsewhere && facts.offsite.is_none()
}

fn target(binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<Target> {
    let mut why = binding.provenance_of(&["elsewhere", "copier", "target"]);
    let copier = match binding.facts.copier {
        Some(copier) => copier,
        None => {
            why.default = plan.default(Backup::NAME, &BACKUP_COPIER)?.default;
            Copier::Rsync
        }
    };
    let variable = match &binding.facts.target {
        Some(variable) => variable.clone(),
        None => {
            why.default = plan.default(Backup::NAME, &BACKUP_TARGET)?.default.or(why.default);
            "BACKUP_TARGET".parse().ok()?
        }
    };
    Some(Target { copier, variable, why })
}

/// The environment file, where nobody but root can write it, or exchange it.
fn environment_file(all: &Bindings, plan: &PlanBuilder) -> Option<UnixPath> {
    let (path, owner, mode) = plan.operations.iter().find_map(|operation| match &operation.action {
        Action::EnvironmentFile { mode, owner, path, .. } => Some((path, owner, mode.bits())),
        _ => None,
    })?;
    let is_replaceable = path.is_within(&plan.working_directory)
        || directories::writable(all).any(|(directory, _)| path.is_within(directory));
    (owner.user.is_root() && mode & 0o022 == 0 && !is_replaceable).then(|| path.clone())
}

fn leave_out(binding: &Binding<Facts>, reason: &str, plan: &mut PlanBuilder) {
    for (statement, _) in binding.places.get("elsewhere").into_iter().flatten() {
        plan.partial(*statement, reason);
    }
}

/// A command as the specification has it; the first word is the package, too.
fn add_command(service: &mut Unit, command: &str, binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let why = binding.provenance_of(&["offsite"]);
    let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    let tool = words.first().map_or("", String::as_str);
    let tool = if tool == "scp" { "openssh-client" } else { tool };
    if let Ok(package) = tool.parse() {
        plan.package(package, why.clone());
    }
    follow(service, words, &why);
    let home = DirectiveValue::Assignment("HOME".to_owned(), "/root".to_owned());
    service.set(UnitSection::Service, "Environment", home, "where that command looks for its access", why);
}

fn follow(service: &mut Unit, command: Vec<String>, why: &Provenance) {
    let comment = "only after a good backup; its failure is the failure of this run";
    service.set(UnitSection::Service, "ExecStartPost", DirectiveValue::Command(command), comment, why.clone());
}

/// What the tool is called, the packages that it needs, and an address that it understands.
fn tool(copier: Copier) -> (&'static str, &'static [&'static str], &'static str) {
    match copier {
        Copier::Rsync => ("rsync", &["rsync", "openssh-client"], "backup@vault.example:desk"),
        Copier::Rclone => ("rclone", &["rclone"], "vault:desk"),
    }
}

fn add_copier(target: &Target, order: &Order, environment: &UnixPath, plan: &mut PlanBuilder) -> String {
    let path = format!("/usr/local/lib/{}-copy-backups", plan.service);
    let (name, packages, example) = tool(target.copier);
    for package in packages {
        if let Ok(package) = package.parse() {
            plan.package(package, target.why.clone());
        }
    }
    let constants = vec![
        ("DESTINATION", order.destination.to_string()),
        ("COPIER", name.to_owned()),
        ("ENVIRONMENT", environment.to_string()),
        ("VARIABLE", target.variable.to_string()),
        ("EXAMPLE", example.to_owned()),
    ];
    let content = FileContent::Program { template: "copy-backups", constants };
    add_program(&path, "copies backups to another place", content, &target.why, plan);
    path
}

fn add_probe(target: &Target, order: &Order, plan: &mut PlanBuilder) {
    let limit = oldest(order.every);
    let observer = Observer::Backup { directory: order.destination.clone(), field: BackupField::Copied };
    let title = format!("backups were copied off-site, and the newest compared there, in the last {}", Seconds(limit));
    plan.probe(
        Probe::new("backup.copied", Layer::Monitoring, title, observer, Expectation::AtMost(limit), target.why.clone())
            .needs("root")
            .advice(format!("journalctl -u {}.service -n 20", order.name))
            .runbook("backup-copy-fails"),
    );
}

fn entry(program: &str, target: &Target, order: &Order, environment: &UnixPath) -> RunbookEntry {
    let service = format!("{}.service", order.name);
    let (_, _, example) = tool(target.copier);
    let access = match target.copier {
        Copier::Rsync => {
            "Root's SSH key must be accepted there, and root must know that host: connect once by hand, as root."
        }
        Copier::Rclone => "The part before the colon is a remote of root's rclone: `rclone config` adds one.",
    };
    RunbookEntry {
        anchor: "backup-copy-fails",
        title: "Backups are not copied off-site".to_owned(),
        symptom: Some(format!("{service} has failed after a good backup")),
        checks: vec![ProbeId("backup.copied".to_owned()), ProbeId("backup.last-run".to_owned())],
        steps: vec![
            RunbookStep::run("See why.", format!("journalctl -u {service} -n 30 --no-pager")),
            RunbookStep::run(
                format!("See that `{}` holds the address, such as {example}.", target.variable),
                format!("editor {environment}"),
            ),
            RunbookStep::say(access),
            RunbookStep::run("Copy now.", program),
            RunbookStep::say(format!(
                "When this host is lost, bring a backup back from there into {}, by its name, and restore it as any other.",
                order.destination
            )),
        ],
        verify: Some(RunbookStep::run("The copies are there.", "./validate-deployment.sh --check backup.copied")),
        provenance: target.why.clone(),
    }
}
