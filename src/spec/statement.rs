//! One statement of a specification.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lexer::{Lexed, Token};
use super::{Annotation, StatementId};
use crate::source::Span;
use crate::syntax::Text;

/// Index of a statement in [`Spec::statements`](super::Spec::statements).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementIndex(pub u32);

/// What a statement is for. Comes from an explicit FR/NFR/SR/OR prefix, else from the section; never from the checkbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// What the deployment does (FR).
    Functional,
    /// How well it does it (NFR).
    NonFunctional,
    /// How it is protected (SR).
    Security,
    /// How it is run and watched (OR).
    Operational,
    /// How one sees that a requirement holds (VC).
    Criterion,
    /// What is out of scope, or given (CN).
    Constraint,
    /// What the deployment is for (IN); contributes nothing by itself.
    Intent,
}

impl StatementKind {
    /// The prefix of its IDs.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Functional => "FR",
            Self::NonFunctional => "NFR",
            Self::Security => "SR",
            Self::Operational => "OR",
            Self::Criterion => "VC",
            Self::Constraint => "CN",
            Self::Intent => "IN",
        }
    }

    /// The kind that an ID prefix stands for.
    #[must_use]
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        use StatementKind::{Constraint, Criterion, Functional, Intent, NonFunctional, Operational, Security};
        [Functional, NonFunctional, Security, Operational, Criterion, Constraint, Intent]
            .into_iter()
            .find(|kind| kind.prefix() == prefix)
    }

    /// The word for it, as JSON and tables write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Functional => "functional",
            Self::NonFunctional => "non-functional",
            Self::Security => "security",
            Self::Operational => "operational",
            Self::Criterion => "criterion",
            Self::Constraint => "constraint",
            Self::Intent => "intent",
        }
    }

    /// Whether statements of this kind ask for something, and so create operations.
    #[must_use]
    pub fn is_requirement(self) -> bool {
        matches!(self, Self::Functional | Self::NonFunctional | Self::Security | Self::Operational)
    }
}

/// How a statement is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list item.
    Item,
    /// A list item with a box; the tick is somebody's claim and changes nothing.
    Checkbox {
        /// Whether the box is ticked.
        ticked: bool,
    },
    /// A table row.
    TableRow,
    /// A heading that is or starts with an ID, with the text below it.
    IdHeading,
    /// A paragraph that starts with an ID or says MUST or SHALL.
    Paragraph,
    /// WHEN … THEN ….
    Scenario,
    /// `--set LABEL=VALUE` on the command line.
    CommandLine,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its ID, written or derived.
    pub id: StatementId,
    /// Whether the author wrote the ID. Written IDs are never changed.
    pub id_span: Option<Span>,
    /// What it is for.
    pub kind: StatementKind,
    /// How it is written.
    pub form: Form,
    /// Index of its section in [`Spec::sections`](super::Spec::sections).
    pub section: usize,
    /// Its content in the source.
    pub span: Span,
    /// Its text with places. A written ID, the label's markup and annotations are blanked, the label's words are not.
    pub text: Text,
    /// `**Label**: value` and `Label: value`: the label as a range into the masked text, without the colon.
    /// In a table row the first cell that is no ID, when there are at least two cells besides the ID.
    pub label: Option<Range<usize>>,
    /// The statement that it is nested in, whose subject it inherits.
    pub parent: Option<StatementIndex>,
    /// A paragraph directly before the list, ending in a colon: the subject of all its items. Its span.
    pub lead_in: Option<Span>,
    /// `specc:` comments after it.
    pub annotations: Vec<Annotation>,
    /// IDs that it names, such as `(FR-001)` or `verifies FR-001`, with their places.
    pub references: Vec<(StatementId, Span)>,
    /// TBD, TODO, `[NEEDS CLARIFICATION…]`: keeps it from being compiled.
    pub open_question: Option<Span>,
}

