//! Consistency: statements that cannot hold together. Most of these rules compute.

mod cpu_exceeds_machine;
mod logs_exceed_disk;
mod memory_below_runtime;
mod memory_exceeds_machine;
mod memory_overcommitted;
mod open_port_without_listener;
mod out_of_scope_requirement;
mod private_port_opened;
mod recovery_time_out_of_reach;
mod several_public_hosts;
mod start_limit_trips_early;
mod start_limit_without_restart;
mod stop_timeout_without_margin;
mod tasks_below_runtime;

use super::Rule;

pub(super) static RULES: &[&Rule] = &[
    &cpu_exceeds_machine::RULE,
    &logs_exceed_disk::RULE,
    &memory_below_runtime::RULE,
    &memory_exceeds_machine::RULE,
    &memory_overcommitted::RULE,
    &open_port_without_listener::RULE,
    &out_of_scope_requirement::RULE,
    &private_port_opened::RULE,
    &recovery_time_out_of_reach::RULE,
    &several_public_hosts::RULE,
    &start_limit_trips_early::RULE,
    &start_limit_without_restart::RULE,
    &stop_timeout_without_margin::RULE,
    &tasks_below_runtime::RULE,
];
