//! The matrix as JSON: what `specc show --format json` prints and `traceability.json` holds.

use schemars::{Schema, schema_for};

use crate::trace::Matrix;

/// The matrix as JSON, indented, with a final line break.
#[must_use]
pub fn to_json(matrix: &Matrix) -> String {
    // A matrix holds only strings, numbers and JSON values: serialization cannot fail.
    let mut text = serde_json::to_string_pretty(matrix).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema of that document.
#[must_use]
pub fn show_schema() -> Schema {
    schema_for!(Matrix)
}
