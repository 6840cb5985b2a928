//! Clauses: the parts of a statement that are read on their own.
//!
//! In: the tokens of a statement. Out: clauses: label with main text, parentheses, and what stands between dashes,
//! semicolons and full stops. A comma or *and* cuts only before a new cue; the reader, which knows the cues, does that
//! through [`split_at`]. Polarity is judged here as well, because it needs nothing but the tokens.

use std::ops::Range;

use super::lexer::{Lexed, TokenKind};
use super::mention::Mention;
use super::word::WordList;

/// A part of a statement: indices into [`Lexed::tokens`], in order, not necessarily contiguous.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClauseTokens {
    /// The tokens, marks other than commas and comparison signs left out.
    pub tokens: Vec<usize>,
    /// The token of the opening parenthesis, when it stood in parentheses.
    pub opened: Option<usize>,
    /// The token of the closing parenthesis, when there is one.
    pub closed: Option<usize>,
}

impl ClauseTokens {
    /// What was collected so far; the rest goes on in the same parentheses.
    fn split_off(&mut self) -> Self {
        let next = Self { tokens: Vec::new(), opened: self.opened, closed: None };
        std::mem::replace(self, next)
    }
}

/// Whether a value can be what a command or a request answers.
fn is_answer(mention: &Mention) -> bool {
    matches!(mention, Mention::Json(_) | Mention::Quoted(_) | Mention::Quantity(_) | Mention::Code(_))
}

/// Whether a clause that ends in a question mark wants to know something. "SSH passwords off?" in a checklist does not.
fn asks(lexed: &Lexed<'_>, clause: &ClauseTokens) -> bool {
    const QUESTIONS: &[&str] = &["why", "how", "what", "when", "where", "which", "who"];
    clause.tokens.first().is_some_and(|&first| lexed.is_one_of(first, QUESTIONS))
}

/// Cuts a statement's tokens into clauses.
#[must_use]
pub fn cut(lexed: &Lexed<'_>) -> Vec<ClauseTokens> {
    const REASON: WordList = WordList::new(&["because"]);
    let mut done: Vec<ClauseTokens> = Vec::with_capacity(4);
    // Most statements are one clause.
    let whole = ClauseTokens { tokens: Vec::with_capacity(lexed.tokens.len()), opened: None, closed: None };
    let mut open: Vec<ClauseTokens> = vec![whole];
    for (index, token) in lexed.tokens.iter().enumerate() {
        let TokenKind::Mark(mark) = token.kind else {
            if let Some(clause) = open.last_mut() {
                // What follows gives a reason, it asks for nothing.
                if lexed.is_in(index, &REASON) {
                    done.push(clause.split_off());
                }
                clause.tokens.push(index);
            }
            continue;
        };
        match mark {
            '(' | '[' => open.push(ClauseTokens { tokens: Vec::new(), opened: Some(index), closed: None }),
            ')' | ']' if open.len() > 1 => {
                done.extend(open.pop().map(|clause| ClauseTokens { closed: Some(index), ..clause }))
            }
            // "`curl …` → 200" is one clause; an arrow between steps parts them.
            '→' if lexed.mention(index + 1).is_some_and(is_answer) => {}
            ';' | '-' | '|' | '!' | '?' | '.' | '→' => {
                if let Some(clause) = open.last_mut() {
                    let said = clause.split_off();
                    if mark != '?' || !asks(lexed, &said) {
                        done.push(said);
                    }
                }
            }
            ',' | '<' | '>' | '=' | '≤' | '≥' | '~' | '+' | '≠' => {
                if let Some(clause) = open.last_mut() {
                    clause.tokens.push(index);
                }
            }
            _ => {}
        }
    }
    done.extend(open);
    done.retain(|clause| clause.tokens.iter().any(|&token| !matches!(lexed.tokens[token].kind, TokenKind::Mark(_))));
    done.sort_by_key(|clause| clause.tokens.first().copied());
    done
}

