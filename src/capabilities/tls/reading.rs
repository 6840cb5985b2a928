//! Clause → facts about TLS.
//!
//! In: a clause in which HTTPS, TLS or a certificate stands. Out: what it says of the connections that clients make to the
//! service; nothing where it speaks of connections that the service makes itself.

use super::{Facts, Issuer, Version};
use crate::capabilities::{Clause, Context, Reading, certificate_monitor};
use crate::spec::mention::Mention;
use crate::value::HostName;

/// Connections in the other direction, to other programs, or rules about ports.
const ELSEWHERE: &str = "outbound|outgoing|webhook(s)|calls|connects|sent|send(s)|fetch(es|ed)|download(s|ed)|smtp|imap|ldap|\
    partner(s)|vendor(s)|third|external|mutual|mtls|docker|compose|cloudflare|firewall|ufw|inbound|authenticate(s)|login(s)|\
    monitor(s|ed)|alert(s)|expire(s)|expires|warn(s|ing)|planned|dns";

/// Reads a clause.
pub(super) fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    let heading = context.section.title.to_lowercase();
    let speaks_of_rules = ["firewall", "ports"].iter().any(|word| heading.contains(word));
    if clause.denied()
        || speaks_of_rules
        || clause.find(ELSEWHERE).is_some()
        || clause.find("client certificate(s)").is_some()
        || clause.affirms(certificate_monitor::WARNS).is_some()
        // What a page loads or shows, when a certificate ends, and the cluster's entrance are other matters.
        || clause.find("mixed|resource(s)|expiry|expires|expiration|ingress|info|information|details").is_some()
    {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    if let Some(place) = clause.affirms("https|tls|ssl") {
        reading.facts.https = true;
        reading = reading.place("https", place);
    }
    names(clause, &mut reading)?;
    files(clause, &mut reading)?;
    issuer(clause, &mut reading)?;
    version(clause, &mut reading)?;
    if let Some(place) = clause.affirms("renew(s|ed|al)") {
        reading.facts.renewal = true;
        reading = reading.place("renewal", place);
    }
    let Facts { https, host, method, certificate, key, renewal, .. } = &reading.facts;
    let says_something =
        *https || *renewal || host.is_some() || method.is_some() || certificate.is_some() || key.is_some();
    says_something.then_some(reading)
}

/// Names of the site; what the proxy is told of its upstream is claimed with it.
fn names(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut found: Vec<(HostName, _)> = Vec::new();
    for (mention, place) in clause.mentions() {
        match mention {
            Mention::HostName(name) => found.push((name.clone(), place)),
            Mention::Url(url) if url.host == "localhost" || url.host.parse::<std::net::IpAddr>().is_ok() => {}
            Mention::Url(url) if url.scheme.as_deref() != Some("http") => found.push((url.host.parse().ok()?, place)),
            Mention::Url(_) => return None,
            Mention::Quantity(quantity) if quantity.port().is_some_and(|port| matches!(port.number(), 80 | 443)) => {
                reading.claims.push(place);
            }
            _ => {}
        }
    }
    for (name, place) in found {
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

/// The certificate and its key, told apart by their names; `None` where that does not tell.
fn files(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    for (path, place) in clause.paths() {
        let name = path.file_name().to_ascii_lowercase();
        let is_key = name.ends_with(".key") || name.contains("privkey") || name.contains("key.pem");
        let is_certificate =
            !is_key && [".pem", ".crt", ".cer", ".cert"].iter().any(|extension| name.ends_with(extension));
        let (field, name) = match (is_key, is_certificate) {
            (true, _) => (&mut reading.facts.key, "key"),
            (_, true) => (&mut reading.facts.certificate, "certificate"),
            _ => return None,
        };
        if field.replace(path.clone()).is_some() {
            return None;
        }
        *reading = std::mem::take(reading).place(name, place);
    }
    Some(())
}

/// Who signs; `None` where two are named.
fn issuer(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let public = clause.find_any(&["let|lets encrypt", "letsencrypt", "certbot", "acme"]);
    let own = clause.find("self signed");
    let (issuer, place) = match (public, own) {
        (Some(_), Some(_)) => return None,
        (Some(place), None) => (Issuer::LetsEncrypt, place),
        (None, Some(place)) => (Issuer::SelfSigned, place),
        (None, None) => return Some(()),
    };
    reading.facts.method = Some(issuer);
    *reading = std::mem::take(reading).place("method", place);
    Some(())
}

/// The oldest version; `None` for one that nobody should speak, and for a list.
fn version(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    if clause.find("tls|ssl (version) <version>").is_none() && clause.find("version <version>").is_none() {
        return Some(());
    }
    let mut versions = clause.versions().filter(|(version, _)| version.starts_with("1."));
    let (version, place) = versions.next()?;
    let version = match version.trim_end_matches('+') {
        "1.2" => Version::V1_2,
        "1.3" => Version::V1_3,
        _ => return None,
    };
    // "TLS 1.2 and 1.3" names the older one first.
    if let Some((later, place)) = versions.next() {
        if version != Version::V1_2 || later != "1.3" || versions.next().is_some() {
            return None;
        }
        reading.claims.push(place);
    }
    reading.facts.min_version = Some(version);
    *reading = std::mem::take(reading).place("min_version", place);
    Some(())
}
