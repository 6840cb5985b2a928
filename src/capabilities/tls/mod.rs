//! TLS: the proxy answers over HTTPS, with a certificate.
//!
//! In: clauses that ask for HTTPS at the proxy, name a host, a certificate or where it comes from. Out: the part of the
//! proxy's site that encrypts, the certificate's files, checks of what is served. Not here: the site itself
//! (`reverse_proxy`), warnings before a certificate ends (`certificate-monitor`), what the service itself calls.

mod contribution;
mod lets_encrypt;
mod proof;
mod reading;
mod renewal;
mod self_signed_certificate;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use contribution::{directives, own_files};
pub(super) use lets_encrypt::webroot;

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{HostName, UnixPath};

/// The capability.
pub struct Tls;

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Issuer {
    /// Let's Encrypt, through certbot.
    LetsEncrypt,
    /// Nobody: the host signs its own.
    SelfSigned,
}

/// What a statement says about TLS.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Clients reach the service over HTTPS.
    pub https: bool,
    /// The name that the certificate is for.
    pub host: Option<HostName>,
    /// Further names.
    pub aliases: Vec<HostName>,
    /// Where the certificate comes from.
    pub method: Option<Issuer>,
    /// The file of a certificate that is there already, with its chain.
    pub certificate: Option<UnixPath>,
    /// The file of its key.
    pub key: Option<UnixPath>,
    /// It is renewed without anybody's doing.
    pub renewal: bool,
    /// The oldest version that is spoken.
    pub min_version: Option<Version>,
}

/// A version of TLS that may still be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// TLS 1.2 (RFC 5246)
    #[serde(rename = "1.2")]
    V1_2,
    /// TLS 1.3 (RFC 8446)
    #[serde(rename = "1.3")]
    V1_3,
}

impl Facts {
    /// The certificate that the operator brings, and its key.
    #[must_use]
    pub fn given(&self) -> Option<(UnixPath, UnixPath)> {
        self.certificate.clone().zip(self.key.clone())
    }
}

static SELF_SIGNED: NamedDefault = NamedDefault {
    name: "self-signed-certificate",
    reason: "the specification brings no certificate: the host signs its own, which encrypts, but which no client trusts",
};

static SELF_SIGNED_AT_FIRST: NamedDefault = NamedDefault {
    name: "self-signed-at-first",
    reason: "until Let's Encrypt has issued a certificate, which needs the name in the DNS, the host signs its own",
};

static RENEWAL: NamedDefault = NamedDefault {
    name: "certificate-renewal",
    reason: "certificates of Let's Encrypt end after 90 days: certbot's timer renews them, and nginx loads the new ones",
};

static TLS_PROFILE: NamedDefault = NamedDefault {
    name: "tls-profile",
    reason: "TLS 1.2 and 1.3 with forward secrecy, as Mozilla's intermediate profile has it; sessions are not kept in tickets",
};

impl Capability for Tls {
    type Facts = Facts;

