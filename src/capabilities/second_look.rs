//! The second look: what is left of a sentence can take back what was read of it.
//!
//! In: the readings of a statement and the words that nobody claimed. Out: readings fewer, refusals more. Each clause was
//! judged on its own; here an exception in the next clause, or a port that nobody read, undoes what would be too much.

use std::ops::Range;

use super::reading::{Refusal, RefusalReason};
use super::{Entry, StatementReading};
use crate::spec::clause::NEGATIONS;
use crate::spec::lexer::{Lexed, TokenKind};
use crate::spec::mention::Mention;
use crate::spec::word::WordList;

/// Words that take something out of what the rest of the sentence says.
const EXCEPTIONS: WordList =
    WordList::new(&["unless", "except", "excepted", "exception", "exceptions", "excluding", "optional", "optionally"]);

/// Takes back the readings that the unread rest of their sentence, or of their statement, may contradict.
pub(super) fn take_back(lexed: &Lexed<'_>, entries: &[Entry], result: &mut StatementReading) {
    // Prose: nothing to take back.
    if result.readings.is_empty() {
        return;
    }
    let mut refusals: Vec<Refusal> = Vec::new();
    let unread: Vec<usize> = unread_tokens(lexed, &result.unread);
    let refused: Vec<Refusal> = result.refusals.clone();
    result.readings.retain(|reading| {
        let Some(entry) = entries.get(reading.capability).filter(|_| !reading.forced) else { return true };
        let here = sentence(lexed, &reading.cue);
        let excepted = unread
            .iter()
            .filter(|&&token| lexed.is_in(token, &EXCEPTIONS))
            .find(|&&token| here.contains(&lexed.tokens[token].range().start))
            .map(|&token| RefusalReason::Hedged(lexed.word(token).to_owned()));
        // What must never be half read is not read where a number or a *not* is left over anywhere.
        let left_over = || unread.iter().find(|&&token| weighs(lexed, token));
        let reason = excepted.or_else(|| {
            let token = left_over().filter(|_| entry.all_or_nothing)?;
            Some(RefusalReason::Residue(lexed.word(*token).to_owned()))
        });
        let reason = reason.or_else(|| {
            let other_value = reading.places.iter().find_map(|(_, place)| beside(lexed, &unread, place))?;
            Some(RefusalReason::Residue(lexed.word(other_value).to_owned()))
        });
        let reason = reason.or_else(|| {
            let other =
                refused.iter().find(|refusal| entry.all_or_nothing && refusal.capability == reading.capability)?;
            Some(other.reason.clone())
        });
        match reason {
            None => true,
            Some(reason) => {
                refusals.push(Refusal { capability: reading.capability, range: reading.cue.clone(), reason });
                false
            }
        }
    });
    result.refusals.extend(refusals);
}

/// The tokens of the unread ranges.
fn unread_tokens(lexed: &Lexed<'_>, unread: &[Range<usize>]) -> Vec<usize> {
    let starts: Vec<usize> = unread.iter().map(|range| range.start).collect();
    (0..lexed.tokens.len()).filter(|&token| starts.binary_search(&lexed.tokens[token].range().start).is_ok()).collect()
}

/// Whether an unread token can turn a list of ports or a setting into another one.
fn weighs(lexed: &Lexed<'_>, token: usize) -> bool {
    match lexed.mention(token) {
        Some(Mention::Quantity(quantity)) => quantity.unit.is_empty(),
        Some(Mention::Endpoint(_) | Mention::Network(_)) => true,
        Some(_) => false,
        None => lexed.is_in(token, &NEGATIONS),
    }
}

/// The rest of a value that was read in part, or its vagueness: "about 10 s", "5 to 10 s", "8000-8010", "1 min 30 s", "5/min".
fn beside(lexed: &Lexed<'_>, unread: &[usize], place: &Range<usize>) -> Option<usize> {
    let is_number = |token: usize| matches!(lexed.mention(token), Some(Mention::Quantity(_)));
    let is_link = |token: usize| {
        lexed.is_one_of(token, &["to", "or"])
            || lexed.tokens.get(token).is_some_and(|mark| matches!(mark.kind, TokenKind::Mark('-' | '/' | '~' | '…')))
    };
    if let Some(&word) = unread.iter().find(|&&word| {
        lexed.is_one_of(word, &["about", "around", "approximately", "roughly", "circa"])
            && lexed.tokens.get(word + 1).is_some_and(|next| next.range() == *place)
    }) {
        return Some(word);
    }
    let at = lexed.tokens.iter().position(|token| token.range() == *place).filter(|&at| is_number(at))?;
    let next = if is_link(at + 1) { at + 2 } else { at + 1 };
    let before = at.checked_sub(1).map(|before| if is_link(before) { before.saturating_sub(1) } else { before });
    let rate = lexed.tokens.get(at + 1).is_some_and(|mark| mark.kind == TokenKind::Mark('/'));
    unread
        .iter()
        .copied()
        .find(|&token| token == next && (is_number(token) || rate) || Some(token) == before && is_number(token))
}

/// The sentence around a place: from full stop to full stop.
fn sentence(lexed: &Lexed<'_>, place: &Range<usize>) -> Range<usize> {
    let stops = || lexed.tokens.iter().filter(|token| matches!(token.kind, TokenKind::Mark('.' | '!' | '?' | '|')));
    let start = stops().map(|stop| stop.range().end).take_while(|&end| end <= place.start).last().unwrap_or(0);
    let end = stops().map(|stop| stop.range().start).find(|&at| at >= place.end).unwrap_or(lexed.text.len());
    start..end
}
