//! Well again: what a sentence promises of the service after a failure, and which drill answers for it.
//!
//! In: a clause with a cue of `crash-recovery`, `reboot-survival` or `memory-kill`. Out: by when the service is back, with
//! the places that say so; nothing where something else than the service comes back, or where it does not. Shared by these
//! three, which differ only in what has happened before. Nothing is planned here.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cue_index::covers;
use super::{Binding, Clause, Context, Reading};
use crate::plan::{DrillKind, PlanBuilder, Provenance};
use crate::spec::clause::NEGATIONS;
use crate::spec::mention::Mention;
use crate::value::Seconds;

/// What a statement promises.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// When the service is back at the latest.
    pub within: Option<Seconds>,
}

/// A failure, as sentences speak of it.
pub(super) struct Failure {
    /// What it is called.
    pub names: &'static [&'static str],
    /// "If … crashes": this *if* leaves nothing open.
    pub condition: &'static str,
    /// Commands that bring it about.
    pub commands: &'static [&'static str],
    /// What is seen of it, beside the service that is back.
    pub outcomes: &'static [&'static str],
}

/// A promise longer than that is none that a drill could wait for.
const LONGEST: f64 = 3600.0;

/// That somebody is well again; the subject stands before it.
const WELL: &[&str] = &[
    "back",
    "running|healthy|active|reachable|available|online|up|operational again",
    "running|healthy|active|reachable|available|online|up|operational within|under #",
    "up and running",
    "running|healthy|reachable|available|online|operational",
    "recover(s|ed|y)",
    "survive(s|d)|survival",
];

/// That the service is well again, whatever the subject is.
const RESTARTED: &[&str] = &[
    "restart(s|ed)",
    "new (main) process|pid",
    "auto|automatically start(s|ed)",
    "start(s|ed) again|automatically|itself|by",
];

/// Words between a subject and what is said of it.
const AUXILIARIES: &[&str] = &[
    "is",
    "are",
    "be",
    "been",
    "was",
    "were",
    "will",
    "shall",
    "should",
    "must",
    "can",
    "may",
    "has",
    "have",
    "and",
    "come",
    "comes",
    "gets",
    "get",
    "fully",
    "automatically",
    "itself",
    "by",
    "also",
    "then",
    "again",
    "up",
    "all",
    "to",
];

/// What comes back, when it is the service or the host with it.
const SUBJECTS: &[&str] = &[
    "service",
    "services",
    "unit",
    "process",
    "processes",
    "application",
    "app",
    "agent",
    "daemon",
    "bot",
    "api",
    "server",
    "program",
    "system",
    "instance",
    "site",
    "website",
    "backend",
    "host",
    "machine",
    "vm",
    "vps",
    "it",
    "they",
    "everything",
];

/// What may come back as well, or happen meanwhile, and is not the service: such sentences say something else.
const OTHERS: &str = "request(s)|session(s)|user(s)|client(s)|customer(s)|connection(s)|data|database|databases|queue(s)|\
                      cache|caches|job(s)|task(s)|message(s)|upload(s)|backup(s)|rollback|deployment(s)|deploy|release(s)|\
                      upgrade(s)|update(s)|replica(s)|cluster|node(s)|worker(s)|browser(s)|network|log(s)|logged|page(s)|\
                      alert(s|ed)|notified|mail|reported|container(s)";

/// How often something happens within a time: that is a limit, and the time no promise.
const COUNTED: &str = "# (automatic) restart(s)|time(s)|attempt(s)|retry|retries|crashes|failures|reboots";

/// What people need not do.
const ALONE: &[&str] = &[
    "without|no (any) (manual|human|operator) intervention|action|help|interaction|assistance",
    "without (anybody) (doing) anything",
];

