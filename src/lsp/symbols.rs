//! The outline of a document: sections, and the statements in them.
//!
//! In: a document. Out: symbols that nest as its headings do, and what can be folded.

use std::ops::Range;

use lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};

use super::documents::Document;
use super::positions::number;
use crate::compile::Options;
use crate::source::Span;
use crate::spec::{Section, Spec, Statement, StatementKind};

/// Characters of a statement that an outline shows.
const WIDTH: usize = 80;

/// Something in the outline, by its bytes.
struct Entry {
    name: String,
    kind: SymbolKind,
    range: Range<usize>,
    /// What is shown when it is chosen.
    selection: Span,
    is_section: bool,
    children: Vec<DocumentSymbol>,
}

/// All sections with their statements.
#[must_use]
pub fn outline(document: &Document, options: &Options) -> Vec<DocumentSymbol> {
    let spec = &document.compiled(options).spec;
    let mut entries: Vec<Entry> = sections(document, spec).map(of_section).collect();
    let own = spec.statements.iter().filter(|statement| statement.span.source == spec.source);
    entries.extend(own.map(of_statement));
    // A heading that carries an ID is both; its section holds its statement.
    entries.sort_by_key(|entry| (entry.range.start, !entry.is_section));
    nested(document, entries)
}

fn of_section((section, heading, range): (&Section, Span, Range<usize>)) -> Entry {
    let name = if section.title.trim().is_empty() { "(no title)".to_owned() } else { section.title.clone() };
    Entry { name, kind: SymbolKind::Namespace, range, selection: heading, is_section: true, children: Vec::new() }
}

fn of_statement(statement: &Statement) -> Entry {
    let selection = statement.id_span.unwrap_or(statement.span);
    let text = statement.display_text();
    let mut name = format!("{} ", statement.id);
    name.extend(text.chars().take(WIDTH));
    if text.chars().nth(WIDTH).is_some() {
        name.push('…');
    }
    let range = selection.join(statement.span).range();
    Entry { name, kind: kind(statement.kind), range, selection, is_section: false, children: Vec::new() }
}

fn kind(kind: StatementKind) -> SymbolKind {
    match kind {
        StatementKind::Criterion => SymbolKind::Event,
        StatementKind::Constraint | StatementKind::Intent => SymbolKind::String,
        _ => SymbolKind::Property,
    }
}

/// Puts entries, sorted by their places, into the sections that hold them.
fn nested(document: &Document, entries: Vec<Entry>) -> Vec<DocumentSymbol> {
    let mut top = Vec::new();
    let mut open: Vec<Entry> = Vec::new();
    for mut entry in entries {
        while let Some(done) = open.pop_if(|section| section.range.end <= entry.range.start) {
            place(document, done, &mut open, &mut top);
        }
        if let Some(section) = open.last() {
            entry.range.end = entry.range.end.min(section.range.end);
        }
        if entry.is_section {
            open.push(entry);
        } else {
            place(document, entry, &mut open, &mut top);
        }
    }
    while let Some(done) = open.pop() {
        place(document, done, &mut open, &mut top);
    }
    top
}

fn place(document: &Document, entry: Entry, open: &mut [Entry], top: &mut Vec<DocumentSymbol>) {
    let selection = entry.selection.range();
    let range = document.lines.range_of(entry.range.clone());
    // The protocol asks for a part of the range.
    let selection = document.lines.range_of(selection.start..selection.end.min(entry.range.end));
    let children = Some(entry.children).filter(|children| !children.is_empty());
    let symbol = DocumentSymbol::new(entry.name, None, entry.kind, None, None, range, selection, children);
    match open.last_mut() {
        Some(section) => section.children.push(symbol),
        None => top.push(symbol),
    }
}

/// Sections that have more than a heading.
#[must_use]
pub fn folds(document: &Document, options: &Options) -> Vec<FoldingRange> {
    let spec = &document.compiled(options).spec;
    let text = document.lines.text();
    let lines = sections(document, spec).map(|(_, heading, range)| {
        let body = text.get(range.clone()).map_or(range.end, |body| range.start + body.trim_end().len());
        (document.lines.line(heading.start as usize), document.lines.line(body))
    });
    lines
        .filter(|(first, last)| last > first)
        .map(|(first, last)| FoldingRange {
            start_line: number(first),
            end_line: number(last),
            kind: Some(FoldingRangeKind::Region),
            ..FoldingRange::default()
        })
        .collect()
}

/// Sections with their headings and the lines that belong to them.
fn sections<'d>(document: &'d Document, spec: &'d Spec) -> impl Iterator<Item = (&'d Section, Span, Range<usize>)> {
    let line = |span: Span| document.lines.range_of_line(document.lines.line(span.start as usize)).start;
    let end = document.lines.text().len();
    spec.sections.iter().enumerate().filter_map(move |(index, section)| {
        // The document itself is the section of its title.
        let heading = section.span.or(spec.title_span.filter(|_| index == 0))?;
        let next = spec.sections.iter().skip(index + 1).find(|next| next.level <= section.level);
        let end = next.and_then(|next| next.span).map_or(end, line);
        Some((section, heading, line(heading)..end))
    })
}
