//! The program that makes backups, its units, and what a deployment does with them.
//!
//! In: an order. Out: the program, a service and a timer, the directory, and the first backup, without which the next night
//! would have to be waited for.

use super::contribution::{Order, text};
use super::{BACKUP_TOOLS, Backup, Facts, offsite};
use crate::capabilities::{Binding, Bindings, Capability};
use crate::plan::{
    Action, DirectiveValue, FileContent, InstalledFile, PlanBuilder, Provenance, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner, Seconds};

/// Adds them.
pub(super) fn add(binding: &Binding<Facts>, order: &Order, all: &Bindings, plan: &mut PlanBuilder) {
    add_programs(order, plan);
    add_packages(binding, order, plan);
    let described = "makes backups, and restores each on trial";
    let mut service = Unit::default();
    add_start(&mut service, &order.name, described, plan, &order.why);
    let mut command = vec![order.program(), "--backup".to_owned()];
    command.extend(order.sources.iter().map(ToString::to_string));
    let comment = "what is backed up";
    service.set(UnitSection::Service, "ExecStart", DirectiveValue::Command(command), comment, order.why.clone());
    let network = offsite::add(&mut service, binding, order, all, plan);
    confine(&mut service, order, network);
    let longest = Seconds(order.every.0.clamp(600.0, 6.0 * 3600.0)).whole().to_string();
    let comment = "a run that hangs ends before the next one begins";
    service.set(UnitSection::Service, "TimeoutStartSec", text(longest), comment, order.when.clone());
    let spread = Some(order.every).filter(|_| binding.facts.time.is_none());
    let timer = timer(&format!("{}: back up", plan.service), &order.calendar, spread, &order.when);
    plan.unit_file(&format!("{}.service", order.name), described, service, order.why.clone());
    plan.unit_file(&format!("{}.timer", order.name), "when backups are made", timer, order.when.clone());
    plan.operation(Step::Directories, 30, Action::BackupDirectory(order.destination.clone()), order.place.clone());
    plan.operation(Step::Backup, 10, Action::Timer(format!("{}.timer", order.name)), order.when.clone());
    let first = Action::FirstBackup { unit: format!("{}.service", order.name), directory: order.destination.clone() };
    plan.operation(Step::Backup, 50, first, order.why.clone());
}

fn add_programs(order: &Order, plan: &mut PlanBuilder) {
    let program = |name| format!("/usr/local/lib/{}-{name}", plan.service);
    let copy_database = (!order.sources.is_empty()).then(|| program("copy-database"));
    let try_dump = order.database.as_ref().map(|_| program("try-dump"));
    let constants = vec![
        ("SERVICE", plan.service.to_string()),
        ("SERVICE_USER", plan.user.to_string()),
        ("SERVICE_GROUP", plan.group.to_string()),
        ("DESTINATION", order.destination.to_string()),
        ("KEEP", order.keep.to_string()),
        ("DATABASE", order.database.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("COPY_DATABASE", copy_database.clone().unwrap_or_default()),
        ("TRY_DUMP", try_dump.clone().unwrap_or_default()),
    ];
    let mut why = order.why.clone();
    [&order.kept, &order.place].iter().for_each(|part| why.merge(part));
    // Before the program that calls them: a timer may start it at any time.
    for (path, template, purpose) in [
        (copy_database, "copy-database", "copies a database of SQLite whole, whoever writes it meanwhile"),
        (try_dump, "try-dump", "restores the dump of a database on trial"),
    ] {
        let content = FileContent::Program { template, constants: Vec::new() };
        path.iter().for_each(|path| add_program(path, purpose, content.clone(), &order.why, plan));
    }
    let described = "makes backups, restores them on trial, restores them";
    add_program(&order.program(), described, FileContent::Program { template: "backup", constants }, &why, plan);
}

/// A program that root's units run.
pub(super) fn add_program(path: &str, purpose: &str, content: FileContent, why: &Provenance, plan: &mut PlanBuilder) {
    let Ok(path) = path.parse() else { return };
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: purpose.to_owned(),
            content,
            provenance: why.clone(),
        },
    );
}

