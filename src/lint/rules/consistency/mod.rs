//! Consistency: statements that cannot hold together. Most of these rules compute.

mod cpu_exceeds_machine;
mod logs_exceed_disk;
mod memory_below_runtime;
mod memory_exceeds_machine;
mod open_port_without_listener;
mod out_of_scope_requirement;
mod private_port_opened;
mod start_limit_trips_early;
mod start_limit_without_restart;
mod tasks_below_runtime;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &cpu_exceeds_machine::RULE,
    &logs_exceed_disk::RULE,
    &memory_below_runtime::RULE,
    &memory_exceeds_machine::RULE,
    &open_port_without_listener::RULE,
    &out_of_scope_requirement::RULE,
    &private_port_opened::RULE,
    &start_limit_trips_early::RULE,
    &start_limit_without_restart::RULE,
    &tasks_below_runtime::RULE,
];
