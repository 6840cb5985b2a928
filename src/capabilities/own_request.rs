//! Requests to the service itself, as sentences name them, and as they are made.
//!
//! In: a clause; then the plan, in which the health check has said where it asks. Out: end points, by path, URL of this host, or
//! `curl` command; the request for one. Not here: what the answer must hold, and requests that go through a proxy or to other
//! hosts.

use std::ops::Range;

use super::Clause;
use crate::plan::{HealthGate, PlanBuilder};
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

/// A request that can be made.
pub(super) struct Request {
    /// `GET` or `HEAD`.
    pub method: String,
    /// On the loopback interface.
    pub url: String,
    /// The status that the answer must have; without one, any that is no error.
    pub status: Option<u16>,
    /// Whether it is the one that the health check makes.
    pub is_health_check: bool,
}

/// The request to the end point that a statement names, or else the one of the health check; or why nobody can be asked.
pub(super) fn request(path: Option<&str>, port: Option<Port>, plan: &PlanBuilder) -> Result<Request, &'static str> {
    let health_check = match &plan.health {
        HealthGate::Http { method, url, status, .. } => {
            Some(Request { method: method.clone(), url: url.clone(), status: Some(*status), is_health_check: true })
        }
        HealthGate::Stable { .. } => None,
    };
    let Some(path) = path else {
        return health_check.ok_or("no end point is named that could be asked: name one, such as GET /health");
    };
    let Some(port) = port.or(plan.endpoint.map(|endpoint| endpoint.port)) else {
        return Err("no port is named: nobody can be asked");
    };
    let url = format!("http://127.0.0.1:{port}{path}");
    match health_check {
        Some(health_check) if health_check.url == url => Ok(health_check),
        _ => Ok(Request { method: "GET".to_owned(), url, status: None, is_health_check: false }),
    }
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
