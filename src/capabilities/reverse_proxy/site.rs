//! The site: what nginx is told.
//!
//! In: the front and the facts of everybody who asks for a part of it. Out: typed directives. Headers are set in one place,
//! the server: a location that adds one would drop all others.

use super::{Facts, Front, Method, PROXY_HEADERS, PROXY_HIDES_VERSION, STATIC_PATH, StaticFiles, WEBSOCKET_IDLE};
use crate::capabilities::{
    Binding, Bindings, Capability as _, HttpsRedirect, ReverseProxy, Tls, https_redirect, rate_limit, security_headers,
    tls,
};
use crate::plan::{PlanBuilder, Provenance, SiteDirective, SiteText, SiteWord};
use crate::value::{Bytes, HostName, Seconds, UnixPath};

/// The site's directives, and the ports that it listens on.
pub(super) fn site(
    front: &Front,
    own: Option<&Binding<Facts>>,
    all: &Bindings,
    plan: &mut PlanBuilder,
) -> (Vec<SiteDirective>, Vec<u16>) {
    let mut site = Vec::new();
    let upgrades = own.filter(|binding| !binding.facts.websocket.is_empty());
    if let Some(binding) = upgrades {
        site.push(upgrade_map(plan, &binding.provenance_of(&["websocket"])));
    }
    let counting = rate_limit::directives(all, plan);
    if let Some((counts, _)) = &counting {
        site.push(counts.clone());
    }
    let secured = front.method.is_some();
    let redirect = if secured { https_redirect::status(all, plan) } else { None };
    let mut ports = Vec::new();
    if redirect.is_some() || front.method == Some(Method::LetsEncrypt) {
        ports.push(80);
        site.push(plain_server(front, redirect.as_ref(), plan));
    }
    ports.push(if secured { 443 } else { 80 });
    let refusing = counting.map(|(_, refuses)| refuses).unwrap_or_default();
    site.push(answering_server(front, own, refusing, all, plan));
    (site, ports)
}

/// The name of a variable of this site alone: two packages may share an nginx.
fn variable(plan: &PlanBuilder, name: &str) -> String {
    format!("${}_{name}", plan.service.as_str().replace('-', "_"))
}

fn upgrade_map(plan: &PlanBuilder, why: &Provenance) -> SiteDirective {
    let case = |name, value: &str| SiteDirective::new(name, value, "", why);
    SiteDirective::block(
        "map",
        vec!["$http_upgrade".into(), variable(plan, "connection").into()],
        vec![case("default", "upgrade"), case("\"\"", "\"\"")],
        "what the service is told of a request for a WebSocket, and of all others",
        why,
    )
}

/// `listen` for both families, and the names.
fn listens(front: &Front, port: u16, why: &Provenance) -> Vec<SiteDirective> {
    let listen = |address: String| {
        let mut directive = SiteDirective::new("listen", address, "IPv4 and IPv6", why);
        if port == 443 {
            directive = directive.word("ssl");
        }
        // Without names of its own the site answers for all that no other site has.
        if front.names.is_empty() { directive.word("default_server") } else { directive }
    };
    let mut names: Vec<SiteWord> = front.names.iter().map(HostName::as_str).map(SiteWord::from).collect();
    let comment = if names.is_empty() { "the specification names no host: for all names" } else { "" };
    if names.is_empty() {
        names.push("_".into());
    }
    vec![
        listen(port.to_string()),
        listen(format!("[::]:{port}")),
        SiteDirective {
            name: "server_name",
            words: names,
            block: None,
            comment: comment.to_owned(),
            provenance: why.clone(),
        },
    ]
}

