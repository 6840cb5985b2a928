//! What can be written at a place: sentences that compile, and IDs.
//!
//! In: a place. Out: at the beginning of an item the next free ID and the sentence forms that fit its section; elsewhere
//! the IDs that a criterion can name. The forms are the examples of the capabilities, which are their tests.

use std::ops::Range;

use lsp_types::{CompletionItem, CompletionItemKind, Documentation, Position, TextEdit};

use super::documents::Document;
use crate::capabilities::{self, Example, NOT_MINE};
use crate::compile::{Compiled, Options};
use crate::registry;
use crate::spec::{Section, SectionKind, Spec, StatementId, StatementKind};

/// The service that the examples speak of.
const EXAMPLE_SERVICE: &str = "agent-prod";

/// All that can be written at a place.
#[must_use]
pub fn at(document: &Document, position: Position, options: &Options) -> Vec<CompletionItem> {
    let compiled = document.compiled(options);
    let spec = &compiled.spec;
    let offset = document.lines.offset(position);
    let start = document.lines.range_of_line(position.line as usize).start;
    let Some(before) = document.lines.text().get(start..offset) else { return Vec::new() };
    let Some((section, kind)) = section_at(spec, offset) else { return Vec::new() };
    let word =
        start + before.trim_end_matches(|character: char| character.is_ascii_alphanumeric() || character == '-').len();
    let item = item_start(before).map(|at| start + at);
    let mut found = Vec::new();
    if let Some(item) = item {
        let words = item + leading_id(&document.lines.text()[item..offset]);
        if words == item && !matches!(section.kind, SectionKind::Narrative | SectionKind::Contacts) {
            found.push(next_id(document, spec, kind, item..offset));
        }
        found.extend(sentences(document, compiled, section.kind, words..offset));
    }
    if item.is_none_or(|item| word > item) {
        found.extend(ids(document, spec, word..offset));
    }
    found
}

/// The section that an offset stands in, and what its statements are for.
fn section_at(spec: &Spec, offset: usize) -> Option<(&Section, StatementKind)> {
    let above = |section: &&Section| section.span.is_none_or(|span| (span.start as usize) <= offset);
    let section = spec.sections.iter().take_while(above).last()?;
    Some((section, section.kind.statement_kind()))
}

/// Where the words of a list item begin: behind its marker and box.
fn item_start(line: &str) -> Option<usize> {
    let rest = line.trim_start();
    let rest = match rest.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => rest.trim_start_matches(|character: char| character.is_ascii_digit()).strip_prefix(['.', ')'])?,
    };
    let mut words = rest.strip_prefix([' ', '\t'])?.trim_start();
    for mark in ["[ ] ", "[x] ", "[X] "] {
        words = words.strip_prefix(mark).map_or(words, str::trim_start);
    }
    Some(line.len() - words.len())
}

/// The bytes of an ID with its colon and the blanks behind it.
fn leading_id(words: &str) -> usize {
    match words.split_once(':') {
        Some((id, rest)) if StatementId::parse(id.trim_matches(['*', '[', ']'])).is_some() => {
            words.len() - rest.trim_start_matches(['*', ' ']).len()
        }
        _ => 0,
    }
}

/// The ID that follows the last of its kind. It is written as those above it in the section are.
fn next_id(document: &Document, spec: &Spec, kind: StatementKind, typed: Range<usize>) -> CompletionItem {
    let offset = typed.start;
    let written = || spec.statements.iter().filter(|statement| statement.id_span.is_some());
    let section =
        spec.sections.iter().rposition(|section| section.span.is_none_or(|span| span.start as usize <= offset));
    let model = written()
        .filter(|statement| Some(statement.section) == section && (statement.span.start as usize) < offset)
        .filter_map(|statement| statement.id.as_str().rsplit_once('-'))
        .next_back();
    let (stem, width) = model.map_or((kind.prefix(), 3), |(stem, number)| (stem, number.len()));
    let numbers = written().filter_map(|statement| {
        let (other, number) = statement.id.as_str().rsplit_once('-')?;
        number.parse::<u32>().ok().filter(|_| other == stem)
    });
    let next = numbers.max().unwrap_or(0).saturating_add(1);
    let id = format!("{stem}-{next:0width$}: ");
    CompletionItem {
        kind: Some(CompletionItemKind::Keyword),
        detail: Some("next free ID".to_owned()),
        sort_text: Some("0".to_owned()),
        ..replacing(document, typed, id.trim_end_matches([':', ' ']), id.clone())
    }
}

/// Sentences that a capability reads in such a section. Those of capabilities that the specification does not use yet come
/// first, and one of each before the further ways to say the same.
fn sentences(
    document: &Document,
    compiled: &Compiled,
    section: SectionKind,
    typed: Range<usize>,
) -> Vec<CompletionItem> {
    let service = capabilities::infer(&compiled.spec).service.map(|(service, _)| service.to_string());
    let mut found = Vec::new();
    for (index, entry) in registry::capabilities().iter().enumerate() {
        let fits = |example: &&Example| match (entry.own_section, section) {
            _ if example.facts == NOT_MINE => false,
            (Some(own), section) => own == section,
            (None, SectionKind::Narrative | SectionKind::Contacts) => false,
            (None, section) => fits(example.kind, section.statement_kind()),
        };
        let in_use =
            compiled.readings.iter().flat_map(|reading| &reading.readings).any(|read| read.capability == index);
        for (nth, example) in entry.examples.iter().filter(fits).enumerate() {
            let sentence = example.sentence.replace(EXAMPLE_SERVICE, service.as_deref().unwrap_or(EXAMPLE_SERVICE));
            found.push(CompletionItem {
                kind: Some(CompletionItemKind::Snippet),
                detail: Some(entry.name.to_owned()),
                documentation: Some(Documentation::String(format!("{}\n\n{}", entry.summary, example.facts))),
                sort_text: Some(format!("{}{nth:03}{index:03}", if in_use { 2 } else { 1 })),
                ..replacing(document, typed.clone(), &sentence, sentence.clone())
            });
        }
    }
    found
}

/// Whether a sentence of one kind can stand among statements of another: requirements of all kinds are written alike.
fn fits(sentence: StatementKind, place: StatementKind) -> bool {
    sentence == place || sentence.is_requirement() && place.is_requirement()
}

/// Written IDs of statements, for those that refer to them.
fn ids(document: &Document, spec: &Spec, typed: Range<usize>) -> Vec<CompletionItem> {
    let written = spec.statements.iter().filter(|statement| statement.id_span.is_some());
    let elsewhere =
        written.filter(|statement| statement.id_span.is_none_or(|span| !span.range().contains(&typed.start)));
    elsewhere
        .map(|statement| CompletionItem {
            kind: Some(CompletionItemKind::Reference),
            detail: Some(statement.display_text()),
            sort_text: Some(format!("{}{}", u8::from(!statement.kind.is_requirement()), statement.id)),
            ..replacing(document, typed.clone(), statement.id.as_str(), statement.id.to_string())
        })
        .collect()
}

/// An item that puts a text in place of what is typed already.
fn replacing(document: &Document, typed: Range<usize>, label: &str, text: String) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        filter_text: Some(text.clone()),
        text_edit: Some(TextEdit { range: document.lines.range_of(typed), new_text: text }.into()),
        ..CompletionItem::default()
    }
}
