//! Places as clients count them: lines from zero, columns in UTF-16 code units.
//!
//! In: a text. Out: byte offsets for places and places for byte offsets. Any place is answered: one past the end of its
//! line means that end, as the protocol asks.

use std::ops::Range;

use lsp_types::Position;

use crate::source::{SourceFile, Span};

/// A text and where its lines start.
#[derive(Debug)]
pub struct Lines {
    file: SourceFile,
    /// To the protocol a lone carriage return ends a line as well, so this is not the index of [`SourceFile`].
    starts: Vec<usize>,
}

impl Lines {
    /// Indexes a text.
    #[must_use]
    pub fn of(file: &SourceFile) -> Self {
        let bytes = file.text().as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { file: file.clone(), starts }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.file.text()
    }

    /// The index of the line that holds an offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// A line without its ending; empty past the last.
    #[must_use]
    pub fn range_of_line(&self, line: usize) -> Range<usize> {
        let text = self.text();
        let Some(&start) = self.starts.get(line) else { return text.len()..text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        start..start + text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    /// The place of an offset. One inside a character means its start.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let whole = &self.text()[self.range_of_line(line)];
        let within = offset - self.starts.get(line).copied().unwrap_or(offset);
        let before = whole.char_indices().take_while(|(at, character)| at + character.len_utf8() <= within);
        let column: usize = before.map(|(_, character)| character.len_utf16()).sum();
        Position { line: number(line), character: number(column) }
    }

    /// The offset of a place. One inside a surrogate pair means the start of its character.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        let line = self.range_of_line(position.line as usize);
        let mut left = position.character as usize;
        let mut offset = line.start;
        for character in self.text()[line].chars() {
            match left.checked_sub(character.len_utf16()) {
                Some(rest) => left = rest,
                None => break,
            }
            offset += character.len_utf8();
        }
        offset
    }

    /// The range of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> lsp_types::Range {
        self.range_of(span.range())
    }

    /// The range of some bytes.
    #[must_use]
    pub fn range_of(&self, bytes: Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// The bytes of a range; one that ends before it starts is empty.
    #[must_use]
    pub fn bytes(&self, range: lsp_types::Range) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

/// A number of the protocol.
pub fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Lines {
        Lines::of(&SourceFile::new("SPEC.md", text))
    }

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_utf_16_code_units() {
        let lines = lines("é𝄞x\n");
        for (offset, character) in [(0, 0), (2, 1), (6, 3), (7, 4)] {
            assert_eq!(lines.position(offset), at(0, character));
            assert_eq!(lines.offset(at(0, character)), offset);
        }
        // Inside of a character, on either side.
        assert_eq!(lines.position(4), at(0, 1));
        assert_eq!(lines.offset(at(0, 2)), 2);
    }

    #[test]
    fn every_line_ending_of_the_protocol_counts() {
        let lines = lines("a\r\nb\rc\n");
        assert_eq!([0, 3, 5, 7].map(|offset| lines.position(offset)), [at(0, 0), at(1, 0), at(2, 0), at(3, 0)]);
        assert_eq!(lines.offset(at(0, 9)), 1);
        assert_eq!(lines.offset(at(9, 9)), 7);
        assert_eq!(lines.position(99), at(3, 0));
    }

    proptest! {
        #[test]
        fn a_place_leads_back_to_its_offset(text in "[a-zé𝄞\\r\\n ]{0,40}") {
            let lines = lines(&text);
            // Between the two characters of one line ending there is no place.
            let places = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
            for offset in places.filter(|at| !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'))) {
                prop_assert_eq!(lines.offset(lines.position(offset)), offset);
            }
        }
    }

    #[test]
    fn a_range_that_ends_before_it_starts_is_empty() {
        let range = lsp_types::Range { start: at(0, 2), end: at(0, 1) };
        assert_eq!(lines("abc").bytes(range), 2..2);
    }
}
