//! Reverse proxy: nginx in front of the service.
//!
//! In: clauses that put a proxy before the service, or say what it does: host names, the port behind it, WebSockets, static
//! files, limits of time and size. Out: one site of nginx, brought into service as a transaction, and checks of what is
//! served. The site also carries what `tls`, `https_redirect` and others ask for. Not here: certificates (`tls`).

mod contribution;
mod front;
mod proof;
mod proxy_without_tls;
mod reading;
mod site;
mod upstream;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use front::{Front, Method, address_of, front, public_port, stands, upstream};
pub use upstream::Upstream;

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{Bytes, HostName, Seconds, UnixPath};

/// The capability.
pub struct ReverseProxy;

/// The program that stands in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyServer {
    /// nginx
    Nginx,
    /// Caddy
    Caddy,
    /// HAProxy
    Haproxy,
    /// Apache httpd
    Apache,
    /// Traefik
    Traefik,
}

/// Files that the proxy serves itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaticFiles {
    /// The directory that they lie in.
    pub directory: UnixPath,
    /// Below which path of the URL; the directory's name when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixPath>,
}

/// What a statement says about the proxy.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The program.
    pub server: Option<ProxyServer>,
    /// A proxy stands in front, whichever.
    pub in_front: bool,
    /// Nothing stands in front.
    pub absent: bool,
    /// The name under which it is reached.
    pub host: Option<HostName>,
    /// Further names.
    pub aliases: Vec<HostName>,
    /// Where the service listens behind it.
    pub upstream: Option<Upstream>,
    /// Paths at which WebSockets are opened; `/` for all.
    pub websocket: Vec<UnixPath>,
    /// Files that it serves itself.
    #[serde(rename = "static")]
    pub static_files: Vec<StaticFiles>,
    /// How large the body of a request may be.
    pub body_size: Option<Bytes>,
    /// How long it waits for the service's answer.
    pub read_timeout: Option<Seconds>,
    /// How long it waits for a connection to the service.
    pub connect_timeout: Option<Seconds>,
    /// How long it waits for the service to take a request.
    pub send_timeout: Option<Seconds>,
}

static PROXY_IS_NGINX: NamedDefault = NamedDefault {
    name: "proxy-is-nginx",
    reason: "nothing names the program that takes the requests before the service; nginx is in Debian and Ubuntu",
};

static PROXY_HEADERS: NamedDefault = NamedDefault {
    name: "proxy-headers",
    reason: "the service is told the client's address, the host and the scheme; what a client claims about itself is not passed on",
};

static PROXY_HIDES_VERSION: NamedDefault =
    NamedDefault { name: "proxy-hides-version", reason: "nginx does not tell strangers which version it is" };

static DISTRIBUTION_SITE_OFF: NamedDefault = NamedDefault {
    name: "distribution-site-off",
    reason: "the page that comes with nginx would answer for unknown names; it is switched off while nobody has changed it",
};

static WEBSOCKET_IDLE: NamedDefault = NamedDefault {
    name: "websocket-idle",
    reason: "a WebSocket may be silent for an hour; nginx alone would close it after 60 s",
};

static STATIC_PATH: NamedDefault = NamedDefault {
    name: "static-path",
    reason: "the specification names no path for the static files: they are served below the name of their directory",
};

impl Capability for ReverseProxy {
    type Facts = Facts;

