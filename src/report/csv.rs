//! The matrix as CSV (RFC 4180), one statement a line, for spreadsheets and audit tools.

use crate::render::escape;
use crate::trace::{Matrix, Row};

const HEAD: &str =
    "id,kind,section,line,statement,coverage,reason,capabilities,unread,artifacts,checks,drills,defaults,result";

/// The whole table.
#[must_use]
pub fn render(matrix: &Matrix) -> String {
    let mut text = String::with_capacity(matrix.rows.len() * 330 + HEAD.len());
    text.push_str(HEAD);
    text.push_str("\r\n");
    for row in &matrix.rows {
        text.push_str(&line(row));
        text.push_str("\r\n");
    }
    text
}

fn line(row: &Row) -> String {
    let capabilities: Vec<&str> = row.capabilities.iter().map(|read| read.name).collect();
    let artifacts: Vec<String> = row.artifacts.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
    let fields = [
        row.id.clone(),
        row.kind.name().to_owned(),
        row.section.clone(),
        row.line.map(|line| line.to_string()).unwrap_or_default(),
        row.text.clone(),
        row.coverage.name().to_owned(),
        row.reason.clone().unwrap_or_default(),
        capabilities.join(" "),
        row.unread.join(" "),
        artifacts.join(" "),
        row.checks.join(" "),
        row.drills.join(" "),
        row.defaults.join(" "),
        String::new(),
    ];
    fields.map(|field| escape::csv(&field)).join(",")
}
