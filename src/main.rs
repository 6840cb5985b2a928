//! Arguments → library → exit code: the only place that exits.

use std::process::ExitCode;

use clap::Parser as _;

/// A specification is many small texts, made on several threads. This allocator asks the kernel for huge pages, so that a
/// document of a megabyte costs 300 page faults instead of 6,600.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    specc::cli::run(specc::cli::Arguments::parse())
}
