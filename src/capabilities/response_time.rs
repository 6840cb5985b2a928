//! Response time: how fast the service answers.
//!
//! In: clauses that bound the time of an answer, for all requests, for a share of them, or on average. Out: a check that makes
//! requests one after the other on the host itself, and measures. What the network adds, and what many clients at once would
//! change, it does not see, and does not claim. Not here: the time until the service is ready (`start-timeout`,
//! `health-check`), the time after which nginx or a client gives up.

mod reading;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::own_request::{Request, request};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    AnswerObserver, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep, Statistic,
};
use crate::value::{Percent, Port, Seconds};

/// The capability.
pub struct ResponseTime;

/// What a statement says about the time of an answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The longest time.
    pub limit: Option<Seconds>,
    /// For which share of the requests; for all where it is not said.
    pub percentile: Option<Percent>,
    /// Whether it is their mean that is bounded.
    pub mean: bool,
    /// The path that is asked.
    pub url: Option<String>,
    /// Its port, where it is not the service's own.
    pub port: Option<Port>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Whether the end point of the health check is meant.
    pub health: bool,
}

static RESPONSE_ENDPOINT: NamedDefault = NamedDefault {
    name: "response-endpoint",
    reason: "the specification bounds the time of an answer and names no end point: the one of the health check is measured",
};

static RESPONSE_REQUESTS: NamedDefault = NamedDefault {
    name: "response-requests",
    reason: "the specification does not say how the time of an answer is measured: with up to 100 requests, one after the other, on the host itself",
};

/// So long the requests may take together, where each takes as long as it may.
const PATIENCE: f64 = 15.0;

impl Capability for ResponseTime {
    type Facts = Facts;

