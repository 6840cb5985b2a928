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

/// The first place in a text that says that something is open. One pass: most statements are decided.
pub(super) fn open_question(text: &Text) -> Option<Range<usize>> {
    let masked = &text.masked;
    let begins = |byte: u8| matches!(byte, b'T' | b'F' | b'[' | b't' | b'?' | b'~');
    let marks = masked.bytes().enumerate().filter(|(_, byte)| begins(*byte)).filter_map(|(start, byte)| {
        let rest = &masked.as_bytes()[start..];
        let end = match byte {
            b'T' | b'F' => start + MARKS.iter().find(|mark| is_word(masked, start, mark))?.len(),
            b'[' if rest.starts_with(b"[NEEDS CLARIFICATION") => {
                masked[start..].find(']').map_or(masked.len(), |close| start + close + 1)
            }
            b't' if rest.starts_with(b"to be ") => {
                let verb = start + "to be ".len();
                verb + UNDECIDED.iter().find(|word| masked[verb..].starts_with(**word))?.len()
            }
            b'?' if rest.starts_with(b"???") => start + 3,
            b'~' if rest.starts_with(b"~~") => masked.len(),
            _ => return None,
        };
        Some(start..end)
    });
    let mark = marks.into_iter().find(|range| text.code_at(range.start).is_none());
    let words = masked.trim_end();
    let asked = || {
        words
            .ends_with(['?', '？'])
            .then(|| words.len() - words.chars().next_back().map_or(0, char::len_utf8)..words.len())
    };
    mark.or_else(asked)
}

/// Whether a whole word stands at a place.
fn is_word(text: &str, start: usize, word: &str) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    bytes[start..].starts_with(word.as_bytes())
        && !part(start.checked_sub(1).and_then(|before| bytes.get(before)))
        && !part(bytes.get(start + word.len()))
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
        let text =
            Text { masked: "the TODO.txt exists".into(), code: std::iter::once(4..12).collect(), ..Text::default() };
        assert_eq!(open_question(&text), None);
    }
}
