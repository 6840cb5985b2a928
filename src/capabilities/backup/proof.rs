//! How backups are proven, what to do when they fail, and how to restore one.

use super::contribution::{Order, oldest};
use super::{Facts, units};
use crate::capabilities::Binding;
use crate::plan::{
    BackupField, Expectation, FileField, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep,
};
use crate::value::{Seconds, UnixPath};

/// Adds the checks and the chapters of the runbook.
pub(super) fn add(binding: &Binding<Facts>, order: &Order, plan: &mut PlanBuilder) {
    let (timer, service) = (format!("{}.timer", order.name), format!("{}.service", order.name));
    let directory = &order.destination;
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let backup = |field| Observer::Backup { directory: directory.clone(), field };
    let alert = units::alert(&order.name, plan);
    let mut probe = |id: &str, layer, title: String, observer, expectation, why: &Provenance| {
        let probe = Probe::new(format!("backup.{id}"), layer, title, observer, expectation, why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -n 20"))
            .runbook("backup-fails");
        let is_secret = matches!(probe.observer, Observer::Backup { .. } | Observer::BackupRun { .. });
        plan.probe(if is_secret { probe.needs("root") } else { probe });
    };
    let title = "the timer of the backups waits for its time".to_owned();
    probe("timer", Layer::Monitoring, title, Observer::Timer { unit: timer.clone() }, equals("active"), &order.when);
    let title = format!("backups are made at {}", order.calendar);
    probe("schedule", Layer::Monitoring, title, times(&timer), elapses(&order.calendar), &order.when);
    let observer = Observer::UnitEnabled { unit: timer.clone() };
    probe("enabled", Layer::Monitoring, "backups start at boot".to_owned(), observer, equals("enabled"), &order.when);
    if let Some(stamp) = stamp(directory, ".last-backup") {
        let observer = Observer::BackupRun { unit: service.clone(), stamp };
        let read = if order.database.is_some() { ": files restored on trial, the dump read to its end" } else { "" };
        let title = format!("the last backup run succeeded{read}");
        probe("last-run", Layer::Monitoring, title, observer, equals("success"), &order.why);
    }
    if let Some((handler, asked)) = alert {
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        let title = "somebody is told when a backup fails".to_owned();
        probe("alert", Layer::Monitoring, title, observer, equals(&handler), &asked);
    }
    let limit = oldest(order.every);
    let title = format!("the newest backup is at most {} old", Seconds(limit));
    probe("recent", Layer::Monitoring, title, backup(BackupField::Age), Expectation::AtMost(limit), &order.when);
    let title = "the newest backup is what its manifest says".to_owned();
    probe("intact", Layer::Monitoring, title, backup(BackupField::Intact), equals("yes"), &order.why);
    if order.keep > 0 {
        let title = kept(binding, order);
        let most = Expectation::AtMost(f64::from(order.keep));
        probe("count", Layer::Monitoring, title, backup(BackupField::Count), most, &order.kept);
    }
    let checks = [
        ("owner", FileField::Owner, "root:root", format!("the backups in {directory} belong to root")),
        ("mode", FileField::Mode, "0700", format!("only root can read the backups in {directory}")),
        ("place", FileField::WritableParents, "none", format!("nobody but root can lead {directory} elsewhere")),
    ];
    for (id, field, expected, title) in checks {
        let observer = Observer::File { path: directory.clone(), field };
        probe(id, Layer::Permissions, title, observer, equals(expected), &order.place);
    }
    plan.runbook(when_it_fails(order));
    plan.runbook(how_to_restore(order, plan));
}

/// Seconds since the newest backup was made.
pub(in crate::capabilities) fn newest_age(order: &Order) -> Observer {
    Observer::Backup { directory: order.destination.clone(), field: BackupField::Age }
}

/// When a timer elapses, as the manager holds it.
pub(in crate::capabilities) fn times(timer: &str) -> Observer {
    Observer::UnitProperty { unit: timer.to_owned(), property: "TimersCalendar" }
}

/// Not only in its file: a drop-in could say otherwise.
pub(in crate::capabilities) fn elapses(calendar: &str) -> Expectation {
    Expectation::Contains(format!("OnCalendar={calendar} ;"))
}

/// Where the program notes how its last run ended.
pub(in crate::capabilities) fn stamp(directory: &UnixPath, name: &str) -> Option<UnixPath> {
    directory.join(name).ok()
}

fn kept(binding: &Binding<Facts>, order: &Order) -> String {
    let in_time = binding.facts.retention.map(|time| format!(" ({time} of them)")).unwrap_or_default();
    format!("at most {} backups are kept{in_time}", order.keep)
}

fn when_it_fails(order: &Order) -> RunbookEntry {
    let (service, directory) = (format!("{}.service", order.name), &order.destination);
    let checks = ["last-run", "recent", "intact", "timer"];
    RunbookEntry {
        anchor: "backup-fails",
        title: "Backups fail, or are missing".to_owned(),
        symptom: Some(format!("{service} has failed, or the newest backup in {directory} is old")),
        checks: checks.iter().map(|check| ProbeId(format!("backup.{check}"))).collect(),
        steps: vec![
            RunbookStep::run("See what the last run said.", format!("journalctl -u {service} -n 30 --no-pager")),
            RunbookStep::run(
                "See which backups there are: these were restored on trial.",
                format!("{} --list", order.program()),
            ),
            RunbookStep::run(
                "See whether there is room: a run needs twice the size of the data.",
                format!("df -h {directory}"),
            ),
            RunbookStep::run("Make one now, and wait for it.", format!("systemctl start {service}")),
            RunbookStep::say(
                "\"There is no file left\" means that the data is gone while older backups hold some: do not delete those, find the data.",
            ),
        ],
        verify: Some(RunbookStep::run(
            "There is a new backup, and it is whole.",
            "./validate-deployment.sh --check backup.last-run --check backup.recent --check backup.intact",
        )),
        provenance: order.why.clone(),
    }
}

fn how_to_restore(order: &Order, plan: &PlanBuilder) -> RunbookEntry {
    let (unit, program) = (plan.unit_name(), order.program());
    let scratch = format!("{}/.restored", order.destination);
    let mut steps = vec![
        RunbookStep::run("See what there is.", format!("{program} --list")),
        RunbookStep::run(
            "Restore the newest (or the one whose name you give instead of \"latest\") into an empty directory, and look at it. Nothing live is touched.",
            format!("{program} --restore latest --to {scratch}"),
        ),
        RunbookStep::run(
            "Stop the service; nothing may write while data is exchanged.",
            format!("systemctl stop {unit}"),
        ),
    ];
    for source in order.outermost() {
        let text = "Put what is there aside (it may hold what came after the backup), and the restored data in its place; owners and modes are those of the backup.";
        let aside = format!("{source}.before-restore");
        steps.push(RunbookStep::say(format!(
            "Where {source} is a mount point (`mountpoint {source}` says so), it cannot be moved. Instead of what follows make \
             {source}/.before-restore, move into it what else is in {source}, and copy what was restored: \
             `cp -a {scratch}{source}/. {source}/`."
        )));
        steps.push(RunbookStep::run(text, format!("mv -T {source} {aside} && mv -T {scratch}{source} {source}")));
        steps.push(RunbookStep::run("See that owner and mode are right.", format!("ls -ld {source} {aside}")));
    }
    if order.outermost().count() < order.sources.len() {
        let text = "What is mounted below a directory went aside with it, and its data was restored onto the disk of that directory: mount it again at its old place, and move the data onto it.";
        steps.push(RunbookStep::say(text));
    }
    if let Some(database) = &order.database {
        steps.push(RunbookStep::run(
            "Restore the database: its tables are dropped and made anew from the dump.",
            format!("setpriv --reuid=postgres --regid=postgres --init-groups pg_restore --clean --if-exists --dbname={database} <{scratch}/database.dump"),
        ));
    }
    steps.push(RunbookStep::run("Start the service.", format!("systemctl start {unit}")));
    steps.push(RunbookStep::say(format!(
        "When all is well, remove {scratch} and what was put aside: they hold the same data as the service."
    )));
    RunbookEntry {
        anchor: "restore-a-backup",
        title: "Restore a backup".to_owned(),
        symptom: None,
        checks: Vec::new(),
        steps,
        verify: Some(RunbookStep::run("The service is healthy with the restored data.", "./validate-deployment.sh")),
        provenance: order.why.clone(),
    }
}
