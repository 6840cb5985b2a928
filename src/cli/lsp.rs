//! `specc lsp`: the language server, over standard input and output.

use std::io::{self, BufWriter};
use std::process::ExitCode;

use clap::Args;

use super::common::{self, Failure, Levels, Settings};
use super::lint;
use crate::lsp::{Ending, serve};

/// Serve an editor over standard input and output (Language Server Protocol): findings, fixes, hover, completion
#[derive(Debug, Args)]
pub struct Lsp {
    /// Accepted and ignored: there is no other way to speak to the server, and some editors name it
    #[arg(long, hide = true)]
    stdio: bool,
    #[command(flatten)]
    levels: Levels,
}

impl Lsp {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut options = common::options(&self.levels, &Settings::default())?;
        options.findings.today = lint::today();
        // The protocol asks for 1 where the client leaves without a `shutdown`.
        Ok(match serve(io::stdin(), BufWriter::new(io::stdout().lock()), options)? {
            Ending::Orderly => ExitCode::SUCCESS,
            Ending::Abrupt => ExitCode::FAILURE,
        })
    }
}
