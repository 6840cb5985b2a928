//! Findings for people: the place in the text, what stands there, and what to write instead.
//!
//! The picture is drawn by miette. Its source is served from the line index that the file keeps anyway: miette's own
//! search for lines reads the whole text once for each label.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents,
};

use super::{Diagnostic, Label, Level};
use crate::parallel;
use crate::source::{SourceFile, SourceId, Sources, Span};

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// For files, pipes and `NO_COLOR`.
    Never,
    /// For terminals.
    Always,
}

/// How many findings of one lint are drawn below the level of an error; nobody reads more, and the rest is counted.
const DRAWN: usize = 50;

/// Draws the findings, separated by empty lines. All errors are drawn, and of every other lint the first fifty.
#[must_use]
pub fn human(sources: &Sources, diagnostics: &[Diagnostic], colour: Colour) -> String {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<&'static str, usize> = BTreeMap::new();
    let shown =
        diagnostics.iter().filter(|diagnostic| diagnostic.level != Level::Allow && diagnostic.accepted.is_none());
    let shown: Vec<&Diagnostic> = shown
        .filter(|diagnostic| {
            let count = counts.entry(diagnostic.lint.name).or_default();
            *count += 1;
            let draw = *count <= DRAWN || diagnostic.level == Level::Error;
            if !draw {
                *left_out.entry(diagnostic.lint.name).or_default() += 1;
            }
            draw
        })
        .collect();
    // A picture is far more work than a statement.
    let mut output = parallel::map_if(shown.len() > DRAWN, &shown, |found| draw(sources, found, colour)).join("\n");
    for (lint, count) in left_out {
        output.push_str(&format!("\n{count} more of {lint}; --format json lists all\n"));
    }
    output
}

fn draw(sources: &Sources, diagnostic: &Diagnostic, colour: Colour) -> String {
    let mut theme = match colour {
        Colour::Never => GraphicalTheme::unicode_nocolor(),
        Colour::Always => GraphicalTheme::unicode(),
    };
    let head = format!("{}[{}]:", diagnostic.level.name(), diagnostic.lint.name);
    let characters = &mut theme.characters;
    for icon in [&mut characters.error, &mut characters.warning, &mut characters.advice] {
        icon.clone_from(&head);
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_wrap_lines(false)
        .with_links(false)
        .without_syntax_highlighting();
    let file = sources.get(diagnostic.primary.span.source).map(Indexed);
    let report = Report { diagnostic, file, help: diagnostic.help_words(sources) };
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &report).is_err() {
        drawn = format!("  {head} {}\n", diagnostic.message);
    }
    // miette indents its head by two; a compiler's message starts in the first column.
    let mut output = drawn.strip_prefix("  ").unwrap_or(&drawn).to_owned();
    // The picture begins with the first place in the text. Where that is another one, the main one is told before it.
    let (name, main) = sources.locate(diagnostic.primary.span);
    let begins_there =
        |picture: &str| picture.lines().next().is_some_and(|line| line.contains(&format!("{name}:{}:", main.line)));
    if let Some((head, picture)) = output.split_once('\n')
        && !name.is_empty()
        && !begins_there(picture)
    {
        output = format!("{head}\n  at {name}:{}:{}\n{picture}", main.line, main.column);
    }
    for label in elsewhere(diagnostic) {
        let (name, position) = sources.locate(label.span);
        output.push_str(&format!("  also {name}:{}:{}: {}\n", position.line, position.column, label.message));
    }
    if diagnostic.fix.is_some() {
        output.push_str(&format!("  fix:  specc lint --fix {}\n", sources.locate(diagnostic.primary.span).0));
    }
    output.push_str(&format!("  more: specc explain {}\n", diagnostic.lint.name));
    output
}

/// Labels in other files than the main place: one picture shows one file.
fn elsewhere(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    let here: SourceId = diagnostic.primary.span.source;
    diagnostic.labels.iter().filter(move |label| label.span.source != here)
}

/// A finding as miette wants it.
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    file: Option<Indexed<'a>>,
    help: Option<Cow<'a, str>>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.diagnostic, formatter)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.level {
            Level::Error => Severity::Error,
            Level::Warn => Severity::Warning,
            Level::Info | Level::Allow => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.file.as_ref().map(|file| file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.file.as_ref()?.0;
        let here = self.diagnostic.primary.span.source;
        let primary = &self.diagnostic.primary;
        let text = |label: &Label| (!label.message.is_empty()).then(|| label.message.clone().into_owned());
        let first = LabeledSpan::new_primary_with_span(text(primary), visible(file, primary.span));
        let further = self.diagnostic.labels.iter().filter(move |label| label.span.source == here);
        Some(Box::new(
            std::iter::once(first)
                .chain(further.map(move |label| LabeledSpan::new_with_span(text(label), visible(file, label.span)))),
        ))
    }
}

/// The span as miette counts. An empty one, which could not be underlined, takes the character after it, or at the end
/// of the text the one before.
fn visible(file: &SourceFile, span: Span) -> SourceSpan {
    let (start, length) = (span.start as usize, span.range().len());
    if length > 0 {
        return (start, length).into();
    }
    let (before, after) = file.text().split_at_checked(start).unwrap_or((file.text(), ""));
    match (after.chars().next().filter(|next| *next != '\n'), before.chars().next_back()) {
        (Some(next), _) => (start, next.len_utf8()).into(),
        (None, Some(last)) => (before.len() - last.len_utf8(), last.len_utf8()).into(),
        (None, None) => (start, 0).into(),
    }
}

/// A file whose lines are found through its index.
struct Indexed<'a>(&'a SourceFile);

impl SourceCode for Indexed<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text();
        let end = span.offset().checked_add(span.len()).ok_or(MietteError::OutOfBounds)?;
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let starts = self.0.line_starts();
        let line_start = |line: usize| starts.get(line).map_or(text.len(), |start| *start as usize);
        let first_line = self.0.line_index(span.offset()).saturating_sub(lines_before);
        let last_line = self.0.line_index(end.saturating_sub(usize::from(!span.is_empty())));
        // Without context lines miette asks for the place of the span itself.
        let start = if lines_before == 0 { span.offset() } else { line_start(first_line) };
        let column = if lines_before == 0 { self.0.position(start).column - 1 } else { 0 };
        let stop = if lines_after == 0 { end } else { line_start(last_line + 1 + lines_after).max(end) };
        let Some(data) = text.as_bytes().get(start..stop) else { return Err(MietteError::OutOfBounds) };
        let count = last_line + lines_after - first_line + 1;
        let name = self.0.name().to_owned();
        let range = (start, stop - start).into();
        Ok(Box::new(MietteSpanContents::new_named(name, data, range, first_line, column, count)))
    }
}
