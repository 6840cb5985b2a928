//! Conditions of which nothing follows.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};
use crate::spec::{Statement, StatementKind};

declare_lint! {
    /// *What it does*: reports a statement in the form of EARS or Gherkin, *WHEN*, *WHILE* or *IF* in capitals or bold
    /// type, that has no response: no *THEN*, no *SHALL*, nothing after a comma.
    ///
    /// *Why is this bad?* It says when something happens, and not what. Whoever builds it completes the sentence, and
    /// whoever accepts it completes it differently.
    ///
    /// *Instead*: the whole form: "WHEN the disk is full, the service SHALL answer 503".
    static TRIGGER_WITHOUT_RESPONSE = "trigger-without-response", Warn, Quality, "a condition of which nothing follows";
}

pub(super) static RULE: Rule = Rule { lints: &[&TRIGGER_WITHOUT_RESPONSE], check };

/// Words that begin a condition, and words that begin what follows from it.
const TRIGGERS: &[&str] = &["WHEN", "WHENEVER", "WHILE", "IF"];
const RESPONSES: &[&str] = &["then", "shall", "must", "will", "should"];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for ((index, statement), reading) in view.spec.indexed().zip(view.readings) {
        let is_trigger = begins_with_trigger(statement) && !has_response(statement);
        if !is_trigger
            || !reading.readings.is_empty()
            || statement.kind == StatementKind::Constraint
            || !view.is_open(statement)
            || view.spec.is_introduction(index)
        {
            continue;
        }
        found.push(
            Diagnostic::new(
                &TRIGGER_WITHOUT_RESPONSE,
                place(statement),
                format!("{} says when, and not what then", statement.id),
            )
            .at("what follows?")
            .help("add what follows: WHEN …, the service SHALL …; or in the next item: THEN …"),
        );
    }
}

/// Whether the first word is a trigger, in capitals or in bold type, and no label.
fn begins_with_trigger(statement: &Statement) -> bool {
    let text = &statement.text.masked;
    let start = text.len() - text.trim_start().len();
    let word = text[start..].split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_bold = || statement.text.strong.first().is_some_and(|strong| strong.start <= start && start < strong.end);
    statement.label.is_none()
        && TRIGGERS.iter().any(|trigger| trigger.eq_ignore_ascii_case(word) && (*trigger == word || is_bold()))
}

fn has_response(statement: &Statement) -> bool {
    let text = &statement.text.masked;
    let mut words = text.split(|character: char| !character.is_alphanumeric());
    text.contains([',', '→', '⇒', ':'])
        || words.any(|word| RESPONSES.iter().any(|response| response.eq_ignore_ascii_case(word)))
}
