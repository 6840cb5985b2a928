//! The view of a clause that capabilities read from: cues, words, and typed mentions with their places.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::spec::clause::{Polarity, polarity};
use crate::spec::cue::Cue;
use crate::spec::lexer::{Lexed, TokenKind};
use crate::spec::mention::{Mention, Quantity, Url};
use crate::value::{Bytes, FileMode, Network, Owner, Percent, Port, Seconds, UnixPath};

/// A clause in which a cue of the reading capability stands.
#[derive(Debug)]
pub struct Clause<'a> {
    pub(super) lexed: &'a Lexed<'a>,
    /// Tokens of the clause; the label's come first, also in later clauses of the statement.
    pub(super) tokens: &'a [usize],
    /// Cue matches of the capability: index of the cue in `CUES`, positions in `tokens`.
    pub(super) cues: &'a [(usize, Range<usize>)],
    /// How many of the tokens are the label's.
    pub(super) label: usize,
    /// Whether it stands in parentheses.
    pub(super) parenthetical: bool,
}

/// A value with its place in the masked text.
pub type Placed<T> = (T, Range<usize>);

impl<'a> Clause<'a> {
    /// Whether the first cue is denied.
    #[must_use]
    pub fn denied(&self) -> bool {
        self.polarity_of(self.cues.first().map_or(0..0, |(_, range)| range.clone())) == Polarity::Denied
    }

    /// The first cue as text of the sentence, lower case, single spaces.
    #[must_use]
    pub fn cue_text(&self) -> String {
        let Some((_, range)) = self.cues.first() else { return String::new() };
        self.tokens[range.clone()]
            .iter()
            .map(|&token| self.lexed.word(token).to_lowercase())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether a cue (by its index in `CUES`) matched.
    #[must_use]
    pub fn has_cue(&self, index: usize) -> bool {
        self.cues.iter().any(|(cue, _)| *cue == index)
    }

    /// Whether the clause stands in parentheses.
    #[must_use]
    pub fn is_parenthetical(&self) -> bool {
        self.parenthetical
    }

    /// The polarity of a phrase, by its positions in the clause.
    fn polarity_of(&self, positions: Range<usize>) -> Polarity {
        let cues: Vec<Range<usize>> = self.cues.iter().map(|(_, range)| range.clone()).collect();
        polarity(self.lexed, self.tokens, positions, &cues)
    }

    /// The first place of a phrase (in the pattern language of cues), as a range of the text.
    #[must_use]
    pub fn find(&self, pattern: &str) -> Option<Range<usize>> {
        self.positions(pattern).map(|positions| self.bytes_of(positions))
    }

    /// The first place of the first of these phrases that occurs.
    #[must_use]
    pub fn find_any(&self, patterns: &[&str]) -> Option<Range<usize>> {
        patterns.iter().find_map(|pattern| self.find(pattern))
    }

    /// Whether a phrase occurs and is not denied; a range of the text.
    #[must_use]
    pub fn affirms(&self, pattern: &str) -> Option<Range<usize>> {
        let positions = self.positions(pattern)?;
        (self.polarity_of(positions.clone()) == Polarity::Affirmed).then(|| self.bytes_of(positions))
    }

    /// Whether a phrase occurs and is denied (*no root*, *never … root*); the range covers the phrase.
    #[must_use]
    pub fn denies(&self, pattern: &str) -> Option<Range<usize>> {
        let positions = self.positions(pattern)?;
        (self.polarity_of(positions.clone()) == Polarity::Denied).then(|| self.bytes_of(positions))
    }

    fn positions(&self, pattern: &str) -> Option<Range<usize>> {
        compiled(pattern).find(self.lexed, self.tokens)
    }

    fn bytes_of(&self, positions: Range<usize>) -> Range<usize> {
        let start = self.tokens.get(positions.start).map_or(0, |&token| self.lexed.tokens[token].range().start);
        let end = self
            .tokens
            .get(positions.end.saturating_sub(1))
            .map_or(start, |&token| self.lexed.tokens[token].range().end);
        start..end.max(start)
    }

    /// All mentions with their places, the label's too.
    pub fn mentions(&self) -> impl Iterator<Item = Placed<&'a Mention>> {
        let lexed = self.lexed;
        self.tokens
            .iter()
            .filter_map(move |&token| lexed.mention(token).map(|mention| (mention, lexed.tokens[token].range())))
    }

