//! `specc show`: what was understood, sentence by sentence.

use std::fmt::Write as _;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum, ValueHint};

use super::common::{self, Failure, Levels, SPECIFICATION, Settings};
use crate::compile::compile;
use crate::diagnostics::Colour;
use crate::report;
use crate::trace::{self, Coverage, DefaultRow, Matrix, Row};

/// Show how each statement was read: its capability and facts, what was left unread, where it ends up
#[derive(Debug, Args)]
pub struct Show {
    /// The specification; `-` is standard input
    #[arg(value_name = "SPEC", default_value = SPECIFICATION, value_hint = ValueHint::FilePath)]
    specification: Utf8PathBuf,
    /// Only this statement
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    levels: Levels,
}

/// How the readings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// The matrix as JSON
    Json,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let options = common::options(&self.levels, &self.settings)?;
        let file = common::read(&self.specification)?;
        let name = file.name().to_owned();
        let short = Utf8Path::new(&name).file_name().unwrap_or(&name);
        let compiled = compile(file, &options);
        common::check_settings(&compiled)?;
        let mut matrix = trace::trace(&compiled);
        if let Some(id) = &self.id {
            let known: Vec<String> = matrix.rows.iter().map(|row| row.id.clone()).collect();
            matrix.rows.retain(|row| row.id.eq_ignore_ascii_case(id));
            if matrix.rows.is_empty() {
                let near = crate::suggestion::suggest(id, known.iter().map(String::as_str));
                let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return Err(Failure::Usage(format!("{name} has no statement {id}{hint}")));
            }
        }
        common::print(&match self.format {
            Format::Json => report::to_json(&matrix),
            Format::Human => human(&matrix, short, common::colour_of_output()),
        })?;
        if compiled.has_errors() {
            eprintln!("the specification has errors: specc lint {name}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Columns that the text of a statement may take before its place is put on a line of its own.
const WIDTH: usize = 88;

fn human(matrix: &Matrix, name: &str, colour: Colour) -> String {
    let mut text = String::new();
    let indent = matrix.rows.iter().map(|row| row.id.chars().count()).max().unwrap_or(0) + 2;
    let mut section = None;
    for row in &matrix.rows {
        if section != Some(&row.section) && !row.section.is_empty() {
            let _ = writeln!(text, "{}{}\n", if text.is_empty() { "" } else { "\n" }, bold(&row.section, colour));
        }
        section = Some(&row.section);
        statement(row, &matrix.defaults, name, indent, colour, &mut text);
    }
    if matrix.rows.len() > 1 {
        let _ = writeln!(text, "\n{} statements: {}", matrix.rows.len(), matrix.summary());
    }
    text
}

fn statement(row: &Row, defaults: &[DefaultRow], name: &str, indent: usize, colour: Colour, text: &mut String) {
    let place = row.line.map_or_else(|| "command line".to_owned(), |line| format!("{name}:{line}"));
    let gap = (WIDTH + 2).saturating_sub(indent + row.text.chars().count()).max(2);
    let id = bold(&format!("{:indent$}", row.id), colour);
    let _ = writeln!(text, "{id}{}{:gap$}{}", row.text, "", dim(&place, colour));
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{:indent$}{} {value}", "", dim(&format!("{label:<16}"), colour));
    };
    for read in &row.capabilities {
        line(read.name, &report::facts(&read.facts));
    }
    for name in &row.defaults {
        let reason = defaults.iter().find(|default| default.name == *name).map_or("", |default| default.reason);
        line("default", &format!("{name}: {reason}"));
    }
    if row.coverage != Coverage::Automated {
        line(row.coverage.name(), row.reason.as_deref().unwrap_or_default());
    } else if let Some(reason) = &row.reason {
        line("met", reason);
    }
    let places = row.implemented_by();
    if !places.is_empty() {
        let places: Vec<String> = places.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
        line("deploys", &places.join(", "));
    }
    if !row.checks.is_empty() {
        line("proves", &row.checks.join(", "));
    }
    if !row.drills.is_empty() {
        line("drills", &row.drills.join(", "));
    }
}

fn bold(text: &str, colour: Colour) -> String {
    styled(text, "1", colour)
}

fn dim(text: &str, colour: Colour) -> String {
    styled(text, "2", colour)
}

fn styled(text: &str, code: &str, colour: Colour) -> String {
    match colour {
        Colour::Always => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        Colour::Never => text.to_owned(),
    }
}
