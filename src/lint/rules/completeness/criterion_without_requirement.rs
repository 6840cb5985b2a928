//! Criteria that speak of something which no requirement asks for.

use super::proposal::requirement_for;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a criterion about something that no requirement asks for.
    ///
    /// *Why is this bad?* A criterion creates nothing. Nobody makes it true, so the check would fail on a fresh server, or
    /// pass by chance.
    ///
    /// *Instead*: add the requirement: to "MemoryMax shows 536870912" belongs "Memory is limited to 512 MB".
    static CRITERION_WITHOUT_REQUIREMENT = "criterion-without-requirement", Warn, Completeness, "a criterion about something that no requirement asks for";
}

pub(super) static RULE: Rule = Rule { lints: &[&CRITERION_WITHOUT_REQUIREMENT], check };

/// Reports them.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for index in &view.bindings.unbacked_criteria {
        let statement = view.spec.statement(*index);
        let diagnostic = Diagnostic::new(
            &CRITERION_WITHOUT_REQUIREMENT,
            place(statement),
            format!("no requirement that was understood asks for what {} checks", statement.id),
        );
        let reading = view.readings.get(index.0 as usize);
        let help = match reading.and_then(|reading| requirement_for(view, statement, reading)) {
            // Some authors write their requirements below "Acceptance Criteria".
            _ if statement.asks_for_something() => {
                "it says what shall be: move it to the requirements; criteria are only checked".to_owned()
            }
            Some(requirement) => format!("add the requirement: {requirement}"),
            None => "add a requirement that says the same, or take the criterion out".to_owned(),
        };
        found.push(diagnostic.at("nobody makes this true").help(help));
    }
}