/// Words that carry no further meaning in such a sentence.
pub(super) const WORDS: &[&str] = &[
    "crash",
    "crashes",
    "crashed",
    "kill",
    "kills",
    "killed",
    "killing",
    "killer",
    "sigkill",
    "dies",
    "exit",
    "exits",
    "unclean",
    "unexpectedly",
    "process",
    "processes",
    "main",
    "pid",
    "new",
    "unit",
    "systemd",
    "kernel",
    "linux",
    "oom",
    "out",
    "memory",
    "ram",
    "limit",
    "exceeded",
    "exceeds",
    "exceeding",
    "exceed",
    "consuming",
    "takes",
    "taking",
    "too",
    "much",
    "want",
    "reboot",
    "reboots",
    "rebooted",
    "rebooting",
    "boot",
    "boots",
    "vm",
    "vps",
    "recovers",
    "recover",
    "recovered",
    "recovery",
    "survives",
    "survive",
    "survival",
    "time",
    "back",
    "again",
    "up",
    "running",
    "healthy",
    "active",
    "reachable",
    "available",
    "online",
    "operational",
    "responding",
    "comes",
    "come",
    "brings",
    "brought",
    "gets",
    "restart",
    "restarts",
    "restarted",
    "restarting",
    "starts",
    "start",
    "started",
    "auto",
    "automatically",
    "automatic",
    "itself",
    "themselves",
    "triggers",
    "trigger",
    "leads",
    "least",
    "most",
    "latest",
    "later",
    "than",
    "seconds",
    "second",
    "minutes",
    "minute",
    "fully",
    "everything",
    "drill",
    "passes",
    "directly",
    "manual",
    "intervention",
    "without",
    "target",
];

/// Reads what is promised after this failure. The condition may stand in another clause than what follows from it, so the
/// whole statement is asked.
pub(super) fn read(clause: &Clause<'_>, context: &Context<'_>, failure: &Failure) -> Option<Reading<Facts>> {
    in_statement(clause, |statement| read_statement(statement, context, failure))
}

/// Whether the clause says what follows from a failure that its statement has named before: its times are no times of an
/// ordinary start.
pub(super) fn follows_a_failure(clause: &Clause<'_>) -> bool {
    const FAILED: &[&str] = &[
        "crash(es|ed)|reboot(s|ed)|sigkill|oom|killed",
        "memory (limit) (is|was|gets) exceeded|exhausted",
        "out of memory",
    ];
    let cue = clause.cue_range().start;
    in_statement(clause, |statement| {
        FAILED.iter().filter_map(|phrase| statement.find(phrase)).any(|place| place.end <= cue)
    })
}

/// Whether the statement speaks of a process that takes too much memory.
pub(super) fn is_about_memory(clause: &Clause<'_>) -> bool {
    in_statement(clause, |statement| {
        let ends = statement.find("kill(s|ed|ing)").is_some();
        let sized = || statement.find("memory|ram").is_some() || statement.sizes().next().is_some();
        let too_much = || statement.find("exceed(s|ed|ing)|exhaust(s|ed)|out").is_some();
        statement.find("oom").is_some() || ends && sized() || statement.find("memory|ram").is_some() && too_much()
    })
}

/// More of a promise: what comes sooner is as asked, too.
pub(super) fn satisfies(given: &Value, least: &Value) -> bool {
    given.as_f64().zip(least.as_f64()).is_some_and(|(given, least)| given <= least)
}

/// The time that keeps all promises.
pub(super) fn soonest(promises: impl IntoIterator<Item = Option<Seconds>>) -> Option<Seconds> {
    promises.into_iter().flatten().min_by(|one, other| one.0.total_cmp(&other.0))
}

/// Who asks for a drill that somebody else brings: it follows from both.
pub(super) fn drilled(asked: Option<&Binding<Facts>>, brought: Provenance) -> Provenance {
    let Some(asked) = asked else { return brought };
    let mut why = asked.provenance();
    why.merge(&brought);
    why
}

/// Says so where nothing in the plan brings the drill.
pub(super) fn require_drill(
    own: &[Binding<Facts>],
    is_it: fn(&DrillKind) -> bool,
    why_not: &str,
    plan: &mut PlanBuilder,
) {
    if plan.drills.iter().any(|drill| is_it(&drill.kind)) {
        return;
    }
    for statement in own.iter().flat_map(|binding| binding.provenance().statements) {
        plan.partial(statement, why_not);
    }
}

