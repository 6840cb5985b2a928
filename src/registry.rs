//! All capabilities and lints, built once.
//!
//! In: the list of capabilities and the lints that they and the phases declare. Out: lookups by name for the command
//! line, the book and the tests.

use std::sync::LazyLock;

use crate::capabilities::{CAPABILITIES, Entry, Reader};
use crate::diagnostics::{Diagnostic, Lint, LintGroup};
use crate::lint;
use crate::lower;
use crate::source::Span;
use crate::spec::{AnnotationKind, Spec, UNKNOWN_ANNOTATION, UNKNOWN_FRONT_MATTER_KEY};
use crate::suggestion::suggest;

static READER: LazyLock<Reader<'static>> = LazyLock::new(|| Reader::new(CAPABILITIES));

/// The reader over all capabilities.
#[must_use]
pub fn reader() -> &'static Reader<'static> {
    &READER
}

/// All capabilities, in the order in which they contribute.
#[must_use]
pub fn capabilities() -> &'static [Entry] {
    CAPABILITIES
}

/// The capability of this name.
#[must_use]
pub fn capability(name: &str) -> Option<&'static Entry> {
    CAPABILITIES.iter().find(|entry| entry.name == name)
}

/// All lints, by name.
#[must_use]
pub fn lints() -> Vec<&'static Lint> {
    let own = CAPABILITIES.iter().flat_map(|entry| entry.lints.iter().copied());
    let mut lints: Vec<&'static Lint> = own.chain(lint::lints()).collect();
    lints.sort_by_key(|lint| lint.name);
    lints.dedup_by_key(|lint| lint.name);
    lints
}

/// The lint of this name.
#[must_use]
pub fn lint(name: &str) -> Option<&'static Lint> {
    lints().into_iter().find(|lint| lint.name == name)
}

/// Names of lints and defaults that a specification uses and that do not exist: a misspelt one would change nothing, and
/// nobody would notice.
#[must_use]
pub fn unknown_names(spec: &Spec) -> Vec<Diagnostic> {
    let lints: Vec<&str> = lints().iter().map(|lint| lint.name).collect();
    let groups = LintGroup::ALL.iter().map(|group| group.name());
    let configurable: Vec<&str> = lints.iter().copied().chain(groups).collect();
    let defaults: Vec<&str> = lower::named_defaults().map(|default| default.name).collect();
    let configured = spec.configuration.lints.iter().map(|(name, (_, span))| (name, *span));
    let mut found = unknown(&UNKNOWN_FRONT_MATTER_KEY, "lint", configured, &configurable);
    let disabled = spec.configuration.disabled_defaults.iter().map(|(name, span)| (name, *span));
    found.extend(unknown(&UNKNOWN_FRONT_MATTER_KEY, "default", disabled, &defaults));
    let of_statements = spec.statements.iter().flat_map(|statement| &statement.annotations);
    let annotations = of_statements.chain(spec.sections.iter().flat_map(|section| &section.annotations));
    let allowed = annotations.filter_map(|annotation| match &annotation.kind {
        AnnotationKind::Allow { lint, .. } => Some((lint, annotation.span)),
        _ => None,
    });
    found.extend(unknown(&UNKNOWN_ANNOTATION, "lint", allowed, &lints));
    found
}

fn unknown<'names>(
    lint: &'static Lint,
    what: &str,
    used: impl Iterator<Item = (&'names String, Span)>,
    known: &[&str],
) -> Vec<Diagnostic> {
    used.filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, span)| {
            let finding = Diagnostic::new(lint, span, format!("there is no {what} `{name}`"));
            match suggest(name, known.iter().copied()) {
                Some(near) => finding.at(format!("did you mean `{near}`?")).help(format!("write `{near}`")),
                None => finding.at("nothing has this name").help("`specc explain` lists what there is"),
            }
        })
        .collect()
}
