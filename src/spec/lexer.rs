//! Text of a statement → tokens: words, numbers, punctuation, and atoms (code, JSON, paths, quotes, addresses).
//!
//! In: a masked [`Text`]. Out: [`Lexed`]: tokens in order, each with its byte range; atoms carry a [`Mention`]. Hyphens
//! separate words (`start-limit` reads as `start limit`); [`Lexed::name_at`] gives the hyphenated name back. Linear in
//! the length of the text; never fails.

use std::ops::Range;

use super::mention::{self, Mention};
use super::word::{WordHash, WordList};
use crate::syntax::Text;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with digits and underscores after the first.
    Word,
    /// An atom or a number; its index in [`Lexed::mentions`].
    Mention(u32),
    /// One character: `,` `;` `(` `)` `.` `:` `|` `-` (a dash that separates) and others.
    Mark(char),
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte in the masked text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// Whether a hyphen joins it to the token before it.
    pub joined: bool,
    /// The hash of its text; of no meaning for a mark.
    pub hash: WordHash,
}

impl Token {
    /// Its bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A statement's text in tokens.
#[derive(Debug, Clone, Default)]
pub struct Lexed<'a> {
    /// The masked text.
    pub text: &'a str,
    /// Tokens in order.
    pub tokens: Vec<Token>,
    /// Values of the tokens that are atoms.
    pub mentions: Vec<Mention>,
}

impl<'a> Lexed<'a> {
    /// The text of a token.
    #[must_use]
    pub fn word(&self, token: usize) -> &'a str {
        self.tokens.get(token).and_then(|token| self.text.get(token.range())).unwrap_or_default()
    }

    /// Whether a token is one of these words, without case.
    #[must_use]
    pub fn is_one_of(&self, token: usize, words: &[&str]) -> bool {
        let Some(found) = self.tokens.get(token).filter(|token| token.kind == TokenKind::Word) else { return false };
        let length = found.range().len();
        words.iter().any(|word| word.len() == length && word.eq_ignore_ascii_case(self.word(token)))
    }

    /// Whether a token is one of the words of a list, without case.
    #[must_use]
    pub fn is_in(&self, token: usize, list: &WordList) -> bool {
        let Some(found) = self.tokens.get(token).filter(|token| token.kind == TokenKind::Word) else { return false };
        list.holds(found.hash, self.word(token))
    }

    /// The value of a token, when it is an atom or a number.
    #[must_use]
    pub fn mention(&self, token: usize) -> Option<&Mention> {
        match self.tokens.get(token)?.kind {
            TokenKind::Mention(index) => self.mentions.get(index as usize),
            TokenKind::Word | TokenKind::Mark(_) => None,
        }
    }

    /// The directive that a token begins when it is spelled like a label, `PrivateTmp: true`: its name, and the place of
    /// its value, which must be a single one.
    #[must_use]
    pub fn spelled_directive(&self, token: usize) -> Option<(&'a str, Range<usize>)> {
        let [this, colon, next] = self.tokens.get(token..token + 3)? else { return None };
        if colon.kind != TokenKind::Mark(':')
            || !matches!(this.kind, TokenKind::Word)
            || matches!(next.kind, TokenKind::Mark(_))
        {
            return None;
        }
        let name = self.word(token);
        let is_keyword = name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.bytes().any(|byte| byte.is_ascii_lowercase())
            && name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
        if !is_keyword {
            return None;
        }
        let start = next.start as usize;
        let length = self.text[start..].find([' ', ',', ';', ')', '`']).unwrap_or(self.text.len() - start);
        let end = (start + length).max(next.end as usize);
        let after = self.tokens.iter().skip(token + 3).find(|after| after.start as usize >= end);
        let single = after.is_none_or(|after| matches!(after.kind, TokenKind::Mark(_)));
        single.then_some((name, start..end))
    }

    /// The hyphenated word that starts at a token: its text and how many tokens it has.
    #[must_use]
    pub fn name_at(&self, token: usize) -> (&'a str, usize) {
        let joined = self.tokens.iter().skip(token + 1).take_while(|next| next.joined).count();
        let (Some(first), Some(last)) = (self.tokens.get(token), self.tokens.get(token + joined)) else {
            return ("", 0);
        };
        (self.text.get(first.start as usize..last.end as usize).unwrap_or_default(), joined + 1)
    }
}

/// Cuts a text into tokens.
#[must_use]
pub fn lex(text: &Text) -> Lexed<'_> {
    let mut lexer = Lexer {
        bytes: text.masked.as_bytes(),
        lexed: Lexed { text: &text.masked, tokens: Vec::with_capacity(text.masked.len() / 5), mentions: Vec::new() },
        position: 0,
    };
    let mut code = text.code.iter().peekable();
    while lexer.position < lexer.bytes.len() {
        if let Some(range) = code.next_if(|range| range.start <= lexer.position) {
            if range.end > lexer.position {
                lexer.mention(mention::from_code(&text.masked[range.clone()]), range.clone());
            }
            continue;
        }
        let limit = code.peek().map_or(lexer.bytes.len(), |range| range.start);
        lexer.next(limit);
    }
    lexer.lexed
}