    const NAME: &'static str = "reverse-proxy";
    const SUMMARY: &'static str = "nginx takes the requests and passes them on to the service, which listens on this host \
        alone; changed as a transaction that is undone where nginx does not serve it.";
    const CUES: &'static [&'static str] = &[
        "nginx|caddy|haproxy|apache|traefik (shall|must|will|should) (be) forward(s)|proxy|proxies|pass(es)|route(s)|relay(s)|serve(s)|terminate(s)|listen(s)|stand(s)|sit(s)|front(s)|handle(s)|act(s)|support(s)",
        "reverse proxy|proxies|proxied",
        "proxied|forwarded|served|exposed|published (by|via|through|with) (a|the) nginx",
        "via|through nginx",
        "proxy|proxies|forward|forwards|pass|passes … to <url>",
        "proxy_read_timeout|proxy_send_timeout|proxy_connect_timeout|client_max_body_size",
        "nginx (configuration|config) (shall|must|should) set(s)|use(s)|allow(s)|limit(s)",
        "proxy:",
        "nginx:",
        "web server:",
        "websocket(s) (connection(s)|traffic|upgrade(s)|support)",
        "web socket(s)",
        "static files|assets|content",
        "body size",
        "upload size|limit",
        "request body|bodies",
        "proxy|nginx|upstream (read|connect|send) timeout(s)",
        "proxy|nginx|upstream (read|connect|send) time out(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "nginx",
        "caddy",
        "haproxy",
        "apache",
        "traefik",
        "proxy",
        "reverse",
        "proxied",
        "forward",
        "forwards",
        "forwarded",
        "pass",
        "passes",
        "passed",
        "web",
        "http",
        "https",
        "tls",
        "ssl",
        "traffic",
        "request",
        "requests",
        "connection",
        "connections",
        "client",
        "clients",
        "incoming",
        "inbound",
        "public",
        "internet",
        "external",
        "localhost",
        "loopback",
        "local",
        "locally",
        "api",
        "backend",
        "upstream",
        "uvicorn",
        "gunicorn",
        "port",
        "ports",
        "domain",
        "name",
        "hostname",
        "host",
        "front",
        "stands",
        "sits",
        "terminates",
        "termination",
        "terminated",
        "termination",
        "websocket",
        "websockets",
        "socket",
        "sockets",
        "upgrade",
        "upgrades",
        "upgraded",
        "support",
        "supports",
        "supported",
        "enabled",
        "endpoint",
        "static",
        "files",
        "assets",
        "content",
        "directory",
        "serve",
        "serves",
        "served",
        "serving",
        "deliver",
        "delivers",
        "delivered",
        "directly",
        "body",
        "bodies",
        "size",
        "upload",
        "uploads",
        "maximum",
        "max",
        "limit",
        "limits",
        "limited",
        "up",
        "most",
        "allow",
        "allows",
        "allowed",
        "larger",
        "rejected",
        "timeout",
        "timeouts",
        "time",
        "out",
        "read",
        "response",
        "connect",
        "send",
        "wait",
        "waits",
        "long",
        "as",
        "acts",
        "listens",
        "it",
        "them",
        "back",
        "valid",
        "reached",
        "reachable",
        "used",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "nginx passes HTTPS requests to the service on localhost:9000",
            r#"{"server": "nginx", "upstream": "127.0.0.1:9000"}"#,
        ),
        example(
            "**Reverse proxy**: nginx for `api.example.org`, upstream 127.0.0.1:9000",
            r#"{"server": "nginx", "host": "api.example.org", "upstream": "127.0.0.1:9000"}"#,
        ),
        example("The API is reached through a reverse proxy", r#"{"in_front": true}"#),
        example(
            "nginx must forward requests for shop.example.org and www.shop.example.org to port 9000",
            r#"{"server": "nginx", "host": "shop.example.org", "aliases": ["www.shop.example.org"], "upstream": "127.0.0.1:9000"}"#,
        ),
        example("nginx supports WebSocket connections at /live", r#"{"server": "nginx", "websocket": ["/live"]}"#),
        example("WebSockets are supported", r#"{"websocket": ["/"]}"#),
        example(
            "nginx serves static files from /srv/shop/assets at /assets",
            r#"{"server": "nginx", "static": [{"directory": "/srv/shop/assets", "at": "/assets"}]}"#,
        ),
        example("**nginx**: `proxy_read_timeout 90s`", r#"{"server": "nginx", "read_timeout": 90.0}"#),
        example("Proxy timeout: 2 minutes", r#"{"read_timeout": 120.0}"#),
        example("Request bodies are limited to 20 MB", r#"{"body_size": 20971520}"#),
        example("client_max_body_size 20M", r#"{"body_size": 20971520}"#),
        criterion("nginx forwards requests to localhost:9000", r#"{"server": "nginx", "upstream": "127.0.0.1:9000"}"#),
        example(
            "HAProxy forwards requests to localhost:9000",
            r#"{"server": "haproxy", "upstream": "127.0.0.1:9000"}"#,
        ),
        example("nginx forwards requests to 10.0.0.7:9000", NOT_MINE),
        example("nginx forwards requests below /api to localhost:9000", NOT_MINE),
        example("No reverse proxy is used", r#"{"absent": true}"#),
        example("The service forwards events to localhost:5140", NOT_MINE),
        example("A reverse proxy may be added later", NOT_MINE),
        example("Optional: reverse proxy (nginx)", NOT_MINE),
        example("nginx runs in a Docker container as reverse proxy", NOT_MINE),
        example("**Port**: 9000 (behind nginx)", NOT_MINE),
        example("nginx must be installed", NOT_MINE),
        example("The build writes static files to /srv/shop/assets", NOT_MINE),
        criterion("`systemctl is-active nginx` prints \"active\"", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] =
        &[&PROXY_IS_NGINX, &PROXY_HEADERS, &PROXY_HIDES_VERSION, &DISTRIBUTION_SITE_OFF, &WEBSOCKET_IDLE, &STATIC_PATH];
    const LINTS: &'static [&'static Lint] = &[&proxy_without_tls::PROXY_WITHOUT_TLS];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        contribution::contribute(own.first(), all, plan);
    }
}
