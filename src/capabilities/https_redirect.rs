//! HTTPS redirect: who asks over plain HTTP is sent on to HTTPS.
//!
//! In: clauses that say so. Out: the part of the proxy's site that answers on port 80, a check that path and query are kept.
//! Not here: the site itself (`reverse_proxy`), HSTS (`security-headers`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reverse_proxy::{self, Front};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, ProxyObserver};

/// The capability.
pub struct HttpsRedirect;

/// What a statement says about the redirect.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The status code.
    pub status: Option<u16>,
}

static HTTP_IS_REDIRECTED: NamedDefault = NamedDefault {
    name: "http-is-redirected",
    reason: "the site speaks HTTPS: plain HTTP is only sent on to it, so that nothing is answered in clear text",
};

static REDIRECT_IS_PERMANENT: NamedDefault = NamedDefault {
    name: "redirect-is-permanent",
    reason: "the specification names no status for the redirect: 301, which browsers remember",
};

impl Capability for HttpsRedirect {
    type Facts = Facts;

    const NAME: &'static str = "https-redirect";
    const SUMMARY: &'static str = "Plain HTTP is answered with a redirect to the same path over HTTPS.";
    const CUES: &'static [&'static str] = &[
        "redirect(s|ed|ing) (all) (plain) http … to https",
        "redirect(s|ed|ing) (http) port # to (https) port #",
        "http (requests|traffic|connections|port) (is|are) (always|automatically|permanently) redirected|redirects to https",
        "http to https (redirect|redirects|redirection)",
        "https redirect|redirection",
        "redirect(s|ed) (permanently) to https",
        "forces https",
        "force https",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "http",
        "https",
        "nginx",
        "proxy",
        "port",
        "request",
        "requests",
        "traffic",
        "connections",
        "permanent",
        "permanently",
        "redirect",
        "redirects",
        "redirected",
        "status",
        "code",
        "plain",
        "unencrypted",
        "automatically",
        "always",
        "path",
        "query",
        "keeps",
        "kept",
        "keeping",
        "url",
        "same",
        "visitors",
        "clients",
        "client",
        "it",
        "returns",
        "enabled",
        "tls",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("nginx redirects HTTP to HTTPS", "{}"),
        example("All plain HTTP requests are redirected to HTTPS with 308", r#"{"status": 308}"#),
        example("**HTTPS redirect**: enabled", "{}"),
        example("nginx SHALL redirect port 80 to port 443 with a 301", r#"{"status": 301}"#),
        example("HTTP traffic is always redirected to HTTPS", "{}"),
        criterion("HTTP to HTTPS redirect works (301)", r#"{"status": 301}"#),
        example("HTTP is not redirected to HTTPS", NOT_MINE),
        example("Logged-out users are redirected to the login page", NOT_MINE),
        example("HTTP requests are redirected to HTTPS with 200", NOT_MINE),
        example("Redirects from https://old.example.org are kept for a year", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&HTTP_IS_REDIRECTED, &REDIRECT_IS_PERMANENT];
    const ALONGSIDE: &'static [&'static str] = &["reverse-proxy"];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let mut reading = Reading::<Facts>::default();
        let numbers: Vec<u64> = clause.counts().map(|(number, _)| number).collect();
        if numbers.contains(&80) != numbers.contains(&443) && clause.find("https").is_none() {
            return None;
        }
        for (number, place) in clause.counts() {
            match number {
                80 | 443 => reading.claims.push(place),
                301 | 302 | 307 | 308 if reading.facts.status.is_none() => {
                    reading.facts.status = u16::try_from(number).ok();
                    reading = reading.place("status", place);
                }
                _ => return None,
            }
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let asking = own.first().map(Binding::provenance).unwrap_or_default();
        let secured = !own.is_empty() || all.one::<super::Tls>().is_some();
        let Some(front) = secured.then(|| reverse_proxy::front(all, &asking, plan)).flatten() else { return };
        if let Some((status, why)) = status(all, plan) {
            plan.probe(probe(&front, status, why));
        }
    }
}

/// The status with which plain HTTP is answered, and who asks for it; `None` where nobody does.
pub(super) fn status(all: &Bindings, plan: &mut PlanBuilder) -> Option<(u16, Provenance)> {
    let Some(binding) = all.one::<HttpsRedirect>() else {
        return plan.default(HttpsRedirect::NAME, &HTTP_IS_REDIRECTED).map(|why| (301, why));
    };
    if let Some(status) = binding.facts.status {
        return Some((status, binding.provenance()));
    }
    plan.default(HttpsRedirect::NAME, &REDIRECT_IS_PERMANENT);
    Some((301, binding.with_default(&REDIRECT_IS_PERMANENT)))
}

fn probe(front: &Front, status: u16, why: Provenance) -> Probe {
    let (host, path) = (front.host(), "/redirect/check?kept=yes");
    let url = format!("http://{host}{path}");
    let mut probe = Probe::new(
        "https-redirect.keeps-path",
        Layer::Network,
        format!("plain HTTP is sent on to the same path over HTTPS ({status})"),
        Observer::Proxy(ProxyObserver::Redirect { url: url.clone() }),
        Expectation::Equals(format!("{status} https://{host}{path}")),
        why,
    )
    .after("reverse-proxy.active")
    .advice(format!("curl -q --noproxy '*' -i --connect-to ::127.0.0.1: '{url}'"))
    .runbook("proxy")
    .needs("curl");
    probe.outside = true;
    probe
}
