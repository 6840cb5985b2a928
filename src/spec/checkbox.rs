//! Boxes as Markdown wants them: `- [ ] text`.

use std::ops::Range;

use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::syntax::{Block, BlockKind};

declare_lint! {
    /// ## What it does
    /// Finds boxes that Markdown does not take for boxes: `-[ ] text`, `- [] text`.
    ///
    /// ## Why is this bad?
    /// specc reads them, but everywhere else the list is one paragraph of text, and nobody can tick anything.
    ///
    /// ## Instead
    /// Write `- [ ] text`; `specc fmt` does it.
    pub static CHECKBOX_SYNTAX = "checkbox-syntax", Warn, Structure, "a box that Markdown does not take for one";
}

/// The edits that make `-[ ] x`, `- [] x` and `- [ ]x` a `- [ ] x`. Drawn boxes and what stands in bold type are left
/// alone.
pub(crate) fn edits(text: &str, block: &Block) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut push = |range: Range<usize>, replacement: &str| {
        edits.push(Edit { span: Span::new(block.span.source, range), replacement: replacement.to_owned() });
    };
    let Some(Parts { open, close, touching }) = parts(text, block) else { return edits };
    if touching {
        push(open..open, " ");
    }
    if is_empty(text, open, close) {
        push(open..close + 1, "[ ]");
    }
    let gap = close + 1..block.span.start as usize;
    if !block.text.is_blank() && &text[gap.clone()] != " " {
        push(gap, " ");
    }
    edits
}

/// Reports a box that Markdown does not take for one.
pub(super) fn lint(text: &str, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
    let Some(Parts { open, close, touching }) = parts(text, block) else { return };
    let gap = block.span.start as usize - close - 1;
    let glued = gap == 0 && !block.text.is_blank();
    let brackets = is_empty(text, open, close);
    if !touching && !glued && !brackets {
        return;
    }
    let span = Span::new(block.span.source, open..close + 1);
    let finding = Diagnostic::new(&CHECKBOX_SYNTAX, span, "Markdown does not take this for a box");
    let mark = if brackets { "[ ]" } else { &text[open..=close] };
    let finding = finding.help(format!("write `- {mark} …`, with a blank on each side; `specc fmt` does it"));
    diagnostics
        .push(finding.fix(Fix { title: "write the box as Markdown wants it".to_owned(), edits: edits(text, block) }));
}

/// A box in brackets that follows a list marker or nothing.
struct Parts {
    open: usize,
    close: usize,
    /// Whether no blank stands between the marker and the box.
    touching: bool,
}

fn parts(text: &str, block: &Block) -> Option<Parts> {
    if !matches!(block.kind, BlockKind::Item { checkbox: Some(_), .. }) {
        return None;
    }
    let content = block.span.start as usize;
    let start = text[..content].rfind('\n').map_or(0, |end| end + 1);
    let open = start + text[start..content].rfind('[')?;
    let close = open + text[open..content].find(']')?;
    let before = &text[start..open];
    let marker = before.trim_end();
    let touching = !marker.trim().is_empty() && marker.len() == before.len();
    let is_marker = |word: &str| {
        let number = word.strip_suffix(['.', ')']);
        matches!(word, "-" | "+") || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut words = marker.split_ascii_whitespace();
    let last = words.next_back();
    // `*[ ]` may open emphasis; only a star that stands alone is a marker.
    let listed = |word: &str| is_marker(word) || word == "*";
    let known = words.all(listed) && last.is_none_or(|last| if touching { is_marker(last) } else { listed(last) });
    known.then_some(Parts { open, close, touching })
}

/// Whether the brackets hold nothing, or the wrong kind of nothing.
fn is_empty(text: &str, open: usize, close: usize) -> bool {
    text[open + 1..close].trim().is_empty() && &text[open..=close] != "[ ]"
}
