//! How TLS comes into the plan.
//!
//! In: the facts and the front. Out: directives of the site, the operation that brings the certificate, the packages.

use super::{
    Facts, Issuer, SELF_SIGNED, SELF_SIGNED_AT_FIRST, TLS_PROFILE, Tls, Version, lets_encrypt, proof,
    self_signed_certificate,
};
use crate::capabilities::reverse_proxy::{self, Front, Method};
use crate::capabilities::{Binding, Bindings, Capability as _, HttpsRedirect};
use crate::plan::{Action, PlanBuilder, Provenance, ProxyAction, SiteDirective, SiteText, Step};
use crate::value::{ServiceName, UnixPath};

/// Ciphers of TLS 1.2 with forward secrecy (Mozilla, intermediate profile 5.7); those of TLS 1.3 are all good.
const CIPHERS: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
    ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// Where certificate and key lie that no statement places.
pub(in crate::capabilities) fn own_files(service: &ServiceName) -> Option<(UnixPath, UnixPath)> {
    let file = |name: &str| format!("/etc/specc/{service}/tls/{name}").parse().ok();
    Some((file("fullchain.pem")?, file("privkey.pem")?))
}

pub(super) fn contribute(own: Option<&Binding<Facts>>, all: &Bindings, plan: &mut PlanBuilder) {
    let asked = own.is_some() || all.one::<HttpsRedirect>().is_some();
    let asking = own.map(Binding::provenance).unwrap_or_default();
    let Some(front) = asked.then(|| reverse_proxy::front(all, &asking, plan)).flatten() else { return };
    let Some(method) = front.method else { return };
    if let Some(binding) = own {
        explain(binding, method, plan);
    }
    let why = certificate_provenance(own, all, method, plan);
    if let Ok(openssl) = "openssl".parse() {
        plan.package(openssl, why.clone());
    }
    let (certificate, key, names) = (front.certificate.clone(), front.key.clone(), front.names.clone());
    let action = match method {
        Method::Given => ProxyAction::GivenCertificate { certificate, key, names },
        Method::SelfSigned | Method::LetsEncrypt => ProxyAction::Certificate { certificate, key, names },
    };
    plan.operation(Step::Configuration, 70, Action::Proxy(action), why.clone());
    if let Some(binding) = own.filter(|_| method == Method::LetsEncrypt) {
        lets_encrypt::contribute(&front, binding, plan);
    }
    proof::contribute(&front, method, own, all, &why, plan);
}

/// Who asks for the certificate, and the default that chose it.
fn certificate_provenance(
    own: Option<&Binding<Facts>>,
    all: &Bindings,
    method: Method,
    plan: &mut PlanBuilder,
) -> Provenance {
    let redirect = || all.one::<HttpsRedirect>().map(Binding::provenance).unwrap_or_default();
    let mut why = own.map_or_else(redirect, Binding::provenance);
    let chosen = own.is_some_and(|binding| binding.facts.method == Some(Issuer::SelfSigned));
    if method == Method::LetsEncrypt {
        plan.default(Tls::NAME, &SELF_SIGNED_AT_FIRST);
        why.default = Some(&SELF_SIGNED_AT_FIRST);
    } else if method == Method::SelfSigned && !chosen {
        plan.default(Tls::NAME, &SELF_SIGNED);
        why.default = Some(&SELF_SIGNED);
        if let Some(binding) = own {
            self_signed_certificate::report(binding, plan);
        }
    }
    why
}

/// Says what of the statements is not done.
fn explain(binding: &Binding<Facts>, method: Method, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let mut leave = |field: &str, why: &str| {
        binding.provenance_of(&[field]).statements.iter().for_each(|statement| plan.partial(*statement, why));
    };
    match (&facts.certificate, &facts.key) {
        (Some(_), None) => leave("certificate", "the specification names a certificate and no key for it"),
        (None, Some(_)) => leave("key", "the specification names a key and no certificate for it"),
        _ => {}
    }
    if facts.method == Some(Issuer::LetsEncrypt) && method == Method::SelfSigned {
        leave(
            "method",
            "Let's Encrypt signs names, and the specification names no host: a self-signed certificate stands in",
        );
    } else if facts.renewal && method != Method::LetsEncrypt {
        leave("renewal", "who brings a certificate renews it");
    }
}

/// What encrypts, for the site.
pub(in crate::capabilities) fn directives(
    front: &Front,
    own: Option<&Binding<Facts>>,
    plan: &mut PlanBuilder,
) -> Vec<SiteDirective> {
    let why = own.map_or_else(|| front.provenance.clone(), Binding::provenance);
    let mut found = Vec::new();
    for (name, path) in [("ssl_certificate", &front.certificate), ("ssl_certificate_key", &front.key)] {
        if let Some(path) = SiteText::new(path.as_str()) {
            found.push(SiteDirective::new(name, path, "the certificate with its chain, and its key", &why));
        }
    }
    let mut profile = plan.default(Tls::NAME, &TLS_PROFILE);
    let newest_only = own.is_some_and(|binding| binding.facts.min_version == Some(Version::V1_3));
    if let Some(binding) = own.filter(|binding| binding.facts.min_version.is_some()) {
        let why = binding.provenance_of(&["min_version"]);
        found.push(protocols(newest_only, &why));
    } else if let Some(default) = &profile {
        found.push(protocols(newest_only, default));
    }
    if let Some(default) = profile.take() {
        let comment = "forward secrecy; the client chooses what it is quickest with";
        found.push(SiteDirective::new("ssl_ciphers", CIPHERS, comment, &default));
        found.push(SiteDirective::new("ssl_prefer_server_ciphers", "off", comment, &default));
        let comment = "sessions are resumed for a day, without tickets, whose key would never change";
        let cache = format!("shared:{}_tls:2m", plan.service);
        found.push(SiteDirective::new("ssl_session_cache", cache, comment, &default));
        found.push(SiteDirective::new("ssl_session_timeout", "1d", comment, &default));
        found.push(SiteDirective::new("ssl_session_tickets", "off", comment, &default));
    }
    found
}

fn protocols(newest_only: bool, why: &Provenance) -> SiteDirective {
    let comment = "older versions are broken";
    let directive = SiteDirective::new("ssl_protocols", if newest_only { "TLSv1.3" } else { "TLSv1.2" }, comment, why);
    if newest_only { directive } else { directive.word("TLSv1.3") }
}
