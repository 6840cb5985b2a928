//! The matrix as Markdown: what people review.

use std::fmt::Write as _;

use super::{meaning, section_title};
use crate::render::ArtifactLine;
use crate::render::escape::{markdown, markdown_code, markdown_statement};
use crate::trace::{Coverage, Matrix, Row};

/// The whole document.
#[must_use]
pub fn render(matrix: &Matrix) -> String {
    let mut text = String::with_capacity(matrix.rows.len() * 240 + 2048);
    head(matrix, &mut text);
    for rows in matrix.by_section() {
        section(rows, &mut text);
    }
    defaults(matrix, &mut text);
    deviations(matrix, &mut text);
    people(matrix, &mut text);
    text
}

fn head(matrix: &Matrix, text: &mut String) {
    let title = matrix.service.as_deref().unwrap_or(&matrix.title);
    let _ = writeln!(text, "# Traceability: {}\n", markdown(title));
    text.push_str(
        "What became of every statement of [DEPLOYMENT-SPEC.md](DEPLOYMENT-SPEC.md). Computed by the compiler; the same\n\
         data stand in [traceability.json](traceability.json), [traceability.csv](traceability.csv) and\n\
         [traceability.html](traceability.html).\n\n",
    );
    text.push_str("| coverage | statements | means |\n|---|--:|---|\n");
    for coverage in Coverage::ALL {
        let _ = writeln!(text, "| {} | {} | {} |", coverage.name(), matrix.count(coverage), meaning(coverage));
    }
    let _ = writeln!(text, "| **all** | **{}** | |", matrix.rows.len());
    text.push_str(
        "\nThe result is filled in by validation runs; what only a drill proves stays open until the drill ran.\n",
    );
}

fn section(rows: &[Row], text: &mut String) {
    let Some(first) = rows.first() else { return };
    let _ = writeln!(text, "\n## {}\n", markdown(section_title(&first.section)));
    text.push_str("| requirement | coverage | implemented by | proven by | result |\n|---|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(
            text,
            "| **{}** {} | {} | {} | {} | – |",
            markdown(&row.id),
            markdown_statement(&row.text),
            verdict(row),
            listed(row.implemented_by().into_iter().map(link)),
            proven_by(row)
        );
    }
}

fn verdict(row: &Row) -> String {
    match &row.reason {
        Some(reason) => format!("{}: {}", row.coverage.name(), markdown(reason)),
        None => row.coverage.name().to_owned(),
    }
}

/// A link into an artifact. Its path may hold what would end the link.
fn link(place: &ArtifactLine) -> String {
    let name = place.path.file_name().unwrap_or(place.path.as_str());
    format!("[{}:{}](<{}>)", markdown(name), place.line, place.path.as_str().replace(['<', '>', '|'], "_"))
}

fn proven_by(row: &Row) -> String {
    let drills = row.drills.iter().map(|drill| format!("drill {drill}"));
    listed(row.checks.iter().map(|check| markdown(check)).chain(drills))
}

fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "–".to_owned() } else { items.join(", ") }
}

fn defaults(matrix: &Matrix, text: &mut String) {
    text.push_str("\n## Defaults\n\n");
    let Some(first) = matrix.defaults.first() else {
        text.push_str("None: everything in this package was asked for.\n");
        return;
    };
    let _ = writeln!(
        text,
        "What this package holds without being asked. Each can be switched off in the front matter of the\n\
         specification:\n\n```yaml\n---\nspecc:\n  defaults:\n    {}: off\n---\n```\n",
        first.name
    );
    text.push_str("| default | why | where |\n|---|---|---|\n");
    for default in &matrix.defaults {
        let places = listed(default.artifacts.iter().map(link));
        let _ =
            writeln!(text, "| {} | {} | {places} |", markdown_code(default.name), markdown_statement(default.reason));
    }
}

fn deviations(matrix: &Matrix, text: &mut String) {
    if matrix.deviations.is_empty() {
        return;
    }
    text.push_str("\n## Deviations\n\nWhere the text could not be met as written. The checks test what was done.\n\n");
    text.push_str("| requirement | asked | done | why |\n|---|---|---|---|\n");
    for row in &matrix.deviations {
        let cells = [&row.asked, &row.done, &row.reason].map(|cell| markdown(cell));
        let _ = writeln!(text, "| **{}** | {} |", markdown(&row.id), cells.join(" | "));
    }
}

fn people(matrix: &Matrix, text: &mut String) {
    text.push_str("\n## Manual\n\n");
    let open = |row: &&Row| matches!(row.coverage, Coverage::Manual | Coverage::Unrecognised);
    let mut rows = matrix.rows.iter().filter(open).peekable();
    if rows.peek().is_none() && matrix.manual.is_empty() {
        text.push_str("Nothing is left to people.\n");
        return;
    }
    text.push_str("What no script checks: people see to it, and say so.\n\n");
    for row in rows {
        let reason = row.reason.as_deref().unwrap_or_default();
        let text_of = markdown_statement(&row.text);
        let _ = writeln!(text, "- [ ] **{}** {text_of} ({})", markdown(&row.id), markdown(reason));
    }
    for row in &matrix.manual {
        let ids = row.ids.join(", ");
        let _ = writeln!(text, "- [ ] **{}** {} ({})", markdown(&ids), markdown(&row.title), markdown(&row.who));
    }
}
