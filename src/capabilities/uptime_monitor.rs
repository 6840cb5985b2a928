//! Uptime monitor: whether the service answers is asked by the clock, counted, and compared with the availability that is promised.
//!
//! In: clauses that ask for the uptime to be watched, or promise an availability in percent. Out: a timer and a small program
//! that asks the end point of the health check, writes down where an outage begins and ends, and counts; checks of the timer
//! and of what was counted. Where alerts are asked for, people are told, once, of a service that runs and does not answer. The
//! program has a user of its own, reaches nothing but this host, and stops nothing. Not here: the end point itself
//! (`health-check`), how fast it answers (`response-time`), sending the alert (`failure-alert`), and what a look from outside
//! of the host would show.

mod contribution;
mod interval_too_coarse;
mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::frequency::frequency;
use super::own_request::targets;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{Percent, Port, Seconds};

/// The capability.
pub struct UptimeMonitor;

/// What a statement says about uptime.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The path that is asked, where it is another than that of the health check.
    pub url: Option<String>,
    /// Its port, where it is not the service's own.
    pub port: Option<Port>,
    /// The time between two requests.
    pub interval: Option<Seconds>,
    /// The availability that is promised.
    pub target: Option<Percent>,
    /// Whether it is to be watched.
    pub monitored: bool,
}

static UPTIME_INTERVAL: NamedDefault = NamedDefault {
    name: "uptime-interval",
    reason: "the specification does not say how often the service is asked whether it is there: once a minute, which costs it nothing",
};

static UPTIME_MEASUREMENT: NamedDefault = NamedDefault {
    name: "uptime-measurement",
    reason: "an availability is promised, and no statement asks for it to be watched: without counting nobody could say what it was",
};

/// What a promise of somebody else, or about something else, is told by.
const ELSEWHERE: &str = "provider(s)|vendor(s)|partner(s)|upstream|external|externally|third|outside|uptimerobot|pingdom|statuspage|\
    hosting|data|disk|storage|network|memory|ram|cpu|zone(s)|feature(s)|plan|dashboard|command|output";

/// Words that ask for the uptime to be watched.
const WATCHES: &str = "monitor(s|ed|ing)|checked|polled|probed|queried|pinged|measured|tracked|watched|recorded";

/// From so often to so seldom an uptime is asked for.
const SHORTEST: f64 = 10.0;
const LONGEST: f64 = 3600.0;

/// A time that is longer is the one over which an availability is counted: "monthly".
const PERIOD: f64 = 28.0 * 86_400.0;

/// The promises that a machine can keep or break.
const LOWEST: f64 = 50.0;
const HIGHEST: f64 = 100.0;

impl Capability for UptimeMonitor {
    type Facts = Facts;

