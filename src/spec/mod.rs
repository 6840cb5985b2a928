//! A document read as a specification: statements with IDs, kinds and sections.
//!
//! In: a [`Document`](crate::syntax::Document). Out: a [`Spec`]: its statements in source order, what the front matter
//! configures, and the structural findings. Whether a statement can be compiled is not decided here; that is the
//! business of `capabilities`.

mod annotation;
mod build;
pub(crate) mod checkbox;
pub mod clause;
mod configuration;
pub mod cue;
mod heading;
pub(crate) mod id;
mod label;
pub mod lexer;
pub mod mention;
mod numbering;
mod paragraph;
mod question;
mod scenario;
mod section;
pub(crate) mod separator;
mod setting;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod title;
pub mod word;

pub use annotation::{Annotation, AnnotationKind, UNCLOSED_COMMENT, UNKNOWN_ANNOTATION, WAIVER_WITHOUT_REASON};
pub use build::build;
pub use checkbox::CHECKBOX_SYNTAX;
pub use configuration::{Configuration, INVALID_FRONT_MATTER, UNKNOWN_FRONT_MATTER_KEY};
pub use id::StatementId;
pub use numbering::DUPLICATE_ID;
pub use question::OPEN_QUESTION;
pub use section::{Section, SectionKind};
pub use setting::add_setting;
pub use statement::{Form, Statement, StatementIndex, StatementKind};

use crate::source::{SourceId, Span};

/// A specification.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// The text that it was read from.
    pub source: SourceId,
    /// The first H1, without markup; empty when there is none.
    pub title: String,
    /// Where the title stands.
    pub title_span: Option<Span>,
    /// What the front matter's `specc:` key configures.
    pub configuration: Configuration,
    /// Headings in source order. Index 0 is the document itself.
    pub sections: Vec<Section>,
    /// Statements in source order.
    pub statements: Vec<Statement>,
}

impl Spec {
    /// The statement with this index.
    #[must_use]
    pub fn statement(&self, index: StatementIndex) -> &Statement {
        &self.statements[index.0 as usize]
    }

    /// The title without the words that only say what kind of document this is; for descriptions of units.
    #[must_use]
    pub fn subject_title(&self) -> &str {
        title::subject(&self.title)
    }

    /// Whether a statement is only context: an item of a troubleshooting or rollback section that has no ID and no box
    /// and says neither MUST nor SHALL.
    #[must_use]
    pub fn is_context(&self, statement: &Statement) -> bool {
        let plain = statement.id_span.is_none() && matches!(statement.form, Form::Item | Form::TableRow);
        plain && self.section(statement).kind == SectionKind::Narrative && !paragraph::is_modal(&statement.text)
    }

    /// Whether a statement only introduces those below it: others are nested in it, and it asks for nothing itself.
    #[must_use]
    pub fn is_introduction(&self, index: StatementIndex) -> bool {
        // Nested statements follow their parent directly.
        let next = self.statements.get(index.0 as usize + 1);
        next.is_some_and(|next| next.parent == Some(index)) && !self.statement(index).asks_for_something()
    }

    /// The section that a statement stands in.
    #[must_use]
    pub fn section(&self, statement: &Statement) -> &Section {
        &self.sections[statement.section]
    }

    /// The annotations that hold for a statement: its own, then those of its section and of the sections around it.
    pub fn annotations<'spec>(&'spec self, statement: &'spec Statement) -> impl Iterator<Item = &'spec Annotation> {
        let sections = std::iter::successors(Some(self.section(statement)), |section| {
            section.parent.and_then(|parent| self.sections.get(parent))
        });
        statement.annotations.iter().chain(sections.flat_map(|section| &section.annotations))
    }

    /// All statements with their indices.
    pub fn indexed(&self) -> impl Iterator<Item = (StatementIndex, &Statement)> {
        (0..).map(StatementIndex).zip(&self.statements)
    }
}
