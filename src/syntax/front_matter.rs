//! Front matter: YAML between `---` lines at the very beginning.

use std::ops::Range;

/// The bytes between the `---` lines at byte 0, if there are any: the YAML, and where the document goes on. A byte order
/// mark before them is passed over.
#[must_use]
pub fn front_matter(text: &str) -> Option<(Range<usize>, usize)> {
    let body = without_byte_order_mark(text);
    let mark = text.len() - body.len();
    let first = body.strip_prefix("---")?;
    let start = mark + 3 + first.find('\n').filter(|&end| first[..end].trim().is_empty())? + 1;
    let mut offset = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((start..offset, offset + line.len()));
        }
        offset += line.len();
    }
    None
}

/// The text behind a byte order mark.
pub(super) fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_three_dashes_at_the_start_count() {
        assert_eq!(front_matter("---\na: 1\n---\n# T\n"), Some((4..9, 13)));
        assert_eq!(front_matter("---\r\na: 1\r\n---\r\n# T\n"), Some((5..11, 16)));
        assert_eq!(front_matter("\u{FEFF}---\n---\n"), Some((7..7, 11)));
        assert_eq!(front_matter("\n---\na: 1\n---\n"), None);
        assert_eq!(front_matter("---\n- one\n"), None);
        assert_eq!(front_matter("--- a\nb\n---\n"), None);
    }
}
