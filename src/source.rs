//! Source texts and places in them.
//!
//! In: the text of a specification, a values file or a command-line argument. Out: [`Span`]s (bytes) that carry their
//! source, and lines and columns on demand. Reading files from disk happens here and nowhere else in the library;
//! nothing here knows what the text means.

use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use camino::Utf8Path;

/// Largest specification that is read, in bytes. Spans are 32-bit, and no reviewed document comes near this.
pub const MAXIMUM_SIZE: u64 = 64 * 1024 * 1024;

/// Which text a span belongs to: its index in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A range of bytes in one source, half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The text that the range is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from a byte range of `source`. Offsets past [`u32::MAX`] saturate.
    #[must_use]
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The byte range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that covers both; they must be in one source.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place that people read: both numbers start at one, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number.
    pub line: usize,
    /// Character in the line.
    pub column: usize,
}

/// One text with its name and an index of its lines. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct SourceFile {
    name: Arc<str>,
    text: Arc<String>,
    /// Byte offset at which each line starts; built when the first position is asked for.
    lines: Arc<OnceLock<Vec<u32>>>,
}

impl SourceFile {
    /// A source from text already in memory.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: Arc::new(text.into()), lines: Arc::default() }
    }

    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than [`MAXIMUM_SIZE`], or is not UTF-8.
    pub fn read(path: &Utf8Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        if path == "-" {
            io::stdin().lock().take(MAXIMUM_SIZE + 1).read_to_end(&mut bytes)?;
        } else {
            fs::File::open(path)?.take(MAXIMUM_SIZE + 1).read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > MAXIMUM_SIZE {
            return Err(io::Error::other(format!("larger than {MAXIMUM_SIZE} bytes")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count() + 1;
            io::Error::other(format!("not UTF-8 (line {line}, byte {offset}); save the file as UTF-8"))
        })?;
        Ok(Self::new(if path == "-" { "<stdin>" } else { path.as_str() }, text))
    }

    /// The name that diagnostics show: the path as the user gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty where the span does not fit this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Byte offsets at which the lines start.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            std::iter::once(0).chain(ends.map(|(offset, _)| u32::try_from(offset + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// Zero-based index of the line that holds `offset`.
    #[must_use]
    pub fn line_index(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.line_starts().partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_index(offset);
        let start = self.line_starts().get(line).map_or(0, |&start| start as usize);
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        Position { line: line + 1, column: before.chars().count() + 1 }
    }
}

/// All texts of one compilation: the specification first, then values files and command-line settings.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text and returns the id that its spans carry.
    pub fn add(&mut self, file: SourceFile) -> SourceId {
        self.files.push(file);
        SourceId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text with this id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Where a span starts: name of its source, line and column.
    #[must_use]
    pub fn locate(&self, span: Span) -> (&str, Position) {
        self.get(span.source)
            .map_or(("", Position { line: 1, column: 1 }), |file| (file.name(), file.position(span.start as usize)))
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).map_or("", |file| file.slice(span))
    }
}
