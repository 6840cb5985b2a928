//! Scheduled validation: the host is compared with its specification by the clock, and not only after a deployment.
//!
//! In: clauses that ask for the deployment to be validated again and again. Out: a timer for the validation of the package that
//! is deployed, without its drills; what no longer holds goes into the journal and to whoever is told of failures; checks that
//! it happens. Not here: the validation itself (all capabilities contribute to it), drift of files (`deploy.sh --check`).

mod proof;
mod units;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::backup::{oldest, schedule};
use super::frequency::frequency;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, RefusalReason, criterion, example,
};
use crate::plan::{NamedDefault, PlanBuilder, Provenance};
use crate::spec::mention::Mention;
use crate::value::{Seconds, TimeOfDay, Weekday};

static DAILY_VALIDATION: NamedDefault = NamedDefault {
    name: "daily-validation",
    reason: "the specification does not say how often the deployment is validated: once a day",
};

static VALIDATION_TIME: NamedDefault = NamedDefault {
    name: "validation-time",
    reason: "the specification names no time for the validation: from 05:30 on, after the backups of the night and their trial",
};

const DAY: Seconds = Seconds(86_400.0);

/// A validation takes up to a minute, and asks the service some questions: more often it would get in the way.
const SHORTEST: Seconds = Seconds(900.0);

/// The script of the package that is meant when one is named.
const SCRIPT: &str = "validate-deployment.sh";

/// The capability.
pub struct ScheduledValidation;

/// What a statement says about it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The time between two validations.
    pub schedule: Option<Seconds>,
    /// The time of day.
    pub time: Option<TimeOfDay>,
    /// The day of the week.
    pub weekday: Option<Weekday>,
}

impl Capability for ScheduledValidation {
    type Facts = Facts;

