//! Start limit: after how many restarts in which time systemd gives up.
//!
//! In: clauses with a number of restarts and a time, or `StartLimitBurst=` and `StartLimitIntervalSec=`. Out: directives
//! of `[Unit]` (in `[Service]` the interval would be ignored), checks of what the manager holds, and the proof that the
//! limit can be reached. Not here: the pause between restarts (`restart_policy`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, RestartPolicy, criterion, example,
};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
    UnitSection,
};
use crate::source::Span;
use crate::value::Seconds;

/// The capability.
pub struct StartLimit;

/// What a statement says about the limit. Times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How many starts.
    pub burst: Option<u32>,
    /// In which time.
    pub interval: Option<Seconds>,
}

static START_LIMIT_BURST: NamedDefault = NamedDefault {
    name: "start-limit-burst",
    reason: "the specification names a time and no number of restarts; systemd's own number is 5",
};

static START_LIMIT_INTERVAL: NamedDefault = NamedDefault {
    name: "start-limit-interval",
    reason: "the specification names a number of restarts and no time; the time is chosen so that the limit can be reached",
};

declare_lint! {
    /// *What it does*: compares the start limit with the pause between restarts.
    ///
    /// *Why is this bad?* When that many restarts, each after its pause, take longer than the time in which they are
    /// counted, systemd never gives up: the service restarts for ever, and no failure is ever reported.
    ///
    /// *Instead*: count over a longer time, or pause for a shorter one, so that the restarts fit in twice over.
    pub static START_LIMIT_NEVER_TRIPS = "start-limit-never-trips", Error, Consistency, "the start limit can never be reached";
}

const DEFAULT_BURST: u32 = 5;

impl Capability for StartLimit {
    type Facts = Facts;

