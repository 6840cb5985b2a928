//! Boxes, in all the ways in which people draw them. In: the text where one may stand. Out: whether it is ticked, and
//! where the content begins.

/// A box at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checkbox {
    /// Whether it is ticked.
    pub ticked: bool,
    /// Bytes up to the content behind it.
    pub length: usize,
    /// Bytes of blanks before it and its list marker.
    pub indent: usize,
}

/// The box that stands right at the beginning of `text`: `[ ]`, `[x]`, `[]`, `☐`, `✅`, …
///
/// A cross (`❌`) is an unticked box, but it may also mean "not": it stays in the content, so that no reader takes the
/// words behind it for a wish.
pub(super) fn leading(text: &str) -> Option<Checkbox> {
    let first = *text.as_bytes().first()?;
    if first == b'[' { bracketed(text) } else { drawn(text, first) }
}

/// The box at the beginning of a line, behind a list marker that the parser may not have taken for one (`-[ ]`), or
/// behind emphasis (`**[ ] done**`).
pub(super) fn at_line_start(line: &str) -> Option<Checkbox> {
    let bytes = line.as_bytes();
    let mut offset = 0;
    while let Some(byte) = bytes.get(offset) {
        match byte {
            b'[' | 0xE2 | 0xF0 => break,
            b' ' | b'\t' | b'-' | b'*' | b'+' | b'_' => offset += 1,
            b'0'..=b'9' => offset += number(&bytes[offset..])?,
            _ => return None,
        }
    }
    let found = leading(line.get(offset..)?)?;
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    Some(Checkbox { length: found.length + offset, indent, ..found })
}

/// The list marker that a line begins with: bytes of blanks before it, and bytes up to the content behind it.
pub(super) fn list_marker(line: &str) -> Option<(usize, usize)> {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let width = match line.as_bytes().get(indent)? {
        b'-' | b'*' | b'+' => 1,
        b'0'..=b'9' => number(&line.as_bytes()[indent..])?,
        _ => return None,
    };
    let content = skip_space(line, indent + width);
    (content > indent + width).then_some((indent, content))
}

/// The length of `12.` or `12)`.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    matches!(bytes.get(digits), Some(b'.' | b')')).then_some(digits + 1)
}

fn bracketed(text: &str) -> Option<Checkbox> {
    // The mark in the brackets is one character; looking further would read links.
    let close = text.bytes().take(8).position(|byte| byte == b']')?;
    let mark = text.get(1..close)?.trim();
    let next = text[close + 1..].chars().next();
    // `[x](…)`, `[x][…]` and `[x]: …` are links.
    if matches!(next, Some('(' | '[' | ':')) {
        return None;
    }
    let separated = next.is_none_or(char::is_whitespace);
    let ticked = match mark {
        "" if close > 1 || separated => false,
        "-" | "~" | "/" if separated => false,
        "x" | "X" | "✓" | "✔" | "✅" | "*" if separated || next.is_some_and(char::is_alphanumeric) => true,
        _ => return None,
    };
    Some(Checkbox { ticked, length: skip_space(text, close + 1), indent: 0 })
}

fn drawn(text: &str, first: u8) -> Option<Checkbox> {
    if !matches!(first, 0xE2 | 0xF0) {
        return None;
    }
    let symbol = text.chars().next()?;
    let ticked = match symbol {
        '☑' | '✅' | '✔' | '✓' | '☒' => true,
        '☐' | '□' | '▢' | '❏' | '❑' | '❒' | '⬜' | '⬛' | '◻' | '◽' | '🔲' | '🔳' => false,
        '❌' | '✗' | '✘' => return Some(Checkbox { ticked: false, length: 0, indent: 0 }),
        _ => return None,
    };
    let mut length = symbol.len_utf8();
    // The variation selector that asks for the coloured form of the symbol.
    length += text[length..].strip_prefix('\u{FE0F}').map_or(0, |_| '\u{FE0F}'.len_utf8());
    Some(Checkbox { ticked, length: skip_space(text, length), indent: 0 })
}

/// Skips blanks on the same line.
fn skip_space(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.len() - rest.trim_start_matches([' ', '\t', '\u{A0}']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_draw_a_box_is_seen() {
        for (text, ticked, content) in [
            ("[ ] disk", false, "disk"),
            ("[x] disk", true, "disk"),
            ("[X]  disk", true, "disk"),
            ("[] disk", false, "disk"),
            ("[  ] disk", false, "disk"),
            ("[✓] disk", true, "disk"),
            ("[\u{A0}] disk", false, "disk"),
            ("[ ]disk", false, "disk"),
            ("[-] disk", false, "disk"),
            ("☐ disk", false, "disk"),
            ("☑\u{FE0F} disk", true, "disk"),
            ("✅ disk", true, "disk"),
            ("❌ disk", false, "❌ disk"),
            ("[ ]", false, ""),
        ] {
            let found = leading(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.ticked, &text[found.length..]), (ticked, content), "{text}");
        }
    }

    #[test]
    fn links_and_other_brackets_are_no_boxes() {
        for text in
            ["[x](https://example.org)", "[x][reference]", "[]: target", "[FR-001] text", "[]", "[a] b", "[", ""]
        {
            let expected = text == "[]";
            assert_eq!(leading(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn a_marker_without_a_space_is_skipped() {
        for line in ["-[ ] disk", "*[ ] disk", "3.[ ] disk", "12) [ ] disk", "**[ ] disk", "  - [ ] disk"] {
            let found = at_line_start(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(&line[found.length..], "disk");
        }
        assert_eq!(at_line_start("disk [ ]"), None);
        assert_eq!(at_line_start("5 [ ] disk"), None);
    }
}
