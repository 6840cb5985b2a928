//! What all lints about something missing share: where to look, and where to point.
//!
//! In: the name of a capability. Out: one finding at the service definition when no requirement asks for it. Only where there
//! is a plan: a specification that deploys nothing lacks nothing.

use crate::capabilities::CAPABILITIES;
use crate::diagnostics::{Diagnostic, Lint};
use crate::lint::View;
use crate::source::Span;
use crate::spec::{SectionKind, Spec};

/// Something that a service should have.
pub(super) struct Missing {
    pub lint: &'static Lint,
    pub capability: &'static str,
    pub message: &'static str,
    /// The line to add.
    pub write: &'static str,
}

/// Reports it when nobody asks for it.
pub(super) fn report(view: &View<'_>, missing: &Missing, found: &mut Vec<Diagnostic>) {
    let Some(capability) = CAPABILITIES.iter().position(|entry| entry.name == missing.capability) else { return };
    let asked = view.spec.statements.iter().zip(view.readings).any(|(statement, reading)| {
        statement.kind.is_requirement() && reading.readings.iter().any(|accepted| accepted.capability == capability)
    });
    if view.plan.is_some() && !asked {
        found.push(
            Diagnostic::new(missing.lint, definition(view.spec), missing.message)
                .at("nothing here or below says it")
                .help(format!("add to the service definition: {}", missing.write)),
        );
    }
}

/// The heading of the service definition, else the title.
fn definition(spec: &Spec) -> Span {
    let section = spec.sections.iter().find(|section| section.kind == SectionKind::ServiceDefinition && section.known);
    section.and_then(|section| section.span).or(spec.title_span).unwrap_or(Span::new(spec.source, 0..0))
}
