//! Arguments → library → exit code: the only place that exits.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    specc::cli::run(specc::cli::Arguments::parse())
}
