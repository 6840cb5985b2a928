//! `specc init`: a specification to begin with, which builds at once.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum, ValueHint};

use super::common::{self, Failure, SPECIFICATION};

/// Write a commented starter specification that builds at once
#[derive(Debug, Args)]
pub struct Init {
    /// Where to write it; `-` is standard output
    #[arg(value_name = "FILE", default_value = SPECIFICATION, value_hint = ValueHint::FilePath)]
    file: Utf8PathBuf,
    /// What it describes
    #[arg(long, value_enum, default_value_t = Kind::Agent)]
    kind: Kind,
}

/// What a starter describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// An agent behind an HTTP API: FastAPI, secrets, limits, firewall
    Agent,
    /// A web service: Node, limits, firewall
    Web,
    /// A worker that listens on nothing
    Worker,
    /// The least that gives a package
    Minimal,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::Agent => include_str!("../../templates/starters/agent.md"),
            Self::Web => include_str!("../../templates/starters/web.md"),
            Self::Worker => include_str!("../../templates/starters/worker.md"),
            Self::Minimal => include_str!("../../templates/starters/minimal.md"),
        }
    }
}

impl Init {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        if self.file == "-" {
            common::print(self.kind.text())?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut file = match OpenOptions::new().write(true).create_new(true).open(&self.file) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(Failure::Usage(format!("{} exists already; name another file", self.file)));
            }
            opened => opened?,
        };
        file.write_all(self.kind.text().as_bytes())?;
        let named = if self.file == SPECIFICATION { String::new() } else { format!(" {}", self.file) };
        eprintln!("{}: written. Next: specc show{named}, then specc build{named}", self.file);
        Ok(ExitCode::SUCCESS)
    }
}
