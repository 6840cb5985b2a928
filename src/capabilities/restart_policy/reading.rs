//! The sentence of a restart policy: when, after which pause, and back by when.
//!
//! In: a clause in which a cue of `restart-policy` stands. Out: the facts, or nothing where the restart is the boot's, or
//! people's. Nothing is added to the plan here.

use super::Facts;
use super::policy::{POLICIES, Policy};
use crate::capabilities::{Clause, Context, Reading, own_unit};
use crate::spec::StatementKind;
use crate::value::Seconds;

/// What a crash is called.
const CRASH: &str = "crash(es|ed|ing)|fails|failure(s)|dies|killed|exits|exit|sigkill|killing";

/// Reads the clause.
pub(super) fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    if let Some((value, range)) = clause.directive("RestartSec") {
        let delay = Some(value.parse::<Seconds>().ok()?);
        return Some(Reading::new(Facts { delay, ..Facts::default() }, []).place("delay", range));
    }
    if let Some((value, range)) = clause.directive("Restart") {
        let policy = Some(serde_json::from_value(serde_json::Value::String(value.to_lowercase())).ok()?);
        let facts = Facts { policy, ..Facts::default() };
        return Some(Reading::new(facts, own_unit::shown(clause, context)).place("policy", range));
    }
    let mut reading = Reading::<Facts>::default();
    if clause.denied() {
        // Only the plain "restart policy: no" can be expressed; "must not restart for ever" is about limits.
        let never = clause
            .find("restart policy no|never|none")
            .or_else(|| clause.find("no|never automatic|automatically restart(s|ed)"))?;
        reading.facts.policy = Some(Policy::No);
        return Some(reading.place("policy", never));
    }
    let named = POLICIES.iter().find_map(|(policy, phrase)| Some((*policy, clause.affirms(phrase)?)));
    reading.claims.extend(POLICIES.iter().filter_map(|(_, phrase)| clause.denies(phrase)));
    let remarked = !reading.claims.is_empty();
    let crash = clause.affirms(CRASH);
    // A restart by the boot, or by people, is something else.
    let by_people = "boot|boots|reboot(s)|rebooted|deployment(s)|deploy|change(s|d)|update(s|d)|upgrade(s|d)|manually";
    if clause.find(by_people).is_some() {
        return None;
    }
    // "Always restart the load balancer first": another object.
    if let Some(object) = clause.find("restart(s) the|a|an|all") {
        let own = ["service", "unit", "process", "application", "app", "agent", "daemon", "program", "api", "server"];
        let word = clause.word_after(&object);
        if !own.contains(&word.as_str()) && context.service.is_none_or(|service| !service.as_str().starts_with(&word)) {
            return None;
        }
    }
    let automatic = clause
        .find_any(&[
            "auto|automatic|automatically|itself|policy|delay|RestartSec|recovers",
            "systemd (must|shall|will) restart(s)",
            "restart(s) (it|the) (service) always|on",
            "always restart(s|ed)",
            "restarts|restarted # after (a|the|each) (process) crash|failure",
            "service|unit|daemon|process|it is|gets (always) restarted",
            "restarts|restarted|restarting on|upon|after|if|when (a|an|it|the) (process) crash(es|ed)|failure|fails|exits|dies",
        ])
        .is_some();
    // "Restarts after 5 s" is systemd's pause; a day is somebody's timer.
    let automatic = automatic
        || clause.find("restarts|restarted after|with (a) (pause|delay) (of) #").is_some()
            && clause.durations().all(|(time, _)| time.0 <= 300.0);
    let subject_first = clause
        .find_any(&[
            "service|unit|agent|daemon|application|app|process|it (must|shall|should|will|is) (be) restart(s|ed|ing)",
            "restart(s|ed) it",
        ])
        .is_some();
    match named {
        Some((policy, place)) if automatic || subject_first || clause.value_range().start > 0 || crash.is_some() => {
            reading.facts.policy = Some(policy);
            reading = reading.place("policy", place);
            // "It restarts on failure" tells of a crash; a label, or what it is not, chooses a policy.
            let is_choice = clause.label().is_some() || remarked || clause.find("restart policy").is_some();
            if policy == Policy::OnFailure && !is_choice {
                reading.at_least.push("policy");
            }
        }
        Some(_) => return None,
        None => {
            let place = crash.filter(|_| automatic || subject_first);
            if place.is_none() && !automatic {
                return None;
            }
            // A criterion that speaks of a crash holds under `always` just as well.
            if let Some(place) = place {
                if context.statement.kind == StatementKind::Criterion {
                    reading.claims.push(place);
                } else {
                    reading.facts.policy = Some(Policy::OnFailure);
                    reading = reading.place("policy", place);
                    reading.at_least.push("policy");
                }
            }
        }
    }
    read_times(clause, &mut reading);
    if let Some(range) = clause.find("exit code ≠ #").or_else(|| clause.find("exit code|status")) {
        reading.claims.push(range);
        reading.claims.extend(clause.counts().filter(|(count, _)| *count == 0).map(|(_, place)| place));
    }
    // The drill kills the main process; how the sentence does it says no more.
    let kills = |words: &[String]| {
        words
            .iter()
            .find(|word| *word != "sudo")
            .is_some_and(|word| matches!(word.as_str(), "kill" | "pkill" | "killall"))
    };
    reading.claims.extend(clause.commands().filter(|(words, _)| kills(words)).map(|(_, place)| place));
    let condition = clause.find("if|when (it|the) (service|process|application) crash(es|ed)|fails|exits|dies");
    reading.claims.extend(condition);
    let Facts { policy, delay, within } = reading.facts;
    let says_something = policy.is_some() || delay.is_some() || within.is_some();
    (says_something || context.statement.kind == StatementKind::Criterion || automatic).then_some(reading)
}

/// The pause, and the time by which the service is back.
fn read_times(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    // "at most 5 times in 60 seconds" is the start limit's time.
    if clause.find("# time(s)|restart(s)|attempt(s)|retry|retries").is_some() {
        return;
    }
    let mut durations: Vec<_> = clause.durations().collect();
    if durations.is_empty() && clause.find("RestartSec|delay").is_some() {
        durations.extend(clause.counts().map(|(count, place)| {
            #[expect(clippy::cast_precision_loss, reason = "a count of seconds is small")]
            (Seconds(count as f64), place)
        }));
    }
    for (time, place) in durations {
        let before = clause.word_before(&place);
        let upper_bound = matches!(before.as_str(), "within" | "under" | "than" | "most" | "in" | "<");
        if upper_bound && reading.facts.within.is_none() {
            reading.claims.extend(clause.find("no|not later than"));
            reading.facts.within = Some(time);
            reading.places.push(("within", place.clone()));
            reading.claims.push(place);
        } else if !upper_bound
            && reading.facts.delay.is_none()
            && (clause.find("delay|RestartSec|after|pause|wait(s)|with").is_some()
                || clause.label_is("restart|restarts|restart policy"))
        {
            reading.facts.delay = Some(time);
            reading.places.push(("delay", place.clone()));
            reading.claims.push(place);
        }
    }
}
