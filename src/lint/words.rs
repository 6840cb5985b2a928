//! Words and phrases that lints look for, found in one pass over the text.
//!
//! In: word lists, each with a judge, and the statements. Out: what the judges say. A word counts only as a whole and outside
//! inline code. One index knows the phrases of all lists, so that a further list costs nothing.

use std::ops::Range;
use std::sync::LazyLock;

use super::View;
use super::phrases::PhraseIndex;
use super::rules::WORD_LISTS;
use crate::capabilities::StatementReading;
use crate::diagnostics::{Diagnostic, Lint};
use crate::spec::{Statement, StatementKind};

/// Phrases that may be a finding.
pub(super) struct WordList {
    pub lint: &'static Lint,
    /// Lower case.
    pub phrases: &'static [&'static str],
    pub scope: Scope,
    /// Whether a hit is a finding.
    pub judge: fn(&Hit<'_>) -> Option<Diagnostic>,
}

/// Where a list applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Words of requirements and criteria that nobody understood: what is understood to the last word can be measured.
    Unread,
    /// All requirements, understood or not.
    Requirements,
}

/// A phrase in a statement.
pub(super) struct Hit<'a> {
    pub list: &'static WordList,
    pub statement: &'a Statement,
    pub reading: &'a StatementReading,
    /// Where it stands in the masked text.
    pub range: Range<usize>,
}

impl Hit<'_> {
    /// The phrase as the author wrote it.
    pub fn phrase(&self) -> &str {
        &self.statement.text.masked[self.range.clone()]
    }

    /// What stands before it in the statement.
    pub fn before(&self) -> &str {
        &self.statement.text.masked[..self.range.start]
    }

    /// What follows it in the statement.
    pub fn after(&self) -> &str {
        &self.statement.text.masked[self.range.end..]
    }

    /// A finding at the phrase.
    pub fn finding(&self, message: String) -> Diagnostic {
        Diagnostic::new(self.list.lint, self.statement.span_of(self.range.clone()), message)
    }
}

/// The lints of all lists.
pub(super) fn lints() -> impl Iterator<Item = &'static Lint> {
    WORD_LISTS.iter().map(|list| list.lint)
}

/// All phrases, and for each the list that it belongs to.
static PHRASES: LazyLock<(PhraseIndex, Vec<usize>)> = LazyLock::new(|| {
    let phrases =
        || WORD_LISTS.iter().enumerate().flat_map(|(at, list)| list.phrases.iter().map(move |phrase| (at, *phrase)));
    (PhraseIndex::new(phrases().map(|(_, phrase)| phrase)), phrases().map(|(list, _)| list).collect())
});

/// Reports what the lists find, of each list one finding a statement.
pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let (index, lists) = &*PHRASES;
    for (statement, reading) in view.statements() {
        if statement.kind == StatementKind::Constraint || !view.is_open(statement) {
            continue;
        }
        let mut reported: Vec<usize> = Vec::new();
        for (phrase, range) in index.find(&statement.text.masked) {
            let Some(list) = lists.get(phrase) else { continue };
            if reported.contains(list) || !stands_alone(statement, &range) {
                continue;
            }
            let hit = Hit { list: WORD_LISTS[*list], statement, reading, range };
            if !is_in_scope(&hit) {
                continue;
            }
            if let Some(diagnostic) = (hit.list.judge)(&hit) {
                reported.push(*list);
                found.push(diagnostic);
            }
        }
    }
}

/// Whether a range is whole words outside inline code.
fn stands_alone(statement: &Statement, range: &Range<usize>) -> bool {
    let text = &statement.text;
    let joins = |character: Option<char>| character.is_some_and(|next| next.is_alphanumeric() || "_-/.".contains(next));
    let (before, after) = (&text.masked[..range.start], &text.masked[range.end..]);
    // A full stop behind a word ends a sentence; before one, or in the middle, it is part of a name.
    let mut following = after.chars();
    let next = following.next();
    let ends = next == Some('.') && following.next().is_none_or(char::is_whitespace);
    !joins(before.chars().next_back()) && (ends || !joins(next)) && text.code_at(range.start).is_none()
}

fn is_in_scope(hit: &Hit<'_>) -> bool {
    match hit.list.scope {
        Scope::Requirements => hit.statement.kind.is_requirement(),
        Scope::Unread if hit.reading.readings.is_empty() => true,
        Scope::Unread => {
            hit.reading.unread.iter().any(|unread| unread.start < hit.range.end && hit.range.start < unread.end)
        }
    }
}
