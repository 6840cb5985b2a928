//! The verdict on one statement.

use super::Coverage;
use super::contributions::Contributions;
use crate::capabilities::{RefusalReason, StatementReading};
use crate::compile::Compiled;
use crate::registry;
use crate::render::in_charge;
use crate::spec::{AnnotationKind, Spec, Statement, StatementIndex, StatementKind};

/// What became of a statement, and why it is not automated.
pub fn coverage(
    compiled: &Compiled,
    index: StatementIndex,
    statement: &Statement,
    contributions: Option<&Contributions<'_>>,
) -> (Coverage, Option<String>) {
    let spec = &compiled.spec;
    if let Some(decided) = annotated(spec, statement) {
        return decided;
    }
    if statement.kind == StatementKind::Intent {
        return (Coverage::Context, Some("says what the service is for".to_owned()));
    }
    if let Some(question) = statement.open_question {
        let words = compiled.sources.slice(question);
        return (Coverage::Unrecognised, Some(format!("an open question is left in: {words}")));
    }
    let Some(reading) = compiled.readings.get(index.0 as usize) else { return (Coverage::Unrecognised, None) };
    if let Some(how) = contributions.and_then(|contributions| contributions.settled(index)) {
        return match shortcomings(reading, statement, index, contributions) {
            missing if missing.is_empty() => (Coverage::Automated, Some(how.to_owned())),
            missing => (Coverage::Partial, Some(missing.join("; "))),
        };
    }
    if reading.readings.is_empty() {
        return unread(spec, index, reading);
    }
    if let Some(reasons) = contributions.and_then(|contributions| left_to_people(reading, index, contributions)) {
        return (Coverage::Manual, Some(reasons));
    }
    let mut missing = shortcomings(reading, statement, index, contributions);
    missing.extend(unbacked(reading, index, contributions));
    let plan = compiled.plan.as_ref();
    let deviations = plan.iter().flat_map(|plan| &plan.deviations).filter(|deviation| deviation.statement == index);
    missing.extend(deviations.map(|deviation| format!("{}: {}", deviation.done, deviation.reason)));
    if missing.is_empty() { (Coverage::Automated, None) } else { (Coverage::Partial, Some(missing.join("; "))) }
}

/// What an annotation at the statement, or at its section or one around it, decides.
fn annotated(spec: &Spec, statement: &Statement) -> Option<(Coverage, Option<String>)> {
    spec.annotations(statement).find_map(|annotation| match &annotation.kind {
        AnnotationKind::Manual { owner, evidence } => {
            Some((Coverage::Manual, Some(in_charge(owner.as_deref(), evidence.as_deref()))))
        }
        AnnotationKind::Waive { reason, until } => {
            let reason = reason.as_deref().unwrap_or("no reason given");
            let until = until.as_ref().map(|until| format!(" (until {until})")).unwrap_or_default();
            Some((Coverage::Waived, Some(format!("{reason}{until}"))))
        }
        AnnotationKind::As { .. } | AnnotationKind::Allow { .. } => None,
    })
}

/// A statement that no capability read.
fn unread(spec: &Spec, index: StatementIndex, reading: &StatementReading) -> (Coverage, Option<String>) {
    let statement = spec.statement(index);
    if spec.is_context(statement) {
        return (Coverage::Context, Some("describes a procedure; asks for nothing".to_owned()));
    }
    let refusals = refused(reading, statement);
    if !refusals.is_empty() {
        return (Coverage::Unrecognised, Some(refusals.join("; ")));
    }
    // A sentence that asks for something asks for it also where scenarios or items below say more.
    if spec.is_introduction(index) {
        return (Coverage::Context, Some("introduces the statements below it".to_owned()));
    }
    (Coverage::Unrecognised, Some("nothing in it was recognised".to_owned()))
}

/// What the reader left out, and what the plan says is not done.
fn shortcomings(
    reading: &StatementReading,
    statement: &Statement,
    index: StatementIndex,
    contributions: Option<&Contributions<'_>>,
) -> Vec<String> {
    let mut missing = refused(reading, statement);
    let words = reading.unread.iter().filter_map(|range| statement.text.masked.get(range.clone()));
    let words: Vec<&str> = words.collect();
    if !words.is_empty() {
        missing.push(format!("not read: {}", words.join(", ")));
    }
    missing.extend(contributions.iter().flat_map(|found| found.partial(index)).map(|why| (*why).to_owned()));
    missing
}

/// Why nothing in the package follows from a statement that was understood, where the plan says why.
fn left_to_people(
    reading: &StatementReading,
    index: StatementIndex,
    contributions: &Contributions<'_>,
) -> Option<String> {
    let reasons = contributions.partial(index);
    let entries = reading.readings.iter().filter_map(|accepted| registry::capabilities().get(accepted.capability));
    let is_idle = entries.into_iter().all(|entry| !contributions.is_backed(index, entry.name));
    (is_idle && !reasons.is_empty()).then(|| reasons.join("; "))
}

/// Readings that nothing in the package follows from.
fn unbacked(
    reading: &StatementReading,
    index: StatementIndex,
    contributions: Option<&Contributions<'_>>,
) -> Vec<String> {
    let Some(contributions) = contributions else { return Vec::new() };
    let names = reading.readings.iter().filter_map(|accepted| registry::capabilities().get(accepted.capability));
    let mut missing: Vec<String> = names
        .filter(|entry| !contributions.is_backed(index, entry.name))
        .map(|entry| format!("understood as {}, but nothing in the package follows from it", entry.name))
        .collect();
    missing.dedup();
    missing
}

fn refused(reading: &StatementReading, statement: &Statement) -> Vec<String> {
    let name = |capability: usize| registry::capabilities().get(capability).map_or("?", |entry| entry.name);
    let mut reasons = Vec::new();
    for refusal in &reading.refusals {
        let words = statement.text.masked.get(refusal.range.clone()).unwrap_or_default().trim();
        let capability = name(refusal.capability);
        let why = match &refusal.reason {
            RefusalReason::Negated => format!("\"{words}\" is denied in a way that {capability} cannot express"),
            RefusalReason::Hedged(word) => format!("\"{word}\" leaves open whether {capability} is asked for"),
            RefusalReason::Ambiguous(other) => {
                format!("\"{words}\" can mean {capability} or {}", name(*other))
            }
            RefusalReason::Residue(word) => format!("{capability} does not know what \"{word}\" adds"),
            RefusalReason::ForeignSubject(subject) => format!("it is about {subject}, not about the service"),
        };
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    reasons
}
