//! Annotations: `<!-- specc: … -->` after a statement or heading.

use crate::source::Span;

/// What an annotation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnnotationKind {
    /// `as=CAPABILITY fact=value …`: forces a reading.
    As {
        /// The capability.
        capability: String,
        /// Facts by name, as written.
        facts: Vec<(String, String)>,
    },
    /// `manual owner="…" evidence="…"`: people see to it.
    Manual {
        /// Who.
        owner: Option<String>,
        /// What proves it.
        evidence: Option<String>,
    },
    /// `waive reason="…" until=2027-01-31`: known not to hold.
    Waive {
        /// Why.
        reason: Option<String>,
        /// Until when, as `YYYY-MM-DD`.
        until: Option<String>,
    },
    /// `allow=LINT reason="…"`: this finding is accepted here.
    Allow {
        /// The lint.
        lint: String,
        /// Why.
        reason: Option<String>,
    },
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// What it does.
    pub kind: AnnotationKind,
    /// Where it stands.
    pub span: Span,
}