/// What answers over plain HTTP: a redirect, and what an authority asks before it signs.
fn plain_server(front: &Front, redirect: Option<&(u16, Provenance)>, plan: &mut PlanBuilder) -> SiteDirective {
    let why = redirect.map_or(&front.core, |(_, why)| why);
    let mut body = listens(front, 80, why);
    body.extend(hides_version(plan));
    if front.method == Some(Method::LetsEncrypt)
        && let Some(webroot) = tls::webroot(&plan.service).and_then(|path| SiteText::new(path.as_str()))
    {
        let why = &front.provenance;
        let root = SiteDirective::new("root", webroot, "", why);
        let at = vec!["^~".into(), "/.well-known/acme-challenge/".into()];
        body.push(SiteDirective::block("location", at, vec![root], "what Let's Encrypt asks for", why));
    }
    if let Some((status, why)) = redirect {
        let target = SiteDirective::new("return", status.to_string(), "", why).word("https://$host$request_uri");
        body.push(SiteDirective::block("location", vec!["/".into()], vec![target], "the same path, encrypted", why));
    }
    let comment =
        if redirect.is_some() { "plain HTTP is sent on to HTTPS" } else { "nothing is served over plain HTTP" };
    SiteDirective::block("server", Vec::new(), body, comment, why)
}

fn answering_server(
    front: &Front,
    own: Option<&Binding<Facts>>,
    refusing: Vec<SiteDirective>,
    all: &Bindings,
    plan: &mut PlanBuilder,
) -> SiteDirective {
    let why = &front.core;
    let mut body = listens(front, if front.method.is_some() { 443 } else { 80 }, why);
    if let Some(binding) = front.method.and_then(|_| all.one::<Tls>()) {
        body.extend(tls::directives(front, Some(binding), plan));
    } else if front.method.is_some() && all.one::<HttpsRedirect>().is_some() {
        body.extend(tls::directives(front, None, plan));
    }
    body.extend(hides_version(plan));
    body.extend(security_headers::directives(front, all, plan));
    body.extend(refusing);
    if let Some(binding) = own {
        body.extend(limits(binding));
    }
    let mut locations = Vec::new();
    if let Some(binding) = own {
        let why = binding.provenance_of(&["static"]);
        for files in &binding.facts.static_files {
            locations.extend(static_location(files, &why, plan));
        }
    }
    for (path, upgrades) in proxied_paths(own) {
        let asked = own.filter(|_| path.as_str() != "/").map(|binding| binding.provenance_of(&["websocket"]));
        locations.extend(proxied_location(front, &path, upgrades, asked.as_ref().unwrap_or(why), plan));
    }
    body.extend(locations);
    SiteDirective::block("server", Vec::new(), body, "what clients ask for goes to the service", why)
}

fn hides_version(plan: &mut PlanBuilder) -> Option<SiteDirective> {
    let default = plan.default(ReverseProxy::NAME, &PROXY_HIDES_VERSION)?;
    Some(SiteDirective::new("server_tokens", "off", "strangers are not told which version this is", &default))
}

fn limits(binding: &Binding<Facts>) -> Vec<SiteDirective> {
    let facts = &binding.facts;
    let mut found = Vec::new();
    if let Some(size) = facts.body_size {
        let why = binding.provenance_of(&["body_size"]);
        let comment = "a larger body is answered with 413";
        found.push(SiteDirective::new("client_max_body_size", nginx_size(size), comment, &why));
    }
    for (name, time, field, comment) in [
        ("proxy_read_timeout", facts.read_timeout, "read_timeout", "how long the service may take to answer"),
        ("proxy_connect_timeout", facts.connect_timeout, "connect_timeout", "how long a connection to it may take"),
        ("proxy_send_timeout", facts.send_timeout, "send_timeout", "how long it may take to read a request"),
    ] {
        if let Some(time) = time {
            found.push(SiteDirective::new(name, nginx_time(time), comment, &binding.provenance_of(&[field])));
        }
    }
    found
}

/// The paths that are passed on to the service, and whether as WebSockets, too; all others go with the last, "/".
pub(super) fn proxied_paths(own: Option<&Binding<Facts>>) -> Vec<(UnixPath, bool)> {
    let is_location = |path: &UnixPath| path.as_str() != "/" && SiteText::new(path.as_str()).is_some();
    let sockets = own.map(|binding| binding.facts.websocket.as_slice()).unwrap_or_default();
    let mut paths: Vec<(UnixPath, bool)> =
        sockets.iter().filter(|path| is_location(path)).map(|path| (path.clone(), true)).collect();
    if let Ok(root) = "/".parse() {
        let everywhere = sockets.contains(&root);
        paths.push((root, everywhere));
    }
    paths
}

