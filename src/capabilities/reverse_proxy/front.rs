//! What stands in front of the service, decided from everything that the specification says.
//!
//! In: all bindings. Out: names, ports and certificate of the site, for whoever contributes a part of it or relies on it. Not
//! here: the site's text (`site`).

use super::{Facts, ProxyServer, ReverseProxy};
use crate::capabilities::tls::Issuer;
use crate::capabilities::{Bindings, HttpsRedirect, Tls, listen_port, tls};
use crate::plan::{PlanBuilder, Provenance};
use crate::source::Span;
use crate::value::{HostName, Port, ServiceName, UnixPath};

/// How the site comes by its certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Made on the host.
    SelfSigned,
    /// Brought by the operator.
    Given,
    /// Issued by Let's Encrypt; until then made on the host.
    LetsEncrypt,
}

/// The proxy that the package sets up.
#[derive(Debug, Clone)]
pub struct Front {
    /// Its names; none where the specification names no host.
    pub names: Vec<HostName>,
    /// Where the service listens: `127.0.0.1:8000`.
    pub upstream: String,
    /// How it comes by its certificate; `None` where it speaks plain HTTP.
    pub method: Option<Method>,
    /// The certificate, with the chain.
    pub certificate: UnixPath,
    /// Its key.
    pub key: UnixPath,
    /// Everybody who asks for it.
    pub provenance: Provenance,
    /// Those alone who put it there.
    pub core: Provenance,
}

impl Front {
    /// The name by which the checks ask for the site.
    #[must_use]
    pub fn host(&self) -> &str {
        self.names.first().map_or("localhost", HostName::as_str)
    }

    /// The URL of a path of the site, as clients ask for it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.method.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.host())
    }

    /// The port on which requests are answered.
    #[must_use]
    pub fn port(&self) -> Option<Port> {
        Port::new(if self.method.is_some() { 443 } else { 80 })
    }
}

/// Whether something stands in front of the service, so that only this host need reach it.
#[must_use]
pub fn stands(all: &Bindings) -> bool {
    let said = |facts: &Facts| facts.server.is_some() || facts.in_front || facts.upstream.is_some();
    let implied = all.one::<Tls>().is_some() || all.one::<HttpsRedirect>().is_some();
    match all.one::<ReverseProxy>().map(|binding| &binding.facts) {
        Some(facts) => !facts.absent && (implied || said(facts)),
        None => implied,
    }
}

/// The port to which the proxy passes its requests, where it is said and who says so.
#[must_use]
pub fn upstream(all: &Bindings) -> Option<(Port, Option<Span>, Provenance)> {
    let binding = all.one::<ReverseProxy>()?;
    let port = binding.facts.upstream?.0;
    Some((port, binding.span_of("upstream"), binding.provenance_of(&["upstream"])))
}

/// Why no proxy is set up, where something asks for one.
fn obstacle(all: &Bindings) -> Option<&'static str> {
    let server = all.one::<ReverseProxy>().and_then(|binding| binding.facts.server);
    if server.is_some_and(|server| server != ProxyServer::Nginx) {
        Some("the package sets up nginx, and no other proxy")
    } else if !stands(all) {
        Some("no statement puts a proxy in front of the service")
    } else if listen_port::listening(all).is_none() {
        Some("no statement says on which port the service listens")
    } else {
        None
    }
}

/// The proxy that the package sets up. Without one, whoever asks for it is told why.
#[must_use]
pub fn front(all: &Bindings, asking: &Provenance, plan: &mut PlanBuilder) -> Option<Front> {
    if let Some(why) = obstacle(all) {
        asking.statements.iter().for_each(|statement| plan.partial(*statement, why));
        return None;
    }
    let listening = listen_port::listening(all)?;
    let mut provenance = Provenance { capability: "reverse-proxy", ..Provenance::default() };
    let mut names: Vec<HostName> = Vec::new();
    if let Some(binding) = all.one::<ReverseProxy>() {
        provenance.merge(&binding.provenance());
        names.extend(binding.facts.host.iter().chain(&binding.facts.aliases).cloned());
    }
    let secured = all.one::<Tls>();
    if let Some(binding) = secured {
        provenance.merge(&binding.provenance());
        names.extend(binding.facts.host.iter().chain(&binding.facts.aliases).cloned());
    }
    let redirect = all.one::<HttpsRedirect>();
    if let Some(binding) = redirect {
        provenance.merge(&binding.provenance());
    }
    let core = core(all).unwrap_or_else(|| provenance.clone());
    let mut known = Vec::new();
    names.retain(|name| {
        let is_new = !known.contains(name);
        known.push(name.clone());
        is_new
    });
    let given = secured.and_then(|binding| binding.facts.given());
    let issued = secured.is_some_and(|binding| binding.facts.method == Some(Issuer::LetsEncrypt)) && !names.is_empty();
    let method = match given {
        Some(_) => Some(Method::Given),
        None if issued => Some(Method::LetsEncrypt),
        None if secured.is_some() || redirect.is_some() => Some(Method::SelfSigned),
        None => None,
    };
    let (certificate, key) = match given {
        Some(files) => files,
        None => tls::own_files(&plan.service)?,
    };
    let upstream = address_of(&listening.address, listening.port);
    Some(Front { names, upstream, method, certificate, key, provenance, core })
}

/// Who puts a proxy before the service, by the strongest word for it.
fn core(all: &Bindings) -> Option<Provenance> {
    let binding = all.one::<ReverseProxy>()?;
    let fields = ["upstream", "in_front", "server"];
    fields.iter().find(|field| binding.span_of(field).is_some()).map(|field| binding.provenance_of(&[*field]))
}

/// The port on which the proxy that the package sets up takes requests from outside.
#[must_use]
pub fn public_port(all: &Bindings) -> Option<Port> {
    let secured = all.one::<Tls>().is_some() || all.one::<HttpsRedirect>().is_some();
    obstacle(all).is_none().then(|| Port::new(if secured { 443 } else { 80 })).flatten()
}

/// Where the proxy finds a service that listens on an address.
#[must_use]
pub fn address_of(address: &str, port: Port) -> String {
    match address {
        listen_port::EVERYWHERE | "::" | "localhost" => format!("{}:{port}", listen_port::LOOPBACK),
        address if address.contains(':') => format!("[{address}]:{port}"),
        address => format!("{address}:{port}"),
    }
}

/// The file of the site.
#[must_use]
pub(super) fn site_path(service: &ServiceName) -> Option<UnixPath> {
    format!("/etc/nginx/conf.d/{service}.conf").parse().ok()
}
