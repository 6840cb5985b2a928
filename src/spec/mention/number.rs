//! Numbers with their units, versions, addresses: what starts with a digit, or names one.

use super::atom::chunk;
use super::url::host_and_port;
use super::{Mention, Quantity};
use crate::value::{Bytes, Network, Seconds};

/// Numbers that people write as words, in small letters.
const NUMBER_WORDS: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("half", 0.5),
    ("quarter", 0.25),
];

pub(super) fn number(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    if word.contains('.') || word.contains("::") {
        if let Ok(network) = word.parse::<Network>() {
            return Some((Mention::Network(network), word.len()));
        }
        if let Some(url) = host_and_port(word) {
            return Some((Mention::Url(url), word.len()));
        }
    }
    if let Some((port, protocol)) = word.split_once('/')
        && protocol.len() == 3
        && let Ok(endpoint) = format!("{port}/{protocol}").parse()
    {
        return Some((Mention::Endpoint(endpoint), word.len()));
    }
    let digits_end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let mut end = digits_end;
    let mut dots = 0;
    while text[end..].starts_with('.') && text.as_bytes().get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = text[end + 1..]
            .find(|character: char| !character.is_ascii_digit())
            .map_or(text.len(), |offset| end + 1 + offset);
        dots += 1;
    }
    let mut digits = text[..end].to_owned();
    while dots == 0 && text[end..].starts_with(',') && is_thousands(&text[end + 1..]) {
        digits.push_str(&text[end + 1..end + 4]);
        end += 4;
    }
    if dots > 1 {
        let plus = usize::from(text[end..].starts_with('+'));
        return Some((Mention::Version(digits), end + plus));
    }
    let (unit, unit_end) = unit_after(text, end);
    if unit.is_empty() && dots == 1 && (text[end..].starts_with('+') || digits.len() >= 4) {
        let plus = usize::from(text[end..].starts_with('+'));
        return Some((Mention::Version(digits), end + plus));
    }
    let number = digits.parse().ok()?;
    let upper = text[end..].trim_start().starts_with('M');
    let quantity = Quantity { number, digits, unit: unit.to_ascii_lowercase(), upper };
    Some((Mention::Quantity(quantity), if unit.is_empty() { end } else { unit_end }))
}

fn is_thousands(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3
}

/// The unit after a number: attached (`5s`, `25%`), after a space (`512 MB`), or after a hyphen (`5-second`).
fn unit_after(text: &str, end: usize) -> (&str, usize) {
    let rest = &text[end..];
    if rest.starts_with('%') {
        return (&rest[..1], end + 1);
    }
    let gap = usize::from(rest.starts_with([' ', '-']));
    let word_length = rest[gap..]
        .find(|character: char| !character.is_ascii_alphabetic() && character != '%')
        .unwrap_or(rest.len() - gap);
    let word = &rest[gap..gap + word_length];
    let known = word == "%"
        || word.eq_ignore_ascii_case("percent")
        || Bytes::from_unit(1.0, word).is_some()
        || Seconds::from_unit(1.0, word).is_some();
    // A lone letter after a space is mostly a word of the sentence: `5 s` and `512 M` are times and sizes, `5 b` is not.
    let lone =
        gap == 1 && word.len() == 1 && !(rest.starts_with(' ') && matches!(word, "%" | "s" | "h" | "d" | "M" | "G"));
    if known && !lone { (word, end + gap + word_length) } else { ("", end) }
}

/// A number in words at the start of `text`, with its unit: `five seconds`, `three`. The words that are more often
/// something else (`one`, `half`) need a unit.
pub(in crate::spec) fn number_in_words(text: &str, length: usize) -> Option<(Quantity, usize)> {
    let number = number_word(&text[..length])?;
    // "half a minute", "half an hour"
    let article = if number < 1.0 {
        [" a ", " an "]
            .iter()
            .find(|article| text[length..].starts_with(**article))
            .map_or(0, |article| article.len() - 1)
    } else {
        0
    };
    let (unit, end) = unit_after(text, length + article);
    if unit.is_empty() && (number <= 1.0 || number >= 100.0) {
        return None;
    }
    let quantity = Quantity { number, digits: number.to_string(), unit: unit.to_ascii_lowercase(), upper: false };
    Some((quantity, if unit.is_empty() { length } else { end }))
}

/// The number that a word names: `five`.
fn number_word(word: &str) -> Option<f64> {
    // Nearly every word of a text is none.
    let begins = matches!(word.as_bytes().first()? | 0x20, b'e' | b'f' | b'h' | b'n' | b'o' | b'q' | b's' | b't');
    let lengths = "one".len().."hundred".len() + 1;
    let mut known = NUMBER_WORDS.iter().filter(|_| begins && lengths.contains(&word.len()));
    known.find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_numbers_in_words_are_known() {
        for (word, number) in NUMBER_WORDS {
            assert_eq!(number_word(&word.to_uppercase()), Some(*number), "{word}");
        }
        assert_eq!(number_word("often"), None);
    }
}
