//! Rate limit: how many requests one client may make in a while.
//!
//! In: clauses that bound requests by time and client. Out: the part of the proxy's site that counts, and answers 429; a check
//! that asks too often, from an address of its own. Not here: logins (`intrusion-prevention`), limits of the journal.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reverse_proxy;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Expectation, HealthGate, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, ProxyObserver,
    RunbookEntry, RunbookStep, SiteDirective,
};
use crate::value::{Seconds, UnixPath};

/// The capability.
pub struct RateLimit;

/// What a statement says about the rate.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How many requests.
    pub requests: Option<u64>,
    /// In which time.
    pub window: Option<Seconds>,
    /// How many may come at once beyond the rate.
    pub burst: Option<u64>,
}

static RATE_LIMIT_BURST: NamedDefault = NamedDefault {
    name: "rate-limit-burst",
    reason: "all requests that are allowed in the time may come at once: a page loads many things together",
};

/// More than this is no longer asked for on trial.
const LONGEST_TRIAL: u64 = 60;
const ELSEWHERE: &str = "log(s|ged)|journal|journald|ssh|login(s)|alert(s)|mail(s)|event(s)|user|token|account|key(s)|outgoing|outbound|provider|openai|github|response(s)|handle(s)|serve(s)|capacity|load|throughput";

impl Capability for RateLimit {
    type Facts = Facts;

