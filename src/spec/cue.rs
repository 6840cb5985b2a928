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

use super::lexer::{Lexed, TokenKind};
use super::mention::Mention;

/// How many words a `…` may skip.
const LONGEST_GAP: usize = 4;

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    Words { words: Vec<String>, initials: Initials, optional: bool },
    Number,
    Gap,
    Directive(String),
    Atom(Atom),
}

/// The letters that words begin with, a bit each: most words of a text are passed over after one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Initials(u32);

impl Initials {
    fn of(words: &[String]) -> Self {
        Self(words.iter().filter_map(|word| word.bytes().next()).fold(0, |bits, first| bits | Self::bit(first)))
    }

    /// Whether one of the words may begin with this byte; beyond ASCII a small letter may begin with another.
    fn may_begin_with(self, first: u8) -> bool {
        !first.is_ascii() || self.0 & Self::bit(first) != 0
    }

    /// The same for small letters and capitals.
    fn bit(byte: u8) -> u32 {
        1 << (byte & 0x1f)
    }
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

    /// Where the pattern matches when it starts at `tokens[at]`: the range in `tokens`, which are indices into `lexed`.
    #[must_use]
    pub fn matches(&self, lexed: &Lexed<'_>, tokens: &[usize], at: usize) -> Option<Range<usize>> {
        matches_from(&self.elements, lexed, tokens, at).map(|end| at..end)
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
    Element::Words { initials: Initials::of(&words), words, optional }
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

fn matches_from(elements: &[Element], lexed: &Lexed<'_>, tokens: &[usize], at: usize) -> Option<usize> {
    let Some((element, rest)) = elements.split_first() else { return Some(at) };
    let here = tokens.get(at).copied();
    match element {
        Element::Gap => (0..=LONGEST_GAP)
            .take_while(|skipped| {
                *skipped == 0
                    || tokens
                        .get(at + skipped - 1)
                        .is_some_and(|&token| !matches!(lexed.tokens[token].kind, TokenKind::Mark(_)))
            })
            .find_map(|skipped| matches_from(rest, lexed, tokens, at + skipped)),
        Element::Words { words, initials, optional } => {
            let found = here.is_some_and(|token| is_one_of(lexed, token, words, *initials));
            let taken = if found { matches_from(rest, lexed, tokens, at + 1) } else { None };
            taken.or_else(|| if *optional { matches_from(rest, lexed, tokens, at) } else { None })
        }
        Element::Number => {
            let mention = lexed.mention(here?)?;
            matches!(mention, Mention::Quantity(_)).then(|| matches_from(rest, lexed, tokens, at + 1))?
        }
        Element::Directive(name) => {
            if lexed.spelled_directive(here?).is_some_and(|(found, _)| found == name) {
                return matches_from(rest, lexed, tokens, at + 2);
            }
            let mention = lexed.mention(here?)?;
            matches!(mention, Mention::Directive { name: found, .. } if found == name)
                .then(|| matches_from(rest, lexed, tokens, at + 1))?
        }
        Element::Atom(Atom::Variable) => {
            is_variable(lexed, here?).then(|| matches_from(rest, lexed, tokens, at + 1))?
        }
        // `Python >= 3.10`
        Element::Atom(Atom::Version)
            if here.is_some_and(|token| matches!(lexed.tokens[token].kind, TokenKind::Mark('>' | '=' | '≥'))) =>
        {
            matches_from(elements, lexed, tokens, at + 1)
        }
        Element::Atom(atom) => {
            atom.accepts(lexed.mention(here?)?).then(|| matches_from(rest, lexed, tokens, at + 1))?
        }
    }
}

fn is_one_of(lexed: &Lexed<'_>, token: usize, words: &[String], initials: Initials) -> bool {
    if !matches!(lexed.tokens[token].kind, TokenKind::Word) {
        return false;
    }
    let word = lexed.word(token);
    if word.bytes().next().is_some_and(|first| !initials.may_begin_with(first)) {
        return false;
    }
    if word.is_ascii() {
        words.iter().any(|candidate| candidate.eq_ignore_ascii_case(word))
    } else {
        let word = word.to_lowercase();
        words.contains(&word)
    }
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
        let range = (0..tokens.len()).find_map(|at| cue.matches(&lexed, &tokens, at))?;
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
