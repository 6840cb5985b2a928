//! Security headers: what browsers are told to be careful about.
//!
//! In: clauses that name such headers, or ask for them in general. Out: the part of the proxy's site that sends them, with
//! every answer, errors included, and checks of what is sent. Not here: the site itself (`reverse_proxy`), the redirect to
//! HTTPS (`https_redirect`).

mod catalogue;
mod reading;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reverse_proxy::{self, Front};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, ProxyObserver, RunbookEntry,
    RunbookStep, SiteDirective, SiteText,
};
use catalogue::{HEADERS, Known, TRANSPORT};

/// The capability.
pub struct SecurityHeaders;

/// What a statement says about headers.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Security headers are asked for, and which is left open.
    pub usual: bool,
    /// Names of headers.
    pub headers: Vec<String>,
    /// What they say, where the sentence gives it.
    pub values: BTreeMap<String, String>,
}

static USUAL_HEADERS: NamedDefault = NamedDefault {
    name: "usual-security-headers",
    reason: "the specification names no header: those are sent that break no application",
};

static HEADER_VALUES: NamedDefault = NamedDefault {
    name: "security-header-values",
    reason: "the specification names a header and not what it says: what the OWASP Secure Headers Project recommends",
};

impl Capability for SecurityHeaders {
    type Facts = Facts;