struct Lexer<'a> {
    bytes: &'a [u8],
    lexed: Lexed<'a>,
    position: usize,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, range: Range<usize>) {
        let joined =
            range.start > 0
                && self.bytes[range.start - 1] == b'-'
                && matches!(kind, TokenKind::Word | TokenKind::Mention(_))
                && self.lexed.tokens.last().is_some_and(|last| {
                    last.end as usize + 1 == range.start && !matches!(last.kind, TokenKind::Mark(_))
                });
        let hash = match kind {
            TokenKind::Word | TokenKind::Mention(_) => WordHash::of(&self.lexed.text[range.clone()]),
            TokenKind::Mark(_) => WordHash::default(),
        };
        self.position = range.end;
        #[expect(clippy::cast_possible_truncation, reason = "sources are limited to 64 MiB")]
        self.lexed.tokens.push(Token { kind, start: range.start as u32, end: range.end as u32, joined, hash });
    }

    fn mention(&mut self, mention: Mention, range: Range<usize>) {
        #[expect(clippy::cast_possible_truncation, reason = "fewer mentions than bytes")]
        let index = self.lexed.mentions.len() as u32;
        self.lexed.mentions.push(mention);
        self.push(TokenKind::Mention(index), range);
    }

    /// Reads one token, or skips white space; `limit` is where the next inline code starts.
    fn next(&mut self, limit: usize) {
        let start = self.position;
        let byte = self.bytes[start];
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                self.position += 1;
                return;
            }
            b'-' => {
                self.hyphen(start);
                return;
            }
            _ => {}
        }
        let rest = &self.lexed.text[start..limit];
        let begins_word = byte.is_ascii_alphabetic() || byte == b'_';
        // Nearly all of it is ASCII.
        let ascii = if begins_word { mention::name_length(rest) } else { 0 };
        let after_word = self.follows_word(start);
        let mention = match begins_word {
            true if after_word => None,
            true => mention::compound(rest, ascii),
            false => mention::at_start(rest, after_word),
        };
        if let Some((mention, length)) = mention {
            self.mention(mention, start..start + length);
        } else if begins_word || byte >= 0x80 {
            self.word_or_mark(rest, start, ascii);
        } else {
            self.push(TokenKind::Mark(byte as char), start..start + 1);
        }
    }

    /// A hyphen joins two words, starts an option (`journalctl -u agent`), begins an arrow, or stands alone as a dash.
    fn hyphen(&mut self, start: usize) {
        if self.bytes.get(start + 1) == Some(&b'>') {
            self.push(TokenKind::Mark('→'), start..start + 2);
            return;
        }
        let joins = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        let letter = self.bytes.get(start + 1).is_some_and(u8::is_ascii_alphabetic);
        let option = letter && start > 0 && self.bytes[start - 1] == b' ';
        if option || start > 0 && joins(self.bytes.get(start - 1)) && joins(self.bytes.get(start + 1)) {
            self.position += 1;
        } else {
            self.push(TokenKind::Mark('-'), start..start + 1);
        }
    }

    /// Whether a letter or a digit stands directly before a place.
    fn follows_word(&self, place: usize) -> bool {
        match place.checked_sub(1).and_then(|before| self.bytes.get(before)) {
            None => false,
            Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
            Some(_) => self.lexed.text[..place].chars().next_back().is_some_and(char::is_alphanumeric),
        }
    }

    /// Reads a word, of whose bytes the first `ascii` are known to belong to it, or a mark beyond ASCII.
    fn word_or_mark(&mut self, rest: &str, start: usize, ascii: usize) {
        let length = match rest.as_bytes().get(ascii) {
            Some(byte) if byte.is_ascii() && *byte != b'\'' => ascii,
            _ => ascii + continued(&rest[ascii..]),
        };
        if length == 0 {
            let character = rest.chars().next().unwrap_or(' ');
            let mark = match character {
                '–' | '—' | '―' => '-',
                '⇒' => '→',
                '•' | '·' | '…' => ';',
                other => other,
            };
            if character.is_whitespace() || character == '\u{fe0f}' {
                self.position += character.len_utf8();
            } else {
                self.push(TokenKind::Mark(mark), start..start + character.len_utf8());
            }
            return;
        }
        if let Some((quantity, length)) = mention::number_in_words(rest, length) {
            self.mention(Mention::Quantity(quantity), start..start + length);
            return;
        }
        let stem = if length == ascii { length } else { without_possessive(&rest[..length]) };
        self.push(TokenKind::Word, start..start + stem);
        self.position = start + length;
    }
}

/// How many bytes go on with a word, apostrophes included.
fn continued(text: &str) -> usize {
    let part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '\'' | '\u{2019}');
    text.find(|character| !part(character)).unwrap_or(text.len())
}

/// How many bytes of a word stand before its `'s`.
fn without_possessive(word: &str) -> usize {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word).len()
}
