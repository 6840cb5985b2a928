//! The matrix as JSON: what `specc show --format json` prints and `traceability.json` holds.

use schemars::{Schema, schema_for};
use serde::Serialize;

use crate::trace::Matrix;

/// What a row takes at most, mostly.
const ROW_BYTES: usize = 1200;

/// The matrix as JSON, indented, with a final line break.
#[must_use]
pub fn to_json(matrix: &Matrix) -> String {
    indented(matrix, matrix.rows.len() * ROW_BYTES)
}

/// A value as JSON, indented, with a final line break. `bytes` is how long the text is expected to become: one that grows
/// to many megabytes by doubling takes twice the memory.
pub(crate) fn indented(value: &impl Serialize, bytes: usize) -> String {
    let mut text = Vec::with_capacity(bytes);
    // What specc writes holds only strings, numbers and JSON values: serialization cannot fail.
    let written = serde_json::to_writer_pretty(&mut text, value);
    debug_assert!(written.is_ok(), "{written:?}");
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

/// The JSON Schema of that document.
#[must_use]
pub fn show_schema() -> Schema {
    schema_for!(Matrix)
}
