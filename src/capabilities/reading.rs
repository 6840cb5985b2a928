//! What was read from a clause, and from a statement.

use std::ops::Range;

use serde_json::{Map, Value};

/// Facts with the places that they were read from.
#[derive(Debug, Clone, Default)]
pub struct Reading<F> {
    /// The facts.
    pub facts: F,
    /// Ranges of the masked text that are accounted for; cues are added by the reader.
    pub claims: Vec<Range<usize>>,
    /// Where single facts stand, by field name, for diagnostics.
    pub places: Vec<(&'static str, Range<usize>)>,
    /// Fields whose value is the least that is asked for; see [`super::Capability::satisfies`].
    pub at_least: Vec<&'static str>,
    /// Why the capability, which has understood the sentence, does not compile it.
    pub refused: Option<RefusalReason>,
}

impl<F> Reading<F> {
    /// Facts that claim these ranges.
    pub fn new(facts: F, claims: impl IntoIterator<Item = Range<usize>>) -> Self {
        Self { facts, claims: claims.into_iter().collect(), places: Vec::new(), at_least: Vec::new(), refused: None }
    }

    /// Claims a further range.
    #[must_use]
    pub fn claim(mut self, range: Range<usize>) -> Self {
        self.claims.push(range);
        self
    }

    /// Understood, and not compiled: the reason is reported.
    #[must_use]
    pub fn refuse(mut self, reason: RefusalReason) -> Self {
        self.refused = Some(reason);
        self
    }

    /// Says where a fact stands, and claims it.
    #[must_use]
    pub fn place(mut self, field: &'static str, range: Range<usize>) -> Self {
        self.claims.push(range.clone());
        self.places.push((field, range));
        self
    }
}

/// A reading that counts: untyped, with its capability.
#[derive(Debug, Clone)]
pub struct AcceptedReading {
    /// Index of the capability in the registry.
    pub capability: usize,
    /// Facts, without those that are unset.
    pub facts: Map<String, Value>,
    /// Where single facts stand, as ranges of the masked text.
    pub places: Vec<(&'static str, Range<usize>)>,
    /// Fields whose value is the least that is asked for.
    pub at_least: Vec<&'static str>,
    /// The cue, as a range of the masked text: the place for diagnostics about the whole reading.
    pub cue: Range<usize>,
    /// Whether an `as=` annotation said so.
    pub forced: bool,
}

/// What was understood of a statement.
#[derive(Debug, Clone, Default)]
pub struct StatementReading {
    /// Readings in the order of their cues.
    pub readings: Vec<AcceptedReading>,
    /// Words that nobody claimed, as ranges of the masked text.
    pub unread: Vec<Range<usize>>,
    /// Why parts of it, or all of it, were not compiled.
    pub refusals: Vec<Refusal>,
}

/// Why something that announced a capability was not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The capability that the cue belongs to.
    pub capability: usize,
    /// The place.
    pub range: Range<usize>,
    /// The reason, for the matrix and the diagnostic.
    pub reason: RefusalReason,
}

/// The kinds of refusals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalReason {
    /// Two negations, or a negation that the capability cannot express.
    Negated,
    /// *if*, *optional*, *planned*, *except*: whether it holds is left open.
    Hedged(String),
    /// Two capabilities claim the cue.
    Ambiguous(usize),
    /// A word stands there that a strict capability does not know.
    Residue(String),
    /// The sentence is about something else: its subject is named.
    ForeignSubject(String),
}
