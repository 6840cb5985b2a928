//! IDs that run into their text.

use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Fix};
use crate::lint::{Rule, View};
use crate::spec::separator;

declare_lint! {
    /// *What it does*: reports an ID that is not parted from its text by a colon and one blank: `FR-001:text`,
    /// `FR-001 text`.
    ///
    /// *Why is this bad?* People search for `FR-001:`, and so do their tools. Two spellings in one document are two
    /// searches, one of which is forgotten.
    ///
    /// *Instead*: `FR-001: text`; `specc lint --fix` and `specc fmt` write it.
    static ID_SEPARATOR = "id-separator", Info, Structure, "an ID that runs into its text";
}

pub(super) static RULE: Rule = Rule { lints: &[&ID_SEPARATOR], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements() {
        let Some(place) = statement.id_span.filter(|place| place.source == view.spec.source) else { continue };
        let edits = separator::edits(view.file.text(), statement);
        if !edits.is_empty() {
            found.push(
                Diagnostic::new(&ID_SEPARATOR, place, format!("{} runs into its text", statement.id))
                    .at("no colon and one blank behind this")
                    .help(format!("write \"{}: …\"", statement.id))
                    .fix(Fix { title: "part the ID from its text by a colon and a blank".to_owned(), edits }),
            );
        }
    }
}
