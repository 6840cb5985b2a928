//! Sections: headings, and what stands below them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Annotation, StatementKind};
use crate::source::Span;

/// What a section is about, from a table of synonyms. An unknown heading inherits from its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "kebab-case")]
pub enum SectionKind {
    /// Nothing that the table knows, up to the document.
    #[default]
    Unknown,
    /// Intent, purpose, goal.
    Intent,
    /// Service definition.
    ServiceDefinition,
    /// Functional requirements.
    Functional,
    /// Non-functional requirements.
    NonFunctional,
    /// Security requirements.
    Security,
    /// Operational requirements.
    Operational,
    /// Monitoring plan.
    Monitoring,
    /// Constraints: out of scope.
    OutOfScope,
    /// Constraints: technical.
    TechnicalConstraints,
    /// Success criteria, validation criteria, acceptance criteria.
    SuccessCriteria,
    /// Security validation.
    SecurityValidation,
    /// Failure scenario testing.
    FailureScenarios,
    /// Environment and configuration variables.
    Environment,
    /// Contacts.
    Contacts,
    /// Troubleshooting, rollback steps, background: prose and commands that state no requirement.
    Narrative,
}

impl SectionKind {
    /// The kind of a statement without an ID prefix in such a section.
    #[must_use]
    pub fn statement_kind(self) -> StatementKind {
        match self {
            Self::Intent => StatementKind::Intent,
            Self::NonFunctional => StatementKind::NonFunctional,
            Self::Security => StatementKind::Security,
            Self::Operational | Self::Monitoring | Self::Contacts | Self::Narrative => StatementKind::Operational,
            Self::OutOfScope | Self::TechnicalConstraints => StatementKind::Constraint,
            Self::SuccessCriteria | Self::SecurityValidation | Self::FailureScenarios => StatementKind::Criterion,
            Self::Unknown | Self::ServiceDefinition | Self::Functional | Self::Environment => StatementKind::Functional,
        }
    }
}

/// A heading and what stands below it, up to the next heading of its level or higher.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// The heading without markup; the document's title for section 0.
    pub title: String,
    /// 0 for the document, else the heading's level.
    pub level: u8,
    /// What it is about.
    pub kind: SectionKind,
    /// Whether the heading itself said so (false: inherited).
    pub known: bool,
    /// The section that it is part of; `None` for the document.
    pub parent: Option<usize>,
    /// The heading's span; `None` for the document.
    pub span: Option<Span>,
    /// `specc:` comments right after the heading; they hold for all its statements.
    pub annotations: Vec<Annotation>,
}