    const NAME: &'static str = "scheduled-validation";
    const SUMMARY: &'static str = "The validation of the deployed package runs by the clock; what no longer holds is in the journal, and told like a failure.";
    const CUES: &'static [&'static str] = &[
        "deployment|installation (is|gets) (automatically) validated|revalidated",
        "validates|validate|revalidates|revalidate (the) deployment|installation",
        "validation of (the) deployment|installation",
        "deployment validation",
        "scheduled|periodic|recurring|regular validation(s)",
        "validation script|job|timer",
        "validation runs|executes",
        "against (this|the|its) (deployment) specification|spec",
        "compliance|conformance|conformity|adherence with|to (this|the|its) (deployment) specification|spec",
        "complies|conforms with|to (this|the|its) (deployment) specification|spec",
        "<file> runs|executes every|each|once|daily|nightly|weekly|monthly|hourly",
        "<file> is run|executed|started every|each|once|daily|nightly|weekly|monthly|hourly",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "validation",
        "validations",
        "validated",
        "validate",
        "validates",
        "revalidated",
        "compliance",
        "conformance",
        "conformity",
        "specification",
        "spec",
        "against",
        "compared",
        "whether",
        "complies",
        "conforms",
        "still",
        "installation",
        "state",
        "script",
        "job",
        "timer",
        "systemd",
        "scheduled",
        "schedule",
        "periodic",
        "periodically",
        "recurring",
        "regular",
        "regularly",
        "automatic",
        "automatically",
        "automated",
        "night",
        "least",
        "executed",
        "started",
        "performed",
        "done",
        "repeated",
        "again",
        "last",
        "passes",
        "passed",
        "succeeded",
        "successful",
        "result",
        "results",
        "goes",
        "go",
        "written",
        "logged",
        "journal",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The deployment is validated every day", r#"{"schedule": 86400.0}"#),
        example("Compliance with this specification is checked weekly", r#"{"schedule": 604800.0}"#),
        example("**Scheduled validation**: daily at 03:00", r#"{"schedule": 86400.0, "time": "03:00"}"#),
        example("`validate-deployment.sh` runs every night at 04:00", r#"{"schedule": 86400.0, "time": "04:00"}"#),
        example(
            "The deployment is verified against this specification every Monday",
            r#"{"schedule": 604800.0, "weekday": "monday"}"#,
        ),
        example("A timer validates the deployment every 6 hours", r#"{"schedule": 21600.0}"#),
        example("The validation script runs hourly as a systemd timer", r#"{"schedule": 3600.0}"#),
        example("Deployment validation once a week", r#"{"schedule": 604800.0}"#),
        example("A periodic validation of the deployment (results go to the journal)", r"{}"),
        criterion("The last scheduled validation passed", r"{}"),
        example("The deployment is not validated every day", NOT_MINE),
        example("The deployment is validated before it goes live", NOT_MINE),
        example("The deployment is validated daily or weekly", NOT_MINE),
        example("The deployment is validated every 5 minutes", NOT_MINE),
        example("The deployment is validated by the customer every month", NOT_MINE),
        example("Deployment validation is done manually every week", NOT_MINE),
        example("User input is validated every day", NOT_MINE),
        example("The validation of orders runs every night", NOT_MINE),
        example("Requests are validated against the OpenAPI specification", NOT_MINE),
        example("Responses are checked daily against the specification of the partner", NOT_MINE),
        example("Compliance with GDPR is checked every year", NOT_MINE),
        example("`cleanup.sh` runs every night", NOT_MINE),
        example("The certificate is validated daily", NOT_MINE),
        example("A daily validation of the deployment is planned", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&DAILY_VALIDATION, &VALIDATION_TIME];
    const STRICT: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let elsewhere = [
            "before|after|prior|during|when|while|until|upon",
            "manual|manually|hand|demand|people|operator(s)|team|developer(s)|customer(s)|provider",
        ];
        if clause.find_any(&elsewhere).is_some() {
            return None;
        }
        let mut scripts = clause.mentions().filter_map(|(mention, place)| match mention {
            Mention::FileName(name) => Some((name.as_str(), place)),
            _ => None,
        });
        let script = scripts.next();
        if script.as_ref().is_some_and(|(name, _)| *name != SCRIPT) || scripts.next().is_some() {
            return None;
        }
        let frequency = frequency(clause)?;
        let by_the_clock = frequency.every.is_some() || frequency.time.is_some();
        let again = clause.affirms("scheduled|periodic|periodically|recurring|regular|regularly").is_some();
        // A criterion looks at a validation that a requirement has asked for.
        if !by_the_clock && !again && context.statement.kind.is_requirement() {
            return None;
        }
        let facts = Facts { schedule: frequency.every, time: frequency.time, weekday: frequency.weekday };
        let mut reading = Reading::new(facts, script.map(|(_, place)| place));
        for (field, place) in frequency.places {
            reading = reading.place(field, place);
        }
        if let Some(every) = frequency.every
            && (every < SHORTEST || schedule(every, frequency.time, frequency.weekday).is_none())
        {
            return Some(reading.refuse(RefusalReason::Residue(format!("every {every}"))));
        }
        reading.at_least.push("schedule");
        Some(reading)
    }

    /// More often is as asked.
    fn satisfies(_: &str, given: &Value, least: &Value) -> bool {
        given.as_f64().zip(least.as_f64()).is_some_and(|(given, least)| given <= least)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(order) = own.first().and_then(|binding| Order::take(binding, plan)) else { return };
        units::add(&order, plan);
        proof::add(&order, plan);
    }
}

/// The validation by the clock, decided.
struct Order {
    /// Name of the program and its units: `desk-validation`.
    name: String,
    /// The time between two validations.
    every: Seconds,
    /// The same for a timer.
    calendar: String,
    /// Whether all that was said is a time between two: the exact moment is then free.
    spread: bool,
    /// How long ago the last one may be.
    oldest: Seconds,
    /// Who asks for it, and who says when.
    why: Provenance,
}

impl Order {
    /// Decides; `None` where something is open that no default fills in.
    fn take(binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<Self> {
        let facts = &binding.facts;
        let mut why = binding.provenance();
        let every = match facts.schedule {
            Some(every) => every,
            None => {
                why.default = plan.default(ScheduledValidation::NAME, &DAILY_VALIDATION)?.default;
                DAY
            }
        };
        let time = facts.time.or_else(|| {
            plan.default(ScheduledValidation::NAME, &VALIDATION_TIME)?;
            TimeOfDay::new(5, 30, false)
        });
        let calendar = schedule(every, time, facts.weekday)?;
        let name = format!("{}-validation", plan.service);
        let spread = facts.time.is_none();
        Some(Self { name, every, calendar, spread, oldest: Seconds(oldest(every)), why })
    }

    /// The unit that validates.
    fn service(&self) -> String {
        format!("{}.service", self.name)
    }

    /// The timer that starts it.
    fn timer(&self) -> String {
        format!("{}.timer", self.name)
    }
}
