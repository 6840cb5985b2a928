//! Platform: what the target lacks, or calls otherwise.

mod directive_in_wrong_section;
mod group_absent_from_target;
mod obsolete_directive;

use super::Rule;

pub(super) static RULES: &[&Rule] =
    &[&directive_in_wrong_section::RULE, &group_absent_from_target::RULE, &obsolete_directive::RULE];
