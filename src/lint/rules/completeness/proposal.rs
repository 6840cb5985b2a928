//! Sentences to write, which are tried before they are proposed.
//!
//! In: a statement and what was read from it. Out: a sentence for the other side, requirement or criterion, from which the
//! same is read. What does not compile is not proposed.

use crate::capabilities::{CAPABILITIES, Names, StatementReading, read};
use crate::lint::View;
use crate::source::{SourceFile, SourceId};
use crate::spec::{self, Statement, StatementKind};
use crate::syntax;

/// A criterion for a requirement: its own sentence, with the ID that it verifies.
pub(super) fn criterion_for(view: &View<'_>, statement: &Statement, reading: &StatementReading) -> Option<String> {
    let text = statement.display_text();
    let sentence = match statement.id_span {
        Some(_) => format!("{text} ({})", statement.id),
        None => text,
    };
    says_the_same(view, "Success Criteria", &sentence, reading).then(|| format!("- [ ] {sentence}"))
}

/// A requirement for a criterion: the sentence of an example that says the same, else the criterion's own.
pub(super) fn requirement_for(view: &View<'_>, statement: &Statement, reading: &StatementReading) -> Option<String> {
    let only = match reading.readings.as_slice() {
        [only] => CAPABILITIES.get(only.capability).map(|entry| (entry, &only.facts)),
        _ => None,
    };
    let example = only.and_then(|(entry, facts)| {
        entry.examples.iter().find(|example| {
            example.kind == StatementKind::Functional
                && serde_json::from_str::<serde_json::Map<_, _>>(example.facts).is_ok_and(|known| known == *facts)
        })
    });
    let candidates = example.map(|example| example.sentence.to_owned()).into_iter();
    let mut candidates = candidates.chain([statement.display_text()]);
    let sentence = candidates.find(|sentence| says_the_same(view, "Functional Requirements", sentence, reading))?;
    Some(format!("- {sentence}"))
}

/// Whether everything that was read from a statement is read from a sentence in a section, and nothing of it is refused.
fn says_the_same(view: &View<'_>, heading: &str, sentence: &str, expected: &StatementReading) -> bool {
    let text = format!("# Proposal\n\n## {heading}\n\n- [ ] {sentence}\n");
    let file = SourceFile::new("proposal", text);
    let document = syntax::parse(SourceId::default(), file.text());
    let Some(spec) = spec::build(SourceId::default(), &file, &document).output else { return false };
    let names = Names { service: view.plan.map(|plan| &plan.service), user: view.plan.map(|plan| &plan.user) };
    let readings = read(view.reader, &spec, names);
    let [found] = readings.as_slice() else { return false };
    let is_read = |facts: &&crate::capabilities::AcceptedReading| {
        found.readings.iter().any(|other| other.capability == facts.capability && other.facts == facts.facts)
    };
    found.refusals.is_empty() && expected.readings.iter().all(|accepted| is_read(&accepted))
}
