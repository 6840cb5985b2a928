//! Statements with two requirements.

use crate::capabilities::CAPABILITIES;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a statement that says *shall* or *must* twice, of two different things (INCOSE: one
    /// requirement a sentence; EARS: one response).
    ///
    /// *Why is this bad?* One ID for two things: when one of them fails, the matrix shows the other as failed, too, and
    /// neither can be waived alone.
    ///
    /// *Instead*: write two statements.
    static SEVERAL_REQUIREMENTS = "several-requirements", Info, Quality, "two requirements in one sentence";
}

pub(super) static RULE: Rule = Rule { lints: &[&SEVERAL_REQUIREMENTS], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.statements() {
        if !statement.kind.is_requirement() || reading.readings.len() < 2 || !view.is_open(statement) {
            continue;
        }
        let mut capabilities: Vec<usize> = reading.readings.iter().map(|accepted| accepted.capability).collect();
        capabilities.sort_unstable();
        capabilities.dedup();
        let text = &statement.text.masked;
        let modal = |word: &&str| matches!(*word, "SHALL" | "MUST" | "shall" | "must");
        let modals = text.split(|character: char| !character.is_alphanumeric()).filter(modal).count();
        if capabilities.len() < 2 || modals < 2 {
            continue;
        }
        let names: Vec<&str> =
            capabilities.iter().filter_map(|index| CAPABILITIES.get(*index)).map(|entry| entry.name).collect();
        found.push(
            Diagnostic::new(
                &SEVERAL_REQUIREMENTS,
                place(statement),
                format!("{} asks for {}", statement.id, names.join(" and ")),
            )
            .at("one ID for all of it")
            .help("write a statement for each"),
        );
    }
}