    /// Values that `pick` takes from the mentions.
    pub fn values<T>(&self, pick: impl Fn(&'a Mention) -> Option<T>) -> impl Iterator<Item = Placed<T>> {
        self.mentions().filter_map(move |(mention, range)| pick(mention).map(|value| (value, range)))
    }

    /// Numbers with their units.
    pub fn quantities(&self) -> impl Iterator<Item = Placed<&'a Quantity>> {
        self.values(|mention| if let Mention::Quantity(quantity) = mention { Some(quantity) } else { None })
    }

    /// Sizes.
    pub fn sizes(&self) -> impl Iterator<Item = Placed<Bytes>> {
        self.quantities().filter_map(|(quantity, range)| quantity.bytes().map(|bytes| (bytes, range)))
    }

    /// Times.
    pub fn durations(&self) -> impl Iterator<Item = Placed<Seconds>> {
        self.quantities().filter_map(|(quantity, range)| quantity.seconds().map(|seconds| (seconds, range)))
    }

    /// Shares in percent.
    pub fn percents(&self) -> impl Iterator<Item = Placed<Percent>> {
        self.quantities().filter_map(|(quantity, range)| quantity.percent().map(|percent| (percent, range)))
    }

    /// Whole numbers without a unit.
    pub fn counts(&self) -> impl Iterator<Item = Placed<u64>> {
        self.quantities().filter_map(|(quantity, range)| quantity.count().map(|count| (count, range)))
    }

    /// Numbers that can be ports, end points and the ports of URLs included.
    pub fn ports(&self) -> impl Iterator<Item = Placed<Port>> {
        self.values(|mention| match mention {
            Mention::Quantity(quantity) => quantity.port(),
            Mention::Endpoint(endpoint) => Some(endpoint.port),
            Mention::Url(url) => url.port,
            _ => None,
        })
    }

    /// File modes: octal numbers of three or four digits, and `rw-------`.
    pub fn modes(&self) -> impl Iterator<Item = Placed<FileMode>> {
        self.values(|mention| match mention {
            Mention::Quantity(quantity) if quantity.digits.len() >= 3 => quantity.mode(),
            Mention::Code(code) => code.parse().ok(),
            _ => None,
        })
    }

