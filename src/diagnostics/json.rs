//! Findings as JSON: a contract for editors and scripts.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Diagnostic, Level, Place};
use crate::source::{Sources, Span};

/// One finding. Lines and columns start at one; the end is one past the last character.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JsonDiagnostic {
    /// The name of the lint.
    pub lint: &'static str,
    /// How serious it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// The file, as it was given.
    pub path: String,
    /// Line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column of the end.
    pub end_column: usize,
    /// What to write instead.
    pub help: Option<String>,
    /// What stands at the place itself and at others that explain it.
    pub labels: Vec<JsonLabel>,
}

/// A place that explains a finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JsonLabel {
    /// What stands there.
    pub message: String,
    /// The file.
    pub path: String,
    /// Its line.
    pub line: usize,
    /// Its column.
    pub column: usize,
}

/// The findings as a contract, in their order.
#[must_use]
pub fn json(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<JsonDiagnostic> {
    let shown = |diagnostic: &&Diagnostic| diagnostic.accepted.is_none() && diagnostic.level != Level::Allow;
    diagnostics.iter().filter(shown).map(|diagnostic| one(sources, diagnostic)).collect()
}

fn one(sources: &Sources, diagnostic: &Diagnostic) -> JsonDiagnostic {
    let place = Place::of(sources, diagnostic.primary.span);
    let own = Some(&diagnostic.primary).filter(|label| !label.message.is_empty());
    JsonDiagnostic {
        lint: diagnostic.lint.name,
        level: diagnostic.level,
        message: diagnostic.message.clone(),
        path: place.path.to_owned(),
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        help: diagnostic.help_words(sources).map(Cow::into_owned),
        labels: own
            .into_iter()
            .chain(&diagnostic.labels)
            .map(|label| label_at(sources, label.span, &label.message))
            .collect(),
    }
}

fn label_at(sources: &Sources, span: Span, message: &str) -> JsonLabel {
    let place = Place::of(sources, span);
    JsonLabel { message: message.to_owned(), path: place.path.to_owned(), line: place.line, column: place.column }
}
