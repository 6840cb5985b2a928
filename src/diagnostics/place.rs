//! Where a finding stands, in numbers that people and editors count in.

use crate::source::{Sources, Span};

/// A span as file name, lines and columns. All numbers start at one; the end is one past the last character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The name of the source, as the user gave it.
    pub path: &'a str,
    /// Line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
}

impl<'a> Place<'a> {
    /// Looks a span up.
    #[must_use]
    pub fn of(sources: &'a Sources, span: Span) -> Self {
        let (path, start) = sources.locate(span);
        let end = sources.get(span.source).map_or(start, |file| file.position(span.end as usize));
        Self { path, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}
