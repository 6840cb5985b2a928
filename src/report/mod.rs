//! The matrix, written down.
//!
//! In: a [`Matrix`](crate::trace::Matrix). Out: its Markdown, CSV, JSON and HTML as artifacts of the package. Every
//! rendering holds every statement; none decides anything.

mod csv;
mod facts;
mod html;
mod json;
mod markdown;
#[cfg(test)]
mod tests;

pub use facts::facts;
pub(crate) use json::indented;
pub use json::{show_schema, to_json};

use crate::parallel;
use crate::render::Artifact;
use crate::trace::{Coverage, Matrix};

/// Writes the matrix in one format.
type Renderer = fn(&Matrix) -> String;

/// The traceability reports of a package.
#[must_use]
pub fn reports(matrix: &Matrix) -> Vec<Artifact> {
    let renderings: [(&str, Renderer); 4] = [
        ("TRACEABILITY.md", markdown::render),
        ("traceability.csv", csv::render),
        ("traceability.json", to_json),
        ("traceability.html", html::render),
    ];
    parallel::map_if(parallel::is_worth_it(matrix.rows.len()), &renderings, |(path, render)| {
        let mut artifact = Artifact::new(*path, 0o644);
        artifact.push(render(matrix));
        artifact
    })
}

/// What a coverage means, for people who read their first matrix.
fn meaning(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Automated => "understood, done by deploy.sh and proven by validate-deployment.sh",
        Coverage::Partial => "a part of it is; the reason says what is not",
        Coverage::Manual => "people see to it",
        Coverage::Waived => "known not to hold, with a reason",
        Coverage::Unrecognised => "not understood: nothing was made of it",
        Coverage::Context => "says what the rest is for; asks for nothing",
    }
}

/// The title of a section in a report; statements may stand before the first heading.
fn section_title(section: &str) -> &str {
    if section.is_empty() { "Before the first section" } else { section }
}
