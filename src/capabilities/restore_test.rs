//! Restore test: a backup counts once it has been restored, and what lies on a disk has to show it again and again.
//!
//! In: clauses that ask for backups to be restored on trial. Out: a timer for the trial, checks of its result. Not here: the
//! trial that each backup passes before it counts (`backup`), restoring after a loss (the runbook).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::backup::{Order, add_start, alert, confine, elapses, oldest, schedule, stamp, text, timer, times};
use super::frequency::frequency;
use super::{Backup, Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Action, BackupField, DirectiveValue, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, Step, Unit, UnitSection,
};
use crate::value::{Seconds, TimeOfDay, Weekday};

declare_lint! {
    /// *What it does*: reports backups of which none is restored on trial by the clock, because the default that adds it is
    /// switched off.
    ///
    /// *Why is this bad?* A backup that cannot be restored is found out on the day on which it is needed. Disks forget, and
    /// nobody reads what lies there.
    ///
    /// *Instead*: leave the default on, or say when: `- Backups are restored weekly into a scratch directory`.
    pub static BACKUP_WITHOUT_RESTORE_TEST = "backup-without-restore-test", Warn, Completeness, "backups that nobody restores on trial";
}

static WEEKLY_RESTORE_TEST: NamedDefault = NamedDefault {
    name: "weekly-restore-test",
    reason: "a backup counts once it has been restored: the newest is restored into a scratch directory and compared, once a week",
};

static RESTORE_TEST_TIME: NamedDefault = NamedDefault {
    name: "restore-test-time",
    reason: "the specification names no time for the restore test: at 04:30, after the backups of the night",
};

/// The capability.
pub struct RestoreTest;

/// What a statement says about it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The time between two trials.
    pub schedule: Option<Seconds>,
    /// The time of day.
    pub time: Option<TimeOfDay>,
    /// The day of the week.
    pub weekday: Option<Weekday>,
}

impl Capability for RestoreTest {
    type Facts = Facts;

