//! References to IDs that specc has only derived.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use rustc_hash::FxHashSet;

declare_lint! {
    /// *What it does*: reports a statement that names an ID which no statement carries in the text: specc derived it by
    /// counting.
    ///
    /// *Why is this bad?* A statement that is added above moves the numbers, and the reference then silently means
    /// another statement.
    ///
    /// *Instead*: write the IDs down: `specc fmt --assign-ids`.
    static REFERENCE_TO_DERIVED_ID = "reference-to-derived-id", Info, Structure, "an ID that nobody has written down";
}

pub(super) static RULE: Rule = Rule { lints: &[&REFERENCE_TO_DERIVED_ID], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    if view.spec.statements.iter().all(|statement| statement.references.is_empty()) {
        return;
    }
    let derived = view.spec.statements.iter().filter(|statement| statement.id_span.is_none());
    let derived: FxHashSet<&str> = derived.map(|statement| statement.id.as_str()).collect();
    for (statement, _) in view.statements() {
        for (id, place) in statement.references.iter().filter(|(id, _)| derived.contains(id.as_str())) {
            found.push(
                Diagnostic::new(&REFERENCE_TO_DERIVED_ID, *place, format!("{id} is written nowhere"))
                    .at("specc counted; the next statement that is added above changes what this means")
                    .help("write the IDs down: specc fmt --assign-ids"),
            );
        }
    }
}
