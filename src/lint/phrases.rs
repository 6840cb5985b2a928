//! Phrases in a text, found in one pass.
//!
//! In: phrases in small letters. Out: the places where one begins with a word of the text, the longest at each. Nearly all
//! words are passed over after a look at their first two letters; nothing is compiled, so that a small specification pays
//! nothing.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// Phrases by their first two letters.
pub(super) struct PhraseIndex {
    /// Which pairs begin a phrase: a bit each.
    pairs: [u64; 256],
    by_pair: FxHashMap<[u8; 2], Vec<(usize, &'static str)>>,
}

impl PhraseIndex {
    /// An index of phrases, which are known by their position.
    pub fn new(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut index = Self { pairs: [0; 256], by_pair: FxHashMap::default() };
        for (number, phrase) in phrases.enumerate() {
            let [first, second, ..] = *phrase.as_bytes() else { continue };
            let bit = bit([first, second]);
            index.pairs[bit / 64] |= 1 << (bit % 64);
            index.by_pair.entry([first, second]).or_default().push((number, phrase));
        }
        // The longest phrase that fits is the one that is meant.
        index
            .by_pair
            .values_mut()
            .for_each(|phrases| phrases.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.len())));
        index
    }

    /// The phrases of a text with their places, from left to right, none within another.
    pub fn find<'text>(&'text self, text: &'text str) -> impl Iterator<Item = (usize, Range<usize>)> {
        let bytes = text.as_bytes();
        let mut at = 0;
        std::iter::from_fn(move || {
            while let Some(start) = next_word(bytes, at) {
                at = start + 1;
                let Some(second) = bytes.get(at) else { break };
                let pair = [bytes[start].to_ascii_lowercase(), second.to_ascii_lowercase()];
                let bit = bit(pair);
                if self.pairs[bit / 64] & 1 << (bit % 64) == 0 {
                    continue;
                }
                let fits = |phrase: &str| {
                    let found = bytes.get(start..start + phrase.len());
                    found.is_some_and(|found| found.eq_ignore_ascii_case(phrase.as_bytes()))
                };
                let candidates = self.by_pair.get(&pair).into_iter().flatten();
                if let Some((number, phrase)) = candidates.into_iter().find(|(_, phrase)| fits(phrase)) {
                    at = start + phrase.len();
                    return Some((*number, start..at));
                }
            }
            None
        })
    }
}

/// Where the next word begins, at or after a place.
fn next_word(bytes: &[u8], from: usize) -> Option<usize> {
    let within = from > 0 && is_part(bytes[from - 1]);
    let rest = bytes.get(from..)?;
    let end = if within { rest.iter().position(|byte| !is_part(*byte))? } else { 0 };
    rest[end..].iter().position(|byte| is_part(*byte)).map(|start| from + end + start)
}

/// Whether a byte is a part of a word.
fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The bit of a pair; letters beyond ASCII share one with others.
fn bit(pair: [u8; 2]) -> usize {
    usize::from(pair[0] & 0x7f) * 128 + usize::from(pair[1] & 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_at_the_beginning_of_a_word_is_found() {
        let phrases = ["fast", "fast enough", "and/or", "über"];
        let index = PhraseIndex::new(phrases.into_iter());
        let found = |text: &str| index.find(text).map(|(number, _)| phrases[number]).collect::<Vec<_>>();
        assert_eq!(found("Fast enough and fast"), ["fast enough", "fast"]);
        assert_eq!(found("breakfast, this AND/OR that"), ["and/or"]);
        assert_eq!(found("ist über; f"), ["über"]);
        assert_eq!(found(""), Vec::<&str>::new());
    }
}
