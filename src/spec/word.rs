//! Words, told apart by a small number first.
//!
//! In: words, in any case. Out: their hashes, and lists and sets of words that are looked up by hash. Hardly any word of a list
//! stands in a given text: nearly all comparisons end at the hash, without a look at a letter.

use rustc_hash::FxHashMap;

/// A number that a word has in small letters and in capitals: words with different hashes are different words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WordHash(u16);

impl WordHash {
    /// The hash of a word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        if word.is_ascii() { Self::of_bytes(word.as_bytes()) } else { Self::of_bytes(word.to_lowercase().as_bytes()) }
    }

    const fn of_bytes(bytes: &[u8]) -> Self {
        let mut hash: u32 = 0;
        let mut at = 0;
        while at < bytes.len() {
            // The bit that tells capitals from small letters is set in all.
            hash = (hash ^ (bytes[at] | 0x20) as u32).wrapping_mul(0x9E37_79B1);
            at += 1;
        }
        Self((hash >> 16) as u16)
    }
}

/// Whether a word is this one, which is in small letters.
#[must_use]
pub fn is_same(small: &str, word: &str) -> bool {
    // Nearly all words stand in small letters.
    small == word || small.eq_ignore_ascii_case(word) || !word.is_ascii() && small == word.to_lowercase()
}

/// The hashes of some words, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WordFilter(u64);

impl WordFilter {
    /// A filter that lets these words through.
    pub fn of<'words>(words: impl IntoIterator<Item = &'words str>) -> Self {
        words.into_iter().fold(Self::default(), |filter, word| filter.and(WordHash::of(word)))
    }

    const fn and(self, hash: WordHash) -> Self {
        Self(self.0 | 1 << (hash.0 % 64))
    }

    /// Whether a word with this hash may be one of the words.
    #[must_use]
    pub const fn may_hold(self, hash: WordHash) -> bool {
        self.0 & 1 << (hash.0 % 64) != 0
    }
}

/// A few words, known when the program is built: ASCII, in small letters.
#[derive(Debug, Clone, Copy)]
pub struct WordList {
    words: &'static [&'static str],
    filter: WordFilter,
}

impl WordList {
    /// A list of these words.
    #[must_use]
    pub const fn new(words: &'static [&'static str]) -> Self {
        let mut filter = WordFilter(0);
        let mut at = 0;
        while at < words.len() {
            filter = filter.and(WordHash::of_bytes(words[at].as_bytes()));
            at += 1;
        }
        Self { words, filter }
    }

    /// Whether a word is one of them.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.words.iter().any(|known| *known == word || known.eq_ignore_ascii_case(word))
    }

    /// The same for a word whose hash is known.
    #[must_use]
    pub fn holds(&self, hash: WordHash, word: &str) -> bool {
        self.filter.may_hold(hash) && self.contains(word)
    }
}

/// Many words in small letters.
#[derive(Debug)]
pub struct WordSet(FxHashMap<WordHash, Vec<&'static str>>);

impl WordSet {
    /// The words of a text; lines that begin with `#` are remarks.
    #[must_use]
    pub fn parse(text: &'static str) -> Self {
        let mut words: FxHashMap<WordHash, Vec<&'static str>> = FxHashMap::default();
        for word in text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace) {
            words.entry(WordHash::of(word)).or_default().push(word);
        }
        Self(words)
    }

    /// Whether a word, whose hash this is, is one of them.
    #[must_use]
    pub fn holds(&self, hash: WordHash, word: &str) -> bool {
        self.0.get(&hash).is_some_and(|known| known.iter().any(|known| is_same(known, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        let list = WordList::new(&["restart", "don't"]);
        let set = WordSet::parse("# a remark\nrestart don't\nüberwachung\n");
        for (word, listed, in_set) in [
            ("rESTART", true, true),
            ("Don't", true, true),
            ("ÜBERWACHUNG", false, true),
            ("remark", false, false),
            ("", false, false),
        ] {
            let hash = WordHash::of(word);
            assert_eq!((list.holds(hash, word), set.holds(hash, word)), (listed, in_set), "{word}");
        }
    }
}
