//! Clause → facts about the proxy.
//!
//! In: a clause in which a phrase about a proxy stands. Out: what it says, or nothing where it speaks of a proxy elsewhere, of
//! a part of the traffic, or of a service that is not ours.

use std::ops::Range;

use super::{Facts, ProxyServer, StaticFiles, Upstream};
use crate::capabilities::{Clause, Reading};
use crate::spec::mention::{Mention, Url};
use crate::value::{Bytes, HostName, Port, Seconds, UnixPath};

const SERVERS: &[(&str, ProxyServer)] = &[
    ("nginx", ProxyServer::Nginx),
    ("caddy", ProxyServer::Caddy),
    ("haproxy", ProxyServer::Haproxy),
    ("apache", ProxyServer::Apache),
    ("traefik", ProxyServer::Traefik),
];

/// A proxy that is none of this host, or that is passed something else than requests.
const ELSEWHERE: &str = "docker|compose|container(s)|kubernetes|cdn|cloudflare|balancer|balancing|outbound|outgoing|\
    log(s)|event(s)|alert(s)|metric(s)|mail(s)|message(s)|rate|install(s|ed)|package(s)|restart(s|ed)|stop(s|ped)";

/// First directories of paths on the disk; other paths are those of URLs.
const FILE_ROOTS: &[&str] = &["srv", "var", "opt", "usr", "home", "data", "mnt", "etc", "root"];

