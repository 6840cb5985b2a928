//! Findings as SARIF 2.1.0, for code scanning services.
//!
//! A finding keeps its fingerprint when lines move: it is made from the lint and an [`Anchor`], which the caller derives
//! from the specification, never from line numbers or derived IDs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Diagnostic, Edit, Label, Level, Lint, Place};
use crate::source::{Sources, Span};

/// What a finding hangs on: a written ID, or the path of its section with the text of its statement.
pub type Anchor = String;

/// The whole log, with a descriptor for each of `rules`.
pub fn sarif(
    sources: &Sources,
    diagnostics: &[Diagnostic],
    rules: &[&'static Lint],
    anchor: impl Fn(&Diagnostic) -> Anchor,
) -> Value {
    let mut seen: BTreeMap<(&str, Anchor), usize> = BTreeMap::new();
    let mut results = Vec::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.level != Level::Allow) {
        let anchor = anchor(diagnostic);
        let occurrence = seen.entry((diagnostic.lint.name, anchor.clone())).or_default();
        *occurrence += 1;
        results.push(result(sources, diagnostic, rules, &fingerprint(diagnostic.lint, &anchor, *occurrence)));
    }
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "specc",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|lint| rule(lint)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(lint: &Lint) -> Value {
    let text = lint.text();
    json!({
        "id": lint.name,
        "shortDescription": { "text": lint.summary },
        "fullDescription": { "text": lint.summary },
        "help": { "text": text, "markdown": text },
        "defaultConfiguration": { "level": level(lint.level), "enabled": lint.level != Level::Allow },
        "properties": { "tags": [lint.group] },
    })
}

fn result(sources: &Sources, diagnostic: &Diagnostic, rules: &[&'static Lint], fingerprint: &str) -> Value {
    let message = match diagnostic.help_words(sources) {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "ruleId": diagnostic.lint.name,
        "level": level(diagnostic.level),
        "message": { "text": message },
        "locations": [location(sources, &diagnostic.primary)],
        "partialFingerprints": { "specc/v1": fingerprint },
    });
    if let Some(index) = rules.iter().position(|rule| **rule == *diagnostic.lint) {
        result["ruleIndex"] = json!(index);
    }
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter().map(|label| location(sources, label));
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": changes(sources, &fix.edits),
        }]);
    }
    if let Some(reason) = &diagnostic.accepted {
        result["suppressions"] = json!([{ "kind": "inSource", "justification": reason }]);
    }
    result
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Allow => "none",
        Level::Info => "note",
        Level::Warn => "warning",
        Level::Error => "error",
    }
}

fn location(sources: &Sources, label: &Label) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(sources.locate(label.span).0) },
            "region": region(sources, label.span),
        },
    });
    if !label.message.is_empty() {
        location["message"] = json!({ "text": label.message });
    }
    location
}

fn region(sources: &Sources, span: Span) -> Value {
    let place = Place::of(sources, span);
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

fn changes(sources: &Sources, edits: &[Edit]) -> Vec<Value> {
    let mut by_file: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(sources.locate(edit.span).0).or_default().push(json!({
            "deletedRegion": region(sources, edit.span),
            "insertedContent": { "text": edit.replacement },
        }));
    }
    let change =
        |(path, replacements)| json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements });
    by_file.into_iter().map(change).collect()
}

/// A path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn fingerprint(lint: &Lint, anchor: &str, occurrence: usize) -> String {
    let digest = Sha256::digest(format!("{}\0{anchor}\0{occurrence}", lint.name));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