/// Puts a parenthesis that says nothing on its own back into the clause around it, at its place, between its marks.
pub fn merge_parenthesis(clauses: &mut Vec<ClauseTokens>, at: usize) {
    let Some(opened) = clauses[at].opened else { return };
    let around = (0..clauses.len())
        .filter(|&other| other != at)
        .filter_map(|other| {
            clauses[other].tokens.iter().rev().find(|&&token| token < opened).map(|&token| (token, other))
        })
        .max();
    let Some((_, around)) = around else { return };
    let inner = std::mem::take(&mut clauses[at].tokens);
    let closed = clauses[at].closed;
    let tokens = &mut clauses[around].tokens;
    tokens.push(opened);
    tokens.extend(inner);
    tokens.extend(closed);
    tokens.sort_unstable();
    tokens.dedup();
    clauses.remove(at);
}

/// Whether a token joins two clauses: a comma, *and*, *but*, *then*.
#[must_use]
pub fn joins(lexed: &Lexed<'_>, token: usize) -> bool {
    lexed.tokens[token].kind == TokenKind::Mark(',') || lexed.is_one_of(token, &["and", "but", "then", "&"])
}

/// Cuts a clause before the given positions (indices into its tokens); each must stand after a comma, *and* or *or*,
/// which is dropped.
#[must_use]
pub fn split_at(clause: &ClauseTokens, positions: &[usize]) -> Vec<ClauseTokens> {
    let mut parts = Vec::with_capacity(positions.len() + 1);
    let mut start = 0;
    for &position in positions.iter().chain(std::iter::once(&clause.tokens.len())) {
        if position > start {
            parts.push(ClauseTokens {
                tokens: clause.tokens[start..position].to_vec(),
                opened: clause.opened,
                closed: None,
            });
        }
        start = position;
    }
    parts
}

/// Words that turn what follows them.
pub const NEGATIONS: WordList = WordList::new(&[
    "no", "not", "never", "without", "non", "don't", "doesn't", "cannot", "can't", "isn't", "aren't", "won't",
    "mustn't", "neither", "nor", "nobody", "nothing",
]);

/// Words that turn what stands before them.
const TRAILING_NEGATIONS: WordList = WordList::new(&[
    "disabled",
    "off",
    "denied",
    "closed",
    "forbidden",
    "prohibited",
    "blocked",
    "rejected",
    "unexposed",
    "inactive",
    "refused",
]);

/// Words that leave open whether something holds.
pub const HEDGES: &[&str] = &[
    "if",
    "unless",
    "except",
    "optional",
    "optionally",
    "planned",
    "later",
    "future",
    "eventually",
    "maybe",
    "perhaps",
    "might",
    "could",
    "ideally",
    "preferably",
    "alternatively",
    "otherwise",
    "instead",
    "excluding",
    "either",
    "consider",
    "temporarily",
    "previously",
    "formerly",
    "deprecated",
    "because",
    // Another time
    "until",
    "considered",
    "old",
    "legacy",
    // Another place
    "staging",
    "development",
];

/// The first of [`HEDGES`] in a text.
#[must_use]
pub fn hedge(text: &str) -> Option<&str> {
    let mut words = text.split(|character: char| !character.is_alphabetic());
    words.find(|word| HEDGES.iter().any(|hedge| hedge.eq_ignore_ascii_case(word)))
}

/// The word with which a label limits what stands after it, unless the label is its topic.
#[must_use]
pub fn limit_of_label(label: &str, is_topic: bool) -> Option<&str> {
    hedge(label).or_else(|| condition(label).filter(|_| !is_topic))
}

/// "For premium customers: …", "During imports: …"
fn condition(label: &str) -> Option<&str> {
    let mut words = label.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next()?;
    let limits = ["for", "during", "while", "in"].iter().any(|word| word.eq_ignore_ascii_case(first));
    let always = ["production", "case", "all", "every"];
    (limits && !words.next().is_some_and(|next| always.iter().any(|word| word.eq_ignore_ascii_case(next))))
        .then_some(first)
}

/// Whether a text gives an example instead of a value: "(e.g., `api:api`)".
#[must_use]
pub fn gives_an_example(text: &str) -> bool {
    text.contains("e.g.") || text.contains("for example")
}

/// Whether a phrase holds or is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// It holds.
    Affirmed,
    /// It is denied.
    Denied,
    /// Two negations meet on it: not compiled.
    Doubtful,
}