impl Statement {
    /// The text as people read it: on one line, single spaces, inline code in backticks.
    #[must_use]
    pub fn display_text(&self) -> String {
        let mut text = String::with_capacity(self.text.masked.len());
        let mut code = self.text.code.iter().peekable();
        let mut marks = self.markers().into_iter().peekable();
        // Between a cell or a heading and what follows stands no colon in the source.
        let title = self.label.as_ref().filter(|_| matches!(self.form, Form::TableRow | Form::IdHeading));
        for (offset, character) in self.text.masked.char_indices() {
            if code.peek().is_some_and(|range| range.start == offset) {
                text.push('`');
            }
            while marks.next_if(|mark| *mark < offset).is_some() {}
            let is_mark = marks.peek() == Some(&offset);
            if title.is_some_and(|title| title.end == offset)
                && text.ends_with(|last: char| last.is_alphanumeric() || "`)".contains(last))
            {
                text.push(':');
            }
            if !character.is_whitespace() {
                text.push(character);
            } else if !is_mark && !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            if code.next_if(|range| range.end == offset + character.len_utf8()).is_some() {
                text.push('`');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// Where the marks of bold type and code stood: blanks in the masked text that are no blanks between words.
    fn markers(&self) -> Vec<usize> {
        let around = |range: &Range<usize>, width: usize| {
            (range.start.saturating_sub(width)..range.start).chain(range.end..range.end + width)
        };
        let bold = self.text.strong.iter().flat_map(|range| around(range, 2));
        let mut marks: Vec<_> = bold.chain(self.text.code.iter().flat_map(|range| around(range, 1))).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }

    /// Whether an ID can be written before its text: not in a table row, nor where there is no text or another
    /// statement's ID leads.
    #[must_use]
    pub fn can_carry_id(&self) -> bool {
        let words = self.text.base + self.text.masked.len() - self.text.masked.trim_start().len();
        let led = self.references.first().is_some_and(|(_, span)| (span.start as usize) < words);
        let form = matches!(self.form, Form::Item | Form::Checkbox { .. } | Form::Paragraph | Form::Scenario);
        form && !led && !self.text.is_blank()
    }

    /// The source span of a range of the masked text.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        Span::new(self.span.source, self.text.base + range.start..self.text.base + range.end)
    }

    /// Whether the label only counts or names a part of the document (`Layer 3 — Security:`) and says nothing.
    #[must_use]
    pub fn has_title_label(&self) -> bool {
        const TITLES: &[&str] =
            &["layer", "step", "phase", "stage", "level", "part", "tier", "check", "test", "criterion"];
        let mut words = self.label_text().unwrap_or_default().split_whitespace();
        let named = words.next().is_some_and(|word| TITLES.iter().any(|title| title.eq_ignore_ascii_case(word)));
        named && words.next().is_some_and(|word| word.starts_with(|character: char| character.is_ascii_digit()))
    }

    /// Takes away the tokens that say nothing themselves: IDs of other statements, whose digits are nobody's port or mode,
    /// and a label that only counts.
    pub fn drop_signposts(&self, lexed: &mut Lexed<'_>) {
        let label = self.label.as_ref().filter(|_| self.has_title_label()).map_or(0, |label| label.end);
        if label == 0 && self.references.is_empty() {
            return;
        }
        let place = |token: &Token| self.text.base + token.start as usize;
        let names = |token: &Token| self.references.iter().any(|(_, span)| span.range().contains(&place(token)));
        lexed.tokens.retain(|token| token.start as usize >= label && !names(token));
    }

    /// Whether it says *must* or *shall* as a sentence of its own, and does not only lead to a list.
    #[must_use]
    pub fn asks_for_something(&self) -> bool {
        let text = self.text.masked.trim_end();
        let mut words = text.split(|character: char| !character.is_alphabetic());
        !text.ends_with([':', '：'])
            && words.any(|word| ["must", "shall"].iter().any(|modal| modal.eq_ignore_ascii_case(word)))
    }

    /// The label as text, when there is one.
    #[must_use]
    pub fn label_text(&self) -> Option<&str> {
        self.label.clone().map(|range| self.text.masked[range].trim())
    }
}
