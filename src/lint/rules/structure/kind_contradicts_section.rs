//! IDs that contradict their section.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::spec::{SectionKind, StatementKind};

declare_lint! {
    /// *What it does*: reports a requirement's ID (`FR-`, `NFR-`, `SR-`, `OR-`) among criteria, or a criterion's
    /// (`VC-`) among requirements.
    ///
    /// *Why is this bad?* The ID decides. A requirement among criteria is built; a criterion among requirements is only
    /// checked, and nobody makes it true.
    ///
    /// *Instead*: move the statement, or give it the ID of its section.
    static KIND_CONTRADICTS_SECTION = "kind-contradicts-section", Warn, Structure, "an ID says requirement where the section says criterion, or the other way round";
}

pub(super) static RULE: Rule = Rule { lints: &[&KIND_CONTRADICTS_SECTION], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements() {
        let Some(place) = statement.id_span.filter(|_| statement.id.has_known_prefix()) else { continue };
        let section = view.spec.section(statement);
        let expected = section.kind.statement_kind();
        let is_criterion = statement.kind == StatementKind::Criterion;
        let contradicts = section.kind != SectionKind::Unknown
            && (is_criterion && expected.is_requirement()
                || statement.kind.is_requirement() && expected == StatementKind::Criterion);
        if contradicts {
            let (says, done) = if is_criterion {
                ("a criterion", "only checked, and nobody makes it true")
            } else {
                ("a requirement", "built, and not only checked")
            };
            let mut diagnostic = Diagnostic::new(
                &KIND_CONTRADICTS_SECTION,
                place,
                format!("{} is {says} in a section of {}", statement.id, plural(expected)),
            )
            .at(format!("the ID decides: it is {done}"))
            .help(format!("move it, or give it an ID of its section: {}-…", expected.prefix()));
            if let Some(span) = section.span {
                diagnostic = diagnostic.label(span, format!("{} are expected here", plural(expected)));
            }
            found.push(diagnostic);
        }
    }
}

fn plural(kind: StatementKind) -> &'static str {
    if kind == StatementKind::Criterion { "criteria" } else { "requirements" }
}
