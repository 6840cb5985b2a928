//! Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

use std::fmt::Write as _;

use super::{Diagnostic, Level, Place};
use crate::source::Sources;

/// One workflow command a line.
#[must_use]
pub fn github(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut output = String::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.accepted.is_none()) {
        let command = match diagnostic.level {
            Level::Allow => continue,
            Level::Info => "notice",
            Level::Warn => "warning",
            Level::Error => "error",
        };
        let place = Place::of(sources, diagnostic.primary.span);
        let message = match diagnostic.help_words(sources) {
            Some(help) => format!("{}\n{help}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        let _ = writeln!(
            output,
            "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}",
            property(place.path),
            place.line,
            place.end_line,
            place.column,
            place.end_column,
            property(diagnostic.lint.name),
            data(&message)
        );
    }
    output
}

/// Text of a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
