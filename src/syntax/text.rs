//! The text of a block: as long as its source, with the markup blanked.

use std::ops::Range;

/// The text of a block: as long as its source range, byte for byte, with markup blanked. An offset into it is an offset
/// into the source, so every word keeps its place without a map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The source with markup (`**`, backticks, list markers, link targets, comments, line breaks) replaced by spaces.
    pub masked: String,
    /// Where it starts in the source, in bytes.
    pub base: usize,
    /// Inline code, without its backticks, as ranges into `masked`; sorted.
    pub code: Vec<Range<usize>>,
    /// Bold text, without its markers; sorted.
    pub strong: Vec<Range<usize>>,
    /// Table rows: where each cell's content lies. Empty for other blocks.
    pub cells: Vec<Range<usize>>,
}

impl Text {
    /// An empty text at a place.
    #[must_use]
    pub fn at(base: usize) -> Self {
        Self { base, ..Self::default() }
    }

    /// The place in the source behind its last byte.
    #[must_use]
    pub fn end(&self) -> usize {
        self.base + self.masked.len()
    }

    /// Whether nothing is left to read.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.masked.trim().is_empty()
    }

    /// Replaces a range by spaces. The range must lie on character boundaries; one that does not is left alone.
    pub fn blank(&mut self, range: Range<usize>) {
        if self.masked.get(range.clone()).is_some() {
            let mut bytes = std::mem::take(&mut self.masked).into_bytes();
            bytes[range].fill(b' ');
            self.masked = String::from_utf8(bytes).unwrap_or_default();
        }
    }

    /// The inline code that covers an offset.
    #[must_use]
    pub fn code_at(&self, offset: usize) -> Option<Range<usize>> {
        let next = self.code.partition_point(|range| range.end <= offset);
        self.code.get(next).filter(|range| range.start <= offset).cloned()
    }

    /// Appends a text that stands further down in the same source; what lies between becomes spaces.
    pub fn join(&mut self, other: &Self) {
        let Some(gap) = other.base.checked_sub(self.end()) else { return };
        pad(&mut self.masked, gap);
        let shift = self.masked.len();
        self.masked.push_str(&other.masked);
        let shifted = |range: &Range<usize>| range.start + shift..range.end + shift;
        self.code.extend(other.code.iter().map(shifted));
        self.strong.extend(other.strong.iter().map(shifted));
        self.cells.extend(other.cells.iter().map(shifted));
    }

    /// The part of the text in a range, with its place. The range must lie on character boundaries.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let inside = |other: &&Range<usize>| other.end <= range.end;
        let shifted = |other: &Range<usize>| other.start - range.start..other.end - range.start;
        let part = |ranges: &[Range<usize>]| {
            let from = ranges.partition_point(|other| other.start < range.start);
            let to = ranges.partition_point(|other| other.start < range.end);
            ranges[from..to.max(from)].iter().filter(inside).map(shifted).collect()
        };
        Self {
            masked: self.masked.get(range.clone()).unwrap_or_default().to_owned(),
            base: self.base + range.start,
            code: part(&self.code),
            strong: part(&self.strong),
            cells: part(&self.cells),
        }
    }

    /// Writes `text` at a place of the source. What stands before the end of this text is left out: places only grow.
    pub(super) fn write(&mut self, place: usize, text: &str) {
        let end = self.end();
        let (place, text) = match end.checked_sub(place) {
            Some(overlap) if overlap > 0 => match text.get(overlap..) {
                Some(rest) => (end, rest),
                None => return,
            },
            _ => (place, text),
        };
        self.pad_to(place);
        // A masked text has no line breaks.
        let bytes = text.as_bytes();
        if bytes.contains(&b'\n') || bytes.contains(&b'\r') {
            self.masked.push_str(&text.replace(['\n', '\r'], " "));
        } else {
            self.masked.push_str(text);
        }
    }

    /// Fills up with spaces to a place of the source.
    pub(super) fn pad_to(&mut self, place: usize) {
        let missing = place.saturating_sub(self.end());
        pad(&mut self.masked, missing);
    }

    /// A range of the source as a range into this text.
    pub(super) fn local(&self, range: Range<usize>) -> Range<usize> {
        range.start.saturating_sub(self.base)..range.end.saturating_sub(self.base)
    }
}

fn pad(text: &mut String, count: usize) {
    const BLANK: &str = "                                                                ";
    let mut count = count;
    while count > BLANK.len() {
        text.push_str(BLANK);
        count -= BLANK.len();
    }
    text.push_str(&BLANK[..count]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_only_grow() {
        let mut text = Text::at(10);
        text.write(12, "user");
        text.write(14, "er agent");
        assert_eq!(text.masked, "  user agent");
        assert_eq!(text.end(), 22);
    }

    #[test]
    fn joined_texts_keep_their_places() {
        let mut first = Text { masked: "one".into(), base: 5, ..Text::default() };
        let second =
            Text { masked: "two three".into(), base: 12, code: std::iter::once(4..9).collect(), ..Text::default() };
        first.join(&second);
        assert_eq!(first.masked, "one    two three");
        assert_eq!(&first.masked[first.code[0].clone()], "three");
    }

    #[test]
    fn code_is_found_by_offset() {
        let text = Text { masked: "run a and b".into(), code: vec![4..5, 10..11], ..Text::default() };
        assert_eq!(text.code_at(4), Some(4..5));
        assert_eq!(text.code_at(5), None);
        assert_eq!(text.code_at(10), Some(10..11));
    }
}
