//! Rules over the whole specification, one file each.

pub mod criterion_without_requirement;
mod missing;
pub mod missing_health_check;
pub mod missing_memory_limit;
pub mod missing_restart_policy;
pub mod out_of_scope_requirement;
pub mod partly_unread_statement;
pub mod refused_statement;
pub mod requirement_without_criterion;
pub mod unrecognised_statement;

use crate::source::Span;
use crate::spec::{AnnotationKind, Spec, Statement, StatementKind};

/// Whether a statement asks for something, and nobody has set it aside: a finding about its reading is of use.
fn is_open(spec: &Spec, statement: &Statement) -> bool {
    let set_aside =
        statement.annotations.iter().any(|annotation| !matches!(annotation.kind, AnnotationKind::Allow { .. }));
    statement.kind != StatementKind::Intent
        && statement.open_question.is_none()
        && !set_aside
        && !spec.is_context(statement)
}

/// The place of a finding about a whole statement: its text without white space around it, up to the first line break.
fn place(statement: &Statement) -> Span {
    let text = &statement.text.masked;
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    statement.span_of(start..start + text[start..end].trim_end().len())
}
