//! What is made true and observed of the proxy in front of the service, and of its certificate.

use super::Call;
use crate::value::{Bytes, HostName, Port, UnixPath};

/// What deploy.sh makes true of the proxy.
#[derive(Debug, Clone, PartialEq)]
pub enum ProxyAction {
    /// A certificate and its key are there: a self-signed one until another is in its place.
    Certificate {
        /// The certificate.
        certificate: UnixPath,
        /// Its key.
        key: UnixPath,
        /// The names that it is for; the host's own when there are none.
        names: Vec<HostName>,
    },
    /// A certificate that the operator brings is there, belongs to its key, and is for these names.
    GivenCertificate {
        /// The certificate.
        certificate: UnixPath,
        /// Its key.
        key: UnixPath,
        /// The names that it must be for.
        names: Vec<HostName>,
    },
    /// A certificate of Let's Encrypt takes the place of the self-signed one, and is renewed.
    IssuedCertificate {
        /// The certificate.
        certificate: UnixPath,
        /// Its key.
        key: UnixPath,
        /// Where nginx serves the answers to the authority's questions from.
        webroot: UnixPath,
        /// The names that it is for.
        names: Vec<HostName>,
    },
    /// nginx takes its configuration with this site, before anything is live.
    SiteValid(UnixPath),
    /// nginx serves the site, as a transaction.
    Site {
        /// The file.
        path: UnixPath,
        /// Whether it answers for names that no site has.
        is_default: bool,
        /// Whether the distribution's own site, while nobody uses it, is switched off.
        replaces_distribution_site: bool,
        /// The ports that it listens on.
        ports: Vec<Port>,
    },
}

impl ProxyAction {
    /// The shell function that does it.
    #[must_use]
    pub fn call(&self) -> Call {
        let with_names = |function, certificate: &UnixPath, key: &UnixPath, names: &[HostName]| {
            let files = [certificate.to_string(), key.to_string()];
            Call::new(function, files.into_iter().chain(names.iter().map(ToString::to_string)))
        };
        match self {
            Self::Certificate { certificate, key, names } => with_names("ensure_certificate", certificate, key, names),
            Self::GivenCertificate { certificate, key, names } => {
                with_names("ensure_given_certificate", certificate, key, names)
            }
            Self::IssuedCertificate { certificate, key, webroot, names } => {
                let places = [certificate, key, webroot].map(ToString::to_string);
                Call::new("ensure_issued_certificate", places.into_iter().chain(names.iter().map(ToString::to_string)))
            }
            Self::SiteValid(path) => Call::new("ensure_site_valid", [path]),
            Self::Site { path, is_default, replaces_distribution_site, ports } => {
                let answers = if *is_default { "every-name" } else { "own-names" };
                let other = if *replaces_distribution_site { "replace-default" } else { "keep-default" };
                let words = [path.to_string(), answers.to_owned(), other.to_owned()];
                Call::new("ensure_proxy", words.into_iter().chain(ports.iter().map(ToString::to_string)))
            }
        }
    }
}

/// What is observed of the proxy. URLs carry the name that is asked for; the request goes to this host.
#[allow(missing_docs, reason = "the fields of a kind say no more than their names and types")]
#[derive(Debug, Clone, PartialEq)]
pub enum ProxyObserver {
    /// `valid`, or what nginx says against its configuration.
    Configuration,
    /// `current` where nginx runs with the site as it is on disk.
    Site { path: UnixPath },
    /// The value of a directive in the site, as nginx reads it.
    Setting { path: UnixPath, name: &'static str },
    /// The status code of a request through the proxy.
    Answer { method: String, url: String },
    /// Status code and target of a redirect.
    Redirect { url: String },
    /// The status code of an upload that is announced with this size; nothing of it is sent.
    Upload { url: String, size: Bytes },
    /// The status code of a request for a WebSocket.
    Upgrade { url: String },
    /// What a header says in the answer.
    Header { name: &'static str, url: String },
    /// `all` where these headers are sent with an error of the proxy's own, too.
    HeadersOfErrors { url: String, names: Vec<&'static str> },
    /// `429` where more requests at once than `burst`, from an address of the check's own, are too many; the limit lets in
    /// `rate` more in each minute.
    RateLimit { url: String, burst: u64, rate: u64 },
    /// `yes` where the certificate that is served is the one in the file.
    ServedCertificate { host: String, certificate: UnixPath },
    /// How many days the served certificate is still valid.
    CertificateDays { host: String },
    /// `yes` where the served certificate is for the name.
    CertificateName { host: String },
    /// `yes` where the served chain leads to an authority that this host trusts.
    CertificateTrust { host: String },
    /// `refused`, or the version of TLS before the oldest allowed one that is spoken.
    OutdatedTls { host: String, oldest: &'static str },
}

impl ProxyObserver {
    /// The shell function that prints it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Configuration => Call::new("observe_nginx_configuration", [] as [&str; 0]),
            Self::Site { path } => Call::new("observe_nginx_site", [path]),
            Self::Setting { path, name } => Call::new("observe_nginx_setting", [path.as_str(), *name]),
            Self::Answer { method, url } => Call::new("observe_proxied", [method, url]),
            Self::Redirect { url } => Call::new("observe_proxied_redirect", [url]),
            Self::Upload { url, size } => Call::new("observe_proxied_upload", [url, &size.0.to_string()]),
            Self::Upgrade { url } => Call::new("observe_proxied_upgrade", [url]),
            Self::Header { name, url } => Call::new("observe_proxied_header", [*name, url.as_str()]),
            Self::HeadersOfErrors { url, names } => {
                Call::new("observe_headers_of_errors", std::iter::once(url.as_str()).chain(names.iter().copied()))
            }
            Self::RateLimit { url, burst, rate } => {
                Call::new("observe_rate_limit", [url, &burst.to_string(), &rate.to_string()])
            }
            Self::ServedCertificate { host, certificate } => {
                Call::new("observe_served_certificate", [host.as_str(), certificate.as_str()])
            }
            Self::CertificateDays { host } => Call::new("observe_certificate_days", [host]),
            Self::CertificateName { host } => Call::new("observe_certificate_name", [host]),
            Self::CertificateTrust { host } => Call::new("observe_certificate_trust", [host]),
            Self::OutdatedTls { host, oldest } => Call::new("observe_outdated_tls", [host.as_str(), *oldest]),
        }
    }
}
