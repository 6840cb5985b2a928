//! Requests to the service itself, as sentences name them.
//!
//! In: a clause. Out: end points, by path, URL of this host, or `curl` command. Not here: what the answer must be, and
//! requests that go through a proxy or to other hosts.

use std::ops::Range;

use super::Clause;
use crate::spec::mention::{Mention, Url};
use crate::value::Port;

/// Directories of the file system; what lies below is a file, not an end point.
const FILE_ROOTS: &[&str] =
    &["usr", "opt", "etc", "var", "home", "bin", "sbin", "srv", "tmp", "root", "proc", "run", "lib", "dev", "sys"];

/// A request as the sentence names it.
pub(super) struct Target {
    /// `GET` or `HEAD`, where the sentence says so.
    pub method: Option<String>,
    /// The path, from its slash on.
    pub path: String,
    /// The port, where it is named.
    pub port: Option<Port>,
    /// Where it stands.
    pub place: Range<usize>,
}

/// The requests that the clause names; `None` for one that is not to the service itself.
pub(super) fn targets(clause: &Clause<'_>) -> Option<Vec<Target>> {
    let mut found = Vec::new();
    for (mention, place) in clause.mentions() {
        match mention {
            Mention::Command(words) => found.push(curl(words, place)?),
            Mention::Url(url) => found.push(local(url, place)?),
            Mention::Path(path) => {
                let root = path.as_str().trim_start_matches('/').split('/').next().unwrap_or_default();
                if FILE_ROOTS.contains(&root) {
                    return None;
                }
                found.push(Target { method: None, path: path.to_string(), port: None, place });
            }
            Mention::Code(code) => {
                if let Some((method, path)) = code.split_once(' ')
                    && matches!(method, "GET" | "HEAD")
                    && path.starts_with('/')
                    && !path.contains(' ')
                {
                    found.push(Target { method: Some(method.to_owned()), path: path.to_owned(), port: None, place });
                }
            }
            _ => {}
        }
    }
    Some(found)
}

/// The request of a `curl` command that asks the service itself and does nothing else.
fn curl(words: &[String], place: Range<usize>) -> Option<Target> {
    let mut words = words.iter().map(String::as_str);
    if words.next() != Some("curl") {
        return None;
    }
    let mut method = "GET";
    let mut url = None;
    while let Some(word) = words.next() {
        match word {
            "-I" | "--head" => method = "HEAD",
            "-X" | "--request" => method = words.next().filter(|method| matches!(*method, "GET" | "HEAD"))?,
            "-o" | "--output" | "-w" | "--write-out" | "-m" | "--max-time" => {
                words.next()?;
            }
            "--silent" | "--show-error" | "--fail" | "--include" => {}
            option if option.starts_with('-') => {
                // -sS, -fsS, -i: how it prints, not what it asks.
                if option.len() < 2 || !option[1..].chars().all(|letter| "sSfiq".contains(letter)) {
                    return None;
                }
            }
            address if url.is_none() => url = Some(parse_url(address)?),
            _ => return None,
        }
    }
    local(&url?, place).map(|target| Target { method: Some(method.to_owned()), ..target })
}

fn parse_url(address: &str) -> Option<Url> {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_owned()), rest),
        None => (None, address),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, port) = match rest[..end].rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (&rest[..end], None),
    };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/?=&%+,:@".contains(&byte));
    plain(rest).then(|| Url { scheme, host: host.to_owned(), port, path: rest[end..].to_owned() })
}

/// A URL of this host over plain HTTP; what goes through a proxy is another matter.
fn local(url: &Url, place: Range<usize>) -> Option<Target> {
    let here = matches!(url.host.as_str(), "localhost" | "127.0.0.1" | "0.0.0.0");
    let plain = url.scheme.as_deref().is_none_or(|scheme| scheme == "http");
    (here && plain).then(|| Target { method: None, path: url.path.clone(), port: url.port, place })
}
