//! The shell functions of the generated scripts, from `templates/shell/`.
//!
//! In: names of functions that a script calls, and its own text. Out: their files and all files that those require, in a
//! stable order, without functions that nothing in the script calls: a reviewer reads only what can run. Files are
//! included as they are, without the line that names what they require.
//!
//! What is in which file, and who calls whom, was found out by `build.rs`. Files and functions go by their numbers.

mod words;

use words::words;

include!(concat!(env!("OUT_DIR"), "/shell_library.rs"));

/// A file; they stand in `FILES` in their order in a script.
struct ShellFile {
    /// The function of the file's own name.
    named_after: Option<usize>,
    /// Files that it needs.
    requires: &'static [usize],
    pieces: &'static [Piece],
}

/// A part of a file: a function with the comment above it, or what stands between functions.
struct Piece {
    /// The function; `None` for what stands between.
    function: Option<usize>,
    /// Functions that its code names.
    calls: &'static [usize],
    /// Without the line that names what the file requires.
    text: &'static str,
}

/// The text of these functions and of all that they and `script` call. Names that no file has are left out; a test holds
/// that there are none.
#[must_use]
pub fn closure<'n>(names: impl IntoIterator<Item = &'n str>, script: &str) -> String {
    let mut chosen = vec![false; FILES.len()];
    let mut open: Vec<usize> = names.into_iter().filter_map(file).collect();
    while let Some(file) = open.pop() {
        if !std::mem::replace(&mut chosen[file], true) {
            open.extend(FILES[file].requires);
        }
    }
    let files: Vec<&ShellFile> = FILES.iter().zip(chosen).filter_map(|(file, chosen)| chosen.then_some(file)).collect();
    let called = called(&files, script);
    let mut text = String::new();
    for file in files {
        if !text.is_empty() {
            text.push('\n');
        }
        for piece in file.pieces.iter().filter(|piece| piece.function.is_none_or(|function| called[function])) {
            // Where a function was left out, the blank lines around it meet.
            let met = text.ends_with("\n\n");
            text.push_str(if met { piece.text.trim_start_matches('\n') } else { piece.text });
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// The functions that can be reached, by number. One that its file is named after is always kept: it may be called by a
/// name that is put together (`report_$OPTION_FORMAT`).
fn called(files: &[&ShellFile], script: &str) -> Vec<bool> {
    let pieces = || files.iter().flat_map(|file| file.pieces);
    // Two files may define a function of the same name, for the one script and for the other.
    let mut defined: Vec<Option<&Piece>> = vec![None; FUNCTIONS.len()];
    for piece in pieces() {
        if let Some(function) = piece.function {
            defined[function] = Some(piece);
        }
    }
    let mut called = vec![false; FUNCTIONS.len()];
    let outside = pieces().filter(|piece| piece.function.is_none()).flat_map(|piece| piece.calls).copied();
    let named_after = files.iter().filter_map(|file| file.named_after);
    let mut open: Vec<usize> = outside.chain(named_after).chain(words(script).filter_map(function)).collect();
    while let Some(function) = open.pop() {
        if let Some(piece) = defined[function]
            && !std::mem::replace(&mut called[function], true)
        {
            open.extend(piece.calls);
        }
    }
    called
}

fn function(name: &str) -> Option<usize> {
    FUNCTIONS.binary_search(&name).ok()
}

fn file(name: &str) -> Option<usize> {
    STEMS.binary_search_by_key(&name, |(stem, _)| stem).ok().map(|place| STEMS[place].1)
}

/// Whether a file defines this function.
#[must_use]
pub fn has(name: &str) -> bool {
    file(name).is_some()
}
