//! `specc lint`: what is wrong with a specification, before anything is built.

use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum, ValueHint};

use super::common::{self, Failure, Levels, SPECIFICATION, Settings};
use crate::compile::{Compiled, analyse};
use crate::diagnostics::{self, Edit};
use crate::emit;
use crate::registry;
use crate::rewrite;
use crate::trace::anchor;

/// Check specifications: completeness, consistency, and sentences that nobody understands
#[derive(Debug, Args)]
pub struct Lint {
    /// Specifications; `-` is standard input
    #[arg(value_name = "SPEC", default_value = SPECIFICATION, value_hint = ValueHint::FilePath)]
    specifications: Vec<Utf8PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Apply the safe fixes to the files
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    levels: Levels,
}

/// Applies the fixes of all findings to a file; whether there were any.
fn fix(path: &Utf8Path, compiled: &Compiled) -> Result<bool, Failure> {
    let Some(file) = compiled.sources.get(compiled.spec.source).filter(|_| path != "-") else { return Ok(false) };
    let fixes =
        compiled.diagnostics.iter().filter(|found| found.accepted.is_none()).filter_map(|found| found.fix.as_ref());
    let own = |edit: &&Edit| edit.span.source == compiled.spec.source;
    let edits: Vec<Edit> = fixes.flat_map(|fix| &fix.edits).filter(own).cloned().collect();
    if edits.is_empty() {
        return Ok(false);
    }
    emit::replace(path, &rewrite::apply(file.text(), &edits))?;
    eprintln!("{path}: fixed in {} places", edits.len());
    Ok(true)
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// An array of findings
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

impl Lint {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let options = common::options(&self.levels, &self.settings)?;
        let mut analysed = common::until_exit(Vec::with_capacity(self.specifications.len()));
        for path in &self.specifications {
            let mut compiled = analyse(common::read(path)?, &options);
            common::check_settings(&compiled)?;
            if self.fix && fix(path, &compiled)? {
                compiled = analyse(common::read(path)?, &options);
            }
            analysed.push(compiled);
        }
        self.print(&analysed)?;
        let failed = analysed.iter().any(Compiled::has_errors);
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn print(&self, analysed: &[Compiled]) -> Result<(), Failure> {
        let each = |render: &dyn Fn(&Compiled) -> String| analysed.iter().map(render).collect::<String>();
        match self.format {
            Format::Human => {
                let colour = common::colour_of_output();
                common::print(&each(&|compiled| diagnostics::human(&compiled.sources, &compiled.diagnostics, colour)))?;
                eprintln!("{}", common::counts(analysed.iter().flat_map(|compiled| &compiled.diagnostics)));
                Ok(())
            }
            Format::Github => {
                common::print(&each(&|compiled| diagnostics::github(&compiled.sources, &compiled.diagnostics)))
            }
            Format::Json => {
                let findings: Vec<_> = analysed
                    .iter()
                    .flat_map(|compiled| diagnostics::json(&compiled.sources, &compiled.diagnostics))
                    .collect();
                common::print(&format!("{}\n", serde_json::to_string_pretty(&findings).unwrap_or_default()))
            }
            Format::Sarif => {
                let rules = registry::lints();
                let mut logs = analysed.iter().map(|compiled| {
                    diagnostics::sarif(&compiled.sources, &compiled.diagnostics, &rules, |found| {
                        anchor(&compiled.spec, &compiled.sources, found.primary.span)
                    })
                });
                // One log holds one run a specification.
                let Some(mut log) = logs.next() else { return Ok(()) };
                for mut further in logs {
                    if let (Some(runs), Some(more)) = (log["runs"].as_array_mut(), further["runs"].as_array_mut()) {
                        runs.append(more);
                    }
                }
                common::print(&format!("{}\n", serde_json::to_string_pretty(&log).unwrap_or_default()))
            }
        }
    }
}
