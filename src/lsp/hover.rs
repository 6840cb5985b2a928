//! What a statement was understood as, at the mouse.
//!
//! In: a place. Out: the row of the matrix for the statement there, or for the one that an ID there names: its reading,
//! what was left unread, what is generated and what proves it. The same that `specc show` prints.

use std::fmt::Write as _;

use lsp_types::{Contents, Hover, MarkupContent, MarkupKind, Position};

use super::documents::Document;
use super::navigation;
use crate::compile::Options;
use crate::render::escape::{markdown, markdown_code, markdown_statement};
use crate::report;
use crate::trace::{Coverage, Matrix, Row};

/// What there is to say about a place.
#[must_use]
pub fn at(document: &Document, position: Position, options: &Options) -> Option<Hover> {
    let spec = &document.compiled(options).spec;
    let offset = document.lines.offset(position);
    let here = navigation::statement_at(document, offset, spec);
    let named = navigation::named(document, offset, spec);
    let statement = named.or(here)?;
    let index = spec.statements.iter().position(|other| std::ptr::eq(other, statement))?;
    let matrix = document.matrix(options);
    let row = matrix.rows.get(index)?;
    let is_here = here.is_some_and(|here| std::ptr::eq(here, statement));
    Some(Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: text(row, matrix, is_here),
        }),
        range: is_here.then(|| document.lines.range(statement.span)),
    })
}

/// A row as Markdown.
fn text(row: &Row, matrix: &Matrix, is_here: bool) -> String {
    let derived = if row.derived_id { ", derived" } else { "" };
    let mut text = format!("**{}** ({}{derived}): {}", markdown(&row.id), row.kind.name(), row.coverage.name());
    if let Some(reason) = &row.reason {
        let _ = write!(text, ", {}", markdown(reason));
    }
    text.push('\n');
    if !is_here {
        let _ = write!(text, "\n> {}\n", markdown_statement(&row.text));
    }
    let mut items = Vec::new();
    for read in &row.capabilities {
        items.push(format!("understood as **{}**: {}", read.name, markdown(&report::facts(&read.facts))));
    }
    // A partial reading names them in its reason.
    if !row.unread.is_empty() && row.coverage != Coverage::Partial {
        items.push(format!("not read: {}", listed(&row.unread, |words| markdown_code(words))));
    }
    for name in &row.defaults {
        let reason = matrix.defaults.iter().find(|default| default.name == *name).map_or("", |default| default.reason);
        items.push(format!("default {}: {}", markdown_code(name), markdown(reason)));
    }
    let places = row.implemented_by();
    if !places.is_empty() {
        let places = listed(&places, |place| markdown_code(&format!("{}:{}", place.path, place.line)));
        items.push(format!("deploys {places}"));
    }
    if !row.checks.is_empty() {
        items.push(format!("proves {}", listed(&row.checks, |check| markdown_code(check))));
    }
    if !row.drills.is_empty() {
        items.push(format!("drills {}", listed(&row.drills, |drill| markdown_code(drill))));
    }
    if !items.is_empty() {
        text.push('\n');
    }
    for item in items {
        let _ = writeln!(text, "- {item}");
    }
    text
}

fn listed<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    items.iter().map(write).collect::<Vec<_>>().join(", ")
}