/// The slashes at both ends keep a path such as `/assets../` from leaving the directory.
fn static_location(files: &StaticFiles, why: &Provenance, plan: &mut PlanBuilder) -> Option<SiteDirective> {
    let mut why = why.clone();
    let at = static_path(files, &mut why, plan)?;
    let texts = SiteText::new(format!("{at}/")).zip(SiteText::new(format!("{}/", files.directory)));
    let Some((at, directory)) = texts else {
        why.statements.iter().for_each(|statement| plan.partial(*statement, "nginx cannot be told a path with a `$`"));
        return None;
    };
    let alias = SiteDirective::new("alias", directory, "", &why);
    let comment = "files that nginx serves itself";
    Some(SiteDirective::block("location", vec!["^~".into(), at.into()], vec![alias], comment, &why))
}

/// Below which path files are served, without a slash at its end.
pub(super) fn static_path(files: &StaticFiles, why: &mut Provenance, plan: &mut PlanBuilder) -> Option<String> {
    if let Some(at) = &files.at {
        return Some(at.to_string());
    }
    let default = plan.default(ReverseProxy::NAME, &STATIC_PATH)?;
    why.merge(&default);
    Some(format!("/{}", files.directory.file_name()))
}

fn proxied_location(
    front: &Front,
    path: &UnixPath,
    upgrades: bool,
    why: &Provenance,
    plan: &mut PlanBuilder,
) -> Option<SiteDirective> {
    let at = SiteText::new(path.as_str())?;
    let set = |name: &str, value: &str, comment: &str, why: &Provenance| {
        SiteDirective::new("proxy_set_header", name, comment, why).word(value)
    };
    let newer = if upgrades { "what WebSockets and kept connections need" } else { "what kept connections need" };
    let mut body = vec![
        SiteDirective::new("proxy_pass", format!("http://{}", front.upstream), "where the service listens", why),
        SiteDirective::new("proxy_http_version", "1.1", newer, why),
    ];
    let connection = if upgrades { variable(plan, "connection") } else { "\"\"".to_owned() };
    if let Some(default) = plan.default(ReverseProxy::NAME, &PROXY_HEADERS) {
        let comment = "who asks, and how; what the client claims about it is overwritten";
        body.extend(
            [
                ("Host", "$host"),
                ("X-Real-IP", "$remote_addr"),
                ("X-Forwarded-For", "$remote_addr"),
                ("X-Forwarded-Proto", "$scheme"),
                ("X-Forwarded-Host", "$host"),
            ]
            .map(|(name, value)| set(name, value, comment, &default)),
        );
    }
    if upgrades {
        let comment = "a request for a WebSocket is passed on as one";
        body.push(set("Upgrade", "$http_upgrade", comment, why));
        body.push(set("Connection", &connection, comment, why));
        if let Some(default) = plan.default(ReverseProxy::NAME, &WEBSOCKET_IDLE).filter(|_| path.as_str() != "/") {
            body.push(SiteDirective::new(
                "proxy_read_timeout",
                "1h",
                "a WebSocket may be silent for a while",
                &default,
            ));
            body.push(SiteDirective::new(
                "proxy_send_timeout",
                "1h",
                "a WebSocket may be silent for a while",
                &default,
            ));
        }
    } else {
        body.push(set("Connection", &connection, "connections to the service are its own", why));
    }
    Some(SiteDirective::block("location", vec![at.into()], body, "", why))
}

/// As nginx writes a size: `10M`, `1536K`, bytes.
fn nginx_size(size: Bytes) -> String {
    let text = size.systemd();
    // It knows no terabytes.
    if text.ends_with('T') { size.0.to_string() } else { text }
}

/// As nginx writes a time: `90s`, `1500ms`.
pub(super) fn nginx_time(time: Seconds) -> String {
    if time.0.fract() == 0.0 { format!("{}s", time.0) } else { format!("{}ms", (time.0 * 1000.0).round()) }
}

/// As [`nginx_size`], for the check of what nginx has read.
pub(super) fn written_size(size: Bytes) -> String {
    nginx_size(size)
}