    const NAME: &'static str = "start-limit";
    const SUMMARY: &'static str =
        "systemd gives up after a number of restarts in a time: `StartLimitBurst=` and `StartLimitIntervalSec=`.";
    const CUES: &'static [&'static str] = &[
        "StartLimitBurst=",
        "StartLimitIntervalSec=",
        "StartLimitInterval=",
        "StartLimitBurst|StartLimitIntervalSec",
        "start limit (protection)",
        "restart limit",
        "limit(s|ed) (the) restarts",
        "max(imum) restarts",
        "not|no more often than # times",
        "crash|restart loop protection",
        "max(imum) (of) # restart(s)|start(s)|attempt(s)|retry|retries|time(s)",
        "most # restart(s)|start(s)|attempt(s)|retry|retries|time(s)",
        "up to # restart(s)|start(s)|attempt(s)|retry|retries|time(s)",
        "more than # restart(s)|start(s)|attempt(s)|retry|retries|time(s)|crashes",
        "# restart(s)|start(s)|attempt(s)|retries|time(s)|crashes|failures in|within|per|every",
        "give(s) up after",
        "stop(s) restarting|retrying after",
        "crashes … # times",
        "fails # times",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "start",
        "starts",
        "restart",
        "restarts",
        "restarted",
        "restarting",
        "limit",
        "limited",
        "protection",
        "max",
        "maximum",
        "most",
        "times",
        "time",
        "attempts",
        "retries",
        "systemd",
        "minute",
        "hour",
        "burst",
        "interval",
        "window",
        "gives",
        "give",
        "up",
        "stops",
        "stop",
        "failed",
        "state",
        "crash",
        "crashes",
        "loop",
        "loops",
        "persistent",
        "failure",
        "failures",
        "fails",
        "more",
        "every",
        "infinitely",
        "configured",
        "prevent",
        "retrying",
        "attempting",
        "process",
        "a",
        "then",
        "stays",
        "enters",
        "per",
        "enough",
        "repeated",
        "automatically",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("At most 4 restarts in 90 seconds", r#"{"burst": 4, "interval": 90.0}"#),
        example("Limit restarts to 4 per 5 minutes", r#"{"burst": 4, "interval": 300.0}"#),
        example("**Giving up**: no more than 3 restarts in 2 minutes", r#"{"burst": 3, "interval": 120.0}"#),
        example("**Start limit**: 3 starts per minute", r#"{"burst": 3, "interval": 60.0}"#),
        example("StartLimitBurst=6, StartLimitIntervalSec=5min", r#"{"burst": 6, "interval": 300.0}"#),
        example("systemd gives up after five restarts within two minutes", r#"{"burst": 5, "interval": 120.0}"#),
        example(
            "A restart limit must be configured (max 7 restarts per 10 minutes)",
            r#"{"burst": 7, "interval": 600.0}"#,
        ),
        example("Restarts on failure, with a maximum of 3 retries", r#"{"burst": 3}"#),
        criterion(
            "When it crashes more than 5 times within 30 seconds, systemd stops restarting it",
            r#"{"burst": 5, "interval": 30.0}"#,
        ),
        example("No more than 3 restarts in 2 minutes.", r#"{"burst": 3, "interval": 120.0}"#),
        example("Not more than four restarts within an hour", r#"{"burst": 4, "interval": 3600.0}"#),
        example("Max 5 login attempts in 10 minutes", NOT_MINE),
        example("At most 100 requests per minute", NOT_MINE),
        example("Clients give up after 3 attempts", NOT_MINE),
        example("The backup starts 2 times per day", NOT_MINE),
        example("There is no restart limit", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&START_LIMIT_BURST, &START_LIMIT_INTERVAL];
    const LINTS: &'static [&'static Lint] = &[&START_LIMIT_NEVER_TRIPS];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some((value, range)) = clause.directive("StartLimitBurst") {
            let burst = Some(value.parse().ok()?);
            return Some(Reading::new(Facts { burst, interval: None }, []).place("burst", range));
        }
        let interval = clause.directive("StartLimitIntervalSec").or_else(|| clause.directive("StartLimitInterval"));
        if let Some((value, range)) = interval {
            let interval = Some(value.parse().ok()?);
            return Some(Reading::new(Facts { burst: None, interval }, []).place("interval", range));
        }
        let restarts = clause
            .find("restart(s|ed|ing)|start|starts|retrying|crash(es|ed)|retries|StartLimitBurst|StartLimitIntervalSec");
        let others = clause.find("login(s)|request(s)|connection(s)|backup(s)|job(s)|day|password|authentication");
        if restarts.is_none() || others.is_some() {
            return None;
        }
        let counted = clause.find("# restart(s)|start(s)|attempt(s)|retry|retries|time(s)|crashes|failures");
        let mut counts = clause.counts().filter(|(_, place)| {
            counted.as_ref().is_none_or(|phrase| phrase.start <= place.start && place.end <= phrase.end)
        });
        let count = counts.next().filter(|(count, _)| (1..=1000).contains(count));
        let mut times: Vec<_> = clause
            .durations()
            .filter(|(_, place)| {
                matches!(clause.word_before(place).as_str(), "in" | "within" | "per" | "every" | "over" | "of" | "")
                    || count.is_none()
            })
            .collect();
        if times.is_empty() {
            let single = [("per|a|every|each minute", 60.0), ("per|an|every|each hour", 3600.0)];
            times.extend(single.iter().find_map(|(phrase, seconds)| Some((Seconds(*seconds), clause.find(phrase)?))));
        }
        let mut reading = Reading::<Facts>::default();
        if let Some((burst, place)) = count {
            reading.facts.burst = u32::try_from(burst).ok();
            reading = reading.place("burst", place);
        }
        if let [(interval, place)] = times.as_slice() {
            reading.facts.interval = Some(*interval);
            reading = reading.place("interval", place.clone());
        }
        let conditions = clause.find("if|when (it|the) (service|process)");
        reading.claims.extend(conditions);
        (reading.facts.burst.is_some()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let unit = plan.unit_name();
        let restart = all.one::<RestartPolicy>();
        let delay = restart.and_then(|restart| restart.facts.delay).unwrap_or(Seconds(1.0));
        let burst = match binding.facts.burst {
            Some(burst) => Some((burst, binding.provenance_of(&["burst"]))),
            None => plan
                .default(Self::NAME, &START_LIMIT_BURST)
                .map(|_| (DEFAULT_BURST, binding.with_default(&START_LIMIT_BURST))),
        };
        let Some((burst, burst_why)) = burst else { return };
        let interval = match binding.facts.interval {
            Some(interval) => Some((interval, binding.provenance_of(&["interval"]))),
            None => plan.default(Self::NAME, &START_LIMIT_INTERVAL).map(|_| {
                let enough = (f64::from(burst) * delay.0 * 2.0).max(60.0);
                (Seconds(enough.ceil()), binding.with_default(&START_LIMIT_INTERVAL))
            }),
        };
        let Some((interval, interval_why)) = interval else { return };
        let comment = format!("give up after {burst} restarts in {interval} (these two belong in [Unit])");
        plan.directive(
            UnitSection::Unit,
            "StartLimitIntervalSec",
            interval.systemd(),
            comment.clone(),
            interval_why.clone(),
        );
        plan.directive(UnitSection::Unit, "StartLimitBurst", burst.to_string(), comment, burst_why.clone());
        plan.probe(manager_probe(&unit, "start-limit.burst", "StartLimitBurst", burst.to_string(), &burst_why));
        plan.probe(manager_probe(
            &unit,
            "start-limit.interval",
            "StartLimitIntervalUSec",
            interval.systemctl(),
            &interval_why,
        ));
        let place = binding.span_of("burst").or(binding.span_of("interval"));
        if f64::from(burst) * delay.0 >= interval.0
            && let Some(place) = place
        {
            let delay_place = restart.and_then(|restart| restart.span_of("delay"));
            plan.report(never_trips(burst, delay, interval, joined(place, binding.span_of("interval")), delay_place));
        }
        plan.runbook(RunbookEntry {
            anchor: "start-limit-hit",
            title: "systemd has given up restarting".to_owned(),
            symptom: Some(format!("{unit} is failed; its journal says \"Start request repeated too quickly\"")),
            checks: vec![ProbeId("service-active.active".to_owned())],
            steps: vec![
                RunbookStep::run("Read why each start failed.", format!("journalctl -u {unit} --since -1h --no-pager")),
                RunbookStep::run(
                    "When the cause is mended, clear the limit and start it.",
                    format!("systemctl reset-failed {unit}; systemctl start {unit}"),
                ),
            ],
            verify: Some(RunbookStep::run("It runs, and keeps running.", "./validate-deployment.sh --layer service")),
            provenance: burst_why,
        });
    }
}

fn manager_probe(unit: &str, id: &str, property: &'static str, expected: String, why: &Provenance) -> Probe {
    let title = match property {
        "StartLimitBurst" => format!("systemd gives up after {expected} starts"),
        _ => format!("starts are counted over {expected}"),
    };
    Probe::new(
        id,
        Layer::Service,
        title,
        Observer::UnitProperty { unit: unit.to_owned(), property },
        Expectation::Equals(expected),
        why.clone(),
    )
    .advice(format!("systemctl show {unit} -p StartLimitBurst -p StartLimitIntervalUSec -p DropInPaths"))
    .runbook("start-limit-hit")
}

/// Both numbers in one place, when they stand in one statement.
fn joined(first: Span, second: Option<Span>) -> Span {
    let Some(second) = second.filter(|second| second.source == first.source) else { return first };
    let (start, end) = (first.start.min(second.start), first.end.max(second.end));
    if end - start < 120 { Span::new(first.source, start as usize..end as usize) } else { first }
}

fn never_trips(burst: u32, delay: Seconds, interval: Seconds, place: Span, delay_place: Option<Span>) -> Diagnostic {
    let times = f64::from(burst) * delay.0;
    let window = (times * 1.5).ceil();
    let pause = (interval.0 / f64::from(burst) / 1.5).floor();
    let mut help = format!("write \"max {burst} restarts in {window} seconds\"");
    if pause >= 1.0 {
        help.push_str(&format!(", or a delay of at most {pause} seconds"));
    }
    let message = format!("{} restarts never fit into the {} second window", in_words(burst), interval.0);
    let diagnostic = Diagnostic::new(&START_LIMIT_NEVER_TRIPS, place, message)
        .at(format!("… so {burst} of them take {}: systemd never gives up, no alert fires", seconds(times)))
        .help(help);
    match delay_place {
        Some(span) => diagnostic.label(span, format!("each restart takes at least {} …", seconds(delay.0))),
        None => diagnostic,
    }
}

fn seconds(number: f64) -> String {
    format!("{number} s")
}

fn in_words(number: u32) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    usize::try_from(number)
        .ok()
        .and_then(|index| WORDS.get(index))
        .map_or_else(|| number.to_string(), ToString::to_string)
}
