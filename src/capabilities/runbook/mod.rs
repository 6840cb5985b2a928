//! Runbook: the operators' handbook.
//!
//! In: clauses that ask for one. Out: its general chapters (start and stop, status, logs, update, roll back, secrets, escalation,
//! drills, the first day); the statement is settled, because `RUNBOOK.md` is part of every package. Not here: chapters about
//! failures, and of tasks that only some packages have (restore, renew), which the capabilities write whose checks can fail.

mod drills;
mod first_day;
mod operation;
mod release;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, contacts, criterion, example,
    secret_rotation,
};
use crate::plan::{Action, NamedDefault, PlanBuilder, ProbeId, Provenance, RunbookEntry, RunbookStep};
use crate::spec::mention::Mention;

/// The capability.
pub struct Runbook;

/// What a statement wants to be in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Topics by name.
    pub topics: Vec<String>,
}

static OPERATION: NamedDefault = NamedDefault {
    name: "runbook-operation",
    reason: "every package explains how its service is started, stopped, watched, updated, rolled back and drilled, and what to do \
             when its reader cannot go on",
};

/// What a program logs when something is wrong. Its output comes with one level, whatever it says: words are all there is to look
/// for. In small letters: the journal then looks for capitals, too.
const COMPLAINTS: &str = r"error|fail|traceback|exception|refused|denied|\b40[13]\b";

/// Words of a sentence, and the topic that they mean.
const TOPICS: &[(&str, &str)] = &[
    ("start(ing|s)", "start"),
    ("stop(ping|s)", "stop"),
    ("restart(ing|s)", "restart"),
    ("status", "status"),
    ("log(s)", "logs"),
    ("update(s)|updating|upgrade(s)|deploy(ing|s)|deployment(s)|release(s)", "update"),
    ("rollback(s)|rolling|roll", "rollback"),
    ("failure(s)|failing|incident(s)|outage(s)|troubleshooting|problem(s)", "failures"),
    ("recovery|recovering|recover|restore", "recovery"),
];

impl Capability for Runbook {
    type Facts = Facts;

