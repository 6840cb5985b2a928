//! Statement IDs: `[A-Z]+(-[A-Z0-9]+)*-[0-9]+`.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// An ID, such as `FR-001`, `NFR-SEC-01` or `SD-DEP-001`. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(Arc<str>);

impl StatementId {
    /// The ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A derived ID: `FR-007`.
    #[must_use]
    pub fn derived(prefix: &str, number: u32) -> Self {
        Self(format!("{prefix}-{number:03}").into())
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for StatementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
