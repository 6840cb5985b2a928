//! Statements that are given to people without saying to whom.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::spec::AnnotationKind;

declare_lint! {
    /// *What it does*: reports a `manual` annotation that names nobody.
    ///
    /// *Why is this bad?* What everybody should do nobody does; and nobody can be asked for the evidence.
    ///
    /// *Instead*: name who does it, and what proves it: `manual owner="operations" evidence="call log"`.
    static MANUAL_WITHOUT_OWNER = "manual-without-owner", Warn, Upkeep, "a manual statement that names nobody";
}

pub(super) static RULE: Rule = Rule { lints: &[&MANUAL_WITHOUT_OWNER], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let of_sections = view.spec.sections.iter().flat_map(|section| &section.annotations);
    let of_statements = view.spec.statements.iter().flat_map(|statement| &statement.annotations);
    for annotation in of_sections.chain(of_statements) {
        let AnnotationKind::Manual { owner, .. } = &annotation.kind else { continue };
        if owner.as_ref().is_none_or(|owner| owner.trim().is_empty()) {
            found.push(
                Diagnostic::new(&MANUAL_WITHOUT_OWNER, annotation.span, "nobody is named who sees to this")
                    .at("no `owner=` here")
                    .help("write who does it, and what proves it: manual owner=\"operations\" evidence=\"call log\""),
            );
        }
    }
}
