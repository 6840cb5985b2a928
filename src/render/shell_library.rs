//! The shell functions of the generated scripts, from `templates/shell/`.
//!
//! In: names of functions that a script calls, and its own text. Out: their files and all files that those require, in a
//! stable order, without functions that nothing in the script calls: a reviewer reads only what can run. Files are
//! included as they are, without the line that names what they require.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use rustc_hash::{FxHashMap, FxHashSet};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/shell");

/// Which directories come first in a script; within one, files are sorted by name.
const ORDER: [&str; 6] = ["common", "observers", "operations", "drills", "deploy", "validate"];

/// What begins the line that names the files which a file needs.
const REQUIRES: &str = "# requires:";

struct ShellFile {
    order: usize,
    requires: Vec<&'static str>,
    pieces: Vec<Piece>,
}

/// A part of a file: a function with the comment above it, or what stands between functions.
struct Piece {
    /// The function's name; `None` for what stands between.
    function: Option<&'static str>,
    /// Without the line that names what the file requires.
    text: Cow<'static, str>,
}

impl Piece {
    fn new(function: Option<&'static str>, text: &'static str) -> Self {
        let text = match text.split_once(REQUIRES) {
            Some((before, rest)) => {
                Cow::Owned(format!("{before}{}", rest.split_once('\n').map_or("", |(_, after)| after)))
            }
            None => Cow::Borrowed(text),
        };
        Self { function, text }
    }
}

static LIBRARY: LazyLock<BTreeMap<&'static str, ShellFile>> = LazyLock::new(|| {
    let mut library = BTreeMap::new();
    for (order, directory) in ORDER.iter().enumerate() {
        for file in FILES.get_dir(directory).into_iter().flat_map(Dir::files) {
            let stem = file.path().file_stem().and_then(|stem| stem.to_str());
            if let (Some(stem), Some(source)) = (stem, file.contents_utf8()) {
                let required = source.lines().filter_map(|line| line.strip_prefix(REQUIRES));
                let requires = required.flat_map(str::split_whitespace).collect();
                library.insert(stem, ShellFile { order, requires, pieces: pieces(source) });
            }
        }
    }
    library
});

/// Cuts a file that shfmt has formatted: a function starts at `name() {` or `name() (` in the first column, and ends at
/// the closing brace there.
fn pieces(source: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut start, mut offset, mut comment) = (0, 0, None);
    let mut function: Option<&'static str> = None;
    for line in source.split_inclusive('\n') {
        let end = offset + line.len();
        if function.is_some() {
            if line.starts_with(['}', ')']) {
                pieces.push(Piece::new(function.take(), &source[start..end]));
                start = end;
            }
        } else if let Some(name) = function_name(line) {
            let begin = comment.unwrap_or(offset);
            if begin > start {
                pieces.push(Piece::new(None, &source[start..begin]));
            }
            (start, function) = (begin, Some(name));
        }
        comment = if line.starts_with('#') { comment.or(Some(offset)) } else { None };
        offset = end;
    }
    if offset > start {
        pieces.push(Piece::new(function, &source[start..]));
    }
    pieces
}

fn function_name(line: &'static str) -> Option<&'static str> {
    let (name, rest) = line.split_at(line.bytes().take_while(|byte| is_word_byte(*byte)).count());
    (!name.is_empty() && rest.starts_with("() ")).then_some(name)
}

fn is_word_byte(byte: u8) -> bool {
    IN_WORD[usize::from(byte)]
}

/// Which bytes are parts of words: nearly all of the library is read for it on each run.
const IN_WORD: [bool; 256] = {
    let mut part = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        part[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    part
};

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &[u8]> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|byte| is_word_byte(*byte))?;
        let rest = &bytes[start..];
        let length = rest.iter().position(|byte| !is_word_byte(*byte)).unwrap_or(rest.len());
        at = start + length;
        Some(&rest[..length])
    })
}

/// The words of the code in a text: comments name functions without calling them.
fn code_words(text: &str) -> impl Iterator<Item = &[u8]> {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(words)
}

/// The text of these functions and of all that they and `script` call. Names that no file has are left out; a test holds
/// that there are none.
#[must_use]
pub fn closure<'n>(names: impl IntoIterator<Item = &'n str>, script: &str) -> String {
    let mut found: BTreeSet<(usize, &'static str)> = BTreeSet::new();
    let mut open: Vec<&str> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some((stem, file)) = LIBRARY.get_key_value(name)
            && found.insert((file.order, stem))
        {
            open.extend(&file.requires);
        }
    }
    let files: Vec<(&str, &ShellFile)> =
        found.iter().filter_map(|(_, stem)| LIBRARY.get(stem).map(|file| (*stem, file))).collect();
    let called = called(&files, script);
    let mut text = String::new();
    for (_, file) in files {
        if !text.is_empty() {
            text.push('\n');
        }
        for piece in file.pieces.iter().filter(|piece| piece.function.is_none_or(|function| called.contains(function)))
        {
            // Where a function was left out, the blank lines around it meet.
            let met = text.ends_with("\n\n");
            text.push_str(if met { piece.text.trim_start_matches('\n') } else { &piece.text });
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// The functions that can be reached. One that its file is named after is always kept: it may be called by a name that is
/// put together (`report_$OPTION_FORMAT`).
fn called(files: &[(&str, &'static ShellFile)], script: &str) -> FxHashSet<&'static str> {
    let pieces = || files.iter().flat_map(|(_, file)| &file.pieces);
    let functions: FxHashMap<&[u8], (&'static str, &'static str)> = pieces()
        .filter_map(|piece| piece.function.map(|function| (function.as_bytes(), (function, &*piece.text))))
        .collect();
    let mut called: FxHashSet<&'static str> = FxHashSet::default();
    let mut open: Vec<&'static str> = Vec::new();
    let mut call = |word: &[u8], open: &mut Vec<&'static str>| {
        if let Some((function, text)) = functions.get(word)
            && called.insert(function)
        {
            open.push(text);
        }
    };
    let outside = pieces().filter(|piece| piece.function.is_none()).flat_map(|piece| code_words(&piece.text));
    let stems = files.iter().map(|(stem, _)| stem.as_bytes());
    outside.chain(stems).chain(words(script)).for_each(|word| call(word, &mut open));
    while let Some(text) = open.pop() {
        code_words(text).for_each(|word| call(word, &mut open));
    }
    called
}

/// Whether a file defines this function.
#[must_use]
pub fn has(name: &str) -> bool {
    LIBRARY.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_required_file_exists() {
        for (name, file) in LIBRARY.iter() {
            for required in &file.requires {
                assert!(has(required), "{name} requires {required}, which no file defines");
            }
        }
    }
}
