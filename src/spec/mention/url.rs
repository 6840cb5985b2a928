//! URLs, with and without a scheme.

use super::atom::chunk;
use super::{Mention, Url};
use crate::value::{HostName, Port};

pub(super) fn url(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    let (scheme, rest) = word.split_once("://")?;
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, port) = split_port(&rest[..authority_end])?;
    let url = Url {
        scheme: Some(scheme.to_ascii_lowercase()),
        host: host.to_owned(),
        port,
        path: rest[authority_end..].to_owned(),
    };
    Some((Mention::Url(url), word.len()))
}

/// `localhost:8000`, `127.0.0.1:8000/health`.
pub(super) fn host_and_port(word: &str) -> Option<Url> {
    let authority_end = word.find('/').unwrap_or(word.len());
    let (host, port) = split_port(&word[..authority_end])?;
    let plausible = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok()
        || (host.contains('.') && host.parse::<HostName>().is_ok());
    let located = port.is_some() || authority_end < word.len();
    (plausible && located).then(|| Url {
        scheme: None,
        host: host.to_owned(),
        port,
        path: word[authority_end..].to_owned(),
    })
}

fn split_port(authority: &str) -> Option<(&str, Option<Port>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => Some((host, Some(port.parse().ok()?))),
        _ => Some((authority, None)).filter(|(host, _)| !host.is_empty()),
    }
}
