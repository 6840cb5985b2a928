//! What several subcommands share: reading a specification, settings, levels, colour, and failures.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::mem::ManuallyDrop;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use crate::capabilities::NOT_MINE;
use crate::compile::{Compiled, Options};
use crate::diagnostics::{self, Colour, Diagnostic, Level, LintGroup};
use crate::emit;
use crate::lint;
use crate::registry;
use crate::render::escape;
use crate::source::{SourceFile, Sources};
use crate::spec::Form;
use crate::suggestion::suggest;

/// The name that a specification has unless told otherwise.
pub const SPECIFICATION: &str = "DEPLOYMENT-SPEC.md";

/// Why a command could not do its work at all: usage, input or output.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The specification cannot be read.
    #[error("cannot read {path}: {cause}{}", hint(.path, .cause))]
    Read {
        /// The specification.
        path: Utf8PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The package, or the application.
    #[error(transparent)]
    Emit(#[from] emit::Error),
    /// Standard output, or a file.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// An argument that means nothing.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Whether somebody closed the pipe that the result was written into: no failure of ours.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn hint(path: &Utf8Path, cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound if path == SPECIFICATION => "\n  name the specification, or begin one with: specc init",
        io::ErrorKind::IsADirectory => "\n  name the file in it",
        _ => "",
    }
}

/// Levels of lints.
#[derive(Debug, Default, Args)]
pub struct Levels {
    /// Make this lint, or group of lints, an error; may be repeated
    #[arg(long, value_name = "LINT", help_heading = "Lints")]
    deny: Vec<String>,
    /// Make this lint, or group of lints, a warning; may be repeated
    #[arg(long, value_name = "LINT", help_heading = "Lints")]
    warn: Vec<String>,
    /// Switch this lint, or group of lints, off; may be repeated
    #[arg(long, value_name = "LINT", help_heading = "Lints")]
    allow: Vec<String>,
}

impl Levels {
    fn by_lint(&self) -> Result<BTreeMap<String, Level>, Failure> {
        let mut levels = BTreeMap::new();
        for (names, level) in [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Error)] {
            for name in names {
                if registry::lint(name).is_none() && lint::group_named(name).is_none() {
                    return Err(unknown("lint", name, registry::lints().iter().map(|lint| lint.name)));
                }
                levels.insert(name.clone(), level);
            }
        }
        Ok(levels)
    }
}

/// Settings that stand in for sentences.
#[derive(Debug, Default, Args)]
pub struct Settings {
    /// Act as if `- **LABEL**: VALUE` stood in the service definition; may be repeated
    #[arg(long = "set", value_name = "LABEL=VALUE")]
    settings: Vec<String>,
}

impl Settings {
    /// `specc lint` of a specification with these settings, for a shell.
    pub fn lint_command(&self, specification: &Utf8Path) -> String {
        let settings = self.settings.iter().map(|setting| format!(" --set {}", escape::shell(setting)));
        format!("specc lint {}{}", escape::shell(specification.as_str()), settings.collect::<String>())
    }
}