    const NAME: &'static str = "uptime-monitor";
    const SUMMARY: &'static str = "A timer asks the service whether it is there, journals each outage with its begin and end, \
        and counts, so that the availability can be compared with the one that is promised.";
    const CUES: &'static [&'static str] = &[
        "uptime",
        "availability",
        "available #",
        "health check(s)|probe(s) … every|each",
        "health (end) endpoint|point|check|url (is) polled|probed|queried|pinged|checked|monitored",
        "<path> (is) polled|probed|queried|pinged",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "uptime",
        "availability",
        "available",
        "reachable",
        "monitor",
        "monitors",
        "monitored",
        "monitoring",
        "watched",
        "measured",
        "tracked",
        "recorded",
        "counted",
        "polled",
        "probed",
        "queried",
        "pinged",
        "health",
        "healthy",
        "endpoint",
        "end",
        "point",
        "url",
        "path",
        "get",
        "probe",
        "probes",
        "http",
        "api",
        "time",
        "target",
        "goal",
        "objective",
        "slo",
        "sla",
        "least",
        "minimum",
        "above",
        "percent",
        "monthly",
        "month",
        "minute",
        "minutes",
        "seconds",
        "outage",
        "outages",
        "journal",
        "logged",
        "timer",
        "interval",
        "automatically",
        "continuously",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Uptime is checked every minute", r#"{"interval": 60.0, "monitored": true}"#),
        example("**Uptime monitoring**: every 5 minutes", r#"{"interval": 300.0, "monitored": true}"#),
        example("The health endpoint is polled every 30 seconds", r#"{"interval": 30.0, "monitored": true}"#),
        example("GET /health is polled every 20 seconds", r#"{"url": "/health", "interval": 20.0, "monitored": true}"#),
        example("A health check runs every 2 minutes", r#"{"interval": 120.0}"#),
        example("**Availability**: 99.9 %", r#"{"target": 99.9}"#),
        example("The service is available 99.5 % of the time", r#"{"target": 99.5}"#),
        example("Monthly uptime of at least 99.95 percent", r#"{"target": 99.95}"#),
        example("An availability of 99% is monitored", r#"{"target": 99.0, "monitored": true}"#),
        criterion("Availability is above 99.5%", r#"{"target": 99.5}"#),
        example("Uptime is not monitored", NOT_MINE),
        example("Uptime monitoring is optional", NOT_MINE),
        example("PostgreSQL availability is 99.9 %", NOT_MINE),
        example("The hosting provider promises 99.99 % availability", NOT_MINE),
        example("An external service checks the uptime every minute", NOT_MINE),
        example("Availability of 100 %", NOT_MINE),
        example("The host has 90 % of its disk available", NOT_MINE),
        example("`systemctl status` shows the uptime", NOT_MINE),
        example("High availability through two servers", NOT_MINE),
        example("Updates are available every month", NOT_MINE),
        example("The uptime is reported every Monday at 09:00", NOT_MINE),
        example("The disk is checked every 10 minutes", NOT_MINE),
        example("The file system /data is monitored", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&UPTIME_INTERVAL, &UPTIME_MEASUREMENT];
    const LINTS: &'static [&'static Lint] = &[&interval_too_coarse::UPTIME_INTERVAL_TOO_COARSE];
    const ALONGSIDE: &'static [&'static str] = &["health-check"];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find(ELSEWHERE).is_some() {
            return None;
        }
        let mut reading = read_interval(clause, Reading::default())?;
        let mut shares = clause.percents();
        if let Some((share, place)) = shares.next() {
            if shares.next().is_some() || !(LOWEST..HIGHEST).contains(&share.0) {
                return None;
            }
            reading.facts.target = Some(share);
            reading.at_least.push("target");
            reading = reading.place("target", place);
        }
        let mut requests = targets(clause)?;
        if let Some(target) = requests.pop() {
            if !requests.is_empty() || target.path.len() < 2 || target.method.is_some_and(|method| method != "GET") {
                return None;
            }
            reading.facts.url = Some(target.path);
            reading.facts.port = target.port;
            reading = reading.place("url", target.place);
        }
        if let Some(place) = clause.affirms(WATCHES) {
            reading.facts.monitored = true;
            reading = reading.place("monitored", place);
        }
        let says_something =
            reading.facts.interval.is_some() || reading.facts.target.is_some() || reading.facts.monitored;
        says_something.then_some(reading)
    }

    /// More often, and more, is as asked.
    fn satisfies(field: &str, given: &Value, least: &Value) -> bool {
        given.as_f64().zip(least.as_f64()).is_some_and(|(given, least)| match field {
            "interval" => given <= least,
            "target" => given >= least,
            _ => false,
        })
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        if let Some(binding) = own.first() {
            contribution::contribute(binding, plan);
        }
    }
}

/// How often it is asked. `None` where that can be read in two ways, or is no time for this.
fn read_interval(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let frequency = frequency(clause)?;
    let Some(every) = frequency.every else { return frequency.time.is_none().then_some(reading) };
    if frequency.time.is_some() || frequency.weekday.is_some() {
        return None;
    }
    if every.0 >= PERIOD {
        reading.claims.extend(frequency.places.into_iter().map(|(_, place)| place));
        return Some(reading);
    }
    if every.0.fract() != 0.0 || !(SHORTEST..=LONGEST).contains(&every.0) {
        return None;
    }
    reading.facts.interval = Some(every);
    reading.at_least.push("interval");
    for (_, place) in frequency.places {
        reading = reading.place("interval", place);
    }
    Some(reading)
}
