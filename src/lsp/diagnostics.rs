//! Findings as the protocol has them. In: a document. Out: what `specc lint` finds in it, at ranges of its newest text.

use lsp_types::{Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Message};

use super::documents::Document;
use crate::compile::Options;
use crate::diagnostics::{Diagnostic as Finding, Level};
use crate::source::Sources;

/// The findings that people are shown.
#[must_use]
pub fn of(document: &Document, options: &Options) -> Vec<Diagnostic> {
    shown(document, options).map(|finding| converted(document, options, finding)).collect()
}

/// Findings that no annotation accepts.
pub fn shown<'d>(document: &'d Document, options: &Options) -> impl Iterator<Item = &'d Finding> {
    document.compiled(options).diagnostics.iter().filter(|finding| finding.accepted.is_none())
}

/// One finding.
#[must_use]
pub fn converted(document: &Document, options: &Options, finding: &Finding) -> Diagnostic {
    let related = finding.labels.iter().map(|label| DiagnosticRelatedInformation {
        location: Location { uri: document.uri.clone(), range: document.lines.range(label.span) },
        message: label.message.clone().into_owned(),
    });
    Diagnostic {
        range: document.lines.range(finding.primary.span),
        severity: Some(severity(finding.level)),
        code: Some(Code::String(finding.lint.name.to_owned())),
        code_description: None,
        source: Some("specc".to_owned()),
        message: Message::String(message(&document.compiled(options).sources, finding)),
        tags: None,
        related_information: Some(related.collect::<Vec<_>>()).filter(|related| !related.is_empty()),
        data: None,
    }
}

/// As `specc lint` prints it: what is wrong, what stands there, what to write instead, where to read on.
fn message(sources: &Sources, finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if !finding.primary.message.is_empty() {
        text.push('\n');
        text.push_str(&finding.primary.message);
    }
    if let Some(help) = finding.help_words(sources) {
        text.push_str("\nhelp: ");
        text.push_str(&help);
    }
    text.push_str("\nmore: specc explain ");
    text.push_str(finding.lint.name);
    text
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::Error,
        Level::Warn => DiagnosticSeverity::Warning,
        Level::Info | Level::Allow => DiagnosticSeverity::Information,
    }
}
