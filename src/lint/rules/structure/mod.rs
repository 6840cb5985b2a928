//! Structure: IDs, references and sections.

mod duplicate_statement;
mod empty_section;
mod id_gap;
mod id_separator;
mod kind_contradicts_section;
mod malformed_id;
mod misspelt_section;
mod reference_to_derived_id;
mod unknown_reference;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &duplicate_statement::RULE,
    &empty_section::RULE,
    &id_gap::RULE,
    &id_separator::RULE,
    &kind_contradicts_section::RULE,
    &malformed_id::RULE,
    &misspelt_section::RULE,
    &reference_to_derived_id::RULE,
    &unknown_reference::RULE,
];