/// Reads a clause.
pub(super) fn recognise(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    if clause.denied() {
        return absent(clause);
    }
    if clause.find(ELSEWHERE).is_some() || clause.find("may|maybe (be)").is_some() {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    server(clause, &mut reading)?;
    destinations(clause, &mut reading)?;
    paths(clause, &mut reading)?;
    limits(clause, &mut reading)?;
    settings_in_code(clause, &mut reading)?;
    let proxy = clause.find("reverse proxy|proxies|proxied").or_else(|| clause.find("proxy|proxies to"));
    let named = reading.facts.server.is_some() || reading.facts.upstream.is_some();
    if let Some(place) = proxy.filter(|_| !named) {
        reading.facts.in_front = true;
        reading = reading.place("in_front", place);
    }
    let Facts { in_front, websocket, static_files, body_size, read_timeout, connect_timeout, send_timeout, .. } =
        &reading.facts;
    let says_something = named
        || *in_front
        || !websocket.is_empty()
        || !static_files.is_empty()
        || body_size.is_some()
        || [read_timeout, connect_timeout, send_timeout].iter().any(|time| time.is_some());
    says_something.then_some(reading)
}

/// "No reverse proxy", and nothing more.
fn absent(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let place = clause.denies("(nginx) reverse proxy|proxies").or_else(|| clause.denies("nginx|proxy"))?;
    let is_alone = clause.mentions().next().is_none() && clause.find("websocket(s)|static|body|timeout(s)").is_none();
    let negation = clause.find("no|not|without");
    is_alone.then(|| Reading::new(Facts { absent: true, ..Facts::default() }, negation).place("absent", place))
}

/// The program; `None` where two are named.
fn server(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut named = SERVERS.iter().filter_map(|(word, server)| Some((*server, clause.find(word)?)));
    if let Some((server, place)) = named.next() {
        if named.next().is_some() {
            return None;
        }
        reading.facts.server = Some(server);
        *reading = std::mem::take(reading).place("server", place);
    }
    Some(())
}

/// Names, and the one port behind the proxy; `None` for a service elsewhere.
fn destinations(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut ports: Vec<(Port, Range<usize>)> = Vec::new();
    let mut names: Vec<(HostName, Range<usize>)> = Vec::new();
    for (mention, place) in clause.mentions() {
        match mention {
            Mention::Url(url) if is_local(url) => {
                let plain = url.scheme.as_deref().is_none_or(|scheme| scheme == "http");
                ports.push((url.port.filter(|_| plain && is_root(&url.path))?, place));
            }
            Mention::Url(url) => {
                let public = url.port.is_none_or(is_of_the_web) && is_root(&url.path);
                let name = url.host.parse().ok().filter(|_| public && url.host.parse::<std::net::IpAddr>().is_err())?;
                names.push((name, place));
            }
            Mention::HostName(name) => names.push((name.clone(), place)),
            Mention::Network(network) if network.to_string() == "127.0.0.1" => reading.claims.push(place),
            Mention::Network(_) => return None,
            Mention::Endpoint(endpoint) => ports.push((endpoint.port, place)),
            Mention::Quantity(quantity) => {
                let port = quantity.port().filter(|_| says_port(clause, &place));
                ports.extend(port.map(|port| (port, place)));
            }
            _ => {}
        }
    }
    for (port, place) in ports {
        if is_of_the_web(port) {
            reading.claims.push(place);
        } else if reading.facts.upstream.is_none_or(|known| known.0 == port) {
            reading.facts.upstream = Some(Upstream(port));
            *reading = std::mem::take(reading).place("upstream", place);
        } else {
            return None;
        }
    }
    for (name, place) in names {
        if reading.facts.host.is_none() {
            reading.facts.host = Some(name);
            *reading = std::mem::take(reading).place("host", place);
        } else {
            reading.facts.aliases.push(name);
            *reading = std::mem::take(reading).place("aliases", place);
        }
    }
    Some(())
}

fn is_local(url: &Url) -> bool {
    matches!(url.host.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

fn is_root(path: &str) -> bool {
    matches!(path, "" | "/")
}

fn is_of_the_web(port: Port) -> bool {
    matches!(port.number(), 80 | 443)
}

/// Whether words around a number say that it is a port.
fn says_port(clause: &Clause<'_>, place: &Range<usize>) -> bool {
    matches!(clause.word_before(place).as_str(), "port" | "ports" | "and" | "localhost" | "upstream" | "http" | "https")
}

/// Paths of WebSockets and of static files; `None` for a path that limits what is passed on.
fn paths(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let websocket = clause.find("websocket(s)").or_else(|| clause.find("web socket(s)"));
    let files = clause.find("static files|assets|content");
    let (mut urls, mut directories) = (Vec::new(), Vec::new());
    for (path, place) in clause.paths() {
        let root = path.as_str().trim_start_matches('/').split('/').next().unwrap_or_default();
        let named_as_url = matches!(clause.word_before(&place).as_str(), "at" | "under" | "below" | "as");
        let list = if !named_as_url && FILE_ROOTS.contains(&root) { &mut directories } else { &mut urls };
        list.push((path.clone(), place));
    }
    match (websocket, files) {
        (Some(_), Some(_)) => return None,
        (Some(phrase), None) if directories.is_empty() => {
            if urls.is_empty()
                && let Ok(everywhere) = "/".parse()
            {
                reading.facts.websocket.push(everywhere);
                *reading = std::mem::take(reading).place("websocket", phrase);
            }
            for (path, place) in urls {
                reading.facts.websocket.push(path);
                *reading = std::mem::take(reading).place("websocket", place);
            }
        }
        (None, Some(_)) => return static_files(clause, reading, urls, directories),
        _ if urls.is_empty() && directories.is_empty() => {}
        _ => return None,
    }
    Some(())
}

type PlacedPaths = Vec<(UnixPath, Range<usize>)>;

/// One directory, at one path or at none that is said.
fn static_files(
    clause: &Clause<'_>,
    reading: &mut Reading<Facts>,
    mut urls: PlacedPaths,
    mut directories: PlacedPaths,
) -> Option<()> {
    clause.affirms("serve(s|d)|serving|deliver(s|ed)")?;
    let ((directory, place), None) = (directories.pop()?, directories.pop()) else { return None };
    let (at, None) = (urls.pop(), urls.pop()) else { return None };
    let (at, claim) = at.unzip();
    // The site's root belongs to the service.
    if at.as_ref().is_some_and(|at| at.as_str() == "/") {
        return None;
    }
    reading.claims.extend(claim);
    reading.facts.static_files.push(StaticFiles { directory, at });
    *reading = std::mem::take(reading).place("static", place);
    Some(())
}

/// Sizes and times, each where the clause says what it limits.
fn limits(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let of_size = clause.find_any(&["client_max_body_size", "body|bodies", "upload(s)"]).is_some();
    let of_time = clause
        .find_any(&["timeout(s)", "time out(s)", "proxy_read_timeout|proxy_connect_timeout|proxy_send_timeout"])
        .is_some();
    if of_size {
        let mut sizes = clause.sizes();
        if let Some((size, place)) = sizes.next() {
            if sizes.next().is_some() {
                return None;
            }
            set_size(reading, size, place);
        }
    } else if of_time {
        for (time, place) in clause.durations().filter(|(time, _)| time.0 > 0.0).collect::<Vec<_>>() {
            let before = clause.words().filter(|(_, word)| word.end <= place.start);
            let kind = before.filter_map(|(word, _)| kind_of_time(&word)).last().unwrap_or("read_timeout");
            set_time(reading, kind, time, place)?;
        }
    }
    Some(())
}

fn kind_of_time(word: &str) -> Option<&'static str> {
    match word {
        "read" | "response" | "proxy_read_timeout" => Some("read_timeout"),
        "connect" | "connection" | "proxy_connect_timeout" => Some("connect_timeout"),
        "send" | "proxy_send_timeout" => Some("send_timeout"),
        _ => None,
    }
}

fn set_size(reading: &mut Reading<Facts>, size: Bytes, place: Range<usize>) {
    reading.facts.body_size = Some(size);
    *reading = std::mem::take(reading).place("body_size", place);
}

/// `None` where the clause has given it already.
fn set_time(reading: &mut Reading<Facts>, kind: &'static str, time: Seconds, place: Range<usize>) -> Option<()> {
    let facts = &mut reading.facts;
    let field = match kind {
        "connect_timeout" => &mut facts.connect_timeout,
        "send_timeout" => &mut facts.send_timeout,
        _ => &mut facts.read_timeout,
    };
    if field.replace(time).is_some() {
        return None;
    }
    *reading = std::mem::take(reading).place(kind, place);
    Some(())
}

/// `client_max_body_size 10m` in inline code, as nginx itself writes it.
fn settings_in_code(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let code = clause.mentions().filter_map(|(mention, place)| match mention {
        Mention::Code(code) => Some((code.trim_end_matches(';').split_once(' ')?, place)),
        _ => None,
    });
    for ((name, value), place) in code.collect::<Vec<_>>() {
        match name {
            "client_max_body_size" => set_size(reading, value.trim().parse().ok()?, place),
            "proxy_read_timeout" | "proxy_connect_timeout" | "proxy_send_timeout" => {
                set_time(reading, kind_of_time(name)?, value.trim().parse().ok()?, place)?;
            }
            "server_name" => {
                let mut names = value.split_whitespace().map(str::parse::<HostName>);
                reading.facts.host = Some(names.next()?.ok()?);
                reading.facts.aliases = names.collect::<Result<_, _>>().ok()?;
                *reading = std::mem::take(reading).place("host", place);
            }
            _ => return None,
        }
    }
    Some(())
}
