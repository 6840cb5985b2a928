//! The sentence of a health check: which request, and which answer.
//!
//! In: a clause in which a cue of `health-check` stands. Out: the facts, or nothing where the sentence is about other
//! end points, other hosts, or failures. Nothing is added to the plan here.

use super::Facts;
use crate::capabilities::own_request::targets;
use crate::capabilities::{Clause, Reading};
use crate::spec::mention::Mention;

/// What tells that an end point is about health.
const HEALTH: &str = "health|healthy|healthcheck|healthz|liveness|readiness|livez|readyz";

/// Parts of paths that tell the same.
const HEALTH_PATHS: &[&str] =
    &["health", "healthz", "healthcheck", "livez", "readyz", "live", "ready", "ping", "status", "up"];

/// Reads the clause.
pub(super) fn recognise(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    if is_about_failure(clause) {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    match targets(clause)?.as_slice() {
        [] => {
            // "The health check passes" needs the end point of another statement.
            let says_so = clause.find("health check|checks|endpoint|probe|route").is_some()
                && clause.find("passes|passing|succeeds|responds|answers|returns|returning|ok|green").is_some();
            if !says_so {
                return None;
            }
        }
        [target] => {
            let about_health = clause.find(HEALTH).is_some() || is_health_path(&target.path);
            if !about_health || target.path.is_empty() {
                return None;
            }
            reading.facts.url = Some(target.path.clone());
            reading.facts.method.clone_from(&target.method);
            reading.facts.port = target.port;
            reading.places.push(("port", target.place.clone()));
            reading = reading.place("url", target.place.clone());
        }
        _ => return None,
    }
    if reading.facts.method.is_none() {
        let method = ["GET", "HEAD"].into_iter().find_map(|method| Some((method, clause.find(method)?)));
        if let Some((method, place)) = method {
            reading.facts.method = Some(method.to_owned());
            reading.claims.push(place);
        }
    }
    read_answer(clause, &mut reading)?;
    read_time(clause, &mut reading)?;
    Some(reading)
}

fn is_about_failure(clause: &Clause<'_>) -> bool {
    clause.find("partner(s)|vendor(s)|provider(s)|upstream|third").is_some()
        || clause.find("down|unavailable|unreachable|fails|fail|failing|error|errors|degraded|unhealthy|script|score|503|monitor(ed)|alert(s)").is_some()
        || clause.find("POST|PUT|DELETE|PATCH").is_some()
        || clause.find("when … is|are|becomes").is_some()
}

fn is_health_path(path: &str) -> bool {
    path.split(['/', '?', '-', '_']).any(|part| HEALTH_PATHS.contains(&part.to_ascii_lowercase().as_str()))
}

/// Status, JSON, text. `None` when the answer is one of failure.
fn read_answer(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let status = clause.counts().find(|(count, _)| (100..600).contains(count));
    if let Some((status, place)) = status {
        if status >= 400 {
            return None;
        }
        reading.facts.status = u16::try_from(status).ok();
        reading.places.push(("status", place.clone()));
        reading.claims.push(place);
    }
    let mut bodies = clause.json();
    if let Some((body, place)) = bodies.next() {
        if bodies.next().is_some() {
            return None;
        }
        reading.facts.json = Some(body.clone());
        reading.places.push(("json", place.clone()));
        reading.claims.push(place);
    } else if let Some(place) = clause.find("json") {
        reading.facts.is_json = true;
        reading.places.push(("is_json", place.clone()));
        reading.claims.push(place);
    }
    let code = clause.values(|mention| match mention {
        Mention::Code(code) if !code.contains(' ') && code.len() < 40 => Some(code.as_str()),
        _ => None,
    });
    if let Some((text, place)) = clause.quotes().chain(code).next()
        && reading.facts.json.is_none()
    {
        // "Connection refused" is what a broken service answers.
        let failures = ["refused", "timed out", "timeout", "error", "failed", "unreachable", "reset by peer"];
        if failures.iter().any(|failure| text.to_lowercase().contains(failure)) {
            return None;
        }
        reading.facts.text = Some(text.to_owned());
        reading.places.push(("text", place.clone()));
        reading.claims.push(place);
    }
    Some(())
}

/// The time to become healthy; the time of one answer is another requirement.
fn read_time(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let Some((time, place)) = clause.durations().next() else { return Some(()) };
    let start =
        clause.find("of|after (a|the|each|every) (service) start|startup|starting|deployment|deploy|restart|boot");
    // No answer takes seconds: a time as long as that is the time to become ready, which no share of the requests has.
    let speaks_of_answers =
        clause.percents().next().is_some() || clause.find("percentile|average|mean|median").is_some();
    if start.is_none() && (speaks_of_answers || time.0 < 5.0 || clause.word_before(&place) != "within") {
        return None;
    }
    reading.facts.within = Some(time);
    reading.places.push(("within", place.clone()));
    reading.claims.extend(std::iter::once(place).chain(start));
    Some(())
}
