//! What specc says about a specification: diagnostics, and the lints they belong to.
//!
//! In: findings of any phase. Out: data that the renderers below this module turn into text, JSON, SARIF or GitHub
//! annotations. Nothing here prints, and nothing here decides a level on its own: levels come from the lint, then from
//! the user's configuration.

mod github;
mod help;
mod human;
mod json;
mod place;
mod sarif;
#[cfg(test)]
mod tests;

pub use github::github;
pub use help::Help;
pub use human::{Colour, human};
pub use json::{JsonDiagnostic, JsonLabel, json};
pub use place::Place;
pub use sarif::{Anchor, sarif};

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{Sources, Span};

/// How serious a finding is. Only errors keep a package from being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The lint is switched off: findings are dropped.
    Allow,
    /// Worth knowing.
    Info,
    /// Probably wrong.
    Warn,
    /// Certainly wrong: nothing is written.
    Error,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Info => "info",
            Self::Warn => "warning",
            Self::Error => "error",
        }
    }
}

/// What a lint is concerned with; the catalogue is ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LintGroup {
    /// IDs, sections, checkboxes, annotations.
    Structure,
    /// Something that a deployment needs is not there.
    Completeness,
    /// A sentence that cannot be measured or read.
    Quality,
    /// Statements that cannot hold together.
    Consistency,
    /// The target lacks what is asked.
    Platform,
    /// Dangerous as written.
    Security,
    /// Waivers and annotations past their time.
    Upkeep,
}

impl LintGroup {
    /// All of them, in the order of the catalogue.
    pub const ALL: [Self; 7] = [
        Self::Structure,
        Self::Completeness,
        Self::Quality,
        Self::Consistency,
        Self::Platform,
        Self::Security,
        Self::Upkeep,
    ];

    /// The word for it, as front matter and command line write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Completeness => "completeness",
            Self::Quality => "quality",
            Self::Consistency => "consistency",
            Self::Platform => "platform",
            Self::Security => "security",
            Self::Upkeep => "upkeep",
        }
    }
}

/// A kind of finding: declared once with [`declare_lint!`](crate::declare_lint), next to what it concerns.
#[derive(Debug)]
pub struct Lint {
    /// Kebab-case, readable as "allow ⟨name⟩".
    pub name: &'static str,
    /// The level unless configured otherwise.
    pub level: Level,
    /// Where it stands in the catalogue.
    pub group: LintGroup,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its documentation: the doc comment of its declaration, Markdown.
    pub documentation: &'static [&'static str],
}

impl Lint {
    /// Its documentation as one Markdown text.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.documentation.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl PartialEq for Lint {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Lint {}

/// Declares a [`Lint`]; the doc comment becomes its documentation and must have the headings *What it does*, *Why is
/// this bad?* and *Instead*.
#[macro_export]
macro_rules! declare_lint {
    ($(#[doc = $doc:literal])+ $visibility:vis static $identifier:ident = $name:literal, $level:ident, $group:ident, $summary:literal;) => {
        $(#[doc = $doc])+
        $visibility static $identifier: $crate::diagnostics::Lint = $crate::diagnostics::Lint {
            name: $name,
            level: $crate::diagnostics::Level::$level,
            group: $crate::diagnostics::LintGroup::$group,
            summary: $summary,
            documentation: &[$($doc),+],
        };
    };
}

/// A second place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, as it matters to the finding; may be empty for the main place.
    pub message: Cow<'static, str>,
}

/// A replacement of text, part of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// A safe change that leaves no finding of its lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as a command: "write the ID as FR-001".
    pub title: String,
    /// Its edits, in one file, not overlapping.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The kind of finding.
    pub lint: &'static Lint,
    /// The level after configuration.
    pub level: Level,
    /// One sentence, lower case, no full stop: what is wrong.
    pub message: String,
    /// The main place and what stands there.
    pub primary: Label,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<Help>,
    /// A change that mends it without a decision of the author.
    pub fix: Option<Fix>,
    /// Why the finding is accepted, where an annotation says so. Accepted findings are shown to machines only.
    pub accepted: Option<String>,
}

impl Diagnostic {
    /// A finding at the level of its lint.
    #[must_use]
    pub fn new(lint: &'static Lint, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, message: Cow::default() };
        Self {
            lint,
            level: lint.level,
            message: message.into(),
            primary,
            labels: Vec::new(),
            help: None,
            fix: None,
            accepted: None,
        }
    }

    /// Says what stands at the main place.
    #[must_use]
    pub fn at(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(Help::Words(help.into()));
        self
    }

    /// Lets `make` say what to write instead of the text at a place, once somebody wants to know.
    #[must_use]
    pub fn help_of(mut self, place: Span, make: fn(&str) -> String) -> Self {
        self.help = Some(Help::Of { place, make });
        self
    }

    /// What to write instead.
    #[must_use]
    pub fn help_words(&self, sources: &Sources) -> Option<Cow<'_, str>> {
        self.help.as_ref().map(|help| help.words(sources))
    }

    /// Attaches a safe change.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// The outcome of a phase: as much output as there could be, and everything there is to say.
#[derive(Debug, Clone)]
pub struct Compilation<T> {
    /// The result; `None` when nothing useful could be made.
    pub output: Option<T>,
    /// Findings in the order they were made.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Compilation<T> {
    /// A result with its findings.
    pub fn new(output: T, diagnostics: Vec<Diagnostic>) -> Self {
        Self { output: Some(output), diagnostics }
    }

    /// Whether a finding keeps artifacts from being written.
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// Whether a finding keeps artifacts from being written.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error && diagnostic.accepted.is_none())
}

/// Orders findings by place, so that output does not depend on the order of the phases.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (a.primary.span, a.lint.name, &a.message).cmp(&(b.primary.span, b.lint.name, &b.message)));
}
