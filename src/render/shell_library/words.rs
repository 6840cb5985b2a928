//! The words of shell text, as far as names of functions go; `build.rs` reads the library with it, too.
//!
//! In: shell text. Out: its words, in order. What they mean is not decided here.

/// The words of a text: letters, digits and underscores of ASCII.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').filter(|word| !word.is_empty())
}