    const NAME: &'static str = "runbook";
    const SUMMARY: &'static str =
        "`RUNBOOK.md`: operation, and for each check that can fail what to look at and what to do.";
    const CUES: &'static [&'static str] =
        &["runbook(s)", "run book(s)", "operations manual|handbook", "operator(s) manual|handbook"];
    const VOCABULARY: &'static [&'static str] = &[
        "runbook",
        "runbooks",
        "documents",
        "documented",
        "document",
        "describes",
        "describe",
        "covers",
        "cover",
        "explains",
        "explain",
        "lists",
        "contains",
        "includes",
        "how",
        "common",
        "typical",
        "scenarios",
        "scenario",
        "steps",
        "step",
        "procedures",
        "procedure",
        "and",
        "back",
        "manual",
        "handbook",
        "operations",
        "operators",
        "operator",
        "written",
        "available",
        "maintained",
        "kept",
        "up",
        "date",
        "known",
        "each",
        "what",
        "emergency",
        "full",
        "complete",
        "first",
        "response",
        "instructions",
        "view",
        "read",
        "find",
        "new",
        "version",
        "versions",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("A runbook covers start, stop and rollback", r#"{"topics": ["start", "stop", "rollback"]}"#),
        example(
            "**Runbook**: typical failures and how to recover from them",
            r#"{"topics": ["failures", "recovery"]}"#,
        ),
        example("There is an operations manual for updating the service", r#"{"topics": ["update"]}"#),
        example("The operator handbook explains how to read the logs", r#"{"topics": ["logs"]}"#),
        example("The runbook covers stop, restart and log access", r#"{"topics": ["restart", "logs", "stop"]}"#),
        example("A runbook must exist", r"{}"),
        criterion("The runbook documents recovery procedures", r#"{"topics": ["recovery"]}"#),
        example("Review and update runbooks", NOT_MINE),
        example("Update runbooks with lessons learned", NOT_MINE),
        example("A runbook is planned for later", NOT_MINE),
        example("There is no runbook", NOT_MINE),
        example("The restart is documented in the wiki", NOT_MINE),
        example("Run the book keeping job nightly", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&OPERATION];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let mut reading = Reading::new(Facts::default(), []);
        // "Review and update runbooks": what people do with it is no topic of it.
        let chores =
            clause.find("update|updates|updating|updated|review|reviews|reviewed|maintain|maintains|keep|keeps");
        if chores.is_some_and(|chore| chore.start < clause.cue_range().start) {
            return None;
        }
        let files = clause
            .mentions()
            .filter(|(mention, _)| matches!(mention, Mention::FileName(name) if name.ends_with(".md")));
        reading.claims.extend(files.map(|(_, range)| range));
        read_rest(clause, context, &mut reading);
        for (words, topic) in TOPICS {
            if let Some(range) = clause.find(words) {
                reading.claims.push(range);
                if !reading.facts.topics.iter().any(|known| known == topic) {
                    reading.facts.topics.push((*topic).to_owned());
                }
            }
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let mut why = own.first().map(Binding::provenance).unwrap_or_default();
        plan.settle(&why.statements, "written: RUNBOOK.md, from the same plan as the checks");
        match plan.default(Self::NAME, &OPERATION) {
            Some(default) => {
                why.default = default.default;
                why.capability = Self::NAME;
            }
            None if why.statements.is_empty() => return,
            None => {}
        }
        let mut chapters = operation::chapters(plan, &why);
        chapters.extend(release::chapters(plan, &why));
        chapters.extend(left_over(plan, &why));
        chapters.extend(drills::chapter(plan, &why));
        chapters.push(first_day::chapter(plan, &why));
        chapters.into_iter().for_each(|chapter| plan.runbook(chapter));
    }
}

/// Tasks that no statement speaks of, and that come all the same: a secret becomes known, an operator cannot go on.
fn left_over(plan: &PlanBuilder, why: &Provenance) -> Vec<RunbookEntry> {
    let is_told = |anchor: &str| plan.runbook.iter().any(|entry| entry.anchor == anchor);
    let mut chapters = Vec::new();
    if let Some(path) = plan.environment_file()
        && !is_told(secret_rotation::ANCHOR)
    {
        chapters.push(secret_rotation::chapter(path, plan, why.clone()));
    }
    if !is_told(contacts::ANCHOR) {
        chapters.push(contacts::chapter(Vec::new(), plan, why.clone()));
    }
    chapters
}

/// A chapter about something that people do.
fn task(
    anchor: &'static str,
    title: &str,
    steps: Vec<RunbookStep>,
    verify: Option<RunbookStep>,
    why: &Provenance,
) -> RunbookEntry {
    let (title, checks, provenance) = (title.to_owned(), Vec::<ProbeId>::new(), why.clone());
    RunbookEntry { anchor, title, symptom: None, checks, steps, verify, provenance }
}

/// Whether this package does such a thing.
fn has(plan: &PlanBuilder, is_it: impl Fn(&Action) -> bool) -> bool {
    plan.operations.iter().any(|operation| is_it(&operation.action))
}

/// The timers of this package.
fn timers(plan: &PlanBuilder) -> Vec<&str> {
    plan.operations
        .iter()
        .filter_map(|operation| match &operation.action {
            Action::Timer(unit) => Some(unit.as_str()),
            _ => None,
        })
        .collect()
}

/// A list of topics is cut where another capability's phrase begins: "start, stop, restart and log access". What is left
/// of the sentence is the runbook's, when it holds nothing but topics.
fn read_rest(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) {
    let start = clause.range().end;
    let text = &context.statement.text.masked;
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find(['.', ';', '(', '\u{2014}', '`']).unwrap_or(rest.len());
    let words = text.get(start..end).unwrap_or_default().split(|character: char| !character.is_alphanumeric());
    let mut topics = Vec::new();
    for word in words.filter(|word| !word.is_empty()).map(str::to_lowercase) {
        let topic = TOPICS
            .iter()
            .find(|(_, topic)| word == *topic || word.trim_end_matches('s') == topic.trim_end_matches('s'));
        match topic {
            Some((_, topic)) => topics.push((*topic).to_owned()),
            None if Runbook::VOCABULARY.contains(&word.as_str())
                || matches!(word.as_str(), "the" | "to" | "or" | "a" | "access") => {}
            None => return,
        }
    }
    if !topics.is_empty() {
        reading.claims.push(start..end);
        reading.facts.topics.extend(topics);
    }
}