fn add_packages(binding: &Binding<Facts>, order: &Order, plan: &mut PlanBuilder) {
    let tools = plan.default(Backup::NAME, &BACKUP_TOOLS).filter(|_| !order.sources.is_empty());
    let client = order.database.is_some().then(|| binding.provenance_of(&["database"]));
    for (name, why) in [("sqlite3", tools), ("postgresql-client", client)] {
        if let (Ok(name), Some(why)) = (name.parse(), why) {
            plan.package(name, why);
        }
    }
}

/// What every unit of this kind begins with.
pub(in crate::capabilities) fn add_start(
    service: &mut Unit,
    name: &str,
    described: &str,
    plan: &PlanBuilder,
    why: &Provenance,
) {
    let title = format!("{}: {described}", plan.service);
    service.set(UnitSection::Unit, "Description", text(title), described, why.clone());
    service.set(UnitSection::Service, "Type", text("oneshot"), "runs to its end, started by the timer", why.clone());
    if let Some((handler, mut asked)) = alert(name, plan) {
        asked.merge(why);
        service.set(UnitSection::Unit, "OnFailure", text(handler), "who is told when it fails", asked);
    }
    let comment = "what serves people comes first";
    for (name, value) in [("Nice", "10"), ("IOSchedulingClass", "idle")] {
        service.set(UnitSection::Service, name, text(value), comment, why.clone());
    }
}

/// The unit that tells people of a failure, where alerts are asked for: the service has one, with its own name.
pub(in crate::capabilities) fn alert(name: &str, plan: &PlanBuilder) -> Option<(String, Provenance)> {
    let of_service = plan.unit.get("OnFailure").next()?;
    let DirectiveValue::Text(handler) = &of_service.value else { return None };
    let (template, _) = handler.split_once('@')?;
    Some((format!("{template}@{name}.service"), of_service.provenance.clone()))
}

/// It reads everything and writes only where backups lie. SQLite needs to write beside its files, which it does with the
/// rights of the service.
pub(in crate::capabilities) fn confine(service: &mut Unit, order: &Order, network: bool) {
    let why = &order.why;
    let mut set = |name, value: &str, comment: &str| {
        service.set(UnitSection::Service, name, text(value), comment, why.clone());
    };
    let rights = "it reads and unpacks what its owner alone may, and becomes the service's user to look into databases";
    set("CapabilityBoundingSet", "CAP_DAC_OVERRIDE CAP_SETGID CAP_SETUID", rights);
    set("NoNewPrivileges", "yes", rights);
    let places = "all is read-only but the backups; SQLite keeps its locks beside its files";
    set("ProtectSystem", "strict", places);
    set("ReadWritePaths", order.destination.as_str(), places);
    for source in &order.sources {
        set("ReadWritePaths", &format!("-{source}"), places);
    }
    let at_home =
        order.sources.iter().any(|path| ["/home", "/root"].iter().any(|home| path.as_str().starts_with(home)));
    set("ProtectHome", if at_home || network { "read-only" } else { "yes" }, places);
    let closed = "nothing else is its business";
    if network {
        set("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6", closed);
    } else {
        set("PrivateNetwork", "yes", closed);
        set("RestrictAddressFamilies", "AF_UNIX", closed);
    }
    for (name, value) in [
        ("PrivateDevices", "yes"),
        ("PrivateTmp", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictNamespaces", "yes"),
        ("RestrictRealtime", "yes"),
        ("SystemCallArchitectures", "native"),
        ("SystemCallFilter", "@system-service"),
    ] {
        set(name, value, closed);
    }
}

/// A timer that makes up for what the host slept through.
pub(in crate::capabilities) fn timer(
    described: &str,
    calendar: &str,
    spread: Option<Seconds>,
    why: &Provenance,
) -> Unit {
    let mut timer = Unit::default();
    let mut set =
        |section, name, value: &str, comment: &str| timer.set(section, name, text(value), comment, why.clone());
    set(UnitSection::Unit, "Description", described, "when it is done");
    set(UnitSection::Timer, "OnCalendar", calendar, "a time that passed while the host was off is made up for");
    set(UnitSection::Timer, "Persistent", "yes", "a time that passed while the host was off is made up for");
    if let Some(every) = spread {
        let delay = Seconds((every.0 / 12.0).min(1800.0)).whole().to_string();
        set(UnitSection::Timer, "RandomizedDelaySec", &delay, "not all services of a host at once");
    }
    set(UnitSection::Install, "WantedBy", "timers.target", "waits from boot on");
    timer
}
