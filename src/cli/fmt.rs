//! `specc fmt`: the canonical form of a specification, with nothing of its meaning changed.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{Args, ValueHint};
use similar::TextDiff;

use super::common::{self, Failure, SPECIFICATION};
use crate::emit;
use crate::rewrite;

/// Bring a specification into its canonical form: boxes, ID separators, blank lines around headings
#[derive(Debug, Args)]
pub struct Fmt {
    /// Specifications; `-` reads standard input and writes standard output
    #[arg(value_name = "SPEC", default_value = SPECIFICATION, value_hint = ValueHint::FilePath)]
    specifications: Vec<Utf8PathBuf>,
    /// Write nothing: print what would change, and exit 1 if anything would
    #[arg(long)]
    check: bool,
    /// Write derived IDs into the text
    #[arg(long)]
    assign_ids: bool,
}

impl Fmt {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut stale = false;
        for path in &self.specifications {
            let file = common::read(path)?;
            let changed = rewrite::formatted(&file, self.assign_ids);
            let same = changed == file.text();
            stale |= !same;
            match (self.check, path.as_str()) {
                (true, _) if !same => {
                    let names = (format!("a/{path}"), format!("b/{path}"));
                    let diff = TextDiff::from_lines(file.text(), changed.as_str());
                    common::print(&diff.unified_diff().header(&names.0, &names.1).to_string())?;
                }
                (true, _) => {}
                (false, "-") => common::print(&changed)?,
                (false, _) if !same => {
                    emit::replace(path, &changed)?;
                    eprintln!("{path}: formatted");
                }
                (false, _) => {}
            }
        }
        Ok(if self.check && stale { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