    const NAME: &'static str = "restore-test";
    const SUMMARY: &'static str = "The newest backup is restored into a scratch directory by the clock, a PostgreSQL dump into a scratch server, compared, and the result kept.";
    const CUES: &'static [&'static str] = &[
        "restore test(s)",
        "test restore(s)",
        "trial restore(s)",
        "restore drill(s)",
        "restore trial(s)",
        "backup(s) (is|are) restored",
        "restored into|in|to … scratch|temporary|test directory",
        "restored on trial",
        "restored hourly|daily|weekly|monthly",
        "restor(e|es|ing) … backup",
        "restoration|restore of … backup(s) (is|are) tested",
        "backup restoration|restore|restores (is|are) tested",
        "backups are tested by restoring",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "restore",
        "restores",
        "restored",
        "restoring",
        "restoration",
        "test",
        "tests",
        "tested",
        "trial",
        "drill",
        "backup",
        "backups",
        "newest",
        "latest",
        "last",
        "most",
        "recent",
        "scratch",
        "temporary",
        "directory",
        "compared",
        "manifest",
        "automatically",
        "automatic",
        "automated",
        "scheduled",
        "timer",
        "job",
        "systemd",
        "night",
        "least",
        "performed",
        "done",
        "journal",
        "result",
        "logged",
        "contents",
        "content",
        "integrity",
        "them",
        "be",
        "get",
        "gets",
        "passes",
        "original",
        "data",
        "database",
        "databases",
        "sqlite",
        "files",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Backups are restored weekly into a scratch directory", r#"{"schedule": 604800.0}"#),
        example("**Restore test**: monthly", r#"{"schedule": 2629800.0}"#),
        example(
            "A restore test of the newest backup runs every Sunday at 05:00",
            r#"{"schedule": 604800.0, "weekday": "sunday", "time": "05:00"}"#,
        ),
        example("The latest backup is restored on trial every day", r#"{"schedule": 86400.0}"#),
        example("Backups are tested by restoring them every week", r#"{"schedule": 604800.0}"#),
        example("An automated restore test is scheduled", r"{}"),
        criterion("The restore test passes", r"{}"),
        example("Backups are not restored", NOT_MINE),
        example("Restore the backup with the vendor's tool", NOT_MINE),
        example("Backups are restored by the operators after a disaster", NOT_MINE),
        example("The restore procedure is documented", NOT_MINE),
        example("PostgreSQL restores are tested by the database team", NOT_MINE),
        example("Backups are restored weekly or monthly", NOT_MINE),
        example("The service restores its state after a restart", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&WEEKLY_RESTORE_TEST, &RESTORE_TEST_TIME];
    const LINTS: &'static [&'static Lint] = &[&BACKUP_WITHOUT_RESTORE_TEST];
    const STRICT: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let elsewhere = [
            "after|before|when|during|until|manual|manually|documented|procedure",
            "deployment|production|staging|live",
        ];
        if clause.find_any(&elsewhere).is_some() {
            return None;
        }
        let frequency = frequency(clause)?;
        if let Some(every) = frequency.every {
            schedule(every, frequency.time, frequency.weekday)?;
        }
        let by_the_clock = frequency.every.is_some() || frequency.time.is_some();
        let by_itself = clause.affirms("automated|automatic|automatically|scheduled").is_some();
        // A criterion looks at a trial that a requirement has asked for.
        if !by_the_clock && !by_itself && context.statement.kind.is_requirement() {
            return None;
        }
        let facts = Facts { schedule: frequency.every, time: frequency.time, weekday: frequency.weekday };
        let mut reading = Reading::new(facts, []);
        for (field, place) in frequency.places {
            reading = reading.place(field, place);
        }
        reading.at_least.push("schedule");
        Some(reading)
    }

    /// More often is as asked.
    fn satisfies(_: &str, given: &Value, least: &Value) -> bool {
        given.as_f64().zip(least.as_f64()).is_some_and(|(given, least)| given <= least)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let asked = own.first();
        let Some(backup) = all.one::<Backup>() else {
            for statement in asked.map(Binding::provenance).unwrap_or_default().statements {
                plan.partial(statement, "there is no backup to restore: say what is backed up");
            }
            return;
        };
        let Some(order) = Order::take(backup, all, plan) else { return };
        let mut why = asked.map(Binding::provenance).unwrap_or_default();
        why.capability = Self::NAME;
        if asked.is_none_or(|binding| binding.facts.schedule.is_none()) {
            match plan.default(Self::NAME, &WEEKLY_RESTORE_TEST) {
                Some(default) => why.default = default.default,
                None => {
                    report_missing(backup, plan);
                    return;
                }
            }
        }
        let facts = asked.map(|binding| binding.facts.clone()).unwrap_or_default();
        add(&facts, &order, &why, plan);
    }
}

fn report_missing(backup: &Binding<super::backup::Facts>, plan: &mut PlanBuilder) {
    let Some((_, span)) = backup.places.values().flatten().min_by_key(|(_, span)| span.start) else { return };
    plan.report(
        Diagnostic::new(&BACKUP_WITHOUT_RESTORE_TEST, *span, "no backup is restored on trial by the clock")
            .at("backups are made here")
            .help("add: Backups are restored weekly into a scratch directory"),
    );
}

/// The units of the trial, its timer, its checks.
fn add(facts: &Facts, order: &Order, why: &Provenance, plan: &mut PlanBuilder) {
    let every = facts.schedule.unwrap_or(Seconds(604_800.0));
    let time = facts.time.or_else(|| {
        plan.default(RestoreTest::NAME, &RESTORE_TEST_TIME)?;
        TimeOfDay::new(4, 30, false)
    });
    let Some(calendar) = schedule(every, time, facts.weekday) else { return };
    let unit = format!("{}-restore-test", plan.service);
    let described = "restores the newest backup on trial";
    let mut service = Unit::default();
    add_start(&mut service, &unit, described, plan, why);
    let command = DirectiveValue::Command(vec![order.program(), "--restore-test".to_owned()]);
    service.set(
        UnitSection::Service,
        "ExecStart",
        command,
        "into a scratch directory; nothing live is touched",
        why.clone(),
    );
    let narrowed = Order { sources: Vec::new(), why: why.clone(), ..order.clone() };
    confine(&mut service, &narrowed, false);
    let spread = Some(every).filter(|_| facts.time.is_none());
    let timer = timer(&format!("{}: restore a backup on trial", plan.service), &calendar, spread, why);
    let comment = "a trial that hangs ends before the next one begins";
    let longest = Seconds(every.0.clamp(600.0, 6.0 * 3600.0)).whole().to_string();
    service.set(UnitSection::Service, "TimeoutStartSec", text(longest), comment, why.clone());
    plan.unit_file(&format!("{unit}.service"), described, service, why.clone());
    plan.unit_file(&format!("{unit}.timer"), "when a backup is restored on trial", timer, why.clone());
    plan.operation(Step::Backup, 20, Action::Timer(format!("{unit}.timer")), why.clone());
    add_probes(&unit, &calendar, every, order, why, plan);
    plan.runbook(entry(&unit, order, why));
}

fn add_probes(unit: &str, calendar: &str, every: Seconds, order: &Order, why: &Provenance, plan: &mut PlanBuilder) {
    let (timer, service) = (format!("{unit}.timer"), format!("{unit}.service"));
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let limit = oldest(every);
    let restored = Observer::Backup { directory: order.destination.clone(), field: BackupField::Restored };
    let mut checks = vec![
        (
            "timer",
            "the timer of the restore test waits for its time".to_owned(),
            Observer::Timer { unit: timer.clone() },
            equals("active"),
        ),
        ("schedule", format!("a backup is restored on trial at {calendar}"), times(&timer), elapses(calendar)),
        (
            "enabled",
            "restore tests start at boot".to_owned(),
            Observer::UnitEnabled { unit: timer.clone() },
            equals("enabled"),
        ),
        (
            "recent",
            format!("a backup was restored on trial in the last {}", Seconds(limit)),
            restored,
            Expectation::AtMost(limit),
        ),
    ];
    if let Some(stamp) = stamp(&order.destination, ".last-restore-test") {
        let observer = Observer::BackupRun { unit: service.clone(), stamp };
        let into_server =
            if order.database.is_some() { ", the database in a server of its own, by its rows" } else { "" };
        let title = format!("the last restore on trial succeeded{into_server}");
        checks.push(("last-run", title, observer, equals("success")));
    }
    if let Some((handler, _)) = alert(unit, plan) {
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        checks.push(("alert", "somebody is told when a restore on trial fails".to_owned(), observer, equals(&handler)));
    }
    for (id, title, observer, expectation) in checks {
        let id = format!("restore-test.{id}");
        let is_secret = matches!(observer, Observer::Backup { .. } | Observer::BackupRun { .. });
        let probe = Probe::new(id, Layer::Monitoring, title, observer, expectation, why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -n 20"))
            .runbook("restore-test-fails");
        plan.probe(if is_secret { probe.needs("root") } else { probe });
    }
}

fn entry(unit: &str, order: &Order, why: &Provenance) -> RunbookEntry {
    let service = format!("{unit}.service");
    let of_database = order.database.is_some().then(|| {
        RunbookStep::say(
            "A dump that is refused needs what a new server lacks (a role that a policy names, an extension that is loaded with the server), or more room in /var/tmp: the journal has what the server said.",
        )
    });
    let mut steps = vec![
        RunbookStep::run("See what was wrong with it.", format!("journalctl -u {service} -n 30 --no-pager")),
        RunbookStep::say(
            "A checksum that differs means that the disk, or somebody, has changed the backup: it is lost. The older ones may be whole.",
        ),
    ];
    steps.extend(of_database);
    steps.extend([
        RunbookStep::run(
            "Make a new one; its files are restored on trial before it counts.",
            format!("systemctl start {}.service", order.name),
        ),
        RunbookStep::run(
            "Look at the disk that holds them.",
            format!("df -h {}; journalctl -k -p err -n 20 --no-pager", order.destination),
        ),
        RunbookStep::run("Try again.", format!("systemctl start {service}")),
    ]);
    RunbookEntry {
        anchor: "restore-test-fails",
        title: "A backup cannot be restored on trial".to_owned(),
        symptom: Some(format!("{service} has failed")),
        checks: vec![ProbeId("restore-test.last-run".to_owned()), ProbeId("restore-test.recent".to_owned())],
        steps,
        verify: Some(RunbookStep::run(
            "The newest backup can be restored.",
            "./validate-deployment.sh --check restore-test.last-run --check restore-test.recent",
        )),
        provenance: why.clone(),
    }
}
