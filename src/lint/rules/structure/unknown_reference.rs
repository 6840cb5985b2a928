//! References to statements that do not exist.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::suggestion::suggest;
use rustc_hash::FxHashSet;

declare_lint! {
    /// *What it does*: reports a statement that names an ID, `(FR-012)`, which no statement of the specification
    /// carries.
    ///
    /// *Why is this bad?* The link leads nowhere: what the criterion verifies is not proven by it, and the requirement
    /// that was meant has no proof.
    ///
    /// *Instead*: name the ID that is meant.
    static UNKNOWN_REFERENCE = "unknown-reference", Warn, Structure, "an ID that no statement carries";
}

pub(super) static RULE: Rule = Rule { lints: &[&UNKNOWN_REFERENCE], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    if view.spec.statements.iter().all(|statement| statement.references.is_empty()) {
        return;
    }
    let known: FxHashSet<&str> = view.spec.statements.iter().map(|statement| statement.id.as_str()).collect();
    for (statement, _) in view.statements() {
        for (id, place) in statement.references.iter().filter(|(id, _)| !known.contains(id.as_str())) {
            let finding = Diagnostic::new(&UNKNOWN_REFERENCE, *place, format!("no statement carries {id}"));
            let finding = finding.at("leads nowhere");
            found.push(match suggest(id.as_str(), known.iter().copied()) {
                Some(near) => finding.help(format!("did you mean {near}?")),
                None => finding.help("name a statement of this specification, or take the ID out"),
            });
        }
    }
}
