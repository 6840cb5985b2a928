//! The matrix as one self-contained page: no external resources, readable without scripts, printable.

use askama::Template;

use super::{meaning, section_title};
use crate::render::ArtifactLine;
use crate::trace::{Coverage, Matrix, Row};

/// What a row takes at most, mostly.
const ROW_BYTES: usize = 512;

#[derive(Template)]
#[template(path = "traceability.html")]
struct Page<'a> {
    title: &'a str,
    matrix: &'a Matrix,
    counts: Vec<(&'static str, usize, &'static str)>,
    /// Widths of the bar in tenths of a percent.
    shares: Vec<(&'static str, String)>,
    sections: Vec<(&'a str, Vec<Line<'a>>)>,
}

/// A row with its text cut into plain parts and code.
struct Line<'a> {
    row: &'a Row,
    coverage: &'static str,
    parts: Vec<(bool, &'a str)>,
    places: Vec<&'a ArtifactLine>,
}

/// The whole page.
#[must_use]
pub fn render(matrix: &Matrix) -> String {
    let page = Page {
        title: matrix.service.as_deref().unwrap_or(&matrix.title),
        matrix,
        counts: Coverage::ALL.map(|kind| (kind.name(), matrix.count(kind), meaning(kind))).to_vec(),
        shares: Coverage::ALL.iter().filter_map(|kind| share(matrix, *kind)).collect(),
        sections: matrix
            .by_section()
            .map(|rows| (rows.first().map_or("", |row| section_title(&row.section)), rows.iter().map(line).collect()))
            .collect(),
    };
    let mut text = String::with_capacity(matrix.rows.len() * ROW_BYTES + Page::SIZE_HINT);
    // Writing to a string cannot fail; a template ends before its last line break.
    let written = page.render_into(&mut text);
    debug_assert!(written.is_ok(), "{written:?}");
    text.push('\n');
    text
}

fn share(matrix: &Matrix, coverage: Coverage) -> Option<(&'static str, String)> {
    let (count, all) = (matrix.count(coverage), matrix.rows.len().max(1));
    let tenths = count * 1000 / all;
    (count > 0).then(|| (coverage.name(), format!("{}.{}", tenths / 10, tenths % 10)))
}

fn line(row: &Row) -> Line<'_> {
    let parts = row.text.split('`').enumerate().map(|(index, part)| (index % 2 == 1, part));
    Line {
        row,
        coverage: row.coverage.name(),
        parts: parts.filter(|(_, part)| !part.is_empty()).collect(),
        places: row.implemented_by(),
    }
}
