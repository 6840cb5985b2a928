//! Clause → facts about the time of an answer.
//!
//! In: a clause in which a cue of `response-time` stands. Out: the bound, for which share of which requests; nothing where the
//! time is one of another thing: of a start, of a retry, after which somebody gives up or is told.

use std::ops::Range;

use super::Facts;
use crate::capabilities::own_request::targets;
use crate::capabilities::{Clause, Reading};
use crate::value::Percent;

/// Times of other things, and answers of others.
const ELSEWHERE: &[&str] = &[
    "timeout(s)|retry|retries|retried|delay(s|ed)|backoff|interval(s)|wait(s|ing)|cached",
    "time|times|timed out",
    "start(s|ed|ing)|startup|restart(s|ed|ing)|boot(s|ed)|reboot|recover(s|ed|y)|stop(s|ped)|shutdown|crash(es|ed)|deploy(s|ed)|rollback",
    "alert(s|ed|ing)|alarm(s)|warn(s|ed|ing)|warning(s)|notify|notified|notification(s)|log(s|ged)|reported",
    "partner(s)|vendor(s)|provider(s)|upstream|third|external|remote|support|team|engineer(s)|operator(s)|people|incident(s)",
    "network|disk|storage|replication|dns|ping|heartbeat|query|queries|webhook(s)|page(s)|ui|render(s|ed|ing)|ssh|job(s)",
    "post|put|delete|patch",
    "down|unavailable|unreachable|fails|fail|failed|error|errors",
    "flight|drain(s|ed)|pending",
];

/// Phrases that turn "more than" into a bound.
const BOUND: &str = "not|no|never|cannot (be|take|takes) exceed(s)|more|longer|slower|above|over|beyond";

/// Words before a time that make it the least one.
const LEAST: &[&str] = &["over", "above", "exceed", "exceeds", "exceeding", "least", "after", "every", "each", "for"];

/// No answer takes as long as this; people do, and starts. Of those only a share of requests is never said.
const LONGEST: f64 = 5.0;

/// Reads the clause.
pub(super) fn recognise(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    // A command that stands in a sentence is run as it stands (`command-check`), its time with it.
    if clause.find_any(ELSEWHERE).is_some() || clause.commands().next().is_some() {
        return None;
    }
    let mut times = clause.durations();
    let (limit, place) = times.next()?;
    if times.next().is_some() || limit.0 <= 0.0 || !is_bound(clause, &place) {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    reading.facts.limit = Some(limit);
    reading.at_least.push("limit");
    reading = reading.place("limit", place);
    reading = read_share(clause, reading)?;
    let speaks_of_requests = reading.facts.mean || reading.facts.percentile.is_some();
    if limit.0 >= LONGEST && !speaks_of_requests {
        return None;
    }
    read_request(clause, reading)
}

/// Whether the time is the longest that is allowed.
fn is_bound(clause: &Clause<'_>, place: &Range<usize>) -> bool {
    let before = clause.text(0..place.start).trim_end();
    if before.ends_with(['>', '≥']) || before.ends_with(">=") {
        return false;
    }
    let is_least = LEAST.contains(&clause.word_before(place).as_str())
        || clause.find("more|longer|slower|greater|higher than").is_some();
    !is_least || clause.find(BOUND).is_some()
}

/// For which share of the requests; `None` where two are named.
fn read_share(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let mut found: Vec<(Percent, Range<usize>)> = Vec::new();
    found.extend(clause.words().filter_map(|(word, place)| Some((percentile(&word)?, place))));
    if let Some(place) = clause.find("median") {
        found.push((Percent(50.0), place));
    }
    let of_requests = clause.find("# of (all|the) (all|the) (api|http) request(s)|calls|responses|answers");
    found.extend(clause.percents().filter(|(_, place)| is_in(place, of_requests.as_ref())));
    if let Some(ordinal) = clause.find("# (th|st|nd|rd) percentile") {
        let number = clause.quantities().find(|(_, place)| is_in(place, Some(&ordinal)))?.0;
        found.push((Percent(number.number), ordinal));
    }
    if let Some(place) = clause.find("average|avg|mean") {
        if !found.is_empty() {
            return None;
        }
        reading.facts.mean = true;
        return Some(reading.place("mean", place));
    }
    for (share, place) in found {
        let is_new = reading.facts.percentile.is_none_or(|known| known == share);
        if !is_new || share.0 <= 0.0 || share.0 > 100.0 {
            return None;
        }
        reading.facts.percentile = Some(share);
        reading = reading.place("percentile", place);
    }
    Some(reading)
}

fn is_in(place: &Range<usize>, phrase: Option<&Range<usize>>) -> bool {
    phrase.is_some_and(|phrase| phrase.start <= place.start && place.end <= phrase.end)
}

/// `p95` is 95, `p999` is 99.9.
fn percentile(word: &str) -> Option<Percent> {
    let digits = word.strip_prefix('p').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    match digits.len() {
        2 => digits.parse().ok().map(Percent),
        3 => digits.parse::<f64>().ok().map(|tenths| Percent(tenths / 10.0)),
        _ => None,
    }
}

/// Which request is meant, and the status of its answer.
fn read_request(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let mut requests = targets(clause)?;
    if let Some(target) = requests.pop() {
        let is_plain = !target.path.contains(['{', '}', '<', '>', '*']);
        if !requests.is_empty() || !is_plain || target.method.is_some_and(|method| method != "GET") {
            return None;
        }
        reading.facts.url = Some(if target.path.is_empty() { "/".to_owned() } else { target.path });
        reading.facts.port = target.port;
        reading = reading.place("url", target.place);
    } else if let Some(place) = clause.find("health|healthz|healthcheck|liveness|readiness") {
        reading.facts.health = true;
        reading = reading.place("health", place);
    }
    if let Some((status, place)) = clause.counts().find(|(count, _)| (100..600).contains(count)) {
        if status >= 400 {
            return None;
        }
        reading.facts.status = u16::try_from(status).ok();
        reading = reading.place("status", place);
    }
    Some(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_have_short_names() {
        assert_eq!(percentile("p95"), Some(Percent(95.0)));
        assert_eq!(percentile("p999"), Some(Percent(99.9)));
        for word in ["p9", "p", "pid", "p9999", "95"] {
            assert_eq!(percentile(word), None, "{word}");
        }
    }
}
