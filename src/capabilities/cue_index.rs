//! The index of cues: which phrases of which capabilities stand in a clause.
//!
//! In: the list of capabilities; then the tokens of clauses. Out: matches, with the capability and the cue's number
//! there. What a match means is not decided here.

use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Entry;
use crate::spec::clause::ClauseTokens;
use crate::spec::cue::{self, Cue, CueMatch, CueStart};
use crate::spec::lexer::{Lexed, TokenKind};
use crate::spec::mention::Mention;
use crate::spec::word::WordHash;

/// A cue in the index: its capability, its number there, and its pattern.
struct IndexedCue {
    capability: usize,
    number: usize,
    pattern: &'static str,
    compiled: OnceLock<Cue>,
}

impl IndexedCue {
    /// The compiled pattern: a specification meets few of them, so they wait for the first token that may start them.
    fn cue(&self) -> &Cue {
        self.compiled.get_or_init(|| Cue::new(self.pattern))
    }
}

/// A match of a cue: positions in a clause's tokens.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub capability: usize,
    pub number: usize,
    pub positions: Range<usize>,
    /// What stands between its parts, and is not read with them.
    skipped: Vec<Range<usize>>,
    /// Whether it is a value; who reads it says so, a phrase is read with its capability.
    pub is_value: bool,
}

impl Match {
    /// The positions of its own words, without what its gaps skip.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        let mut skipped: Vec<&Range<usize>> = self.skipped.iter().collect();
        skipped.sort_unstable_by_key(|gap| gap.start);
        let mut parts = Vec::with_capacity(1 + skipped.len());
        let mut start = self.positions.start;
        for gap in skipped {
            parts.push(start..gap.start);
            start = gap.end;
        }
        parts.push(start..self.positions.end);
        parts
    }
}

/// A clause with the cues that stand in it.
pub(super) struct MatchedClause {
    pub clause: ClauseTokens,
    pub matches: Vec<Match>,
}

/// All cues of a list of capabilities, found by how they start.
pub(super) struct CueIndex {
    cues: Vec<IndexedCue>,
    by_word: FxHashMap<WordHash, Vec<usize>>,
    by_directive: FxHashMap<String, Vec<usize>>,
    by_variable: Vec<usize>,
    by_mention: Vec<usize>,
}

impl CueIndex {
    /// Indexes the cues of all capabilities.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut index = Self {
            cues: Vec::new(),
            by_word: FxHashMap::default(),
            by_directive: FxHashMap::default(),
            by_variable: Vec::new(),
            by_mention: Vec::new(),
        };
        for (capability, entry) in entries.iter().enumerate() {
            for (number, pattern) in entry.cues.iter().enumerate() {
                let place = index.cues.len();
                match Cue::new(pattern.split(' ').next().unwrap_or(pattern)).start() {
                    CueStart::Words(words) => {
                        for word in words {
                            let places = index.by_word.entry(WordHash::of(word)).or_default();
                            if places.last() != Some(&place) {
                                places.push(place);
                            }
                        }
                    }
                    CueStart::Directive(name) => index.by_directive.entry(name.to_owned()).or_default().push(place),
                    CueStart::Variable => index.by_variable.push(place),
                    CueStart::Mention => index.by_mention.push(place),
                }
                index.cues.push(IndexedCue { capability, number, pattern, compiled: OnceLock::new() });
            }
        }
        index
    }

    /// Cues that can start at a token.
    fn candidates(&self, lexed: &Lexed<'_>, token: usize) -> (&[usize], &[usize]) {
        match lexed.tokens[token].kind {
            TokenKind::Mark(_) => (&[], &[]),
            TokenKind::Word => {
                let word = lexed.word(token);
                if cue::is_variable_name(word) {
                    return (&[], &self.by_variable);
                }
                let spelled = lexed.spelled_directive(token).and_then(|(name, _)| self.by_directive.get(name));
                let words = self.by_word.get(&lexed.tokens[token].hash);
                (words.map_or(&[], Vec::as_slice), spelled.map_or(&[], Vec::as_slice))
            }
            TokenKind::Mention(_) => match lexed.mention(token) {
                Some(Mention::Directive { name, .. }) => {
                    (self.by_directive.get(name).map_or(&[], Vec::as_slice), &self.by_variable)
                }
                Some(Mention::Code(_)) => (&self.by_mention, &self.by_variable),
                _ => (&self.by_mention, &[]),
            },
        }
    }

    /// Cue matches in a clause's tokens; `label` is the statement's label, which some cues ask for.
    pub(super) fn matches(&self, lexed: &Lexed<'_>, tokens: &[usize], label: &Range<usize>) -> Vec<Match> {
        let mut found = Vec::new();
        for at in 0..tokens.len() {
            let (first, second) = self.candidates(lexed, tokens[at]);
            for &index in first.iter().chain(second) {
                let indexed @ IndexedCue { capability, number, .. } = &self.cues[index];
                let cue = indexed.cue();
                let Some(CueMatch { positions, skipped }) = cue.matches(lexed, tokens, at) else { continue };
                if cue.is_label() && bytes(lexed, tokens, &positions) != *label {
                    continue;
                }
                found.push(Match {
                    capability: *capability,
                    number: *number,
                    positions,
                    skipped,
                    is_value: cue.is_value(),
                });
            }
        }
        found
    }
}

/// The bytes of some positions in a clause's tokens.
pub(super) fn bytes(lexed: &Lexed<'_>, tokens: &[usize], positions: &Range<usize>) -> Range<usize> {
    let start = tokens.get(positions.start).map_or(0, |&token| lexed.tokens[token].range().start);
    let end = tokens.get(positions.end.saturating_sub(1)).map_or(start, |&token| lexed.tokens[token].range().end);
    start..end.max(start)
}

/// Whether one range lies within another, or equals it.
pub(super) fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether two ranges share a place.
pub(super) fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Strictly inside, not equal.
pub(super) fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    covers(outer, inner) && inner != outer
}