    const NAME: &'static str = "security-headers";
    const SUMMARY: &'static str =
        "nginx sends the headers that make browsers careful, with every answer and also with errors.";
    const CUES: &'static [&'static str] = &[
        "security headers",
        "secure headers",
        "hsts",
        "strict transport security",
        "x frame options",
        "x content type options",
        "referrer policy",
        "content security policy",
        "permissions policy",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "security",
        "secure",
        "header",
        "headers",
        "http",
        "https",
        "response",
        "responses",
        "answer",
        "answers",
        "nginx",
        "proxy",
        "reverse",
        "send",
        "sends",
        "sent",
        "add",
        "adds",
        "added",
        "return",
        "returns",
        "returned",
        "includes",
        "include",
        "included",
        "present",
        "enabled",
        "active",
        "basic",
        "standard",
        "following",
        "value",
        "errors",
        "error",
        "pages",
        "browser",
        "browsers",
        "client",
        "clients",
        "max",
        "age",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("nginx sends security headers", r#"{"usual": true}"#),
        example(
            "**Security headers**: HSTS, X-Frame-Options",
            r#"{"headers": ["Strict-Transport-Security", "X-Frame-Options"]}"#,
        ),
        example(
            "HSTS with a max-age of 1 year",
            r#"{"headers": ["Strict-Transport-Security"], "values": {"Strict-Transport-Security": "max-age=31536000"}}"#,
        ),
        example(
            "The response header X-Frame-Options is SAMEORIGIN",
            r#"{"headers": ["X-Frame-Options"], "values": {"X-Frame-Options": "SAMEORIGIN"}}"#,
        ),
        example(
            "Security headers: `X-Content-Type-Options: nosniff`",
            r#"{"headers": ["X-Content-Type-Options"], "values": {"X-Content-Type-Options": "nosniff"}}"#,
        ),
        criterion("The X-Frame-Options header is present", r#"{"headers": ["X-Frame-Options"]}"#),
        example("Security headers are not needed", NOT_MINE),
        example("HSTS is disabled", NOT_MINE),
        example("The content security policy is reviewed every year", NOT_MINE),
        example("Request headers are logged", NOT_MINE),
        example("The webhook checks the security headers of the sender", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&USUAL_HEADERS, &HEADER_VALUES];
    const STRICT: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let Some(front) = reverse_proxy::front(all, &binding.provenance(), plan) else { return };
        if front.method.is_none() && binding.facts.headers.iter().any(|name| name == TRANSPORT) {
            let why = binding.provenance_of(&["headers"]);
            why.statements.iter().for_each(|statement| plan.partial(*statement, "HSTS needs HTTPS"));
        }
        let sent = sent(&front, binding, plan);
        for (known, value, why) in &sent {
            let name = known.name.to_lowercase();
            let url = front.url("/");
            let observer = ProxyObserver::Header { name: known.name, url: url.clone() };
            let title = format!("{} is sent: {value}", known.name);
            let id = format!("security-headers.{name}");
            plan.probe(probe(id, title, observer, Expectation::Equals(value.clone()), why));
        }
        let names: Vec<&'static str> = sent.iter().map(|(known, ..)| known.name).collect();
        if !names.is_empty() {
            let why = binding.provenance();
            let observer = ProxyObserver::HeadersOfErrors { url: front.url("/"), names };
            let title = "the headers are sent with nginx's own errors, too".to_owned();
            let expected = Expectation::Equals("all".to_owned());
            plan.probe(probe("security-headers.on-errors".to_owned(), title, observer, expected, &why));
            plan.runbook(runbook(&front, why));
        }
    }
}

type Sent = (&'static Known, String, Provenance);

/// The headers that are sent, with what they say and who asks for it.
fn sent(front: &Front, binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Vec<Sent> {
    let facts = &binding.facts;
    let named = !facts.headers.is_empty();
    let mut found = Vec::new();
    for known in HEADERS {
        let is_named = facts.headers.iter().any(|name| name == known.name);
        if !is_named && (named || !known.usual) {
            continue;
        }
        // Who was here once could never come back over a certificate that nobody trusts, nor over plain HTTP.
        let holds = front.method.is_some_and(|method| is_named || method != reverse_proxy::Method::SelfSigned);
        if known.name == TRANSPORT && !holds {
            continue;
        }
        let stated = facts.values.get(known.name);
        let default = if is_named { &HEADER_VALUES } else { &USUAL_HEADERS };
        let mut why = binding.provenance_of(&["values", "headers", "usual"]);
        if stated.is_none() {
            if plan.default(SecurityHeaders::NAME, default).is_none() {
                continue;
            }
            why.default = Some(default);
        }
        found.push((known, stated.map_or(known.value, String::as_str).to_owned(), why));
    }
    found
}

/// What sends the headers, for the site. One that the service sends itself would stand there twice.
pub(super) fn directives(front: &Front, all: &Bindings, plan: &mut PlanBuilder) -> Vec<SiteDirective> {
    let Some(binding) = all.one::<SecurityHeaders>() else { return Vec::new() };
    let mut found = Vec::new();
    for (known, value, why) in sent(front, binding, plan) {
        let Some(value) = SiteText::new(value) else { continue };
        found.push(SiteDirective::new("add_header", known.name, known.comment, &why).word(value).word("always"));
        found.push(SiteDirective::new("proxy_hide_header", known.name, known.comment, &why));
    }
    found
}

fn probe(id: String, title: String, observer: ProxyObserver, expectation: Expectation, why: &Provenance) -> Probe {
    let mut probe = Probe::new(id, Layer::Security, title, Observer::Proxy(observer), expectation, why.clone())
        .after("reverse-proxy.active")
        .advice("grep -n add_header -r /etc/nginx/conf.d; nginx -t")
        .runbook("security-headers")
        .needs("curl");
    probe.outside = true;
    probe
}

fn runbook(front: &Front, provenance: Provenance) -> RunbookEntry {
    let url = front.url("/");
    RunbookEntry {
        anchor: "security-headers",
        title: "A security header is missing".to_owned(),
        symptom: Some(format!("a scanner, or a check, misses a header in the answers of {url}")),
        checks: vec![crate::plan::ProbeId("security-headers.on-errors".to_owned())],
        steps: vec![
            RunbookStep::run(
                "See what is sent.",
                format!("curl -q --noproxy '*' -ksI --connect-to ::127.0.0.1: {url}"),
            ),
            RunbookStep::say(
                "A location of the site that has an `add_header` of its own drops all others: take it out.",
            ),
            RunbookStep::run("Put the site of the specification back, and load it.", "./deploy.sh --only proxy"),
        ],
        verify: Some(RunbookStep::run(
            "The headers are sent.",
            "./validate-deployment.sh --check security-headers.on-errors",
        )),
        provenance,
    }
}
