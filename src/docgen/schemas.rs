//! JSON Schemas (2020-12) of what specc reads and writes.

use schemars::schema_for;
use serde_json::{Map, Value, json};

use crate::diagnostics::{JsonDiagnostic, LintGroup};
use crate::lower;
use crate::package::Manifest;
use crate::registry;
use crate::report;
use crate::target::Release;

/// A document with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaName {
    /// The front matter of a specification.
    Spec,
    /// `manifest.json` of a package.
    Manifest,
    /// `specc show --format json`, and `traceability.json`.
    Show,
    /// `specc lint --format json`.
    Lint,
}

/// The schema as JSON text.
#[must_use]
pub fn schema(name: SchemaName) -> String {
    let schema = match name {
        SchemaName::Spec => front_matter(),
        SchemaName::Manifest => schema_for!(Manifest).to_value(),
        SchemaName::Show => report::show_schema().to_value(),
        SchemaName::Lint => schema_for!(Vec<JsonDiagnostic>).to_value(),
    };
    report::indented(&schema, 0)
}

/// The front matter. It is closed, so that an editor finds a misspelt lint before specc does.
fn front_matter() -> Value {
    let targets: Vec<&str> = Release::ALL.iter().map(|release| release.name()).collect();
    let level = |name: &str, about: String| (name.to_owned(), json!({ "$ref": "#/$defs/level", "description": about }));
    let groups =
        LintGroup::ALL.iter().map(|group| level(group.name(), format!("All lints of the group {}.", group.name())));
    let lints = registry::lints();
    let lints = lints.iter().map(|lint| level(lint.name, lint.summary.to_owned()));
    let lints: Map<String, Value> = lints.chain(groups).collect();
    let defaults: Map<String, Value> = lower::named_defaults()
        .map(|default| (default.name.to_owned(), json!({ "$ref": "#/$defs/off", "description": default.reason })))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a deployment specification",
        "type": "object",
        "properties": {
            "specc": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "target": { "description": "The one platform that the package accepts.", "enum": targets },
                    "lints": {
                        "description": "Levels of lints.",
                        "type": "object",
                        "additionalProperties": false,
                        "properties": lints,
                    },
                    "defaults": {
                        "description": "Named defaults that are switched off.",
                        "type": "object",
                        "additionalProperties": false,
                        "properties": defaults,
                    },
                },
            },
        },
        "$defs": {
            "level": { "enum": ["allow", "info", "warn", "error"] },
            "off": { "enum": ["off", false] },
        },
    })
}
