//! Waivers: annotations that accept findings, and what is wrong with them.
//!
//! In: the annotations of a spec and the findings they speak of. Out: why a finding is accepted; findings about waivers that
//! have ended, that never end, or that accept nothing.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::source::Span;
use crate::spec::{Annotation, AnnotationKind, Spec};
use crate::value::Date;

declare_lint! {
    /// *What it does*: reports a waiver or an allowed finding whose last day is past. `specc lint` knows the day; `specc
    /// build`, whose result must not depend on the clock, does not.
    ///
    /// *Why is this bad?* Somebody decided that it may stay so until then, and nobody has decided since.
    ///
    /// *Instead*: mend what was waived and take the annotation out, or decide again, with a new date.
    static EXPIRED_WAIVER = "expired-waiver", Warn, Upkeep, "a waiver past its last day";
}

declare_lint! {
    /// *What it does*: reports a waiver or an allowed finding that names no last day.
    ///
    /// *Why is this bad?* A waiver without an end is a change of the specification that nobody decided: it outlives its
    /// reason.
    ///
    /// *Instead*: add the day on which somebody looks at it again: `until=2027-01-31`.
    static WAIVER_WITHOUT_END = "waiver-without-end", Warn, Upkeep, "a waiver that never ends";
}

declare_lint! {
    /// *What it does*: reports an `allow=` annotation that accepts no finding.
    ///
    /// *Why is this bad?* The reader believes in a weakness that is no longer there; and when it comes back, it is accepted
    /// without anybody having looked.
    ///
    /// *Instead*: take the annotation out.
    static UNUSED_WAIVER = "unused-waiver", Warn, Upkeep, "an annotation that accepts nothing";
}

/// The lints of this file.
pub(super) fn lints() -> impl Iterator<Item = &'static Lint> {
    [&EXPIRED_WAIVER, &WAIVER_WITHOUT_END, &UNUSED_WAIVER].into_iter()
}

/// The annotations that can accept findings.
pub(super) struct Waivers<'spec> {
    spec: &'spec Spec,
    today: Option<Date>,
    /// Sections by the place of their headings: a finding about a whole section stands there.
    headings: FxHashMap<Span, usize>,
    /// Places of the `allow=` annotations that accepted something.
    used: FxHashSet<Span>,
    any: bool,
}

impl<'spec> Waivers<'spec> {
    pub(super) fn new(spec: &'spec Spec, today: Option<Date>) -> Self {
        let any = annotations(spec).next().is_some();
        let of_heading = |(index, place): (usize, Option<Span>)| Some((place?, index));
        let places = spec.sections.iter().map(|section| section.span).enumerate();
        let title = spec.title_span.into_iter().map(|span| (span, 0));
        let headings = if any { places.filter_map(of_heading).chain(title).collect() } else { FxHashMap::default() };
        Self { spec, today, headings, used: FxHashSet::default(), any }
    }

    /// Why an annotation accepts a finding.
    pub(super) fn acceptance(&mut self, diagnostic: &Diagnostic) -> Option<String> {
        if !self.any {
            return None;
        }
        let mut reason = None;
        for annotation in self.around(diagnostic.primary.span) {
            match &annotation.kind {
                AnnotationKind::Allow { lint, reason: why, until } if lint == diagnostic.lint.name => {
                    self.used.insert(annotation.span);
                    if !is_past(*until, self.today) {
                        reason = reason.or_else(|| why.clone());
                    }
                }
                AnnotationKind::Waive { reason: why, until } if !is_past(*until, self.today) => {
                    reason = reason.or_else(|| why.clone());
                }
                _ => {}
            }
        }
        reason
    }

    /// The annotations at a place: those of its statement and of the sections around it, or of its heading.
    fn around(&self, place: Span) -> Vec<&'spec Annotation> {
        let spec = self.spec;
        if let Some(section) = self.headings.get(&place).and_then(|index| spec.sections.get(*index)) {
            return section.annotations.iter().collect();
        }
        let next = spec
            .statements
            .partition_point(|statement| (statement.span.source, statement.span.start) <= (place.source, place.start));
        let before = next.checked_sub(1).and_then(|index| spec.statements.get(index));
        let inside =
            before.filter(|statement| statement.span.source == place.source && place.start < statement.span.end);
        inside.map(|statement| spec.annotations(statement).collect()).unwrap_or_default()
    }
}

/// All annotations of a spec.
fn annotations(spec: &Spec) -> impl Iterator<Item = &Annotation> {
    let of_statements = spec.statements.iter().flat_map(|statement| &statement.annotations);
    spec.sections.iter().flat_map(|section| &section.annotations).chain(of_statements)
}

fn is_past(until: Option<Date>, today: Option<Date>) -> bool {
    until.zip(today).is_some_and(|(until, today)| until < today)
}

/// What is wrong with the waivers.
pub(super) fn findings(spec: &Spec, waivers: &Waivers<'_>, today: Option<Date>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for annotation in annotations(spec) {
        let (until, allowed) = match &annotation.kind {
            AnnotationKind::Waive { until, .. } => (*until, None),
            AnnotationKind::Allow { lint, until, .. } => (*until, Some(lint)),
            AnnotationKind::As { .. } | AnnotationKind::Manual { .. } => continue,
        };
        match until {
            Some(until) if is_past(Some(until), today) => found.push(
                Diagnostic::new(&EXPIRED_WAIVER, annotation.span, format!("this counted until {until}"))
                    .at("its last day is past")
                    .help("mend what it excuses and take it out; or decide again, with a reason and a new date"),
            ),
            Some(_) => {}
            None => found.push(
                Diagnostic::new(&WAIVER_WITHOUT_END, annotation.span, "this waiver never ends")
                    .at("no `until=` here")
                    .help("add the day on which somebody looks at it again: until=2027-01-31"),
            ),
        }
        if let Some(lint) = allowed.filter(|_| !waivers.used.contains(&annotation.span)) {
            found.push(
                Diagnostic::new(&UNUSED_WAIVER, annotation.span, format!("there is no finding of {lint} here"))
                    .at("this accepts nothing")
                    .help("take the annotation out"),
            );
        }
    }
    found
}
