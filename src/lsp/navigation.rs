//! From an ID to its statement, and to all that name it.
//!
//! In: a place. Out: places. An ID is one where it leads a statement or where a statement refers to it, as `spec` reads
//! them; elsewhere it is looked up by its letters.

use lsp_types::{Location, Position};

use super::documents::Document;
use crate::compile::Options;
use crate::source::Span;
use crate::spec::{Spec, Statement, StatementId};

/// The statement that carries the ID at a place.
#[must_use]
pub fn definition(document: &Document, position: Position, options: &Options) -> Option<Location> {
    let spec = &document.compiled(options).spec;
    let statement = named(document, document.lines.offset(position), spec)?;
    Some(location(document, place(statement)))
}

/// Where the ID at a place is named.
#[must_use]
pub fn references(document: &Document, position: Position, with_declaration: bool, options: &Options) -> Vec<Location> {
    let spec = &document.compiled(options).spec;
    let offset = document.lines.offset(position);
    let Some(statement) = named(document, offset, spec).or_else(|| statement_at(document, offset, spec)) else {
        return Vec::new();
    };
    let declaration = with_declaration.then(|| place(statement));
    let all = spec.statements.iter().flat_map(|other| &other.references);
    let naming = all.filter(|(id, _)| *id == statement.id).map(|(_, span)| *span);
    declaration.into_iter().chain(naming).map(|span| location(document, span)).collect()
}

/// The statement that the ID at an offset names.
#[must_use]
pub fn named<'spec>(document: &Document, offset: usize, spec: &'spec Spec) -> Option<&'spec Statement> {
    let id = id_at(document.lines.text(), offset)?;
    spec.statements.iter().find(|statement| statement.id == id)
}

/// The statement that stands at an offset, the innermost of those that do; else the one that begins in its line, for
/// places on list markers and boxes.
#[must_use]
pub fn statement_at<'spec>(document: &Document, offset: usize, spec: &'spec Spec) -> Option<&'spec Statement> {
    let own = |statement: &&Statement| statement.span.source == spec.source;
    let covers =
        |statement: &&Statement| (statement.span.start as usize..=statement.span.end as usize).contains(&offset);
    let line = document.lines.line(offset);
    let begins = |statement: &&Statement| document.lines.line(statement.span.start as usize) == line;
    let all = || spec.statements.iter().filter(own);
    all().rfind(covers).or_else(|| all().find(begins))
}

/// Where a statement is shown: its ID, or its text where it has none.
fn place(statement: &Statement) -> Span {
    statement.id_span.unwrap_or(statement.span)
}

fn location(document: &Document, span: Span) -> Location {
    Location { uri: document.uri.clone(), range: document.lines.range(span) }
}

/// The ID that an offset stands in, or at the end of.
fn id_at(text: &str, offset: usize) -> Option<StatementId> {
    let part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    let (before, after) = (text.get(..offset)?.as_bytes(), text.get(offset..)?.as_bytes());
    let start = offset - before.iter().rev().take_while(|byte| part(byte)).count();
    let end = offset + after.iter().take_while(|byte| part(byte)).count();
    StatementId::parse(text.get(start..end)?.trim_matches('-'))
}
