//! Lints that look at the whole specification, one file each under `rules/`.
//!
//! In: a spec with its readings, bindings and plan. Out: diagnostics. Lints that concern one capability stand in its
//! file; those of the structure in `spec`.

use crate::capabilities::CONFLICTING_REQUIREMENTS;
use crate::diagnostics::Lint;

/// Lints that belong to no single capability.
pub static LINTS: &[&Lint] = &[&CONFLICTING_REQUIREMENTS];
