//! Health check: a request that a healthy service answers in a known way.
//!
//! In: clauses that name an end point and its answer. Out: the health gate of deployments and drills, checks of status
//! and body, the runbook entry for its failure. Not here: how fast it answers (`response-time`), whether it can be
//! reached from elsewhere (`firewall`), watching it over time (`uptime-monitor`).

mod request;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Binding, Bindings, CONFLICTING_REQUIREMENTS, Capability, Clause, Context, Example, NOT_MINE, Reading, StartTimeout,
    criterion, example,
};
use crate::diagnostics::Diagnostic;
use crate::plan::{
    Expectation, HealthGate, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep,
};
use crate::value::{Port, Protocol, Seconds};

/// The capability.
pub struct HealthCheck;

/// What a statement says about health.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// `GET` or `HEAD`.
    pub method: Option<String>,
    /// The path on the service: `/health`.
    pub url: Option<String>,
    /// The port, where the request names it.
    pub port: Option<Port>,
    /// The status code.
    pub status: Option<u16>,
    /// What the JSON answer must contain.
    pub json: Option<Value>,
    /// Whether the answer is JSON, whatever it contains.
    pub is_json: bool,
    /// Text that the answer must contain.
    pub text: Option<String>,
    /// When it must be healthy after a start.
    pub within: Option<Seconds>,
}

static HEALTHY_IS_200: NamedDefault = NamedDefault {
    name: "healthy-is-200",
    reason: "the specification names an end point and not every part of the exchange: a GET that is answered with 200 is healthy",
};

static HEALTHY_WITHIN: NamedDefault = NamedDefault {
    name: "healthy-within",
    reason: "the specification names no time for the service to become healthy after a start; a deployment waits 60 s",
};

impl Capability for HealthCheck {
    type Facts = Facts;

