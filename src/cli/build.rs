//! `specc build`: a specification becomes a package.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{Args, ValueHint};

use super::common::{self, Failure, Levels, SPECIFICATION, Settings};
use crate::compile::compile;
use crate::emit::{self, Application, Change};
use crate::package::Package;
use crate::trace;

/// Compile a specification into a deployment package
#[derive(Debug, Args)]
pub struct Build {
    /// The specification; `-` is standard input
    #[arg(value_name = "SPEC", default_value = SPECIFICATION, value_hint = ValueHint::FilePath)]
    specification: Utf8PathBuf,
    /// The directory of the package
    #[arg(short, long, value_name = "OUT", default_value = "out", value_hint = ValueHint::DirPath)]
    output: Utf8PathBuf,
    /// The application's directory; it becomes app/ in the package
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    app: Option<Utf8PathBuf>,
    /// Write nothing: print how OUT differs from what would be written, and exit 1 if it does
    #[arg(long)]
    check: bool,
    /// Write into a directory that specc did not write; files that it does not know are kept
    #[arg(long, conflicts_with = "check")]
    force: bool,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    levels: Levels,
}

impl Build {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let options = common::options(&self.levels, &self.settings)?;
        let compiled = common::until_exit(compile(common::read(&self.specification)?, &options));
        common::check_settings(&compiled)?;
        let all = self.settings.lint_command(&self.specification);
        common::print_findings(&compiled.sources, &compiled.diagnostics, &all);
        let matrix = common::until_exit(trace::trace(&compiled));
        let application = self.application()?;
        let package = Package::assemble(&compiled, &matrix, application.files);
        let Some(package) = package.filter(|_| !compiled.has_errors()).map(common::until_exit) else {
            eprintln!("nothing was written: the specification has errors");
            return Ok(ExitCode::FAILURE);
        };
        for secret in &application.secrets {
            eprintln!("left out app/{secret}: secrets are filled in on the server, never shipped");
        }
        if self.check {
            return self.compare(&package);
        }
        let written = emit::write(&package, &self.output, self.force)?;
        for path in &written.overwritten {
            eprintln!("{}/{path} had been edited by hand and is as compiled again", self.output);
        }
        eprintln!("{}: {} files, {} changed", self.output, written.files, written.changed);
        eprintln!("{} statements: {}", matrix.rows.len(), matrix.summary());
        let (matrix, readme) = (self.output.join("TRACEABILITY.md"), self.output.join("README.md"));
        eprintln!("Next: read {matrix}, then {readme} says how to ship it");
        Ok(ExitCode::SUCCESS)
    }

    fn application(&self) -> Result<Application, Failure> {
        match &self.app {
            Some(directory) => Ok(emit::read_application(directory, &self.output)?),
            None => Ok(Application::default()),
        }
    }

    fn compare(&self, package: &Package) -> Result<ExitCode, Failure> {
        let differences = emit::differences(package, &self.output)?;
        let mut text = String::new();
        for difference in &differences {
            text.push_str(&format!("{}: {}/{}\n", difference.change.name(), self.output, difference.path));
            text.push_str(&difference.diff);
        }
        common::print(&text)?;
        if differences.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let count = |change: Change| differences.iter().filter(|difference| difference.change == change).count();
        let kinds = [Change::Stale, Change::EditedByHand, Change::Missing, Change::Foreign];
        let said = kinds.map(|kind| (count(kind), kind.name()));
        let said: Vec<String> =
            said.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
        eprintln!("{} is not what the specification gives: {}", self.output, said.join(", "));
        Ok(ExitCode::FAILURE)
    }
}
