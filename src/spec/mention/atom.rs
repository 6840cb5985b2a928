//! Atoms: what a token is that is more than a word, by its first character.

use super::Mention;
use super::json::json;
use super::number::number;
use super::url::{host_and_port, url};
use crate::value::UnixPath;

const FILE_EXTENSIONS: &[&str] = &[
    "py", "js", "mjs", "cjs", "ts", "rb", "sh", "jar", "toml", "yaml", "yml", "json", "txt", "md", "conf", "cfg",
    "ini", "log", "env", "sock", "pid", "db", "sqlite", "sqlite3", "pem", "key", "crt", "gz", "html",
];

const UNIT_TYPES: &[&str] = &["service", "timer", "target", "socket", "mount", "slice", "path"];

/// Reads an atom or a number at the start of `text`; `after_word` says that a letter or digit stands directly before it.
pub(in crate::spec) fn at_start(text: &str, after_word: bool) -> Option<(Mention, usize)> {
    match *text.as_bytes().first()? {
        b'"' | 0xe2 => quoted(text),
        b'{' => json(text),
        b'/' if !after_word => path(text),
        b'~' if text.starts_with("~/") => Some((Mention::Code(chunk(text).to_owned()), chunk(text).len())),
        b'0'..=b'9' if !after_word => number(text),
        b'.' if !after_word && text.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) => {
            let word = chunk(text);
            Some((Mention::FileName(word.to_owned()), word.len()))
        }
        byte if !after_word && (byte.is_ascii_alphabetic() || byte == b'_') => compound(text, name_length(text)),
        _ => None,
    }
}

/// Text up to white space or closing punctuation.
pub(super) fn chunk(text: &str) -> &str {
    let end = text
        .find(|character: char| character.is_whitespace() || ",;()[]{}\"'`|<>".contains(character))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ':', '!', '?', '*', '\u{2026}'])
}

fn quoted(text: &str) -> Option<(Mention, usize)> {
    let (open, close) = if text.starts_with('"') { ('"', '"') } else { ('\u{201c}', '\u{201d}') };
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close).filter(|end| *end <= 200)?;
    Some((Mention::Quoted(inner[..end].to_owned()), open.len_utf8() + end + close.len_utf8()))
}

fn path(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    let path: UnixPath = word.parse().ok().filter(|_| word.len() > 1)?;
    Some((Mention::Path(path), word.len()))
}

/// How many bytes at the start of a text are letters, digits and underscores.
pub(in crate::spec) fn name_length(text: &str) -> usize {
    text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(text.len())
}

/// Atoms that start with a name: directives, URLs, owners, file, unit and host names.
pub(in crate::spec) fn compound(text: &str, name_length: usize) -> Option<(Mention, usize)> {
    match text.as_bytes().get(name_length) {
        Some(b'=') => directive(text, name_length),
        Some(b':') if text[name_length..].starts_with("://") => url(text),
        Some(b':' | b'.' | b'-') => {
            let word = chunk(text);
            classify_word(word).map(|mention| (mention, word.len()))
        }
        _ => None,
    }
}

fn directive(text: &str, name_length: usize) -> Option<(Mention, usize)> {
    let value = &text[name_length + 1..];
    let name = text[..name_length].to_owned();
    if let Some(inner) = value.strip_prefix('"')
        && let Some(end) = inner.find('"')
    {
        return Some((Mention::Directive { name, value: inner[..end].to_owned() }, name_length + 1 + end + 2));
    }
    let end =
        value.find(|character: char| character.is_whitespace() || ",;()`|".contains(character)).unwrap_or(value.len());
    let value = value[..end].trim_end_matches(['.', ':', '!', '?']);
    (!value.is_empty() && !value.starts_with('='))
        .then(|| (Mention::Directive { name, value: value.to_owned() }, name_length + 1 + value.len()))
}

/// What a word with dots, colons or hyphens is; `None` for ordinary words.
pub(super) fn classify_word(word: &str) -> Option<Mention> {
    if let Some(url) = host_and_port(word) {
        return Some(Mention::Url(url));
    }
    if word.contains(':') {
        return word.parse().ok().map(Mention::Owner);
    }
    let (stem, extension) = word.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    if stem.is_empty() {
        None
    } else if UNIT_TYPES.contains(&extension.as_str()) {
        Some(Mention::UnitName(word.to_owned()))
    } else if FILE_EXTENSIONS.contains(&extension.as_str()) {
        Some(Mention::FileName(word.to_owned()))
    } else if extension.len() >= 2
        && extension.bytes().all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
    {
        word.parse().ok().map(Mention::HostName)
    } else {
        None
    }
}
