//! Recovery objectives: how much data may be lost, and how long recovery may take.
//!
//! In: clauses that give a recovery point objective or a recovery time objective. Out: a check that the newest backup is
//! young enough, a lint where the schedule of the backups cannot meet it, and how to measure a recovery. Not here: making
//! backups (`backup`), recovery from a crash (`restart-policy`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backup::{Order, newest_age};
use super::{Backup, Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{Action, Expectation, Layer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep};
use crate::value::Seconds;

declare_lint! {
    /// *What it does*: compares the recovery point objective with the time between two backups.
    ///
    /// *Why is this bad?* What was written since the last backup is lost with the disk: with a backup a day that is up to a
    /// day, whatever the objective says.
    ///
    /// *Instead*: back up as often as the objective asks, or write the objective that the backups can meet.
    pub static RECOVERY_POINT_OUT_OF_REACH = "recovery-point-out-of-reach", Error, Consistency, "backups are made too seldom for the recovery point";
}

/// The capability.
pub struct RecoveryObjectives;

/// What a statement says about recovery.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How old the data may be that is recovered.
    pub rpo: Option<Seconds>,
    /// How long recovery may take.
    pub rto: Option<Seconds>,
}

const POINT: &str = "rpo";
const TIME: &str = "rto";

impl Capability for RecoveryObjectives {
    type Facts = Facts;

    const NAME: &'static str = "recovery-objectives";
    const SUMMARY: &'static str = "How old recovered data may be is checked against the backups; how long a recovery takes is measured by people.";
    const CUES: &'static [&'static str] = &["rpo", "rto", "recovery point objective", "recovery time objective"];
    const VOCABULARY: &'static [&'static str] = &[
        "recovery",
        "point",
        "time",
        "objective",
        "objectives",
        "maximum",
        "max",
        "most",
        "least",
        "data",
        "loss",
        "downtime",
        "acceptable",
        "backup",
        "backups",
        "restore",
        "target",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**RPO**: 24 hours", r#"{"rpo": 86400.0}"#),
        example("RPO of 6 hours and RTO of 4 hours", r#"{"rpo": 21600.0, "rto": 14400.0}"#),
        example("Recovery Point Objective (RPO): 1 hour", r#"{"rpo": 3600.0}"#),
        example("The recovery time objective is 30 minutes", r#"{"rto": 1800.0}"#),
        example("RTO: 4 hours (restore from backup)", r#"{"rto": 14400.0}"#),
        criterion("The RPO of 24 hours is met", r#"{"rpo": 86400.0}"#),
        example("RPO and RTO are defined", NOT_MINE),
        example("PostgreSQL has an RPO of 5 minutes", NOT_MINE),
        example("RTO 1 to 4 hours", NOT_MINE),
        example("The service recovers within 30 seconds", NOT_MINE),
        example("No RPO of 1 hour is promised", NOT_MINE),
    ];
    const LINTS: &'static [&'static Lint] = &[&RECOVERY_POINT_OUT_OF_REACH];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let point = clause.find(POINT).or_else(|| clause.find("recovery point objective"));
        let time = clause.find(TIME).or_else(|| clause.find("recovery time objective"));
        let mut reading = Reading::<Facts>::default();
        for (duration, place) in clause.durations() {
            let before = |phrase: &Option<std::ops::Range<usize>>| {
                phrase.as_ref().map(|phrase| phrase.start).filter(|start| *start < place.start)
            };
            let (is_point, taken) = match (before(&point), before(&time)) {
                (None, None) => return None,
                (point, time) if point > time => (true, reading.facts.rpo.replace(duration)),
                _ => (false, reading.facts.rto.replace(duration)),
            };
            if taken.is_some() {
                return None;
            }
            reading = reading.place(if is_point { POINT } else { TIME }, place);
        }
        (reading.facts.rpo.is_some() || reading.facts.rto.is_some()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let order = all.one::<Backup>().and_then(|backup| Order::take(backup, all, plan));
        let Some(order) = order else {
            for statement in binding.provenance().statements {
                plan.partial(statement, "nothing is backed up: what is lost with the disk is lost");
            }
            return;
        };
        if let Some(rpo) = binding.facts.rpo {
            add_check(binding, rpo, &order, all, plan);
        }
        for (statement, _) in binding.places.get(TIME).into_iter().flatten() {
            let why = "how long a recovery takes is measured by people: the runbook says how";
            plan.partial(*statement, why);
        }
        plan.runbook(entry(binding, &order, plan));
    }
}

fn add_check(binding: &Binding<Facts>, rpo: Seconds, order: &Order, all: &Bindings, plan: &mut PlanBuilder) {
    if order.every.0 > rpo.0
        && let Some(place) = binding.span_of(POINT)
    {
        let every = order.every;
        let mut diagnostic = Diagnostic::new(
            &RECOVERY_POINT_OUT_OF_REACH,
            place,
            format!("a backup every {every} cannot bring back data that is at most {rpo} old"),
        )
        .at(format!("at most {rpo} of data may be lost …"))
        .help(format!("back up every {rpo}, or write an objective of {every}"));
        if let Some(span) = all.one::<Backup>().and_then(|backup| backup.span_of("schedule")) {
            diagnostic = diagnostic.label(span, format!("… and a backup is made every {every}"));
        }
        plan.report(diagnostic);
    }
    // The backup that is due may still be at work.
    let limit = rpo.0 + 3600.0;
    plan.probe(
        Probe::new(
            "recovery-objectives.rpo",
            Layer::Resilience,
            format!("no more than {rpo} of data would be lost (and what is written while a backup is made)"),
            newest_age(order),
            Expectation::AtMost(limit),
            binding.provenance_of(&[POINT]),
        )
        .needs("root")
        .advice(format!("{} --list", order.program()))
        .runbook("backup-fails"),
    );
}

fn entry(binding: &Binding<Facts>, order: &Order, plan: &PlanBuilder) -> RunbookEntry {
    let said = |what: &str, time: Option<Seconds>| time.map(|time| format!("{what} {time}"));
    let promised = [said("at most this old:", binding.facts.rpo), said("back within", binding.facts.rto)];
    let promised: Vec<String> = promised.into_iter().flatten().collect();
    let mut steps = vec![
        RunbookStep::say(format!("Promised of recovered data: {}.", promised.join(", "))),
        RunbookStep::run(
            "See what would be lost now: all since the newest backup.",
            format!("{} --list", order.program()),
        ),
    ];
    let trial = format!("{}-restore-test", plan.service);
    if plan.operations.iter().any(|operation| operation.action == Action::Timer(format!("{trial}.timer"))) {
        steps.push(RunbookStep::run(
            "See how long the last restore on trial took; a recovery adds the time until somebody is there and decides.",
            format!("systemctl show {trial}.service -p ExecMainStartTimestamp -p ExecMainExitTimestamp"),
        ));
    }
    steps.push(RunbookStep::say(
        "Once a year, restore on another host by the chapter \"Restore a backup\", with a clock.",
    ));
    RunbookEntry {
        anchor: "recovery-objectives",
        title: "What a recovery may cost".to_owned(),
        symptom: None,
        checks: vec![ProbeId("recovery-objectives.rpo".to_owned())],
        steps,
        verify: None,
        provenance: binding.provenance(),
    }
}
