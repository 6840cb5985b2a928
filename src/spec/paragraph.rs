//! Paragraphs: which of them are statements. In: a paragraph. Out: its parts, each judged by its form.

use std::ops::Range;

use super::{SectionKind, id, label, scenario};
use crate::syntax::Text;

/// Labels that speak about a requirement instead of being one.
const REMARKS: &[&str] = &[
    "assumption",
    "author",
    "background",
    "benefits",
    "created",
    "date",
    "example",
    "examples",
    "feature branch",
    "goal",
    "independent test",
    "input",
    "note",
    "notes",
    "owner",
    "priority",
    "rationale",
    "reason",
    "recommendation",
    "reference",
    "references",
    "source",
    "status",
    "tip",
    "user story",
    "version",
    "warning",
];

/// What a paragraph, or a part of it, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A requirement: it has an ID or a label, or says MUST or SHALL.
    Statement,
    /// WHEN … THEN … in one paragraph.
    Scenario,
    /// Prose.
    Context,
}

/// Cuts a paragraph where a line begins with an ID or with a bold label. `source` is its source text, of the same length.
pub(super) fn parts(source: &str, text: &Text) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        let words = line.trim_start();
        let candidate = words.starts_with("**")
            || words.starts_with(|first: char| first.is_ascii_uppercase() || matches!(first, '[' | '(' | '`'));
        if offset > 0 && candidate {
            let line = text.part(offset..offset + line.len());
            if id::leading(&line).is_some() || label::bold(&line, first_word(&line)).is_some() {
                parts.push(start..offset);
                start = offset;
            }
        }
        offset += line.len();
    }
    parts.push(start..text.masked.len());
    parts
}

/// Judges a paragraph that stands in a section of this kind. `titled` is false before the first heading.
pub(super) fn role(text: &Text, kind: SectionKind, titled: bool) -> Role {
    if scenario::is_whole(text) {
        return Role::Scenario;
    }
    if id::leading(text).is_some() {
        return Role::Statement;
    }
    let prose = matches!(kind, SectionKind::Narrative | SectionKind::Intent);
    match label::bold(text, first_word(text)) {
        Some(label) if is_remark(&text.masked[label.clone()]) => return Role::Context,
        Some(label) => {
            let value = text.masked[label.end..].contains(char::is_alphanumeric);
            if value && !prose && kind != SectionKind::Unknown {
                return Role::Statement;
            }
        }
        None => {}
    }
    let loud = is_modal(text);
    let quiet = titled && !prose && ["must", "shall"].iter().any(|word| has_word(text, word));
    if loud || quiet { Role::Statement } else { Role::Context }
}

/// Whether a text asks for something in capitals.
pub(super) fn is_modal(text: &Text) -> bool {
    ["MUST", "SHALL", "SHOULD"].iter().any(|word| has_word(text, word))
}

/// Whether a label speaks about a requirement instead of being one.
pub(super) fn is_remark(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    label.starts_with("why ") || REMARKS.binary_search(&label.as_str()).is_ok()
}

/// The sentence that introduces a list: a paragraph that ends in a colon, or one in bold type.
pub(super) fn lead_in(text: &Text) -> Option<Range<usize>> {
    let words = text.masked.trim_end();
    let start = first_word(text);
    let bold = text.strong.len() == 1 && text.strong[0].start <= start && words.len() <= text.strong[0].end;
    if !bold && !words.ends_with([':', '：']) {
        return None;
    }
    // Of several sentences only the last one introduces; an ID is no part of it, the marks of bold type are.
    let own = id::after_leading(text);
    let sentence = words[start..].rfind(". ").map_or(own, |end| start + end + 2);
    let sentence = sentence.max(own);
    (sentence < words.len()).then_some(sentence..words.len())
}

fn first_word(text: &Text) -> usize {
    text.masked.len() - text.masked.trim_start().len()
}

/// Whether a whole word stands in the text, outside code.
fn has_word(text: &Text, word: &str) -> bool {
    let bytes = text.masked.as_bytes();
    let part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    text.masked.match_indices(word).any(|(start, _)| {
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        !part(before) && !part(bytes.get(start + word.len())) && text.code_at(start).is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::parse;

    fn text(markdown: &str) -> Text {
        parse(SourceId(0), markdown).blocks.remove(0).text
    }

    #[test]
    fn remarks_can_be_searched() {
        assert!(REMARKS.is_sorted());
    }

    #[test]
    fn form_decides_what_is_a_statement() {
        use SectionKind::{Functional, Narrative, Unknown};
        for (markdown, kind, expected) in [
            ("OR-7: alarms reach the desk.", Unknown, Role::Statement),
            ("The worker SHALL start.", Narrative, Role::Statement),
            ("The worker must start.", Functional, Role::Statement),
            ("The worker must start.", Narrative, Role::Context),
            ("The mustard is here.", Functional, Role::Context),
            ("**Port**: 9000", Functional, Role::Statement),
            ("**Port**: 9000", Unknown, Role::Context),
            ("**User Story:** I want it", Functional, Role::Context),
            ("**Given** x, **When** y, **Then** z", Unknown, Role::Scenario),
            ("Run `echo MUST`.", Functional, Role::Context),
        ] {
            assert_eq!(role(&text(markdown), kind, true), expected, "{markdown}");
        }
    }

    #[test]
    fn lines_with_ids_are_parts() {
        let markdown = "FR-1: it runs\nand runs\n**FR-2**: it stops\n**Port**: 9000";
        let text = text(markdown);
        let parts: Vec<_> = parts(markdown, &text).into_iter().map(|range| markdown[range].trim_end()).collect();
        assert_eq!(parts, ["FR-1: it runs\nand runs", "**FR-2**: it stops", "**Port**: 9000"]);
    }

    #[test]
    fn lists_are_introduced_by_a_sentence() {
        let introduced = |markdown| {
            let text = text(markdown);
            lead_in(&text).map(|range| text.masked[range].trim().to_owned())
        };
        assert_eq!(introduced("Some prose. Ready when:"), Some("Ready when:".into()));
        assert_eq!(introduced("**Network**"), Some("Network".into()));
        assert_eq!(introduced("**FR-1**: the unit has:"), Some("the unit has:".into()));
        assert_eq!(introduced("Some prose."), None);
    }
}