/// Whether a negation begins a bound, which denies nothing: "no more than 3", "must never exceed 3", "may not use more
/// than 3", "does not grow beyond 3".
#[must_use]
pub fn is_bound(lexed: &Lexed<'_>, token: usize) -> bool {
    const MORE: &[&str] = &["more", "longer", "later", "greater", "higher", "larger"];
    let more_than = |token| lexed.is_one_of(token, MORE) && lexed.is_one_of(token + 1, &["than"]);
    let grows = || lexed.is_one_of(token + 1, &["go", "goes", "grow", "grows", "rise", "rises"]);
    let exceeds = || {
        lexed.is_one_of(token + 1, &["exceed", "exceeds"])
            || grows() && lexed.is_one_of(token + 2, &["above", "over", "beyond", "past"])
            || matches!(lexed.tokens.get(token + 1).map(|next| next.kind), Some(TokenKind::Word))
                && more_than(token + 2)
    };
    lexed.is_one_of(token, &["no", "not"]) && more_than(token + 1)
        || lexed.is_one_of(token, &["not", "never", "cannot", "can't", "mustn't"]) && exceeds()
}

/// The word before a phrase that denies it: a position in `tokens`.
#[must_use]
pub fn negation_before(lexed: &Lexed<'_>, tokens: &[usize], start: usize) -> Option<usize> {
    (0..start)
        .rev()
        .take_while(|&position| !matches!(lexed.tokens[tokens[position]].kind, TokenKind::Mark(_)))
        .take(5)
        .find(|&position| NEGATIONS.contains(lexed.word(tokens[position])))
}

/// Where the words begin that lead to a phrase and belong to its verb: "and |must not run as", "and |shall restart".
#[must_use]
pub fn verb_start(lexed: &Lexed<'_>, tokens: &[usize], phrase: usize) -> usize {
    const LEADING: WordList =
        WordList::new(&["must", "shall", "should", "will", "to", "be", "is", "are", "it", "also", "then"]);
    let leads = |position: usize| lexed.is_in(tokens[position], &LEADING) || lexed.is_in(tokens[position], &NEGATIONS);
    let words = (0..phrase).rev().take_while(|&position| leads(position)).count();
    phrase - words
}

/// The polarity of a phrase: `range` are positions in `tokens`. Negations inside the phrase belong to the phrase, and
/// those inside one of `others` to that one: "no login shell, runs as X".
#[must_use]
pub fn polarity(lexed: &Lexed<'_>, tokens: &[usize], range: Range<usize>, others: &[Range<usize>]) -> Polarity {
    let elsewhere = |position: usize| {
        others.iter().any(|other| other.contains(&position) && !(other.start <= range.start && range.end <= other.end))
    };
    let is = |position: usize, list: &WordList| {
        tokens.get(position).is_some_and(|&token| lexed.is_in(token, list)) && !elsewhere(position)
    };
    let is_barrier = |position: usize| {
        tokens
            .get(position)
            .is_some_and(|&token| matches!(lexed.tokens[token].kind, TokenKind::Mark(',' | '(' | ')' | '[' | ']')))
    };
    let is_bound = |position: usize| tokens.get(position).is_some_and(|&token| is_bound(lexed, token));
    let before = (0..range.start)
        .rev()
        .take_while(|&position| !is_barrier(position))
        .take(5)
        .filter(|&position| is(position, &NEGATIONS) && !is_bound(position))
        .count();
    let after = (range.end..tokens.len())
        .take_while(|&position| !is_barrier(position))
        .take(6)
        .find(|&position| is(position, &TRAILING_NEGATIONS));
    let after = match after {
        Some(position) if position > 0 && is(position - 1, &NEGATIONS) => 2,
        Some(_) => 1,
        None => (range.end..range.end + 3)
            .take_while(|&position| !is_barrier(position))
            .filter(|&position| is(position, &NEGATIONS) && !is_bound(position))
            .count()
            .min(1),
    };
    match before + after {
        0 => Polarity::Affirmed,
        1 => Polarity::Denied,
        _ => Polarity::Doubtful,
    }
}
