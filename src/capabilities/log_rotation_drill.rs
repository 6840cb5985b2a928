//! Log rotation drill: that a log which is too large is rotated is seen, not believed.
//!
//! In: criteria that want a rotation to be triggered. Out: nothing of its own: the drill that `log_rotation` brings names them.
//! It runs on a scratch log beside the real one, with the very configuration: that proves the same and touches no log. Not
//! here: when and how logs are rotated (`log_rotation`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, CRITERION_CONTRADICTS_REQUIREMENT, Capability, Clause, Context, Example, LogRotation, NOT_MINE,
    Reading, criterion, example,
};
use crate::diagnostics::Diagnostic;
use crate::plan::{DrillKind, PlanBuilder};
use crate::value::Bytes;

/// The capability.
pub struct LogRotationDrill;

/// What is to trigger the rotation.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The size of the log that somebody makes.
    pub size: Option<Bytes>,
}

impl Capability for LogRotationDrill {
    type Facts = Facts;

    const NAME: &'static str = "log-rotation-drill";
    const SUMMARY: &'static str =
        "A scratch log that is too large is rotated by the real configuration: nothing lost, mode kept, disk bounded.";
    const CUES: &'static [&'static str] = &[
        "trigger(s|ed|ing) (a|the) (log) rotation",
        "rotation (is|gets) triggered",
        "log(s) rotation drill|test",
        "log(s) rotation (is|was) tested|exercised|proven|drilled",
        "test(s|ed) … log rotation",
        "log(s) … (is|are) rotated … manually|forced",
        "forced|manual log rotation",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "log",
        "logs",
        "file",
        "files",
        "rotation",
        "rotate",
        "rotated",
        "manual",
        "manually",
        "created",
        "made",
        "filled",
        "generated",
        "artificial",
        "big",
        "large",
        "oversized",
        "reaching",
        "reaches",
        "exceeds",
        "exceeding",
        "growing",
        "grown",
        "writing",
        "written",
        "scratch",
        "drill",
        "disk",
        "space",
        "fill",
        "full",
        "prevents",
        "prevent",
        "works",
        "work",
        "forced",
        "logrotate",
        "tested",
        "exercised",
        "proven",
        "drilled",
    ];
    const EXAMPLES: &'static [Example] = &[
        criterion("Log rotation: Manual 100MB log file triggers rotation (no disk fill)", r#"{"size": 104857600}"#),
        criterion("A log file of 20 MB triggers rotation", r#"{"size": 20971520}"#),
        criterion("Rotation is triggered when a log of 100 MiB is written", r#"{"size": 104857600}"#),
        criterion("The log rotation is tested", "{}"),
        example("Log rotation drill: a log file is filled", "{}"),
        criterion("A log file of 20 MB does not trigger rotation", NOT_MINE),
        example("Logs rotate when reaching 100MB", NOT_MINE),
        criterion("The backup triggers a rotation of the tapes", NOT_MINE),
        criterion("A leaked key triggers rotation of all secrets", NOT_MINE),
        criterion("nginx log rotation is tested", NOT_MINE),
    ];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        clause.find("log(s)|logrotate")?;
        if clause.find("key(s)|secret(s)|backup(s)|certificate(s)|journal|journald").is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        let mut sizes = clause.sizes();
        if let Some((size, place)) = sizes.next() {
            if sizes.next().is_some() {
                return None;
            }
            reading.facts.size = Some(size);
            reading = reading.place("size", place);
        }
        // What the drill is to prevent is part of what it proves.
        const PREVENTED: &[&str] = &[
            "no|without (a) full disk",
            "no disk fill(s)",
            "without filling (up) (the) disk",
            "not fill (up) (the) disk",
        ];
        if let Some(place) = clause.find_any(PREVENTED) {
            reading = reading.claim(place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let limit = plan.drills.iter().find_map(|drill| match &drill.kind {
            DrillKind::LogRotation { limit, .. } => Some(*limit),
            _ => None,
        });
        for binding in own {
            match limit {
                None => {
                    for statement in binding.provenance().statements {
                        plan.partial(
                            statement,
                            "there is no drill: the specification asks for no rotation of a log file",
                        );
                    }
                }
                Some(limit) => check_size(binding, limit, all, plan),
            }
        }
    }
}

/// A log that is smaller than the limit must not be rotated, whatever the criterion says.
fn check_size(binding: &Binding<Facts>, limit: Option<Bytes>, all: &Bindings, plan: &mut PlanBuilder) {
    let Some((size, limit)) = binding.facts.size.zip(limit).filter(|(size, limit)| size < limit) else { return };
    let Some(span) = binding.span_of("size") else { return };
    let mut diagnostic = Diagnostic::new(
        &CRITERION_CONTRADICTS_REQUIREMENT,
        span,
        format!("a log of {size} is not rotated: it may grow to {limit}"),
    )
    .at("too small to trigger anything")
    .help(format!("write {limit} in both places, or {size} in both"));
    if let Some(place) = all.of::<LogRotation>().iter().find_map(|rotation| rotation.span_of("max_size")) {
        diagnostic = diagnostic.label(place, format!("here it is {limit}"));
    }
    plan.report(diagnostic);
}
