//! Cues: the phrases that announce a capability, as data.
//!
//! In: a pattern such as `log(s) (are) rotate(d)`. Out: where it matches in a list of tokens.
//!
//! | pattern | matches |
//! |---|---|
//! | `log(s)` | `log`, `logs`; `restart(s\|ed)` has several endings |
//! | `log\|journal` | either word |
//! | `(the)` | the word, or nothing |
//! | `#` | a number or quantity |
//! | `…` | up to four other words |
//! | `Name=` | a directive of this name: `Name=value`, `Name: value` |
//! | `<path>` `<file>` `<endpoint>` `<url>` `<owner>` `<network>` `<command>` | an atom of this kind |
//! | `<version>` | a version, or a number without a unit: `3.10`, `12` |
//! | `<variable>` | a directive or a word named like a variable: `LOG_LEVEL=info`, `API_KEY` |
//! | `name:` | these words as the whole label of the statement |
//!
//! Words compare without case; hyphens in the text count as spaces, so `start limit` covers `start-limit`.

use std::ops::Range;

use super::lexer::{Lexed, Token, TokenKind};
use super::mention::Mention;
use super::word::{WordFilter, is_same};

/// How many words a `…` may skip.
const LONGEST_GAP: usize = 4;

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    Words { words: Vec<String>, filter: WordFilter, optional: bool },
    Number,
    Gap,
    Directive(String),
    Atom(Atom),
}

/// Kinds of atoms that a pattern can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Atom {
    Path,
    File,
    Endpoint,
    Url,
    Owner,
    Command,
    Network,
    Variable,
    Version,
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    elements: Vec<Element>,
    label: bool,
}

/// Where a pattern matches, in positions of a list of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueMatch {
    /// From its first token to behind its last.
    pub positions: Range<usize>,
    /// What its gaps skip: words of their own, which the phrase does not account for.
    pub skipped: Vec<Range<usize>>,
}

/// What the first element of a pattern is; cues are found through it.
#[derive(Debug, PartialEq, Eq)]
pub enum CueStart<'a> {
    /// One of these words, lower case.
    Words(&'a [String]),
    /// A directive of this name.
    Directive(&'a str),
    /// A variable: try at every directive and at words that are spelled like one.
    Variable,
    /// Anything else: try at every mention.
    Mention,
}

impl Cue {
    /// Compiles a pattern. Patterns are constants of this program; what cannot be read is a word that matches nothing,
    /// and the registry test finds it.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let (pattern, label) = match pattern.strip_suffix(':') {
            Some(words) => (words, true),
            None => (pattern, false),
        };
        Self { elements: pattern.split_whitespace().map(element).collect(), label }
    }

    /// Whether it counts only as the whole label of a statement.
    #[must_use]
    pub fn is_label(&self) -> bool {
        self.label
    }

    /// Whether it is nothing but a value.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self.elements.as_slice(), [Element::Atom(_) | Element::Number | Element::Directive(_)])
    }

    /// How the pattern starts.
    #[must_use]
    pub fn start(&self) -> CueStart<'_> {
        match self.elements.first() {
            Some(Element::Words { words, .. }) => CueStart::Words(words),
            Some(Element::Directive(name)) => CueStart::Directive(name),
            Some(Element::Atom(Atom::Variable)) => CueStart::Variable,
            _ => CueStart::Mention,
        }
    }

    /// The first place where the pattern matches: a range in `tokens`, which are indices into `lexed`.
    #[must_use]
    pub fn find(&self, lexed: &Lexed<'_>, tokens: &[usize]) -> Option<Range<usize>> {
        let may_start = |at: &usize| match self.elements.first() {
            Some(Element::Words { filter, optional: false, .. }) => filter.may_hold(lexed.tokens[tokens[*at]].hash),
            _ => true,
        };
        (0..tokens.len()).filter(may_start).find_map(|at| self.matches(lexed, tokens, at)).map(|found| found.positions)
    }

    /// Where the pattern matches when it starts at `tokens[at]`; `tokens` are indices into `lexed`.
    #[must_use]
    pub fn matches(&self, lexed: &Lexed<'_>, tokens: &[usize], at: usize) -> Option<CueMatch> {
        let mut skipped = Vec::new();
        let end = matches_from(&self.elements, lexed, tokens, at, &mut skipped)?;
        Some(CueMatch { positions: at..end, skipped })
    }
}

