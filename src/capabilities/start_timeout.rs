//! Start time-out: how long the service may take until it is ready.
//!
//! In: clauses that bound the start, `TimeoutStartSec=`. Out: the time of the deployment's health gate, which measures
//! what was asked; and systemd's own limit, which under `Type=exec` bounds only what precedes the program. Not here: how
//! fast it answers once it runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example, well_again,
};
use crate::plan::{Expectation, HealthGate, Layer, Observer, PlanBuilder, Probe, UnitSection};
use crate::value::Seconds;

/// The capability.
pub struct StartTimeout;

/// What a statement says about the start.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The longest time until the service is ready.
    pub seconds: Option<Seconds>,
}

impl Capability for StartTimeout {
    type Facts = Facts;

    const NAME: &'static str = "start-timeout";
    const SUMMARY: &'static str =
        "The service is ready within a time: the deployment's health gate measures it, `TimeoutStartSec=` bounds it.";
    const CUES: &'static [&'static str] = &[
        "TimeoutStartSec=",
        "startup time (limit)",
        "start up time (limit)",
        "start time (limit)",
        "start|startup time out",
        "start|startup timeout",
        "startup (completes|takes|finishes)",
        "start(s) (up) within|under|in (less) (than) #",
        "started|ready|healthy|up within|under|in (less) (than) #",
        "takes … to start",
        "time to start",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "startup",
        "start",
        "starts",
        "started",
        "time",
        "timeout",
        "up",
        "ready",
        "than",
        "less",
        "most",
        "fully",
        "takes",
        "take",
        "completes",
        "limit",
        "max",
        "maximum",
        "cold",
        "healthy",
        "becomes",
        "responds",
        "accepts",
        "requests",
        "<",
        "≤",
        "out",
        "finishes",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Startup time < 12 seconds", r#"{"seconds": 12.0}"#),
        example("The service starts within 20s", r#"{"seconds": 20.0}"#),
        example("TimeoutStartSec=45", r#"{"seconds": 45.0}"#),
        example("**Start-up time**: at most 1 minute", r#"{"seconds": 60.0}"#),
        criterion("The service is ready in less than 5 seconds", r#"{"seconds": 5.0}"#),
        example("It takes at most 30 seconds to start", r#"{"seconds": 30.0}"#),
        example("Requests are answered within 2 seconds", NOT_MINE),
        example("The service restarts within 5 seconds", NOT_MINE),
        criterion("When the memory limit is exceeded, the service is healthy within 20 seconds", NOT_MINE),
        criterion("If the process crashes, it is healthy within 20 seconds", NOT_MINE),
        example("The deployment is ready in 10 minutes", NOT_MINE),
        example("Migrations run at startup", NOT_MINE),
        example("Startup time is not limited to 10 seconds", NOT_MINE),
    ];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some((value, range)) = clause.directive("TimeoutStartSec") {
            let seconds = Some(value.parse().ok()?);
            return Some(Reading::new(Facts { seconds }, []).place("seconds", range));
        }
        if clause.find("deployment|deploy|rollback|restart(s|ed)|boot|reboot|response|backup|drift|crash").is_some()
            || well_again::follows_a_failure(clause)
        {
            return None;
        }
        let mut times = clause.durations();
        let (seconds, place) = times.next()?;
        if times.next().is_some() || seconds.0 <= 0.0 {
            return None;
        }
        Some(Reading::new(Facts { seconds: Some(seconds) }, []).place("seconds", place))
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some((binding, seconds)) = own.first().and_then(|binding| Some((binding, binding.facts.seconds?))) else {
            return;
        };
        let unit = plan.unit_name();
        let why = binding.provenance();
        if let HealthGate::Http { within, .. } = &mut plan.health {
            *within = seconds;
        }
        plan.health_provenance.merge(&why);
        plan.directive(
            UnitSection::Service,
            "TimeoutStartSec",
            seconds.systemd(),
            format!("ready within {seconds}; deploy.sh measures it at each start"),
            why.clone(),
        );
        plan.probe(
            Probe::new(
                "start-timeout.limit",
                Layer::Service,
                format!("systemd gives a start {seconds}"),
                Observer::UnitProperty { unit: unit.clone(), property: "TimeoutStartUSec" },
                Expectation::Equals(seconds.systemctl()),
                why,
            )
            .advice(format!("systemctl show {unit} -p TimeoutStartUSec -p DropInPaths"))
            .runbook("service-down"),
        );
    }
}