    /// Absolute paths.
    pub fn paths(&self) -> impl Iterator<Item = Placed<&'a UnixPath>> {
        self.values(|mention| if let Mention::Path(path) = mention { Some(path) } else { None })
    }

    /// The only path of the whole statement: what a clause without a path speaks of ("… in /srv/x (mode 750)").
    #[must_use]
    pub fn only_path_of_statement(&self) -> Option<Placed<&'a UnixPath>> {
        let lexed = self.lexed;
        let mut paths = lexed.tokens.iter().enumerate().filter_map(|(token, place)| match lexed.mention(token) {
            Some(Mention::Path(path)) => Some((path, place.range())),
            _ => None,
        });
        paths.next().filter(|_| paths.next().is_none())
    }

    /// `user:group`.
    pub fn owners(&self) -> impl Iterator<Item = Placed<&'a Owner>> {
        self.values(|mention| if let Mention::Owner(owner) = mention { Some(owner) } else { None })
    }

    /// URLs.
    pub fn urls(&self) -> impl Iterator<Item = Placed<&'a Url>> {
        self.values(|mention| if let Mention::Url(url) = mention { Some(url) } else { None })
    }

    /// JSON values.
    pub fn json(&self) -> impl Iterator<Item = Placed<&'a serde_json::Value>> {
        self.values(|mention| if let Mention::Json(value) = mention { Some(value) } else { None })
    }

    /// Text in quotation marks.
    pub fn quotes(&self) -> impl Iterator<Item = Placed<&'a str>> {
        self.values(|mention| if let Mention::Quoted(text) = mention { Some(text.as_str()) } else { None })
    }

    /// Commands in inline code, as argument lists.
    pub fn commands(&self) -> impl Iterator<Item = Placed<&'a [String]>> {
        self.values(|mention| if let Mention::Command(words) = mention { Some(words.as_slice()) } else { None })
    }

    /// Addresses and ranges of addresses.
    pub fn networks(&self) -> impl Iterator<Item = Placed<Network>> {
        self.values(|mention| if let Mention::Network(network) = mention { Some(*network) } else { None })
    }

    /// Versions, plain numbers included: `3.10`, `12`.
    pub fn versions(&self) -> impl Iterator<Item = Placed<&'a str>> {
        self.values(|mention| match mention {
            Mention::Version(version) => Some(version.as_str()),
            Mention::Quantity(quantity) if quantity.unit.is_empty() => Some(quantity.digits.as_str()),
            _ => None,
        })
    }

    /// The value of a directive `NAME=value`.
    #[must_use]
    pub fn directive(&self, name: &str) -> Option<Placed<&'a str>> {
        self.directives().find(|((found, _), _)| *found == name).map(|((_, value), range)| (value, range))
    }

    /// All directives, name and value: `PrivateTmp=true`, and `PrivateTmp: true`.
    pub fn directives(&self) -> impl Iterator<Item = Placed<(&'a str, &'a str)>> {
        let lexed = self.lexed;
        self.tokens.iter().filter_map(move |&token| match lexed.mention(token) {
            Some(Mention::Directive { name, value }) => {
                Some(((name.as_str(), value.as_str()), lexed.tokens[token].range()))
            }
            Some(_) => None,
            None => {
                let (name, value) = lexed.spelled_directive(token)?;
                Some((
                    (name, lexed.text.get(value.clone())?.trim_end_matches('.')),
                    lexed.tokens[token].range().start..value.end,
                ))
            }
        })
    }

    /// The first name (a hyphenated word, or inline code that is a name) at or after a byte, in the pattern
    /// `[a-z_][a-z0-9_-]*`; words of `skip` are passed over.
    #[must_use]
    pub fn name_after(&self, byte: usize, skip: &[&str]) -> Option<Placed<&'a str>> {
        let mut position = self.tokens.partition_point(|&token| (self.lexed.tokens[token].start as usize) < byte);
        while let Some(&token) = self.tokens.get(position) {
            let start = self.lexed.tokens[token].start as usize;
            match self.lexed.tokens[token].kind {
                TokenKind::Word => {
                    let (name, length) = self.lexed.name_at(token);
                    if !skip.iter().any(|word| word.eq_ignore_ascii_case(name)) {
                        return is_name(name).then(|| (name, start..start + name.len()));
                    }
                    position += length;
                }
                TokenKind::Mention(_) => {
                    return match self.lexed.mention(token) {
                        Some(Mention::Code(code)) if is_name(code) => {
                            Some((code.as_str(), self.lexed.tokens[token].range()))
                        }
                        Some(Mention::Quoted(text)) if is_name(text) => {
                            Some((text.as_str(), self.lexed.tokens[token].range()))
                        }
                        _ => None,
                    };
                }
                TokenKind::Mark(_) => position += 1,
            }
        }
        None
    }

    /// The words of the clause, lower case, with their places; values are no words.
    pub fn words(&self) -> impl Iterator<Item = Placed<String>> {
        let lexed = self.lexed;
        self.tokens
            .iter()
            .filter(move |&&token| matches!(lexed.tokens[token].kind, TokenKind::Word))
            .map(move |&token| (lexed.word(token).to_lowercase(), lexed.tokens[token].range()))
    }

    /// The word directly before a place, lower case; empty when a value or a mark stands there.
    #[must_use]
    pub fn word_before(&self, place: &Range<usize>) -> String {
        let before = self.tokens.iter().rev().find(|&&token| self.lexed.tokens[token].range().end <= place.start);
        self.word_of(before)
    }

    /// The word directly after a place, lower case; empty when a value or a mark stands there.
    #[must_use]
    pub fn word_after(&self, place: &Range<usize>) -> String {
        self.word_of(self.tokens.iter().find(|&&token| self.lexed.tokens[token].range().start >= place.end))
    }

    fn word_of(&self, token: Option<&usize>) -> String {
        token
            .filter(|&&token| matches!(self.lexed.tokens[token].kind, TokenKind::Word))
            .map_or_else(String::new, |&token| self.lexed.word(token).to_lowercase())
    }

    /// The label, without white space around it, when the clause has it.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        (self.label > 0).then(|| self.text(self.bytes_of(0..self.label)).trim())
    }

    /// Whether the label is one of these, separated by bars; without regard to case.
    #[must_use]
    pub fn label_is(&self, labels: &str) -> bool {
        self.label().is_some_and(|label| labels.split('|').any(|known| known.eq_ignore_ascii_case(label)))
    }

    /// Whether a range is one atom: inline code, a quote, a path, a number.
    #[must_use]
    pub fn is_atom(&self, range: &Range<usize>) -> bool {
        self.mentions().any(|(_, mention)| mention == *range)
    }

    /// The name that the value begins with, when nothing but a remark in parentheses or after a comma follows it:
    /// `**User**: agent (dedicated)`. In a clause without a label: that the clause begins with.
    #[must_use]
    pub fn leading_name(&self) -> Option<Placed<&'a str>> {
        let at = (0..self.tokens.len())
            .find(|&at| at >= self.label && !matches!(self.lexed.tokens[self.tokens[at]].kind, TokenKind::Mark(_)))?;
        let token = self.tokens[at];
        let (name, length) = match self.lexed.mention(token) {
            Some(Mention::Code(text) | Mention::Quoted(text) | Mention::UnitName(text)) => (text.as_str(), 1),
            Some(_) => return None,
            None => self.lexed.name_at(token),
        };
        let ends = self
            .tokens
            .get(at + length)
            .is_none_or(|&next| matches!(self.lexed.tokens[next].kind, TokenKind::Mark('(' | '[' | ',' | '.')));
        let last = *self.tokens.get(at + length - 1)?;
        ends.then(|| (name, self.lexed.tokens[token].range().start..self.lexed.tokens[last].range().end))
    }

    /// The bytes after the label (the whole clause without one).
    #[must_use]
    pub fn value_range(&self) -> Range<usize> {
        if self.label >= self.tokens.len() { 0..0 } else { self.bytes_of(self.label..self.tokens.len()) }
    }

    /// The bytes of the whole clause, from its first to its last token.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.bytes_of(0..self.tokens.len())
    }

    /// The bytes of the first cue.
    #[must_use]
    pub fn cue_range(&self) -> Range<usize> {
        self.cues.first().map_or(0..0, |(_, range)| self.bytes_of(range.clone()))
    }

    /// The bytes of all cues.
    #[must_use]
    pub fn cue_ranges(&self) -> Vec<Range<usize>> {
        self.cues.iter().map(|(_, range)| self.bytes_of(range.clone())).collect()
    }

    /// The masked text of a range.
    #[must_use]
    pub fn text(&self, range: Range<usize>) -> &'a str {
        self.lexed.text.get(range).unwrap_or_default()
    }
}

fn is_name(text: &str) -> bool {
    text.parse::<crate::value::ServiceName>().is_ok()
}

/// A compiled phrase; each is compiled once a thread.
fn compiled(pattern: &str) -> Rc<Cue> {
    thread_local! {
        static PHRASES: RefCell<FxHashMap<String, Rc<Cue>>> = RefCell::default();
    }
    PHRASES.with_borrow_mut(|phrases| match phrases.get(pattern) {
        Some(cue) => Rc::clone(cue),
        None => Rc::clone(phrases.entry(pattern.to_owned()).or_insert_with(|| Rc::new(Cue::new(pattern)))),
    })
}
