//! Every function of the shell library, run on its own: already true, made true, and each way in which it cannot be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod accounts_and_packages;
mod backup_accidents;
mod backup_copies;
mod backup_program;
mod backups;
mod certificates;
mod database_dumps;
mod deploy_arguments;
mod deploy_elsewhere;
mod deploy_runs;
mod deploy_state;
mod drills;
mod environment_and_application;
mod files;
mod firewall_changes;
mod firewall_rules;
mod harness;
mod host_services;
mod library;
mod logs;
mod monitors;
mod observers_of_hosts;
mod observers_of_networks;
mod observers_of_units;
mod oversight;
mod programs;
mod proxy;
mod resilience_drills;
mod services;
mod sshd_and_transactions;
mod sshd_reach;
mod stand_ins;
mod validate_runs;
mod validate_values;
mod whole_library;