    const NAME: &'static str = "response-time";
    const SUMMARY: &'static str =
        "Requests are made on the host, one after the other, and their times are compared with the bound.";
    const CUES: &'static [&'static str] = &[
        "response time(s)",
        "latency|latencies",
        "respond(s)|responded|answer(s)|answered|reply|replies … within|under|below|in|than #",
        "return(s)|returned … within|under|below|than #",
        "request(s) … processed|served|handled|completed|complete … within|under|below|in|than #",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "response",
        "responses",
        "respond",
        "responds",
        "answer",
        "answers",
        "answered",
        "reply",
        "replies",
        "return",
        "returns",
        "returned",
        "processed",
        "served",
        "handled",
        "completed",
        "complete",
        "time",
        "times",
        "latency",
        "latencies",
        "request",
        "requests",
        "calls",
        "api",
        "endpoint",
        "end",
        "point",
        "route",
        "path",
        "url",
        "get",
        "http",
        "ok",
        "health",
        "healthy",
        "healthz",
        "check",
        "liveness",
        "readiness",
        "below",
        "less",
        "than",
        "most",
        "maximum",
        "max",
        "exceed",
        "exceeds",
        "longer",
        "slower",
        "above",
        "more",
        "percentile",
        "average",
        "avg",
        "mean",
        "median",
        "th",
        "st",
        "nd",
        "rd",
        "it",
        "takes",
        "take",
        "stays",
        "target",
        "always",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("GET /health responds within 200 ms", r#"{"url": "/health", "limit": 0.2}"#),
        example("GET /orders returns 200 within 300 ms", r#"{"url": "/orders", "status": 200, "limit": 0.3}"#),
        example("The health endpoint responds in under 250ms", r#"{"health": true, "limit": 0.25}"#),
        example("p95 response time below 500 ms", r#"{"percentile": 95.0, "limit": 0.5}"#),
        example("99% of the requests are answered within 400 ms", r#"{"percentile": 99.0, "limit": 0.4}"#),
        example("**Response time**: < 250 ms (p99)", r#"{"percentile": 99.0, "limit": 0.25}"#),
        example(
            "The 95th percentile of the response time of /search is at most 1 second",
            r#"{"url": "/search", "percentile": 95.0, "limit": 1.0}"#,
        ),
        example("The average latency must not exceed 120 ms", r#"{"mean": true, "limit": 0.12}"#),
        example("**Latency**: median 50 ms", r#"{"percentile": 50.0, "limit": 0.05}"#),
        example(
            "95 % of the requests to GET /reports are answered within 8 seconds",
            r#"{"url": "/reports", "percentile": 95.0, "limit": 8.0}"#,
        ),
        example(
            "95 % of the requests to GET /health are answered within 6 seconds",
            r#"{"url": "/health", "percentile": 95.0, "limit": 6.0}"#,
        ),
        example("The service responds within 2 seconds", r#"{"limit": 2.0}"#),
        criterion("The API answers in less than 300 ms", r#"{"limit": 0.3}"#),
        criterion("`curl -s http://localhost:9100/search` returns 200 within 3 seconds", NOT_MINE),
        example("Startup time < 4 seconds", NOT_MINE),
        example("After a restart the API responds within 3 seconds", NOT_MINE),
        example("GET /health answers within 20 seconds of a start", NOT_MINE),
        example("The service recovers within 2 seconds", NOT_MINE),
        example("Requests time out after 2 seconds", NOT_MINE),
        example("Requests in flight are completed within 4 seconds", NOT_MINE),
        example("Proxy timeout: 3 seconds", NOT_MINE),
        example("nginx waits for the response of the service for 3 seconds", NOT_MINE),
        example("Failed requests are answered after a retry delay of 200 ms", NOT_MINE),
        example("Response times above 500 ms are logged", NOT_MINE),
        example("An alert is sent when the response time is more than 1 second", NOT_MINE),
        example("The response time is recorded", NOT_MINE),
        example("PostgreSQL responds within 50 ms", NOT_MINE),
        example("The partner's API responds within 300 ms", NOT_MINE),
        example("POST /orders responds within 300 ms", NOT_MINE),
        example("The support team responds within 4 hours", NOT_MINE),
        example("Network latency is below 5 ms", NOT_MINE),
        example("p95 latency below 200 ms and p99 below 500 ms", NOT_MINE),
        example("Response time < 300 ms is planned", NOT_MINE),
        example("No response within 300 ms is promised", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&RESPONSE_ENDPOINT, &RESPONSE_REQUESTS];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause)
    }

    /// A bound for each end point and each share of its requests.
    fn subject(facts: &Facts) -> String {
        let asked = facts.url.as_deref().unwrap_or(if facts.health { "health" } else { "" });
        let share = facts.percentile.map(|share| share.to_string()).unwrap_or_default();
        format!("{asked} {}{share}", if facts.mean { "mean" } else { "" })
    }

    /// Faster is as asked.
    fn satisfies(field: &str, given: &Value, least: &Value) -> bool {
        field == "limit" && given.as_f64().zip(least.as_f64()).is_some_and(|(given, least)| given <= least)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let mut measured: Vec<(ProbeId, Request)> = Vec::new();
        let mut why = Provenance::default();
        for binding in own {
            let id = match measured.len() {
                0 => "response-time.measured".to_owned(),
                earlier => format!("response-time.measured-{}", earlier + 1),
            };
            if let Some(request) = measure(&id, binding, plan) {
                why.merge(&binding.provenance());
                measured.push((ProbeId(id), request));
            }
        }
        if let Some((_, request)) = measured.first() {
            let entry = entry(&request.url, measured.iter().map(|(id, _)| id.clone()).collect(), why, plan);
            plan.runbook(entry);
        }
    }
}

/// Adds the check of one bound, and says what is asked; where nobody can be asked, why.
fn measure(id: &str, binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<Request> {
    let facts = &binding.facts;
    let limit = facts.limit?;
    let mut why = binding.provenance();
    let request = match request(facts.url.as_deref(), facts.port, plan) {
        Ok(request) => request,
        Err(reason) => {
            leave(&why, reason, plan);
            return None;
        }
    };
    let Some(default) = plan.default(ResponseTime::NAME, &RESPONSE_REQUESTS) else {
        leave(&why, "people measure it: the default that would is switched off", plan);
        return None;
    };
    why.default = default.default;
    if facts.url.is_none() && !facts.health {
        let Some(default) = plan.default(ResponseTime::NAME, &RESPONSE_ENDPOINT) else {
            leave(&why, "no end point is named for it: which requests must be answered in this time?", plan);
            return None;
        };
        why.default = default.default;
        leave(&why, "measured at the end point of the health check alone: no statement names another for it", plan);
    }
    plan.probe(probe(id, facts, limit, &request, why));
    Some(request)
}

/// Says what is not done.
fn leave(why: &Provenance, reason: &str, plan: &mut PlanBuilder) {
    why.statements.iter().for_each(|statement| plan.partial(*statement, reason));
}

fn probe(id: &str, facts: &Facts, limit: Seconds, request: &Request, why: Provenance) -> Probe {
    let (url, requests) = (&request.url, requests(limit));
    let asked = format!("requests to {url}, one after the other on this host, are answered within {limit}");
    let (statistic, title) = match facts.percentile {
        _ if facts.mean => (Statistic::Mean, format!("{requests} {asked} on average")),
        Some(share) => (Statistic::Percentile(share), format!("{share} of {requests} {asked}")),
        None => (Statistic::Percentile(Percent(100.0)), format!("all of {requests} {asked}")),
    };
    let observer = AnswerObserver::ResponseTime {
        method: request.method.clone(),
        url: url.clone(),
        status: facts.status.or(request.status),
        requests,
        statistic,
    };
    let milliseconds = Expectation::AtMost((limit.0 * 1e6).round() / 1e3);
    let known = if request.is_health_check { "health-check.status" } else { "service-active.active" };
    Probe::new(id, Layer::Network, title, Observer::Answer(observer), milliseconds, why)
        .needs("curl")
        .after(known)
        .advice(format!("curl -q --noproxy '*' -o /dev/null -w '%{{time_total}} s\\n' {url}"))
        .runbook("slow-answers")
}

/// As many as can be made in a time that is worth waiting for.
fn requests(limit: Seconds) -> u64 {
    Seconds(PATIENCE / limit.0).whole().clamp(5, 100)
}

fn entry(url: &str, checks: Vec<ProbeId>, provenance: Provenance, plan: &PlanBuilder) -> RunbookEntry {
    let unit = plan.unit_name();
    RunbookEntry {
        anchor: "slow-answers",
        title: "It answers too slowly".to_owned(),
        symptom: Some("users wait, or a check of the response time fails".to_owned()),
        checks,
        steps: vec![
            RunbookStep::run(
                "Measure one request on the host itself. Where it is fast here, look at the proxy, the network, and the number of clients.",
                format!(
                    "curl -q --noproxy '*' -s -o /dev/null -w 'answered %{{http_code}} in %{{time_total}} s\\n' {url}"
                ),
            ),
            RunbookStep::run(
                "See what the service takes, beside the others, and whether it comes up to its limits.",
                "systemd-cgtop --batch --iterations=2 --delay=5 --depth=2",
            ),
            RunbookStep::run(
                "See whether the kernel holds it back: throttled time (cpu.stat), reached limits (memory.events).",
                format!(
                    "cat /sys/fs/cgroup/system.slice/{unit}/cpu.stat /sys/fs/cgroup/system.slice/{unit}/memory.events"
                ),
            ),
            RunbookStep::run("Read what it logged meanwhile.", format!("journalctl -u {unit} -n 50 --no-pager")),
        ],
        verify: Some(RunbookStep::run("It is fast enough again.", "./validate-deployment.sh --check response-time")),
        provenance,
    }
}
