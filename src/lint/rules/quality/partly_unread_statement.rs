//! Statements of which some words were not understood.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports the words of a statement that no capability claimed, where the rest was understood.
    ///
    /// *Why is this bad?* The words may carry a condition that the package does not keep. Coverage of the statement is
    /// *partial*.
    ///
    /// *Instead*: move the remark into prose, or split the sentence: one requirement, one sentence.
    static PARTLY_UNREAD_STATEMENT = "partly-unread-statement", Info, Quality, "some words of a statement were not understood";
}

pub(super) static RULE: Rule = Rule { lints: &[&PARTLY_UNREAD_STATEMENT], check };

/// Reports them, one finding a statement.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.spec.statements.iter().zip(view.readings) {
        let [first, rest @ ..] = reading.unread.as_slice() else { continue };
        if reading.readings.is_empty() || !view.is_open(statement) {
            continue;
        }
        let words: Vec<&str> =
            reading.unread.iter().filter_map(|range| statement.text.masked.get(range.clone())).collect();
        let message = format!(
            "in {}, {} not understood: {}",
            statement.id,
            if rest.is_empty() { "a word was" } else { "some words were" },
            words.join(" ")
        );
        let diagnostic = Diagnostic::new(&PARTLY_UNREAD_STATEMENT, statement.span_of(first.clone()), message);
        found.push(
            diagnostic.at("nothing is done for this").help(
                "leave it out where it is a remark; where it asks for something, say that in a sentence of its own",
            ),
        );
    }
}
