//! Numbers without a unit.

use std::ops::Range;

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};
use crate::spec::lexer::{TokenKind, lex};
use crate::spec::mention::Mention;
use crate::syntax::Text;

declare_lint! {
    /// *What it does*: reports a number without a unit where a size or a time is meant, in a sentence that was not
    /// understood: `Memory limit: 512`, `timeout of 30`.
    ///
    /// *Why is this bad?* 512 bytes, kilobytes, megabytes; 30 seconds, minutes, requests. specc does not guess.
    ///
    /// *Instead*: `512 MB`, `30 seconds`.
    static NUMBER_WITHOUT_UNIT = "number-without-unit", Warn, Quality, "a number that could be anything";
}

pub(super) static WORDS: WordList = WordList {
    lint: &NUMBER_WITHOUT_UNIT,
    phrases: &[
        "memory",
        "ram",
        "heap",
        "timeout",
        "delay",
        "interval",
        "grace period",
        "restartsec",
        "retention",
        "retained",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // What is read of the sentence may be the number.
    if !hit.reading.readings.is_empty() {
        return None;
    }
    let (range, digits) = only_number(&hit.statement.text)?;
    let unit = match hit.phrase().to_ascii_lowercase().as_str() {
        "memory" | "ram" | "heap" => "MB",
        "retention" | "retained" => "days",
        _ => "seconds",
    };
    let place = hit.statement.span_of(range);
    let finding = Diagnostic::new(&NUMBER_WITHOUT_UNIT, place, format!("{digits} what?"));
    Some(finding.at("no unit").help(format!("write {digits} {unit}, if that is meant")))
}

/// The only number of a text, when it has no unit and ends its clause.
fn only_number(text: &Text) -> Option<(Range<usize>, String)> {
    let lexed = lex(text);
    let mut numbers = lexed.tokens.iter().enumerate().filter_map(|(at, token)| match lexed.mention(at) {
        Some(Mention::Quantity(quantity)) => Some((at, token.range(), quantity)),
        _ => None,
    });
    let (at, range, quantity) = numbers.next()?;
    let ends =
        lexed.tokens.get(at + 1).is_none_or(|next| matches!(next.kind, TokenKind::Mark('.' | ';' | ',' | ')' | '(')));
    let alone = numbers.next().is_none() && quantity.unit.is_empty() && quantity.count().is_some() && ends;
    (alone && lexed.mentions.len() == 1).then(|| (range, quantity.digits.clone()))
}
