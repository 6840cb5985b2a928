//! Open questions: what keeps a statement from being compiled until somebody has decided.

use std::ops::Range;

use crate::declare_lint;
use crate::syntax::Text;

declare_lint! {
    /// ## What it does
    /// Finds statements that are not decided yet: `TBD`, `TODO`, `TBC`, `FIXME`, `???`, "to be determined",
    /// a question mark at the end, `[NEEDS CLARIFICATION: …]`, and text that is ~~struck out~~.
    ///
    /// ## Why is this bad?
    /// Such a statement is not compiled: whatever would be deployed for it is a guess.
    ///
    /// ## Instead
    /// Decide, and write the decision; or take the statement out.
    pub static OPEN_QUESTION = "open-question", Warn, Structure, "a statement that is not decided yet";
}

/// Words that mark something as undecided, in capitals.
const MARKS: &[&str] = &["TBD", "TBC", "TODO", "FIXME"];

/// Ends of "to be …".
const UNDECIDED: &[&str] = &["determined", "decided", "defined", "confirmed", "clarified", "announced"];

/// The first place in a text that says that something is open.
pub(super) fn open_question(text: &Text) -> Option<Range<usize>> {
    let masked = &text.masked;
    let outside_code = |range: &Range<usize>| text.code_at(range.start).is_none();
    let marks = MARKS.iter().flat_map(|mark| words(masked, mark)).find(outside_code);
    let bracket = masked.find("[NEEDS CLARIFICATION").map(|start| {
        let end = masked[start..].find(']').map_or(masked.len(), |close| start + close + 1);
        start..end
    });
    let deferred = masked.match_indices("to be ").find_map(|(start, phrase)| {
        let verb = start + phrase.len();
        let found = UNDECIDED.iter().find(|word| masked[verb..].starts_with(**word))?;
        Some(start..verb + found.len())
    });
    let doubt = masked.match_indices("???").map(|(start, mark)| start..start + mark.len()).find(outside_code);
    let struck = masked.match_indices("~~").map(|(start, _)| start..masked.len()).find(outside_code);
    let words = masked.trim_end();
    let asked = words
        .ends_with(['?', '？'])
        .then(|| words.len() - words.chars().next_back().map_or(0, char::len_utf8)..words.len());
    [bracket, marks, deferred, doubt, struck, asked].into_iter().flatten().min_by_key(|range| range.start)
}

/// The places of a whole word.
fn words<'text>(text: &'text str, word: &'text str) -> impl Iterator<Item = Range<usize>> + 'text {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(start, word)| start..start + word.len()).filter(move |range| {
        !part(range.start.checked_sub(1).and_then(|before| bytes.get(before))) && !part(bytes.get(range.end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(masked: &str) -> Option<&str> {
        let text = Text { masked: masked.into(), ..Text::default() };
        open_question(&text).map(|range| &masked[range])
    }

    #[test]
    fn undecided_statements_are_seen() {
        assert_eq!(found("memory limit TBD"), Some("TBD"));
        assert_eq!(found("port [NEEDS CLARIFICATION: which one?] is open"), Some("[NEEDS CLARIFICATION: which one?]"));
        assert_eq!(found("retention is to be decided"), Some("to be decided"));
        assert_eq!(found("host: ???"), Some("???"));
        assert_eq!(found("~~port 23 is open~~"), Some("~~port 23 is open~~"));
        assert_eq!(found("which port is open?"), Some("?"));
        assert_eq!(found("the todo list needs to be backed up; TODOS too"), None);
    }

    #[test]
    fn code_is_no_question() {
        let text = Text { masked: "the TODO.txt exists".into(), code: vec![4..12], ..Text::default() };
        assert_eq!(open_question(&text), None);
    }
}
