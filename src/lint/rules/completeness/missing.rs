//! What all lints about something missing share: one idea, and a table of what a service should have.
//!
//! In: what requirements ask for. Out: one finding at the service definition for each thing that nobody asks for, though
//! what is asked for needs it. Only where there is a plan: a specification that deploys nothing lacks nothing.

use rustc_hash::FxHashSet;

use crate::capabilities::Capability;
use crate::capabilities::listen_port::listening;
use crate::diagnostics::{Diagnostic, Lint};
use crate::lint::View;
use crate::source::Span;
use crate::spec::{SectionKind, Spec};

/// Something that a service should have.
pub(super) struct Missing {
    pub lint: &'static Lint,
    /// Whether it is needed and not there.
    pub lacks: fn(&Asked<'_>) -> bool,
    pub message: &'static str,
    /// The line to add.
    pub write: &'static str,
}

/// What requirements ask for.
pub(super) struct Asked<'a> {
    pub view: &'a View<'a>,
    capabilities: FxHashSet<&'static str>,
}

impl Asked<'_> {
    /// Whether a requirement asks for it.
    pub fn asks<C: Capability>(&self) -> bool {
        self.capabilities.contains(C::NAME)
    }

    /// Whether no requirement asks for it.
    pub fn lacks<C: Capability>(&self) -> bool {
        !self.asks::<C>()
    }

    /// Whether others than this host can reach the service.
    pub fn is_reachable(&self) -> bool {
        listening(self.view.bindings).is_some_and(|listening| listening.is_everywhere())
    }
}

/// Reports what is missing.
pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    if view.plan.is_none() {
        return;
    }
    let asked = Asked { view, capabilities: view.asked() };
    let place = definition(view.spec);
    found.extend(super::MISSING.iter().filter(|missing| (missing.lacks)(&asked)).map(|missing| {
        Diagnostic::new(missing.lint, place, missing.message)
            .at("nothing here or below says it")
            .help(format!("add: {}", missing.write))
    }));
}

/// The heading of the service definition, else the title.
fn definition(spec: &Spec) -> Span {
    let section = spec.sections.iter().find(|section| section.kind == SectionKind::ServiceDefinition && section.known);
    section.and_then(|section| section.span).or(spec.title_span).unwrap_or(Span::new(spec.source, 0..0))
}