fn element(pattern: &str) -> Element {
    match pattern {
        "#" => return Element::Number,
        "…" => return Element::Gap,
        "<path>" => return Element::Atom(Atom::Path),
        "<file>" => return Element::Atom(Atom::File),
        "<endpoint>" => return Element::Atom(Atom::Endpoint),
        "<url>" => return Element::Atom(Atom::Url),
        "<owner>" => return Element::Atom(Atom::Owner),
        "<network>" => return Element::Atom(Atom::Network),
        "<command>" => return Element::Atom(Atom::Command),
        "<variable>" => return Element::Atom(Atom::Variable),
        "<version>" => return Element::Atom(Atom::Version),
        _ => {}
    }
    if let Some(name) = pattern.strip_suffix('=') {
        return Element::Directive(name.to_owned());
    }
    let optional = pattern.starts_with('(');
    let inner = if optional {
        pattern.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(pattern)
    } else {
        pattern
    };
    let words = alternatives(inner);
    Element::Words { filter: WordFilter::of(words.iter().map(String::as_str)), words, optional }
}

/// `a|b(s|ed)` → `a`, `b`, `bs`, `bed`; bars inside parentheses belong to the endings.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let pieces = pattern.char_indices().chain(std::iter::once((pattern.len(), '|')));
    for (offset, character) in pieces {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                let piece = &pattern[start..offset];
                match piece.split_once('(') {
                    Some((stem, endings)) => {
                        words.push(stem.to_lowercase());
                        words.extend(
                            endings
                                .trim_end_matches(')')
                                .split('|')
                                .map(|ending| format!("{stem}{ending}").to_lowercase()),
                        );
                    }
                    None => words.push(piece.to_lowercase()),
                }
                start = offset + 1;
            }
            _ => {}
        }
    }
    words
}

/// Where the elements end when they begin at `tokens[at]`; what gaps skip is added to `skipped` only then.
fn matches_from(
    elements: &[Element],
    lexed: &Lexed<'_>,
    tokens: &[usize],
    mut at: usize,
    skipped: &mut Vec<Range<usize>>,
) -> Option<usize> {
    for (index, element) in elements.iter().enumerate() {
        let rest = &elements[index + 1..];
        let here = || tokens.get(at).copied();
        at += match element {
            Element::Gap => return behind_gap(rest, lexed, tokens, at, skipped),
            Element::Words { words, filter, optional } => {
                let found = here().is_some_and(|token| is_one_of(lexed, token, words, *filter));
                if *optional && found {
                    return matches_from(rest, lexed, tokens, at + 1, skipped)
                        .or_else(|| matches_from(rest, lexed, tokens, at, skipped));
                }
                match (found, optional) {
                    (true, _) => 1,
                    (false, true) => 0,
                    (false, false) => return None,
                }
            }
            Element::Number => matches!(lexed.mention(here()?)?, Mention::Quantity(_)).then_some(1)?,
            Element::Directive(name) => directive(lexed, here()?, name)?,
            Element::Atom(Atom::Variable) => is_variable(lexed, here()?).then_some(1)?,
            // `Python >= 3.10`
            Element::Atom(Atom::Version)
                if here().is_some_and(|token| matches!(lexed.tokens[token].kind, TokenKind::Mark('>' | '=' | '≥'))) =>
            {
                return matches_from(&elements[index..], lexed, tokens, at + 1, skipped);
            }
            Element::Atom(atom) => atom.accepts(lexed.mention(here()?)?).then_some(1)?,
        };
    }
    Some(at)
}

/// Where the elements behind a gap end: the shortest gap that fits counts.
fn behind_gap(
    rest: &[Element],
    lexed: &Lexed<'_>,
    tokens: &[usize],
    at: usize,
    skipped: &mut Vec<Range<usize>>,
) -> Option<usize> {
    let is_word = |position: usize| {
        tokens.get(position).is_some_and(|&token| !matches!(lexed.tokens[token].kind, TokenKind::Mark(_)))
    };
    (at..=at + LONGEST_GAP).take_while(|&next| next == at || is_word(next - 1)).find_map(|next| {
        let end = matches_from(rest, lexed, tokens, next, skipped)?;
        if next > at {
            skipped.push(at..next);
        }
        Some(end)
    })
}