    const NAME: &'static str = "tls";
    const SUMMARY: &'static str = "The proxy answers over HTTPS: with the certificate that the specification names, else with \
        a self-signed one, which is said.";
    const CUES: &'static [&'static str] = &[
        "forward(s|ing)|proxy|proxies|pass(es)|route(s)|relay(s)|serve(s)|serving|terminate(s|d)|terminating|handle(s)|take(s)|offer(s) (all) (the) (incoming) (public) https|tls|ssl",
        "over|via|through|using|with|behind (only) https|tls|ssl",
        "https|tls|ssl (is|are) (always) enabled|required|enforced|mandatory|configured|terminated",
        "https|tls|ssl termination",
        "https|tls|ssl only",
        "https|tls|ssl in production",
        "https|tls|ssl (reverse) proxy",
        "only https",
        "https:",
        "tls:",
        "ssl:",
        "certificate:",
        "https|tls|ssl certificate(s)",
        "(from|by|via|with|a|the) let|lets encrypt (tls|ssl) (certificate|certificates)",
        "letsencrypt",
        "certbot obtain(s)|issue(s)|request(s)|manage(s)|renew(s)",
        "by|via|with|from|using|through certbot",
        "self signed (tls|ssl) (certificate)",
        "tls|ssl (version) <version>",
        "certificate(s) (is|are) (renewed|automatically|issued|managed)",
        "certificate renewal",
        "renew(s) … certificate(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "nginx",
        "proxy",
        "reverse",
        "https",
        "http",
        "tls",
        "ssl",
        "tls/ssl",
        "certificate",
        "certificates",
        "cert",
        "key",
        "private",
        "chain",
        "traffic",
        "requests",
        "request",
        "connections",
        "connection",
        "incoming",
        "public",
        "localhost",
        "port",
        "encrypted",
        "encryption",
        "enabled",
        "required",
        "terminates",
        "terminated",
        "termination",
        "valid",
        "let",
        "encrypt",
        "certbot",
        "acme",
        "automatic",
        "automatically",
        "renewed",
        "renewal",
        "renew",
        "renews",
        "self",
        "signed",
        "domain",
        "host",
        "name",
        "hostname",
        "subdomain",
        "issued",
        "obtained",
        "obtains",
        "managed",
        "version",
        "versions",
        "minimum",
        "least",
        "newer",
        "higher",
        "later",
        "above",
        "reachable",
        "available",
        "accessible",
        "served",
        "serve",
        "serves",
        "api",
        "site",
        "website",
        "endpoint",
        "endpoints",
        "forward",
        "forwards",
        "passes",
        "proxies",
        "web",
        "free",
        "works",
        "expiry",
        "lies",
        "before",
        "upstream",
        "internet",
        "client",
        "clients",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("nginx passes HTTPS requests to the service on localhost:9000", r#"{"https": true}"#),
        example("nginx forwards HTTPS traffic to localhost:9000", r#"{"https": true}"#),
        example("The API is served over HTTPS at shop.example.org", r#"{"https": true, "host": "shop.example.org"}"#),
        example(
            "**TLS**: certificate /etc/ssl/shop/fullchain.pem, key /etc/ssl/shop/privkey.pem",
            r#"{"https": true, "certificate": "/etc/ssl/shop/fullchain.pem", "key": "/etc/ssl/shop/privkey.pem"}"#,
        ),
        example(
            "TLS certificate for shop.example.org from Let's Encrypt, renewed automatically",
            r#"{"https": true, "host": "shop.example.org", "method": "lets-encrypt", "renewal": true}"#,
        ),
        example("HTTPS with a self-signed certificate", r#"{"https": true, "method": "self-signed"}"#),
        example("nginx speaks at least TLS 1.3", r#"{"https": true, "min_version": "1.3"}"#),
        example("HTTPS is required", r#"{"https": true}"#),
        criterion("The site is reachable over HTTPS", r#"{"https": true}"#),
        example("All calls to the payment API go over HTTPS", NOT_MINE),
        example("Outbound HTTPS is allowed", NOT_MINE),
        example("All resources of a page are loaded over HTTPS", NOT_MINE),
        example("Look at the expiry date of the TLS certificate", NOT_MINE),
        example("The ingress is configured with TLS", NOT_MINE),
        example("The service connects to PostgreSQL with TLS", NOT_MINE),
        example("Firewall allows only ports 80 (HTTP) and 443 (HTTPS)", NOT_MINE),
        example("HTTPS is not required", NOT_MINE),
        example("TLS 1.0 and 1.1 are disabled", NOT_MINE),
        example("Webhooks are sent over HTTPS", NOT_MINE),
        example("HTTPS is planned", NOT_MINE),
        example("Clients authenticate with TLS client certificates", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SELF_SIGNED, &SELF_SIGNED_AT_FIRST, &RENEWAL, &TLS_PROFILE];
    const LINTS: &'static [&'static Lint] = &[&self_signed_certificate::SELF_SIGNED_CERTIFICATE];
    const ALONGSIDE: &'static [&'static str] = &["reverse-proxy"];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause, context)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        contribution::contribute(own.first(), all, plan);
    }
}
