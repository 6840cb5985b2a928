//! All capabilities and lints, built once.
//!
//! In: the list of capabilities and the lints that they and the phases declare. Out: lookups by name for the command
//! line, the book and the tests.

use std::sync::LazyLock;

use crate::capabilities::{CAPABILITIES, Entry, Reader};
use crate::diagnostics::Lint;
use crate::lint;

static READER: LazyLock<Reader<'static>> = LazyLock::new(|| Reader::new(CAPABILITIES));

/// The reader over all capabilities.
#[must_use]
pub fn reader() -> &'static Reader<'static> {
    &READER
}

/// All capabilities, in the order in which they contribute.
#[must_use]
pub fn capabilities() -> &'static [Entry] {
    CAPABILITIES
}

/// The capability of this name.
#[must_use]
pub fn capability(name: &str) -> Option<&'static Entry> {
    CAPABILITIES.iter().find(|entry| entry.name == name)
}

/// All lints, by name.
#[must_use]
pub fn lints() -> Vec<&'static Lint> {
    let own = CAPABILITIES.iter().flat_map(|entry| entry.lints.iter().copied());
    let mut lints: Vec<&'static Lint> = own.chain(lint::LINTS.iter().copied()).collect();
    lints.sort_by_key(|lint| lint.name);
    lints.dedup_by_key(|lint| lint.name);
    lints
}

/// The lint of this name.
#[must_use]
pub fn lint(name: &str) -> Option<&'static Lint> {
    lints().into_iter().find(|lint| lint.name == name)
}
