//! Statements → readings: which capability reads what, and what is left unread.
//!
//! In: the statements of a spec and the list of capabilities. Out: one [`StatementReading`] a statement. A wrong reading
//! is worse than none, so the reader refuses rather than guesses: hedged, doubly denied and ambiguous clauses, clauses
//! about something else than the service, and unknown words where a capability is strict.

use std::ops::Range;

use super::cue_index::{CueIndex, Match, MatchedClause, bytes, covers, is_within, overlaps};
use super::entry::ErasedReading;
use super::forced::{forced, is_not_compiled};
use super::gates::is_stop_word;
use super::reading::{Refusal, RefusalReason};
use super::subject::{foreign_heading, foreign_section, trimmed_label};
use super::{AcceptedReading, Clause, Context, Entry, StatementReading, second_look};
use crate::parallel;
use crate::spec::clause::{self, ClauseTokens};
use crate::spec::lexer::{Lexed, TokenKind, lex};
use crate::spec::{SectionKind, Spec, Statement};
use crate::value::{ServiceName, UserName};

/// Reads statements through the capabilities of a registry.
pub struct Reader<'r> {
    pub(super) entries: &'r [Entry],
    index: CueIndex,
}

/// Names that are known before the statements are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// The service.
    pub service: Option<&'a ServiceName>,
    /// Its user.
    pub user: Option<&'a UserName>,
}

/// Reads all statements of a spec.
#[must_use]
pub fn read(reader: &Reader<'_>, spec: &Spec, names: Names<'_>) -> Vec<StatementReading> {
    let foreign: Vec<Option<String>> = spec.sections.iter().map(foreign_section).collect();
    let read_one = |statement: &Statement| {
        if spec.is_context(statement) {
            return StatementReading::default();
        }
        let context = Context { statement, section: spec.section(statement), service: names.service, user: names.user };
        reader.statement(&context, foreign_heading(spec, statement, &foreign))
    };
    parallel::map(&spec.statements, read_one)
}

impl<'r> Reader<'r> {
    /// Indexes the cues of all capabilities.
    #[must_use]
    pub fn new(entries: &'r [Entry]) -> Self {
        Self { entries, index: CueIndex::new(entries) }
    }

    /// Reads one statement.
    fn statement(&self, context: &Context<'_>, foreign: Option<&str>) -> StatementReading {
        let statement = context.statement;
        if is_not_compiled(statement) {
            return StatementReading::default();
        }
        if let Some(reading) = forced(statement) {
            return StatementReading { readings: vec![reading], ..StatementReading::default() };
        }
        let owner = self.entries.iter().position(|entry| entry.own_section == Some(context.section.kind));
        let mut lexed = lex(&statement.text);
        statement.drop_signposts(&mut lexed);
        let mut work = Work {
            reader: self,
            context,
            lexed: &lexed,
            foreign,
            label: trimmed_label(statement),
            result: StatementReading::default(),
            claims: Vec::new(),
        };
        if let Some(owner) = owner.filter(|_| context.section.kind != SectionKind::Unknown) {
            let tokens: Vec<usize> = (0..lexed.tokens.len()).collect();
            work.whole(owner, &tokens);
        } else {
            work.clauses();
        }
        work.finish()
    }
}

/// The reading of one statement in progress.
pub(super) struct Work<'w> {
    pub(super) reader: &'w Reader<'w>,
    pub(super) context: &'w Context<'w>,
    pub(super) lexed: &'w Lexed<'w>,
    pub(super) foreign: Option<&'w str>,
    /// The label without white space around it.
    pub(super) label: Range<usize>,
    pub(super) result: StatementReading,
    /// Ranges of the text that accepted readings account for.
    pub(super) claims: Vec<Range<usize>>,
}

