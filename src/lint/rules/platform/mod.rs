//! Platform: what the target lacks, or calls otherwise.

mod group_absent_from_target;
mod obsolete_directive;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[&group_absent_from_target::RULE, &obsolete_directive::RULE];