/// How many tokens a directive of this name takes.
fn directive(lexed: &Lexed<'_>, token: usize, name: &str) -> Option<usize> {
    if lexed.spelled_directive(token).is_some_and(|(found, _)| found == name) {
        return Some(2);
    }
    matches!(lexed.mention(token)?, Mention::Directive { name: found, .. } if found == name).then_some(1)
}

fn is_one_of(lexed: &Lexed<'_>, token: usize, words: &[String], filter: WordFilter) -> bool {
    let Token { kind, hash, .. } = lexed.tokens[token];
    filter.may_hold(hash) && kind == TokenKind::Word && words.iter().any(|small| is_same(small, lexed.word(token)))
}

/// Whether a word is spelled like an environment variable: capitals with an underscore.
#[must_use]
pub fn is_variable_name(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(|character: char| character.is_ascii_uppercase())
        && word.contains('_')
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_variable(lexed: &Lexed<'_>, token: usize) -> bool {
    match lexed.mention(token) {
        Some(Mention::Directive { name, .. }) => name.bytes().all(|byte| !byte.is_ascii_lowercase()),
        Some(Mention::Code(code)) => is_variable_name(code),
        Some(_) => false,
        None => is_variable_name(lexed.word(token)),
    }
}

impl Atom {
    fn accepts(self, mention: &Mention) -> bool {
        if let (Self::Version, Mention::Quantity(quantity)) = (self, mention) {
            return quantity.unit.is_empty();
        }
        // A single word in code is more often a thing (`gunicorn`) than something to run.
        matches!(
            (self, mention),
            (Self::Path, Mention::Path(_))
                | (Self::File, Mention::FileName(_))
                | (Self::Endpoint, Mention::Endpoint(_))
                | (Self::Url, Mention::Url(_))
                | (Self::Owner, Mention::Owner(_))
                | (Self::Network, Mention::Network(_))
                | (Self::Version, Mention::Version(_))
        ) || matches!((self, mention), (Self::Command, Mention::Command(words)) if words.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::lexer::lex;
    use crate::syntax::Text;

    fn found(pattern: &str, sentence: &str) -> Option<String> {
        let text = Text { masked: sentence.to_owned(), ..Text::default() };
        let lexed = lex(&text);
        let tokens: Vec<usize> = (0..lexed.tokens.len()).collect();
        let cue = Cue::new(pattern);
        let range = cue.find(&lexed, &tokens)?;
        Some(sentence[lexed.tokens[range.start].start as usize..lexed.tokens[range.end - 1].end as usize].to_owned())
    }

    #[test]
    fn cues_match_endings_options_gaps_and_numbers() {
        assert_eq!(found("log(s) (are) rotate(d)", "The logs are rotated daily").as_deref(), Some("logs are rotated"));
        assert_eq!(found("start limit", "**Start-limit** protection").as_deref(), Some("Start-limit"));
        assert_eq!(found("max # restart(s)", "max 5 restarts in 60 seconds").as_deref(), Some("max 5 restarts"));
        assert_eq!(found("rotate … log(s)", "we rotate all of the logs").as_deref(), Some("rotate all of the logs"));
        assert_eq!(found("rotate … log(s)", "rotate keys, then read logs"), None);
        assert_eq!(found("MemoryMax=", "limits: MemoryMax=512M").as_deref(), Some("MemoryMax=512M"));
        assert_eq!(found("<variable>", "it reads LOG_LEVEL=info").as_deref(), Some("LOG_LEVEL=info"));
        assert_eq!(found("<variable>", "it needs the API_KEY here").as_deref(), Some("API_KEY"));
        assert_eq!(found("<variable>", "MemoryMax=1G, HTTPS, a_name"), None);
        assert_eq!(found("python <version>", "needs Python 3.10+").as_deref(), Some("Python 3.10+"));
        assert_eq!(found("debian <version>", "on Debian 12 or later").as_deref(), Some("Debian 12"));
        assert_eq!(found("python <version>", "Python 5 seconds"), None);
        assert_eq!(found("python <version>", "Python >= 3.10").as_deref(), Some("Python >= 3.10"));
        assert_eq!(found("python <version>", "Python < 3.10"), None);
        assert_eq!(found("restart(s|ed|ing)", "it is restarting").as_deref(), Some("restarting"));
    }
}
