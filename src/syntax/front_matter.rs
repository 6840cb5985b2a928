//! Front matter: YAML between `---` lines at the very beginning.

use std::ops::Range;

/// The bytes between the `---` lines at byte 0, if there are any: the YAML, and where the document goes on.
#[must_use]
pub fn front_matter(text: &str) -> Option<(Range<usize>, usize)> {
    let first = text.strip_prefix("---")?;
    let start = 3 + first.find('\n').filter(|&end| first[..end].trim().is_empty())? + 1;
    let mut offset = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((start..offset, offset + line.len()));
        }
        offset += line.len();
    }
    None
}
