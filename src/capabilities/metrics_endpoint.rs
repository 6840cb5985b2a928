//! Metrics end point: the service tells its measurements to whoever collects them.
//!
//! In: clauses that name an end point for metrics. Out: checks that it answers, and in Prometheus' format where that is named.
//! Not here: the collector, and whether the end point may be reached from outside (`firewall`, `private-port`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::own_request::targets;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep};
use crate::value::Port;

/// The capability.
pub struct MetricsEndpoint;

/// What a statement says about metrics.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The path of the end point.
    pub url: Option<String>,
    /// Its port, where it is not the service's own.
    pub port: Option<Port>,
    /// Whether it must be in Prometheus' text format.
    pub prometheus: bool,
}

impl Capability for MetricsEndpoint {
    type Facts = Facts;

    const NAME: &'static str = "metrics-endpoint";
    const SUMMARY: &'static str = "Measurements are told at an end point of the service, proven by asking it.";
    const CUES: &'static [&'static str] = &[
        "metrics endpoint",
        "metrics (are) exposed|available|served|provided|published",
        "exposes|serves|provides|publishes … metrics",
        "prometheus metrics|endpoint",
        "metrics:",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "metrics",
        "endpoint",
        "exposed",
        "exposes",
        "available",
        "served",
        "serves",
        "provided",
        "provides",
        "published",
        "publishes",
        "prometheus",
        "format",
        "text",
        "at",
        "under",
        "on",
        "its",
        "own",
        "for",
        "returns",
        "responds",
        "answers",
        "reachable",
        "port",
        "200",
        "ok",
        "application",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The service exposes Prometheus metrics at /metrics", r#"{"url": "/metrics", "prometheus": true}"#),
        example("**Metrics**: `curl http://127.0.0.1:9100/metrics`", r#"{"url": "/metrics", "port": 9100}"#),
        criterion("The metrics endpoint /internal/metrics answers", r#"{"url": "/internal/metrics"}"#),
        example("Metrics are not exposed", NOT_MINE),
        example("PostgreSQL metrics are exposed at /metrics", NOT_MINE),
        example("Business metrics are reported monthly", NOT_MINE),
        example("Metrics are available in the dashboard", NOT_MINE),
        example("Metrics are served at https://metrics.example.com/", NOT_MINE),
    ];
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let mut reading = Reading::<Facts>::default();
        let mut found = targets(clause)?;
        let target = found.pop().filter(|target| found.is_empty() && target.path.len() > 1)?;
        if target.method.as_deref().is_some_and(|method| method != "GET") {
            return None;
        }
        reading.facts.url = Some(target.path);
        reading.facts.port = target.port;
        reading = reading.place("url", target.place);
        if let Some(place) = clause.find("prometheus") {
            reading.facts.prometheus = true;
            reading = reading.place("prometheus", place);
        }
        for (port, place) in clause.ports() {
            if *reading.facts.port.get_or_insert(port) != port {
                return None;
            }
            reading = reading.place("port", place);
        }
        Some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.url.clone().unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        for (position, binding) in own.iter().enumerate() {
            let port = binding.facts.port.or(plan.endpoint.map(|endpoint| endpoint.port));
            let (Some(path), Some(port)) = (&binding.facts.url, port) else {
                for statement in &binding.provenance().statements {
                    plan.partial(*statement, "no port is named: nobody can be asked");
                }
                continue;
            };
            let url = format!("http://127.0.0.1:{port}{path}");
            let suffix = if position == 0 { String::new() } else { format!("-{}", position + 1) };
            add_probes(plan, binding, &url, &suffix);
            if position == 0 {
                add_runbook(plan, binding, &url);
            }
        }
    }
}

fn add_probes(plan: &mut PlanBuilder, binding: &Binding<Facts>, url: &str, suffix: &str) {
    let answers = format!("metrics-endpoint.status{suffix}");
    let probe = |id: &str, title: String, observer, expectation| {
        Probe::new(id, Layer::Monitoring, title, observer, expectation, binding.provenance())
            .needs("curl")
            .advice(format!("curl -q --noproxy '*' -i {url}"))
            .runbook("metrics-missing")
    };
    plan.probe(
        probe(
            &answers,
            "the end point for metrics answers 200".to_owned(),
            Observer::HttpStatus { method: "GET".to_owned(), url: url.to_owned() },
            Expectation::Equals("200".to_owned()),
        )
        .after("service-active.active"),
    );
    if binding.facts.prometheus {
        plan.probe(
            probe(
                &format!("metrics-endpoint.format{suffix}"),
                "metrics come in Prometheus' text format".to_owned(),
                Observer::Metrics { url: url.to_owned() },
                Expectation::Equals("prometheus".to_owned()),
            )
            .after(&answers),
        );
    }
}

fn add_runbook(plan: &mut PlanBuilder, binding: &Binding<Facts>, url: &str) {
    let unit = plan.unit_name();
    plan.runbook(RunbookEntry {
        anchor: "metrics-missing",
        title: "Metrics are missing".to_owned(),
        symptom: Some("the collector reports the service as down, while it serves its users".to_owned()),
        checks: vec![ProbeId("metrics-endpoint.status".to_owned())],
        steps: vec![
            RunbookStep::run("Ask the end point yourself.", format!("curl -q --noproxy '*' -i {url}")),
            RunbookStep::run("See what the service logged about it.", format!("journalctl -u {unit} -n 50 --no-pager")),
            RunbookStep::say("If it answers here, look at the collector and at the way between the two."),
        ],
        verify: Some(RunbookStep::run("It answers.", "./validate-deployment.sh --check metrics-endpoint")),
        provenance: binding.provenance(),
    });
}
