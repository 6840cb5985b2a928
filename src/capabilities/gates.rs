//! The gates: what a capability has read counts only where nothing around it says otherwise.
//!
//! In: a clause, its cues, a reading. Out: the reason for which the reading is not compiled, if there is one: polarity,
//! hedges, another subject, words that nobody knows.

use std::ops::Range;
use std::sync::LazyLock;

use super::Entry;
use super::cue_index::{Match, covers};
use super::entry::ErasedReading;
use super::own_unit::foreign_unit;
use super::reader::Work;
use super::reading::RefusalReason;
use super::subject::foreign_word;
use crate::spec::clause::{self, ClauseTokens, HEDGES, Polarity, polarity};
use crate::spec::lexer::{Lexed, TokenKind};
use crate::spec::mention::Mention;
use crate::spec::word::{WordSet, is_same};

/// Words that carry no meaning of their own in a requirement.
static STOP_WORDS: LazyLock<WordSet> = LazyLock::new(|| WordSet::parse(include_str!("stop_words.txt")));

/// Whether a token is a word that carries no meaning of its own.
pub(super) fn is_stop_word(lexed: &Lexed<'_>, token: usize) -> bool {
    STOP_WORDS.holds(lexed.tokens[token].hash, lexed.word(token))
}

impl Work<'_> {
    /// The gates: polarity, hedges, foreign subjects, residue.
    pub(super) fn refusal(
        &self,
        part: &ClauseTokens,
        group: &[Match],
        entry: &Entry,
        reading: &ErasedReading,
    ) -> Option<RefusalReason> {
        let phrases: Vec<Range<usize>> = group.iter().map(|found| found.positions.clone()).collect();
        for phrase in &phrases {
            match polarity(self.lexed, &part.tokens, phrase.clone(), &phrases) {
                Polarity::Affirmed => {}
                Polarity::Denied if entry.reads_negation => {}
                Polarity::Denied | Polarity::Doubtful => return Some(RefusalReason::Negated),
            }
        }
        // "Optional: …" holds for all of the item, its parentheses too.
        let label = self.lexed.text.get(self.label.clone()).unwrap_or_default();
        let is_topic = group.iter().any(|found| self.bytes(part, &found.positions).start < self.label.end);
        if let Some(word) = clause::limit_of_label(label, is_topic) {
            return Some(RefusalReason::Hedged(word.to_owned()));
        }
        if clause::gives_an_example(&self.lexed.text[self.bytes(part, &(0..part.tokens.len()))]) {
            return Some(RefusalReason::Hedged("e.g.".to_owned()));
        }
        if let Some(subject) = self.foreign.filter(|subject| !entry.vocabulary.contains(subject)) {
            return Some(RefusalReason::ForeignSubject(subject.to_owned()));
        }
        let cues = self.phrases(part, group);
        let mut unknown = 0;
        let mut known = cues.len() + reading.claims.len();
        for &token in &part.tokens {
            let range = self.lexed.tokens[token].range();
            if cues.iter().chain(&reading.claims).any(|claim| covers(claim, &range)) {
                continue;
            }
            if let Some(Mention::Command(words)) = self.lexed.mention(token)
                && let Some(unit) = foreign_unit(words, self.context)
            {
                return Some(RefusalReason::ForeignSubject(unit.to_owned()));
            }
            let word = self.lexed.word(token);
            if HEDGES.iter().any(|hedge| hedge.eq_ignore_ascii_case(word)) {
                return Some(RefusalReason::Hedged(word.to_owned()));
            }
            if self.is_known(token, entry) {
                known += usize::from(entry.vocabulary.iter().any(|known| known.eq_ignore_ascii_case(word)));
                continue;
            }
            if let Some(subject) = foreign_word(word) {
                return Some(RefusalReason::ForeignSubject(subject));
            }
            if self.is_whose(token, &cues, is_topic) {
                return Some(RefusalReason::ForeignSubject(word.to_owned()));
            }
            if entry.strict {
                return Some(RefusalReason::Residue(word.to_owned()));
            }
            unknown += 1;
        }
        // A clause of which most was not understood was not understood.
        if unknown > known.max(3) + 1 { Some(RefusalReason::Residue(String::new())) } else { None }
    }

    /// Whether a token needs no claim: marks, stop words, the service's own names, and the capability's vocabulary.
    pub(super) fn is_known(&self, token: usize, entry: &Entry) -> bool {
        match self.lexed.tokens[token].kind {
            TokenKind::Mark(_) => true,
            TokenKind::Mention(_) => self.is_own_name(token) || self.is_known_code(token, entry),
            TokenKind::Word => {
                let word = self.lexed.word(token);
                is_stop_word(self.lexed, token)
                    || clause::is_bound(self.lexed, token)
                    || entry.vocabulary.iter().any(|known| is_same(known, word))
                    || self.is_own_name(token)
            }
        }
    }

    /// Whether a token is a word of the vocabulary in inline code: `fail2ban` says no more than fail2ban. Spelled as it is
    /// there: `PORT` is a variable and no port.
    fn is_known_code(&self, token: usize, entry: &Entry) -> bool {
        matches!(self.lexed.mention(token), Some(Mention::Code(code)) if entry.vocabulary.contains(&code.as_str()))
    }

    /// Whether a token belongs to the name of the service or of its user.
    fn is_own_name(&self, token: usize) -> bool {
        let mut start = token;
        while start > 0 && self.lexed.tokens[start].joined {
            start -= 1;
        }
        let name = match self.lexed.mention(token) {
            Some(Mention::Code(code) | Mention::Quoted(code)) => code.as_str(),
            Some(Mention::UnitName(unit)) => unit.trim_end_matches(".service"),
            Some(_) => return false,
            None => self.lexed.name_at(start).0,
        };
        self.context.service.is_some_and(|service| service.as_str().eq_ignore_ascii_case(name))
            || self.context.user.is_some_and(|user| user.as_str() == name)
    }

    /// Whether an unknown word says whose it is: "the working directory **of the installer**", and in a label also what it
    /// is for: "**CPU limit for builds**: …".
    fn is_whose(&self, token: usize, cues: &[Range<usize>], is_topic: bool) -> bool {
        let articles = ["the", "a", "an", "its", "our", "all", "each", "every"];
        if self.lexed.is_one_of(token, &["process", "processes", "unit", "account", "user"]) {
            return false;
        }
        let mut before = token;
        while before > 0 && self.lexed.is_one_of(before - 1, &articles) {
            before -= 1;
        }
        let Some(link) = before.checked_sub(1) else { return false };
        let range = self.lexed.tokens[link].range();
        let in_label = is_topic
            && self.label.contains(&range.start)
            && self.label.contains(&(self.lexed.tokens[token].range().start));
        let after_cue = cues.iter().any(|cue| cue.end <= range.start && range.start - cue.end <= 1);
        let is_value = matches!(self.lexed.mention(token), Some(mention) if !matches!(mention, Mention::Code(_)));
        !is_value
            && (after_cue && self.lexed.is_one_of(link, &["of"])
                || in_label && self.lexed.is_one_of(link, &["of", "for", "during", "on", "in"]))
    }
}