fn in_statement<T>(clause: &Clause<'_>, ask: impl FnOnce(&Clause<'_>) -> T) -> T {
    let tokens: Vec<usize> = (0..clause.lexed.tokens.len()).collect();
    ask(&Clause { lexed: clause.lexed, tokens: &tokens, cues: &[], label: 0, parenthetical: false })
}

fn read_statement(statement: &Clause<'_>, context: &Context<'_>, failure: &Failure) -> Option<Reading<Facts>> {
    if statement.find(OTHERS).is_some() || statement.find(COUNTED).is_some() {
        return None;
    }
    let is_cause = |words: &[String]| words.iter().any(|word| failure.commands.contains(&word.as_str()));
    let commands: Vec<Range<usize>> =
        statement.commands().filter(|(words, _)| is_cause(words)).map(|(_, place)| place).collect();
    let failed = statement.find_any(failure.names).or_else(|| commands.first().cloned())?;
    let well = WELL
        .iter()
        .filter_map(|phrase| statement.find(phrase))
        .find(|place| is_the_service(statement, place, &failed, context))
        .or_else(|| statement.find_any(RESTARTED));
    let outcome = well.clone().or_else(|| statement.find_any(failure.outcomes))?;
    let claims = commands.into_iter().chain([failed, outcome]).chain(statement.find_any(ALONE));
    let mut reading = Reading::new(Facts::default(), claims);
    if let Some(condition) = statement.find(failure.condition) {
        reading = reading.claim(condition.start..condition.start + "if".len());
    }
    if well.is_some() {
        reading = read_time(statement, reading)?;
    }
    let denied = statement.words().any(|(word, place)| {
        let is_negation = NEGATIONS.contains(&word) && word != "non" || word.ends_with("n\u{2019}t");
        is_negation && !reading.claims.iter().any(|claim| covers(claim, &place))
    });
    (!denied).then_some(reading)
}

/// The bound; a time without one may be the pause before a restart, and is left to who knows.
fn read_time(statement: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    for (time, place) in statement.durations() {
        let word = statement.word_before(&place);
        let before = statement.text(0..place.start).trim_end();
        let is_bound =
            matches!(word.as_str(), "within" | "under" | "than" | "most" | "in") || before.ends_with(['<', '≤', ':']);
        if !is_bound {
            continue;
        }
        if reading.facts.within.is_some_and(|known| known != time) || !(1.0..=LONGEST).contains(&time.0) {
            return None;
        }
        reading.facts.within = Some(time);
        reading = reading.place("within", place);
    }
    // "No later than", "not more than": these deny nothing.
    reading.claims.extend(statement.find("no|not later|longer|more than"));
    reading.at_least.push("within");
    Some(reading)
}

/// Whether it is the service that is well again: "the on-call engineer is back" says nothing of it.
fn is_the_service(statement: &Clause<'_>, well: &Range<usize>, failed: &Range<usize>, context: &Context<'_>) -> bool {
    let is_own = |name: &str| context.service.is_some_and(|service| service.as_str().eq_ignore_ascii_case(name));
    let is_part =
        |word: &str| context.service.is_some_and(|service| service.as_str().split('-').any(|part| part == word));
    let before = statement.words().filter(|(_, place)| place.end <= well.start);
    let subject = before.filter(|(word, _)| !AUXILIARIES.contains(&word.as_str())).last();
    let start = subject.as_ref().map_or(0, |(_, place)| place.end);
    let mut named = statement.mentions().filter(|(_, place)| start <= place.start && place.end <= well.start);
    let names_it = named.all(|(mention, _)| match mention {
        Mention::Code(name) | Mention::Quoted(name) => is_own(name),
        Mention::UnitName(unit) => is_own(unit.trim_end_matches(".service")),
        Mention::Command(_) | Mention::Quantity(_) => true,
        _ => false,
    });
    let is_subject = |word: &str| SUBJECTS.contains(&word) || is_part(word);
    names_it && subject.is_none_or(|(word, place)| covers(failed, &place) || is_subject(&word))
}
