//! Rules over the whole specification: one folder a group, one file a lint.

mod completeness;
mod consistency;
mod platform;
mod quality;
mod security;
mod structure;
mod upkeep;

pub(super) use completeness::missing_lints;
pub(super) use quality::WORD_LISTS;

use super::{Rule, View};
use crate::source::Span;
use crate::spec::Statement;

/// All rules.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        structure::RULES,
        completeness::RULES,
        quality::RULES,
        consistency::RULES,
        platform::RULES,
        security::RULES,
        upkeep::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The place of a finding about a whole statement: its text without white space around it, up to the first line break.
fn place(statement: &Statement) -> Span {
    let text = &statement.text.masked;
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    statement.span_of(start..start + text[start..end].trim_end().len())
}

/// The place of a word in the statement that a place belongs to: a fact's place may be the whole list that the word is
/// in.
fn part_of(view: &View<'_>, place: Span, word: &str) -> Span {
    let inside = |statement: &&Statement| {
        let span = statement.span;
        span.source == place.source && span.start <= place.start && place.start < span.end
    };
    let Some(statement) = view.spec.statements.iter().find(inside) else { return place };
    let text = &statement.text.masked;
    let is_digit = |character: Option<char>| character.is_some_and(|next| next.is_ascii_digit());
    let whole =
        |at: &usize| !is_digit(text[..*at].chars().next_back()) && !is_digit(text[*at + word.len()..].chars().next());
    let found = text.match_indices(word).map(|(at, _)| at).find(whole);
    found.map_or(place, |at| statement.span_of(at..at + word.len()))
}
