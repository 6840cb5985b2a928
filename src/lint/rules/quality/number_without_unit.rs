//! Numbers without a unit.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::spec::lexer::{TokenKind, lex};
use crate::spec::mention::Mention;
use crate::syntax::Text;
use std::ops::Range;

declare_lint! {
    /// *What it does*: reports a number without a unit where a size or a time is meant, in a sentence that was not
    /// understood: `Memory limit: 512`, `timeout of 30`.
    ///
    /// *Why is this bad?* 512 bytes, kilobytes, megabytes; 30 seconds, minutes, requests. specc does not guess.
    ///
    /// *Instead*: `512 MB`, `30 seconds`.
    static NUMBER_WITHOUT_UNIT = "number-without-unit", Warn, Quality, "a number that could be anything";
}

pub(super) static RULE: Rule = Rule { lints: &[&NUMBER_WITHOUT_UNIT], check };

/// Words that a size or a time belongs to, and what to write.
const MEASURED: &[(&[&str], &str)] = &[
    (&["memory", "ram", "heap"], "MB"),
    (&["timeout", "delay", "interval", "grace", "restartsec"], "seconds"),
    (&["retention", "retained"], "days"),
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.statements() {
        let understood = !reading.readings.is_empty() && reading.unread.is_empty();
        if understood || !statement.text.masked.bytes().any(|byte| byte.is_ascii_digit()) || !view.is_open(statement) {
            continue;
        }
        let lower = statement.text.masked.to_ascii_lowercase();
        let says = |words: &[&str]| {
            lower.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| words.contains(&word))
        };
        let Some((_, unit)) = MEASURED.iter().find(|(words, _)| says(words)) else { continue };
        let Some((range, digits)) = only_number(&statement.text) else { continue };
        let finding = Diagnostic::new(&NUMBER_WITHOUT_UNIT, statement.span_of(range), format!("{digits} what?"));
        found.push(finding.at("no unit").help(format!("write {digits} {unit}, if that is meant")));
    }
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
