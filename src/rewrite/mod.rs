//! Changes to a specification's text that touch nothing else.
//!
//! In: a source text and edits of it. Out: the changed text; [`format()`] makes the edits of `specc fmt`. Every change keeps
//! what the specification means: the statements, their words and their kinds.

mod format;

pub use format::format;

use crate::diagnostics::{Edit, Fix};
use crate::source::{SourceFile, SourceId};
use crate::spec::{self, Spec};
use crate::syntax::{self, Document};

/// The canonical form of a specification; with `assign_ids`, derived IDs are written into it.
#[must_use]
pub fn formatted(file: &SourceFile, assign_ids: bool) -> String {
    let source = SourceId::default();
    let document = syntax::parse(source, file.text());
    let spec = spec::build(source, file, &document).output.unwrap_or_default();
    canonical(file, &document, &spec, assign_ids)
}

/// As [`formatted`], of a specification that has been read already.
#[must_use]
pub fn canonical(file: &SourceFile, document: &Document, spec: &Spec, assign_ids: bool) -> String {
    apply(file.text(), &format(file, document, spec, assign_ids))
}

/// Applies edits to a text. An edit that overlaps an earlier one, or does not fit the text, is left out.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<_> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span.start);
    let mut changed = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        let range = edit.span.range();
        if let (Some(before), Some(_)) = (text.get(done..range.start), text.get(range.clone())) {
            changed.push_str(before);
            changed.push_str(&edit.replacement);
            done = range.end;
        }
    }
    changed.push_str(&text[done..]);
    changed
}

/// Applies fixes to a text, each as a whole or not at all, and says how many: one that overlaps an earlier one waits.
#[must_use]
pub fn apply_fixes(text: &str, fixes: &[Fix]) -> (String, usize) {
    let mut taken: Vec<Edit> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let fits = |edit: &Edit| text.get(edit.span.range()).is_some_and(|old| old != edit.replacement);
        let clashes = |edit: &Edit| {
            taken.iter().any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) && !fix.edits.iter().any(clashes) {
            taken.extend(fix.edits.iter().cloned());
            count += 1;
        }
    }
    (apply(text, &taken), count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn edits_that_overlap_are_left_out() {
        let edit =
            |range, replacement: &str| Edit { span: Span::new(SourceId(0), range), replacement: replacement.into() };
        let edits = [edit(4..7, "two"), edit(0..0, "> "), edit(5..9, "no"), edit(90..91, "no")];
        assert_eq!(apply("one 222 three", &edits), "> one two three");
    }
}