    const NAME: &'static str = "rate-limit";
    const SUMMARY: &'static str = "nginx answers 429 to a client that asks more often than it may.";
    const CUES: &'static [&'static str] = &[
        "rate limit(s|ed|ing)",
        "limit(s|ed) (to) # request(s)",
        "max|maximum|most # request(s) per|every|within|in",
        "no more than # requests",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "rate",
        "limit",
        "limits",
        "limited",
        "limiting",
        "request",
        "requests",
        "per",
        "second",
        "minute",
        "hour",
        "ip",
        "address",
        "client",
        "clients",
        "source",
        "nginx",
        "proxy",
        "reverse",
        "api",
        "maximum",
        "max",
        "most",
        "more",
        "no",
        "burst",
        "bursts",
        "window",
        "every",
        "each",
        "http",
        "https",
        "up",
        "allow",
        "allows",
        "allowed",
        "enabled",
        "returns",
        "answers",
        "answered",
        "status",
        "excess",
        "rejected",
        "endpoint",
        "endpoints",
        "public",
        "req",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "nginx limits requests: rate limit of 10 requests per second per IP",
            r#"{"requests": 10, "window": 1.0}"#,
        ),
        example("**Rate limiting**: 100 requests per minute per client", r#"{"requests": 100, "window": 60.0}"#),
        example(
            "Clients are limited to 20 requests per 10 seconds, burst of 5",
            r#"{"requests": 20, "window": 10.0, "burst": 5}"#,
        ),
        example("Rate limit: max 600 requests per hour per IP address", r#"{"requests": 600, "window": 3600.0}"#),
        criterion("The rate limit of 10 requests per second answers 429", r#"{"requests": 10, "window": 1.0}"#),
        example("The API is rate limited", NOT_MINE),
        example("journald is rate limited to 1000 messages per 30 seconds", NOT_MINE),
        example("Rate limit: 100 requests per minute per user", NOT_MINE),
        example("The service handles at most 500 requests per second", NOT_MINE),
        example("There is no rate limit of 10 requests per second", NOT_MINE),
        example("SSH logins are rate limited to 3 per minute", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&RATE_LIMIT_BURST];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.denied() || clause.find(ELSEWHERE).is_some() || clause.paths().next().is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        for (count, place) in clause.counts() {
            if clause.word_before(&place) == "burst"
                || clause.find("burst of #").is_some_and(|phrase| covers(&phrase, &place))
            {
                reading.facts.burst.replace(count).is_none().then_some(())?;
                reading = reading.place("burst", place);
            } else if matches!(clause.word_after(&place).as_str(), "request" | "requests" | "req") {
                reading.facts.requests.replace(count).is_none().then_some(())?;
                reading = reading.place("requests", place);
            } else if count == 429 {
                reading.claims.push(place);
            } else {
                return None;
            }
        }
        let (window, place) = window(clause)?;
        reading.facts.window = Some(window);
        reading = reading.place("window", place);
        reading.facts.requests.filter(|requests| *requests > 0)?;
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let Some(front) = reverse_proxy::front(all, &binding.provenance(), plan) else { return };
        let Some(limit) = limit(binding, plan) else {
            let told = "nginx counts no fewer than one request a minute";
            binding.requirements.iter().for_each(|statement| plan.partial(*statement, told));
            return;
        };
        if limit.is_rounded {
            let told = format!("nginx counts in whole requests a second or a minute: {}", limit.rate);
            binding.requirements.iter().for_each(|statement| plan.partial(*statement, told.clone()));
        }
        let path = match &plan.health {
            HealthGate::Http { url, .. } => url.splitn(4, '/').nth(3).map_or("/".to_owned(), |path| format!("/{path}")),
            HealthGate::Stable { .. } => "/".to_owned(),
        };
        let url = front.url(&path);
        let advice =
            format!("grep -rn limit_req /etc/nginx/conf.d/{}.conf; tail /var/log/nginx/error.log", plan.service);
        let probe = |id: &str, title: String, observer, expectation| {
            Probe::new(id, Layer::Network, title, Observer::Proxy(observer), expectation, limit.why.clone())
                .after("reverse-proxy.site")
                .advice(advice.clone())
                .runbook("rate-limit")
        };
        if let Ok(path) = format!("/etc/nginx/conf.d/{}.conf", plan.service).parse::<UnixPath>() {
            let observer = ProxyObserver::Setting { path, name: "limit_req_zone" };
            let expected = Expectation::Contains(format!("rate={}", limit.rate));
            let title = format!("nginx counts the requests of each address: {}", limit.rate);
            plan.probe(probe("rate-limit.setting", title, observer, expected).needs("root").needs("nginx"));
        }
        if limit.burst < LONGEST_TRIAL {
            let observer = ProxyObserver::RateLimit { url: url.clone(), burst: limit.burst + 1, rate: limit.a_minute };
            let title = format!("who asks more than {} times at once is answered 429", limit.burst + 1);
            let expected = Expectation::Equals("429".to_owned());
            plan.probe(
                probe("rate-limit.answers-429", title, observer, expected).after("reverse-proxy.answers").needs("curl"),
            );
        }
        plan.runbook(runbook(&limit));
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// "per second", "per 10 seconds", "a minute".
fn window(clause: &Clause<'_>) -> Option<(Seconds, Range<usize>)> {
    let mut stated = clause.durations().filter(|(time, _)| time.0 > 0.0);
    if let Some(found) = stated.next() {
        return stated.next().is_none().then_some(found);
    }
    [("second", 1.0), ("minute", 60.0), ("hour", 3600.0)].into_iter().find_map(|(word, seconds)| {
        let place = clause.find_any(&[&format!("per {word}"), &format!("every|each|a|an {word}")])?;
        Some((Seconds(seconds), place))
    })
}

/// The limit as nginx counts it.
struct Limit {
    /// `10r/s`, `100r/m`
    rate: String,
    /// The same, in a minute.
    a_minute: u64,
    burst: u64,
    is_rounded: bool,
    why: Provenance,
}

fn limit(binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<Limit> {
    let facts = &binding.facts;
    let (requests, window) = (facts.requests?, facts.window?.whole());
    let a_minute = requests.checked_mul(60)?;
    let a_minute = a_minute.checked_div(window).filter(|rate| *rate > 0)?;
    let (rate, is_rounded) = match window {
        window if requests % window == 0 => (format!("{}r/s", requests / window), false),
        window => (format!("{a_minute}r/m"), requests * 60 % window != 0),
    };
    let mut why = binding.provenance();
    let burst = match facts.burst {
        Some(burst) => burst,
        None => match plan.default(RateLimit::NAME, &RATE_LIMIT_BURST) {
            Some(default) => {
                why.merge(&default);
                requests - 1
            }
            None => 0,
        },
    };
    Some(Limit { rate, a_minute, burst, is_rounded, why })
}

/// What counts, before all servers, and what refuses, in the server.
pub(super) fn directives(all: &Bindings, plan: &mut PlanBuilder) -> Option<(SiteDirective, Vec<SiteDirective>)> {
    let limit = limit(all.one::<RateLimit>()?, plan)?;
    let zone = format!("zone={}_clients", plan.service);
    let counts = SiteDirective::new(
        "limit_req_zone",
        "$binary_remote_addr",
        "requests are counted for each address",
        &limit.why,
    )
    .word(format!("{zone}:2m"))
    .word(format!("rate={}", limit.rate));
    let comment = "who asks more often is answered 429";
    let mut refuses = SiteDirective::new("limit_req", zone, comment, &limit.why);
    if limit.burst > 0 {
        refuses = refuses.word(format!("burst={}", limit.burst)).word("nodelay");
    }
    Some((counts, vec![refuses, SiteDirective::new("limit_req_status", "429", comment, &limit.why)]))
}

fn runbook(limit: &Limit) -> RunbookEntry {
    RunbookEntry {
        anchor: "rate-limit",
        title: "Clients are answered 429".to_owned(),
        symptom: Some(format!(
            "clients are told that they ask too often; the limit is {} for each address",
            limit.rate
        )),
        checks: vec![crate::plan::ProbeId("rate-limit.setting".to_owned())],
        steps: vec![
            RunbookStep::run(
                "See whom nginx refuses.",
                "grep 'limiting requests' /var/log/nginx/error.log | tail -n 20",
            ),
            RunbookStep::say(
                "Many people behind one address share a limit. Where it is too narrow for them, change the specification and deploy again.",
            ),
        ],
        verify: Some(RunbookStep::run(
            "nginx counts as the specification says.",
            "./validate-deployment.sh --check rate-limit.setting",
        )),
        provenance: limit.why.clone(),
    }
}