/// The options of a compilation.
///
/// # Errors
/// When a lint is unknown or a setting has no value.
pub fn options(levels: &Levels, settings: &Settings) -> Result<Options, Failure> {
    let split = |setting: &String| match setting.split_once('=') {
        Some((label, value)) if !label.trim().is_empty() && !value.trim().is_empty() => {
            Ok((label.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Failure::Usage(format!("--set {setting}: write --set LABEL=VALUE, such as --set port=8000"))),
    };
    let settings = settings.settings.iter().map(split).collect::<Result<_, _>>()?;
    Ok(Options { settings, findings: lint::Settings { levels: levels.by_lint()?, today: None } })
}

/// "There is no such …", with the nearest name.
pub fn unknown<'names>(what: &str, name: &str, names: impl Iterator<Item = &'names str> + Clone) -> Failure {
    Failure::Usage(match suggest(name, names) {
        Some(near) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{name}`; `specc explain` lists what there is"),
    })
}

/// Reads a specification.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Utf8Path) -> Result<SourceFile, Failure> {
    SourceFile::read(path).map_err(|cause| Failure::Read { path: path.to_owned(), cause })
}

/// A setting that no capability understood is a mistake on the command line.
///
/// # Errors
/// When there is one.
pub fn check_settings(compiled: &Compiled) -> Result<(), Failure> {
    for (statement, reading) in compiled.spec.statements.iter().zip(&compiled.readings) {
        if statement.form == Form::CommandLine && reading.readings.is_empty() {
            let label = statement.label_text().unwrap_or_default().to_lowercase().replace(' ', "-");
            return Err(Failure::Usage(format!(
                "--set {}: no capability understands this; {}",
                statement.text.masked.trim().replacen(": ", "=", 1),
                what_to_set(&label)
            )));
        }
    }
    Ok(())
}

/// What to write instead of a label, or of its value, that nothing understands.
fn what_to_set(label: &str) -> String {
    let Some(capability) = registry::capability(label) else {
        let labels = registry::capabilities().iter().map(|entry| entry.name);
        return suggest(label, labels)
            .map_or_else(|| "specc explain lists them".to_owned(), |name| format!("did you mean `{name}`?"));
    };
    let values = capability.examples.iter().filter(|example| example.facts != NOT_MINE);
    let value = values.filter_map(|example| example.sentence.strip_prefix("**")?.split_once("**: ")).next();
    let instead = value.map(|(label, value)| format!("write, for example: --set '{}={value}'; ", label.to_lowercase()));
    format!("{}more: specc explain {label}", instead.unwrap_or_default())
}

/// Whether to colour what goes to standard error.
pub fn colour_of_errors() -> Colour {
    colour(io::stderr().is_terminal())
}

/// Whether to colour what goes to standard output.
pub fn colour_of_output() -> Colour {
    colour(io::stdout().is_terminal())
}

/// <https://no-color.org>: present and not empty means no.
fn colour(terminal: bool) -> Colour {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if terminal && !refused { Colour::Always } else { Colour::Never }
}

/// How many findings of one lint a build shows; `specc lint` shows all.
const SHOWN: usize = 10;

/// Prints findings for people, and how many there are, on standard error.
///
/// `all` is the command that shows those that are left out.
pub fn print_findings(sources: &Sources, findings: &[Diagnostic], all: &str) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut few = Vec::new();
    for finding in findings.iter().filter(|finding| finding.accepted.is_none()) {
        let count = seen.entry(finding.lint.name).or_default();
        *count += 1;
        // What the specification might say besides changes nothing of what is built.
        let advice = finding.level == Level::Info && finding.lint.group == LintGroup::Completeness;
        if *count <= SHOWN && !advice || finding.level == Level::Error {
            few.push(finding.clone());
        }
    }
    let drawn = diagnostics::human(sources, &few, colour_of_errors());
    let found: usize = seen.values().sum();
    if found == 0 {
        return;
    }
    let hidden = found - few.len();
    let more = if hidden > 0 { format!(" ({hidden} not shown: {all})") } else { String::new() };
    let gap = if drawn.is_empty() { "" } else { "\n" };
    eprintln!("{drawn}{gap}{}{more}", counts(findings));
}

/// "2 errors, 1 warning".
pub fn counts<'findings>(findings: impl IntoIterator<Item = &'findings Diagnostic> + Clone) -> String {
    let count = |level: Level, word: &str| {
        let number =
            findings.clone().into_iter().filter(|found| found.level == level && found.accepted.is_none()).count();
        let plural = if number == 1 || level == Level::Info { "" } else { "s" };
        (number > 0).then(|| format!("{number} {word}{plural}"))
    };
    let said = [count(Level::Error, "error"), count(Level::Warn, "warning"), count(Level::Info, "info")];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() { "no findings".to_owned() } else { said.join(", ") }
}

/// Keeps a value until the process ends: the system takes its memory back in one piece, while taking ten thousand
/// statements apart would be a tenth of the work.
pub fn until_exit<T>(value: T) -> ManuallyDrop<T> {
    ManuallyDrop::new(value)
}

/// Writes the result of a command.
///
/// # Errors
/// When standard output is closed or full.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}