impl Work<'_> {
    /// The clauses of the statement, cut further before new cues.
    fn clauses(&mut self) {
        let mut clauses = clause::cut(self.lexed);
        let mut at = 0;
        while at < clauses.len() {
            let lone = clauses[at].opened.is_some()
                && self.matches(&clauses[at].tokens).iter().all(|found| self.reader.entries[found.capability].fallback);
            let before = clauses.len();
            if lone {
                clause::merge_parenthesis(&mut clauses, at);
            }
            if clauses.len() == before {
                at += 1;
            }
        }
        let parts: Vec<MatchedClause> = clauses.into_iter().flat_map(|clause| self.cut_before_cues(clause)).collect();
        for fallback in [false, true] {
            if fallback && !self.result.readings.is_empty() {
                break;
            }
            for part in &parts {
                self.clause(part, fallback);
            }
        }
    }

    /// A comma or *and* cuts where a new cue follows and one stands before.
    fn cut_before_cues(&self, clause: ClauseTokens) -> Vec<MatchedClause> {
        let matches = self.matches(&clause.tokens);
        let cuts = |position: usize| position > 0 && clause::joins(self.lexed, clause.tokens[position - 1]);
        let mut positions: Vec<usize> = matches
            .iter()
            .map(|found| clause::verb_start(self.lexed, &clause.tokens, found.positions.start))
            .filter(|&start| cuts(start) && matches.iter().any(|other| other.positions.end <= start))
            .filter(|&start| !matches.iter().any(|other| other.positions.start < start && start < other.positions.end))
            .collect();
        positions.sort_unstable();
        positions.dedup();
        if positions.is_empty() {
            return vec![MatchedClause { clause, matches }];
        }
        // A phrase that reached across the cut may end before it, too.
        let parts = clause::split_at(&clause, &positions).into_iter();
        parts.map(|part| MatchedClause { matches: self.matches(&part.tokens), clause: part }).collect()
    }

    /// Offers a clause to the capabilities whose cues stand in it.
    fn clause(&mut self, part: &MatchedClause, fallback: bool) {
        let MatchedClause { clause: part, matches } = part;
        let own = |found: &&Match| self.reader.entries[found.capability].fallback == fallback;
        let mut matches: Vec<Match> = matches.iter().filter(own).cloned().collect();
        let mut accepted: Vec<(usize, Vec<Match>, ErasedReading)> = Vec::new();
        let mut offered: Vec<usize> = Vec::new();
        loop {
            // The longer phrase is the more specific one: "system user" over "user".
            let inside = |found: &Match| {
                let hides = |other: &&Match| !self.are_together(found.capability, other.capability);
                matches.iter().filter(hides).any(|other| is_within(&found.positions, &other.positions))
            };
            let mut open: Vec<Match> = matches.iter().filter(|found| !inside(found)).cloned().collect();
            open.retain(|found| !offered.contains(&found.capability));
            open.sort_by_key(|found| (found.capability, found.positions.start, found.number));
            if open.is_empty() {
                break;
            }
            for group in open.chunk_by(|a, b| a.capability == b.capability) {
                let (capability, refusals) = (group[0].capability, self.result.refusals.len());
                offered.push(capability);
                match self.offer(part, group) {
                    Some(reading) => accepted.push((capability, group.to_vec(), reading)),
                    // What says nothing to its capability hides nobody else's phrase.
                    None if self.result.refusals.len() == refusals => {
                        matches.retain(|found| found.capability != capability);
                    }
                    None => {}
                }
            }
        }
        self.accept(part, accepted);
    }

    /// Whether one phrase may ask for both.
    fn are_together(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.reader.entries[one], &self.reader.entries[other]);
        one.alongside.contains(&other.name) || other.alongside.contains(&one.name)
    }

    /// Lets one capability read a clause, unless a gate refuses.
    fn offer(&mut self, part: &ClauseTokens, group: &[Match]) -> Option<ErasedReading> {
        let first = group.first()?;
        let entry = &self.reader.entries[first.capability];
        let label_range = self.context.statement.label.clone().unwrap_or(0..0);
        let label =
            part.tokens.iter().filter(|&&token| label_range.contains(&self.lexed.tokens[token].range().start)).count();
        let cues: Vec<(usize, Range<usize>)> =
            group.iter().map(|found| (found.number, found.positions.clone())).collect();
        let clause = Clause {
            lexed: self.lexed,
            tokens: &part.tokens,
            cues: &cues,
            label,
            parenthetical: part.opened.is_some(),
        };
        let mut reading = (entry.recognise)(&clause, self.context)?;
        let refusal = reading.refused.take().or_else(|| self.refusal(part, group, entry, &reading));
        if let Some(reason) = refusal {
            self.result.refusals.push(Refusal { capability: first.capability, range: clause.cue_range(), reason });
            return None;
        }
        Some(reading)
    }

    /// Accepts readings of a clause; two that share a cue refuse each other.
    fn accept(&mut self, part: &ClauseTokens, readings: Vec<(usize, Vec<Match>, ErasedReading)>) {
        let clash = |index: usize| {
            let (own, matches, _) = &readings[index];
            readings.iter().enumerate().find_map(|(other, (capability, others, _))| {
                let shared = other != index
                    && !self.are_together(*own, *capability)
                    && matches
                        .iter()
                        .any(|found| others.iter().any(|other| overlaps(&found.positions, &other.positions)));
                shared.then_some(*capability)
            })
        };
        let clashes: Vec<Option<usize>> = (0..readings.len()).map(clash).collect();
        for ((capability, matches, reading), clash) in readings.into_iter().zip(clashes) {
            let cue = matches.first().map_or(0..0, |found| self.bytes(part, &found.positions));
            if let Some(other) = clash {
                self.result.refusals.push(Refusal { capability, range: cue, reason: RefusalReason::Ambiguous(other) });
                continue;
            }
            let cues = self.phrases(part, &matches);
            // Who reads a denied phrase has read the word that denies it.
            for found in &matches {
                if let Some(at) = clause::negation_before(self.lexed, &part.tokens, found.positions.start) {
                    self.claims.push(self.bytes(part, &(at..at + 1)));
                }
            }
            self.claims.extend(cues);
            self.claims.extend(reading.claims);
            self.result.readings.push(AcceptedReading {
                capability,
                facts: reading.facts,
                places: reading.places,
                at_least: reading.at_least,
                cue,
                forced: false,
            });
        }
    }

    /// Lets the owner of a section read a whole statement.
    fn whole(&mut self, owner: usize, tokens: &[usize]) {
        let clause = Clause { lexed: self.lexed, tokens, cues: &[], label: 0, parenthetical: false };
        if let Some(reading) = (self.reader.entries[owner].recognise)(&clause, self.context) {
            self.claims.push(clause.range());
            self.result.readings.push(AcceptedReading {
                capability: owner,
                facts: reading.facts,
                places: reading.places,
                at_least: reading.at_least,
                cue: clause.range(),
                forced: false,
            });
        }
    }

    /// The words of cues that are phrases: they are read with the capability. Values are read by who claims them, and what
    /// stands in a gap by who knows it.
    pub(super) fn phrases(&self, part: &ClauseTokens, matches: &[Match]) -> Vec<Range<usize>> {
        let phrases = matches.iter().filter(|found| !found.is_value);
        phrases.flat_map(Match::parts).map(|words| self.bytes(part, &words)).collect()
    }

    pub(super) fn bytes(&self, part: &ClauseTokens, positions: &Range<usize>) -> Range<usize> {
        bytes(self.lexed, &part.tokens, positions)
    }

    fn matches(&self, tokens: &[usize]) -> Vec<Match> {
        self.reader.index.matches(self.lexed, tokens, &self.label)
    }

    /// Collects the words that nobody claimed.
    fn finish(mut self) -> StatementReading {
        let label = self.context.statement.label.clone().unwrap_or(0..0);
        let entries: Vec<&Entry> =
            self.result.readings.iter().map(|reading| &self.reader.entries[reading.capability]).collect();
        if entries.is_empty() {
            self.result.unread.reserve_exact(self.lexed.tokens.len());
        }
        for (index, token) in self.lexed.tokens.iter().enumerate() {
            let range = token.range();
            let claimed = self.claims.iter().any(|claim| covers(claim, &range));
            // The label of an item names its topic; once something in the item was read, the topic is understood.
            let topic = !entries.is_empty() && label.contains(&range.start) && matches!(token.kind, TokenKind::Word);
            let reference = self.context.statement.references.iter().any(|(_, span)| {
                let start = (span.start as usize).saturating_sub(self.context.statement.text.base);
                range.start >= start && range.end <= start + (span.end - span.start) as usize
            });
            let known = || {
                entries.iter().any(|entry| self.is_known(index, entry))
                    || entries.is_empty()
                        && (matches!(token.kind, TokenKind::Mark(_)) || is_stop_word(self.lexed, index))
            };
            if !claimed && !topic && !reference && !known() {
                self.result.unread.push(range);
            }
        }
        second_look::take_back(self.lexed, self.reader.entries, &mut self.result);
        self.result
    }
}
