//! Phrases in a text, found in one pass.
//!
//! In: phrases in small letters. Out: the places where one begins with a word of the text, the longest at each. Nearly all
//! words are passed over after a look at their first three letters; nothing is compiled, so that a small specification pays
//! nothing.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// By how many letters a phrase is found.
const START: usize = 3;

/// Phrases by how they start.
pub(super) struct PhraseIndex {
    /// Which starts a phrase has: a bit each.
    starts: [u64; (1 << (5 * START)) / 64],
    by_start: FxHashMap<usize, Vec<(usize, &'static str)>>,
}

impl PhraseIndex {
    /// An index of phrases, which are known by their position.
    pub fn new(phrases: impl Iterator<Item = &'static str>) -> Self {
        let mut index = Self { starts: [0; (1 << (5 * START)) / 64], by_start: FxHashMap::default() };
        for (number, phrase) in phrases.enumerate() {
            let start = start_of(phrase.as_bytes());
            // Whatever may follow a shorter one.
            let open = 5 * START.saturating_sub(phrase.len());
            for start in start..start + (1 << open) {
                index.starts[start / 64] |= 1 << (start % 64);
                index.by_start.entry(start).or_default().push((number, phrase));
            }
        }
        // The longest phrase that fits is the one that is meant.
        index
            .by_start
            .values_mut()
            .for_each(|phrases| phrases.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.len())));
        index
    }

    /// The phrases of a text with their places, from left to right, none within another.
    pub fn find<'text>(&'text self, text: &'text str) -> impl Iterator<Item = (usize, Range<usize>)> {
        let bytes = text.as_bytes();
        let (mut at, mut within) = (0, false);
        std::iter::from_fn(move || {
            while at < bytes.len() {
                let begins = !within;
                within = PART[usize::from(bytes[at])];
                let found = if within && begins { self.longest_at(&bytes[at..]) } else { None };
                let start = at;
                if let Some((number, phrase)) = found {
                    at += phrase.len();
                    within = PART[usize::from(bytes[at - 1])];
                    return Some((number, start..at));
                }
                at += 1;
            }
            None
        })
    }

    /// The longest phrase that a text begins with.
    fn longest_at(&self, text: &[u8]) -> Option<(usize, &'static str)> {
        let key = start_of(text);
        if self.starts[key / 64] & 1 << (key % 64) == 0 {
            return None;
        }
        let fits =
            |phrase: &str| text.get(..phrase.len()).is_some_and(|found| found.eq_ignore_ascii_case(phrase.as_bytes()));
        self.by_start.get(&key)?.iter().find(|(_, phrase)| fits(phrase)).copied()
    }
}

/// Which bytes are parts of words.
const PART: [bool; 256] = {
    let mut part = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        part[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    part
};

/// The number of the first letters, small or capital; other characters share one with letters.
fn start_of(bytes: &[u8]) -> usize {
    let letter = |at| bytes.get(at).map_or(0, |letter| usize::from(letter & 0x1f));
    (0..START).fold(0, |number, at| number << 5 | letter(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_at_the_beginning_of_a_word_is_found() {
        let phrases = ["fast", "fast enough", "and/or", "über", "it"];
        let index = PhraseIndex::new(phrases.into_iter());
        let found = |text: &str| index.find(text).map(|(number, _)| phrases[number]).collect::<Vec<_>>();
        assert_eq!(found("Fast enough and fast"), ["fast enough", "fast"]);
        assert_eq!(found("breakfast, this AND/OR that"), ["and/or"]);
        assert_eq!(found("ist über; f"), ["über"]);
        assert_eq!(found("Is it, italic or IT"), ["it", "it", "it"]);
        assert_eq!(found(""), Vec::<&str>::new());
    }
}
