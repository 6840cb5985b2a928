//! What only people can see to.

use super::{Layer, ProbeId, Provenance};

/// An entry of the list of checks that is counted and shown, never run and never failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualCheck {
    /// Its name.
    pub id: ProbeId,
    /// Its layer.
    pub layer: Layer,
    /// What holds once somebody has seen to it.
    pub title: String,
    /// Who, and how.
    pub who: String,
    /// Why.
    pub provenance: Provenance,
}
