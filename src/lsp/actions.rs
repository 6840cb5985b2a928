//! Changes to a document that the editor offers.
//!
//! In: a range, or a whole document. Out: the fixes of the findings there, all safe fixes at once, derived IDs written into
//! the text, and the canonical form. The edits are those of `lint --fix` and of `fmt`.

use std::borrow::Cow;
use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, DocumentChange, OptionalVersionedTextDocumentIdentifier, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};

use similar::{DiffOp, DiffTag, TextDiff};

use super::diagnostics;
use super::documents::Document;
use crate::compile::Options;
use crate::diagnostics::Edit;
use crate::rewrite;

/// All safe fixes at once; what editors run on saving when told to.
pub const FIX_ALL: CodeActionKind = CodeActionKind::Custom(Cow::Borrowed("source.fixAll.specc"));

/// Derived IDs, written into the text.
pub const ASSIGN_IDS: CodeActionKind = CodeActionKind::Custom(Cow::Borrowed("source.assignIds.specc"));

/// What is offered for a range.
#[must_use]
pub fn at(
    document: &Document,
    range: Range,
    context: &CodeActionContext,
    versioned: bool,
    options: &Options,
) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    let wanted =
        |kind: &CodeActionKind| context.only.as_ref().is_none_or(|only| only.iter().any(|only| holds(only, kind)));
    let offer = |title: String, kind: CodeActionKind, edits: Vec<TextEdit>| CodeAction {
        title,
        kind: Some(kind),
        edit: Some(workspace_edit(document, edits, versioned)),
        ..CodeAction::default()
    };
    if wanted(&CodeActionKind::QuickFix) {
        for finding in diagnostics::shown(document, options) {
            let Some(fix) = &finding.fix else { continue };
            let place = document.lines.range(finding.primary.span);
            if place.start <= range.end && range.start <= place.end {
                actions.push(CodeAction {
                    diagnostics: Some(vec![diagnostics::converted(document, options, finding)]),
                    is_preferred: Some(true),
                    ..offer(capitalised(&fix.title), CodeActionKind::QuickFix, text_edits(document, &fix.edits))
                });
            }
        }
    }
    if wanted(&FIX_ALL) {
        let fixes = diagnostics::shown(document, options).filter_map(|finding| finding.fix.clone());
        let (fixed, count) = rewrite::apply_fixes(document.lines.text(), &fixes.collect::<Vec<_>>());
        if count > 0 {
            actions.push(offer("Fix all that can be fixed safely".to_owned(), FIX_ALL, changes(document, &fixed)));
        }
    }
    if wanted(&ASSIGN_IDS) {
        let edits = canonical(document, true, options);
        if edits.len() > canonical(document, false, options).len() {
            actions.push(offer(
                "Format, and write all derived IDs into the text".to_owned(),
                ASSIGN_IDS,
                text_edits(document, &edits),
            ));
        }
    }
    actions
}

/// The edits of `specc fmt`.
#[must_use]
pub fn formatting(document: &Document, options: &Options) -> Vec<TextEdit> {
    text_edits(document, &canonical(document, false, options))
}

fn canonical(document: &Document, assign_ids: bool, options: &Options) -> Vec<Edit> {
    let compiled = document.compiled(options);
    rewrite::format(document.file(), &compiled.document, &compiled.spec, assign_ids)
}

/// Whether a kind is the other, or one of those below it: `source` holds `source.fixAll`.
fn holds(outer: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let (outer, kind) = (outer.to_string(), kind.to_string());
    outer.is_empty() || kind.strip_prefix(&outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn workspace_edit(document: &Document, edits: Vec<TextEdit>, versioned: bool) -> WorkspaceEdit {
    if !versioned {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(document.uri.clone(), edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let text_document = OptionalVersionedTextDocumentIdentifier {
        version: Some(document.version),
        text_document_identifier: TextDocumentIdentifier { uri: document.uri.clone() },
    };
    let edits = edits.into_iter().map(Into::into).collect();
    let change = DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits });
    WorkspaceEdit { document_changes: Some(vec![change]), ..WorkspaceEdit::default() }
}

/// Edits as the protocol wants them: sorted, none over another. As in [`rewrite::apply`], the earlier stands.
fn text_edits(document: &Document, edits: &[Edit]) -> Vec<TextEdit> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span.start);
    let mut done = 0;
    sorted.retain(|edit| {
        let fits = edit.span.start >= done;
        done = if fits { edit.span.end } else { done };
        fits
    });
    let edit = |edit: &Edit| TextEdit { range: document.lines.range(edit.span), new_text: edit.replacement.clone() };
    sorted.into_iter().map(edit).collect()
}

/// What turns a document into another text, line by line: what stays the same keeps its marks and folds.
fn changes(document: &Document, text: &str) -> Vec<TextEdit> {
    let before = document.lines.text();
    let difference = TextDiff::from_lines(before, text);
    let (old, new) = (difference.old_slices(), difference.new_slices());
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let edit = |operation: &DiffOp| {
        let (lines, start) = (operation.old_range(), length(&old[..operation.old_range().start]));
        TextEdit {
            range: document.lines.range_of(start..start + length(&old[lines])),
            new_text: new[operation.new_range()].concat(),
        }
    };
    difference.ops().iter().filter(|operation| operation.tag() != DiffTag::Equal).map(edit).collect()
}

fn capitalised(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
