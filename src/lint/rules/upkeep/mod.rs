//! Upkeep: annotations that have become useless, or never were of use.

mod manual_without_owner;
mod unused_default;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[&manual_without_owner::RULE, &unused_default::RULE];
