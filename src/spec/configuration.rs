//! What the front matter's `specc:` key configures.

use std::collections::BTreeMap;

use crate::diagnostics::Level;
use crate::source::Span;

/// The `specc:` key of the front matter.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// `target: debian-12`, as written, with its place.
    pub target: Option<(String, Span)>,
    /// `lints: {name: level}`.
    pub lints: BTreeMap<String, (Level, Span)>,
    /// `defaults: {name: off}`: named defaults that are switched off.
    pub disabled_defaults: BTreeMap<String, Span>,
}
