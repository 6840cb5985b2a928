//! What stands between an ID and its text.
//!
//! In: a statement with a written ID. Out: the edits that make `FR-001:x`, `FR-001 : x` and `FR-001 x` a `FR-001: x`. Other
//! separators are the author's choice.

use std::ops::Range;

use super::{Form, Statement};
use crate::diagnostics::Edit;
use crate::source::Span;

/// The edits, none where the separator is as it should be.
pub(crate) fn edits(text: &str, statement: &Statement) -> Vec<Edit> {
    let mut edits = Vec::new();
    let form = matches!(statement.form, Form::Item | Form::Checkbox { .. } | Form::Paragraph | Form::Scenario);
    let Some(id) = statement.id_span.filter(|_| form && !statement.text.is_blank()) else { return edits };
    let mut push = |range: Range<usize>, replacement: &str| {
        edits.push(Edit { span: Span::new(id.source, range), replacement: replacement.to_owned() });
    };
    let end = id.end as usize;
    let rest = text[end..].lines().next().unwrap_or_default();
    let words = rest.trim_start_matches([' ', '\t']);
    let gap = rest.len() - words.len();
    if let Some(after) = words.strip_prefix(':') {
        if gap > 0 {
            push(end..end + gap, "");
        }
        let colon = end + gap + 1;
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        // Between a colon and bold type a blank may stand or not: the colon may itself be bold.
        let closes = blanks == 0 && after.starts_with(['*', '_', '`', ']', ')']);
        if blanks != 1 && !closes && after.len() > blanks {
            push(colon..colon + blanks, " ");
        }
    } else if gap > 0
        && words.starts_with(|first: char| first.is_alphanumeric())
        && text[..id.start as usize].ends_with([' ', '\t', '\n'])
    {
        push(end..end + gap, ": ");
    }
    edits
}
