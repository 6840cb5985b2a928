//! Completeness: what a deployment needs and nobody asks for; requirements and criteria that have no counterpart.

mod criterion_without_requirement;
mod missing;
mod missing_backup;
mod missing_crash_detection;
mod missing_disk_monitor;
mod missing_failure_alert;
mod missing_firewall;
mod missing_health_check;
mod missing_log_limit;
mod missing_memory_limit;
mod missing_platform;
mod missing_restart_policy;
mod missing_rollback;
mod missing_runbook;
mod missing_ssh_hardening;
mod missing_start_limit;
mod missing_start_on_boot;
mod missing_success_criteria;
mod missing_system_user;
mod proposal;
mod requirement_without_criterion;

use self::missing::Missing;
use super::Rule;
use crate::diagnostics::Lint;

pub(super) static RULES: &[&Rule] = &[
    &criterion_without_requirement::RULE,
    &requirement_without_criterion::RULE,
    &Rule { lints: &[], check: missing::check },
];

/// What a service should have.
static MISSING: &[&Missing] = &[
    &missing_backup::MISSING,
    &missing_crash_detection::MISSING,
    &missing_disk_monitor::MISSING,
    &missing_failure_alert::MISSING,
    &missing_firewall::MISSING,
    &missing_health_check::MISSING,
    &missing_log_limit::MISSING,
    &missing_memory_limit::MISSING,
    &missing_platform::MISSING,
    &missing_restart_policy::MISSING,
    &missing_rollback::MISSING,
    &missing_runbook::MISSING,
    &missing_ssh_hardening::MISSING,
    &missing_start_limit::MISSING,
    &missing_start_on_boot::MISSING,
    &missing_success_criteria::MISSING,
    &missing_system_user::MISSING,
];

/// The lints about something missing.
pub(in crate::lint) fn missing_lints() -> impl Iterator<Item = &'static Lint> {
    MISSING.iter().map(|missing| missing.lint)
}