    const NAME: &'static str = "health-check";
    const SUMMARY: &'static str =
        "An end point says whether the service is healthy: status, JSON or text. Deployments and drills wait for it.";
    const CUES: &'static [&'static str] = &[
        "<command>",
        "health check|probe|endpoint|url|route|path",
        "health end point",
        "health checks",
        "healthcheck|healthz",
        "liveness|readiness check|probe|endpoint",
        "get|head <path>",
        "get|head <url>",
        "curl <url>",
        "<path> endpoint|route",
        "<path> returns|responds|answers",
        "<url> returns|responds|answers",
        "endpoint <path>",
        "api responds",
        "is healthy",
        "health:",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "health",
        "healthy",
        "check",
        "checks",
        "endpoint",
        "end",
        "point",
        "probe",
        "route",
        "url",
        "path",
        "returns",
        "return",
        "returned",
        "returning",
        "passing",
        "responds",
        "respond",
        "response",
        "answers",
        "answer",
        "answered",
        "ok",
        "http",
        "status",
        "code",
        "json",
        "body",
        "with",
        "get",
        "head",
        "curl",
        "reports",
        "gives",
        "contains",
        "says",
        "expose",
        "exposes",
        "exposed",
        "a",
        "api",
        "succeeds",
        "passes",
        "starting",
        "start",
        "started",
        "valid",
        "it",
        "unauthenticated",
        "local",
        "locally",
        "localhost",
        "requests",
        "request",
        "header",
        "liveness",
        "readiness",
        "as",
        "available",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "**Health**: the health check GET /healthz returns {\"state\": \"up\", ...}",
            r#"{"method": "GET", "url": "/healthz", "json": {"state": "up"}}"#,
        ),
        example("The `/status/live` endpoint returns 204", r#"{"url": "/status/live", "status": 204}"#),
        example("**Health endpoint**: http://localhost:9000/health", r#"{"url": "/health", "port": 9000}"#),
        example(
            "The service must expose a health endpoint at /ready that answers with HTTP 200 and \"ok\"",
            r#"{"url": "/ready", "status": 200, "text": "ok"}"#,
        ),
        criterion(
            "`curl -s localhost:9000/health` returns healthy JSON",
            r#"{"method": "GET", "url": "/health", "port": 9000, "is_json": true}"#,
        ),
        criterion(
            "`curl -f http://127.0.0.1:9000/health` returns 200 OK",
            r#"{"method": "GET", "url": "/health", "port": 9000, "status": 200}"#,
        ),
        criterion(
            "GET /health answers within 20 seconds of a start",
            r#"{"method": "GET", "url": "/health", "within": 20.0}"#,
        ),
        example(
            "The health endpoint GET /ready SHALL return 204 within 15 seconds.",
            r#"{"method": "GET", "url": "/ready", "status": 204, "within": 15.0}"#,
        ),
        criterion(
            "The health endpoint GET /ready SHALL return 204 within 15 seconds.",
            r#"{"method": "GET", "url": "/ready", "status": 204, "within": 15.0}"#,
        ),
        criterion("The health check passes", "{}"),
        criterion("Health checks returning 200", r#"{"status": 200}"#),
        example(
            "GET /health returns 200 within 30 seconds",
            r#"{"method": "GET", "url": "/health", "status": 200, "within": 30.0}"#,
        ),
        criterion("`curl localhost:9000/health` returns \"Connection refused\"", NOT_MINE),
        example(
            "curl http://127.0.0.1:9000/health → {\"status\": \"ok\"}",
            r#"{"url": "/health", "port": 9000, "json": {"status": "ok"}}"#,
        ),
        criterion(
            "`curl -s localhost:9000/health` -> 200",
            r#"{"method": "GET", "url": "/health", "port": 9000, "status": 200}"#,
        ),
        example("**Health**: /healthz → 200", r#"{"url": "/healthz", "status": 200}"#),
        example("The API of the partner answers GET /health with 200", NOT_MINE),
        example("curl http://192.0.2.7/health → {\"status\": \"ok\"}", NOT_MINE),
        example("curl http://127.0.0.1:9000/health → 500", NOT_MINE),
        example("The /health endpoint must respond in under 300ms", NOT_MINE),
        example("GET /health answers within 2 seconds", NOT_MINE),
        example("95 % of the requests to GET /health are answered within 8 seconds", NOT_MINE),
        example("When the database is down, GET /health returns 503", NOT_MINE),
        criterion("`curl https://shop.example.com/health` returns 200", NOT_MINE),
        criterion("`curl -X POST localhost:9000/orders` returns 201", NOT_MINE),
        example("GET /orders returns the orders of a customer", NOT_MINE),
        example("The health score of each account is shown", NOT_MINE),
        example("There is no health check", NOT_MINE),
        example("The health check script lies in /usr/local/bin/check", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&HEALTHY_IS_200, &HEALTHY_WITHIN];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        request::recognise(clause)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let facts = &binding.facts;
        report_other_port(binding, plan);
        let port = plan.endpoint.map(|endpoint| endpoint.port).or(facts.port);
        let (Some(path), Some(port)) = (&facts.url, port) else {
            let missing = if facts.url.is_none() { "no end point is named" } else { "no port is named" };
            for statement in &binding.provenance().statements {
                plan.partial(*statement, format!("{missing}: health is judged from the process alone"));
            }
            return;
        };
        let asked = binding.provenance();
        let mut why = asked.clone();
        if (facts.method.is_none() || facts.status.is_none())
            && let Some(default) = plan.default(Self::NAME, &HEALTHY_IS_200)
        {
            why.merge(&default);
        }
        // A start that has a time of its own gives it to the gate.
        let of_the_start = all.one::<StartTimeout>().and_then(|binding| binding.facts.seconds);
        let within =
            facts.within.or(of_the_start).or_else(|| plan.default(Self::NAME, &HEALTHY_WITHIN).map(|_| Seconds(60.0)));
        let request = Request {
            method: facts.method.clone().unwrap_or_else(|| "GET".to_owned()),
            url: format!("http://127.0.0.1:{port}{path}"),
            status: facts.status.unwrap_or(200),
        };
        let json = facts.json.clone().or_else(|| facts.is_json.then(|| json!({})));
        plan.health = HealthGate::Http {
            method: request.method.clone(),
            url: request.url.clone(),
            status: request.status,
            json: json.clone(),
            text: facts.text.clone(),
            within: within.unwrap_or(Seconds(60.0)),
        };
        plan.health_provenance = why.clone();
        let body = match (json, &facts.text) {
            (Some(json), _) => Some(("health-check.json", Expectation::JsonSubset(json), "JSON")),
            (None, Some(text)) => Some(("health-check.text", Expectation::Contains(text.clone()), "text")),
            (None, None) => None,
        };
        add_probes(plan, &request, port, body, binding, &why);
        add_runbook(plan, &request, port, why);
    }
}

/// The request that is sent.
struct Request {
    method: String,
    url: String,
    status: u16,
}

/// A request to another port than the service's own would ask somebody else.
fn report_other_port(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let (Some(own), Some(port), Some(span)) = (plan.endpoint, binding.facts.port, binding.span_of("port")) else {
        return;
    };
    if own.port != port {
        plan.report(
            Diagnostic::new(
                &CONFLICTING_REQUIREMENTS,
                span,
                format!("the health check asks port {port}, the service listens on {}", own.port),
            )
            .at(format!("here it is {port}"))
            .help(format!("write the port that the service listens on: {}", own.port)),
        );
    }
}

fn add_probes(
    plan: &mut PlanBuilder,
    request: &Request,
    port: Port,
    body: Option<(&str, Expectation, &str)>,
    binding: &Binding<Facts>,
    why: &Provenance,
) {
    let unit = plan.unit_name();
    let advice = format!("curl -q --noproxy '*' -i {}; journalctl -u {unit} -n 30", request.url);
    let Request { method, url, status } = request;
    let probe = |id: &str, title: String, observer, expectation, why: &Provenance| {
        Probe::new(id, Layer::Network, title, observer, expectation, why.clone())
            .advice(advice.clone())
            .runbook("health-endpoint-fails")
    };
    plan.probe(
        probe(
            "health-check.status",
            format!("health end point answers {status}"),
            Observer::HttpStatus { method: method.clone(), url: url.clone() },
            Expectation::Equals(status.to_string()),
            why,
        )
        .needs("curl")
        .after("service-active.active"),
    );
    if let Some((id, expectation, what)) = body {
        plan.probe(
            probe(
                id,
                format!("health end point answers with the {what} that is asked for"),
                Observer::HttpBody { method: method.clone(), url: url.clone() },
                expectation,
                &binding.provenance_of(&["json", "is_json", "text"]),
            )
            .needs("curl")
            .after("health-check.status"),
        );
    }
    // Who holds the port is the business of `listen-port`, where that knows the port.
    if plan.endpoint.is_none() {
        plan.probe(
            probe(
                "health-check.own-process",
                format!("what answers on port {port} is the service"),
                Observer::ListenerUnit { port, protocol: Protocol::Tcp, unit },
                Expectation::Equals("yes".to_owned()),
                why,
            )
            .needs("root")
            .after("service-active.active"),
        );
    }
}

fn add_runbook(plan: &mut PlanBuilder, request: &Request, port: Port, why: Provenance) {
    let unit = plan.unit_name();
    let Request { method, url, status } = request;
    plan.runbook(RunbookEntry {
        anchor: "health-endpoint-fails",
        title: "The health end point fails".to_owned(),
        symptom: Some(format!("{method} {url} does not answer {status}")),
        checks: vec![ProbeId("health-check.status".to_owned())],
        steps: vec![
            RunbookStep::run("See whether the process runs at all.", format!("systemctl status {unit}")),
            RunbookStep::run("See who listens on its port.", format!("ss -ltnp 'sport = :{port}'")),
            RunbookStep::run(
                "Ask it yourself; the answer may name what is missing.",
                format!("curl -q --noproxy '*' -i {url}"),
            ),
            RunbookStep::run("Read what it logged.", format!("journalctl -u {unit} -n 100 --no-pager")),
            RunbookStep::run("If it hangs, restart it.", format!("systemctl restart {unit}")),
        ],
        verify: Some(RunbookStep::run("It answers again.", "./validate-deployment.sh --check health-check")),
        provenance: why,
    });
}
