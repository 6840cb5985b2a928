//! `specc lint`: what is wrong with a specification, before anything is built.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum, ValueHint};
use serde_json::Value;
use similar::TextDiff;

use super::common::{self, Failure, Levels, SPECIFICATION, Settings};
use crate::compile::{Compiled, Options, analyse};
use crate::diagnostics::{self, Diagnostic, Fix, Level};
use crate::emit;
use crate::registry;
use crate::rewrite;
use crate::source::SourceFile;
use crate::trace::anchor;
use crate::value::Date;

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
    /// Write nothing: print what --fix would change, and exit 1 if it would change anything
    #[arg(long, requires = "fix")]
    check: bool,
    /// Report errors only, and no summary
    #[arg(short, long)]
    quiet: bool,
    /// The day on which waivers are judged, instead of today
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    levels: Levels,
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
        let mut options = common::options(&self.levels, &self.settings)?;
        options.findings.today = self.today.or_else(today);
        let mut analysed = common::until_exit(Vec::with_capacity(self.specifications.len()));
        let mut stale = false;
        for path in &self.specifications {
            let file = common::read(path)?;
            let mut compiled = analyse(file.clone(), &options);
            common::check_settings(&compiled)?;
            if self.fix {
                let (fixed, count) = repaired(&file, &compiled, &options);
                stale |= count > 0;
                if self.check {
                    common::print(&difference(path, file.text(), &fixed))?;
                } else if count > 0 {
                    write(path, &fixed)?;
                    eprintln!("{path}: {count} fixed");
                    compiled = analyse(SourceFile::new(file.name(), fixed), &options);
                }
            }
            if self.quiet {
                compiled.diagnostics.retain(|found| found.level == Level::Error);
            }
            analysed.push(compiled);
        }
        if self.check {
            return Ok(if stale { ExitCode::FAILURE } else { ExitCode::SUCCESS });
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
                if !self.quiet {
                    eprintln!("{}", summary(analysed.iter().flat_map(|compiled| &compiled.diagnostics)));
                }
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
                // One run for all: code scanning refuses a log in which a tool has several.
                let Some(mut log) = logs.next() else { return Ok(()) };
                for mut further in logs {
                    if let (Some(results), Some(more)) = (results(&mut log), results(&mut further)) {
                        results.append(more);
                    }
                }
                common::print(&format!("{}\n", serde_json::to_string_pretty(&log).unwrap_or_default()))
            }
        }
    }
}

/// The results of a SARIF log of one run.
fn results(log: &mut Value) -> Option<&mut Vec<Value>> {
    log.pointer_mut("/runs/0/results").and_then(Value::as_array_mut)
}

/// The clock, which only this command and the language server ask.
pub(super) fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Date::from_unix_days(seconds / (24 * 60 * 60))
}

/// How often fixes are applied: mending one place may show the next.
const ROUNDS: usize = 8;

/// The text with all safe fixes, and how many were applied.
fn repaired(file: &SourceFile, compiled: &Compiled, options: &Options) -> (String, usize) {
    let (mut text, mut count) = (file.text().to_owned(), 0);
    let mut fixes = open_fixes(compiled);
    for _ in 0..ROUNDS {
        let (changed, applied) = rewrite::apply_fixes(&text, &fixes);
        if applied == 0 {
            break;
        }
        count += applied;
        text = changed;
        fixes = open_fixes(&analyse(SourceFile::new(file.name(), text.as_str()), options));
    }
    (text, count)
}

/// The fixes of all findings of the specification that nobody has accepted.
fn open_fixes(compiled: &Compiled) -> Vec<Fix> {
    let own = |fix: &&Fix| fix.edits.iter().all(|edit| edit.span.source == compiled.spec.source);
    let open = compiled.diagnostics.iter().filter(|found| found.accepted.is_none());
    open.filter_map(|found| found.fix.as_ref()).filter(own).cloned().collect()
}

fn write(path: &Utf8Path, text: &str) -> Result<(), Failure> {
    if path == "-" {
        return Err(Failure::Usage(
            "--fix cannot write to standard input; name the file, or use --fix --check".to_owned(),
        ));
    }
    Ok(emit::replace(path, text)?)
}

fn difference(path: &Utf8Path, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let names = (format!("a/{path}"), format!("b/{path}"));
    TextDiff::from_lines(before, after).unified_diff().header(&names.0, &names.1).to_string()
}

/// "1 error, 2 warnings; 1 can be fixed with --fix; 1 accepted".
fn summary<'found>(findings: impl Iterator<Item = &'found Diagnostic> + Clone) -> String {
    let mut summary = common::counts(findings.clone());
    let fixable = findings.clone().filter(|found| found.accepted.is_none() && found.fix.is_some()).count();
    let accepted = findings.filter(|found| found.accepted.is_some()).count();
    if fixable > 0 {
        summary.push_str(&format!("; {fixable} can be fixed with --fix"));
    }
    if accepted > 0 {
        summary.push_str(&format!("; {accepted} accepted"));
    }
    summary
}
