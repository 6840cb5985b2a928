//! Quality: sentences that cannot be measured, or cannot be read.
//!
//! The word lists know the practice of requirements: EARS, and INCOSE's Guide to Writing Requirements. They look for what
//! keeps a sentence from being built or accepted, and leave alone what was understood to the last word.

mod absolute_claim;
mod and_or;
mod approximate_value;
mod bare_configured;
mod escape_clause;
mod number_without_unit;
mod open_ended_list;
mod partly_unread_statement;
mod placeholder;
mod refused_statement;
mod several_requirements;
mod superfluous_infinitive;
mod trigger_without_response;
mod unclear_reference;
mod unit_spelling;
mod unrecognised_statement;
mod vague_frequency;
mod vague_term;
mod weak_modal_verb;
mod work_without_owner;

use super::Rule;
use crate::lint::words::WordList;

pub(super) static RULES: &[&Rule] = &[
    &partly_unread_statement::RULE,
    &placeholder::RULE,
    &refused_statement::RULE,
    &several_requirements::RULE,
    &trigger_without_response::RULE,
    &unit_spelling::RULE,
    &unrecognised_statement::RULE,
];

/// Words that are findings.
pub(in crate::lint) static WORD_LISTS: &[&WordList] = &[
    &absolute_claim::WORDS,
    &and_or::WORDS,
    &approximate_value::WORDS,
    &bare_configured::WORDS,
    &escape_clause::WORDS,
    &number_without_unit::WORDS,
    &open_ended_list::WORDS,
    &superfluous_infinitive::WORDS,
    &unclear_reference::WORDS,
    &vague_frequency::WORDS,
    &vague_term::WORDS,
    &weak_modal_verb::WORDS,
    &work_without_owner::WORDS,
];
