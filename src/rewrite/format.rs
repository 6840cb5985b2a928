//! `specc fmt`: canonical boxes, ID separators and blank lines around headings; on request, IDs for all statements.

use std::collections::BTreeSet;
use std::ops::Range;

use super::apply;
use crate::diagnostics::Edit;
use crate::source::{SourceFile, SourceId, Span};
use crate::spec::{Form, Spec, StatementId, StatementKind, build, checkbox, separator};
use crate::syntax::{BlockKind, Document, parse};

/// The edits that bring a specification into its canonical form. With `assign_ids`, derived IDs are written into the
/// text, in tables excepted. Applied twice they change nothing more.
#[must_use]
pub fn format(file: &SourceFile, document: &Document, spec: &Spec, assign_ids: bool) -> Vec<Edit> {
    let boxes: Vec<Edit> = document.blocks.iter().flat_map(|block| checkbox::edits(file.text(), block)).collect();
    if boxes.is_empty() {
        return edits(file, document, spec, assign_ids, boxes);
    }
    let all = edits(file, document, spec, assign_ids, boxes);
    // A box that becomes a list item may take the lines below it along. Then it is left as it is.
    if meaning(spec) == meaning(&read(file, spec.source, &apply(file.text(), &all))) {
        all
    } else {
        edits(file, document, spec, assign_ids, Vec::new())
    }
}

/// Statements as far as `fmt` must keep them.
fn meaning(spec: &Spec) -> Vec<(&StatementId, StatementKind, Form, String)> {
    // What stands on the command line is in no file.
    let statements = spec.statements.iter().filter(|statement| statement.span.source == spec.source);
    statements.map(|statement| (&statement.id, statement.kind, statement.form, statement.display_text())).collect()
}

fn read(file: &SourceFile, source: SourceId, text: &str) -> Spec {
    let changed = SourceFile::new(file.name(), text);
    build(source, &changed, &parse(source, text)).output.unwrap_or_default()
}

fn edits(file: &SourceFile, document: &Document, spec: &Spec, assign_ids: bool, boxes: Vec<Edit>) -> Vec<Edit> {
    let text = file.text();
    let mut edits = Edits { spec, edits: Vec::new() };
    for place in blank_lines(text, document) {
        edits.push(place..place, line_ending(text, place));
    }
    edits.edits.extend(boxes);
    for statement in &spec.statements {
        if statement.id_span.is_some() {
            edits.edits.extend(separator::edits(text, statement));
        } else if assign_ids && statement.can_carry_id() {
            let place = statement.span.start as usize;
            edits.push(place..place, &format!("{}: ", statement.id));
        }
    }
    edits.edits
}

struct Edits<'spec> {
    spec: &'spec Spec,
    edits: Vec<Edit>,
}

impl Edits<'_> {
    fn push(&mut self, range: Range<usize>, replacement: &str) {
        let span = Span::new(self.spec.source, range);
        self.edits.push(Edit { span, replacement: replacement.to_owned() });
    }
}

/// The line that holds a place, without its ending.
fn line(text: &str, place: usize) -> Range<usize> {
    let start = text[..place].rfind('\n').map_or(0, |end| end + 1);
    let end = text[place..].find('\n').map_or(text.len(), |end| place + end);
    start..start + text[start..end].trim_end_matches('\r').len()
}

/// How the line before a place ends.
fn line_ending(text: &str, place: usize) -> &'static str {
    if text[..place].ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// Where blank lines are missing: the starts of headings and of the lines after them.
fn blank_lines(text: &str, document: &Document) -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    // The line behind the front matter's closing `---`.
    let body = document.front_matter.map_or(0, |matter| line(text, matter.end as usize).end);
    let body = body + text[body..].find('\n').map_or(0, |end| end + 1);
    let headings = document
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Heading { .. }) && block.parent.is_none());
    for block in headings {
        let heading = line(text, block.span.start as usize);
        // A heading that is underlined instead is left alone.
        if !text[heading.clone()].trim_start().starts_with('#') {
            continue;
        }
        let before = text[..heading.start].strip_suffix('\n').map(|rest| &text[line(text, rest.len())]);
        if before.is_some_and(|before| !before.trim().is_empty()) && heading.start > body {
            places.insert(heading.start);
        }
        if let Some(next) = text[heading.end..].find('\n').map(|end| heading.end + end + 1)
            && !text[line(text, next)].trim().is_empty()
        {
            places.insert(next);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{spec, syntax};

    fn formatted(text: &str, assign_ids: bool) -> String {
        let file = SourceFile::new("SPEC.md", text);
        let document = syntax::parse(SourceId(0), text);
        let spec = spec::build(SourceId(0), &file, &document).output.unwrap();
        apply(text, &format(&file, &document, &spec, assign_ids))
    }

    #[test]
    fn boxes_ids_and_headings_become_canonical() {
        let text = "# T\n## Security\n-[ ] a\n- []  b\n- [x]c\n- FR-1 :d\n- FR-2   e\n- **FR-3**: f\n### G\n\ntext\n";
        let expected =
            "# T\n\n## Security\n\n- [ ] a\n- [ ] b\n- [x] c\n- FR-1: d\n- FR-2: e\n- **FR-3**: f\n\n### G\n\ntext\n";
        assert_eq!(formatted(text, false), expected);
        assert_eq!(formatted(expected, false), expected);
    }

    #[test]
    fn what_is_the_authors_choice_stays() {
        for text in [
            "- FR-1 — a\n- [FR-2] b\n* [x]  \n- ☐ c\n- [-] d\n",
            "- **FR-1:** a\n- `[ ]` b\n| a |\n|---|\n| [] |\n",
            "---\nspecc: {}\n---\n# T\n",
            "T\n===\ntext\n> # quoted\n> text\n",
            "```\n# code\n-[ ] code\n```\n",
            "*[ ] a*\n",
        ] {
            assert_eq!(formatted(text, false), text);
        }
    }

    #[test]
    fn line_endings_are_kept() {
        assert_eq!(
            formatted("# T\r\ntext\r\n## U\r\n- a\r\n", true),
            "# T\r\n\r\ntext\r\n\r\n## U\r\n\r\n- FR-001: a\r\n"
        );
    }

    #[test]
    fn derived_ids_are_written_but_not_into_tables() {
        let text = "## Success Criteria\n\n| What | Value |\n|---|---|\n| Port | 1 |\n\n- [ ] one\n  - **Two**: 2\n- VC-004: three\n\n#### Scenario: s\n\n- **WHEN** a\n- **THEN** b\n";
        let expected = "## Success Criteria\n\n| What | Value |\n|---|---|\n| Port | 1 |\n\n- [ ] VC-005: one\n  - VC-006: **Two**: 2\n- VC-004: three\n\n#### Scenario: s\n\n- VC-007: **WHEN** a\n- **THEN** b\n";
        assert_eq!(formatted(text, true), expected);
        assert_eq!(formatted(expected, true), expected);
    }
}
