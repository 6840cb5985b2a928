//! Clause → headers, with what they say where it is said.

use super::Facts;
use super::catalogue::{HEADERS, Known, TRANSPORT, known};
use crate::capabilities::{Clause, Reading};
use crate::spec::mention::Mention;

/// Somebody else's headers, or words about them.
const ELSEWHERE: &str = "request|webhook(s)|sender|logged|reviewed|incoming|outgoing|email(s)|mail(s)";

/// Policies of `Referrer-Policy` (W3C); longer ones first, for they contain shorter ones.
const REFERRER_POLICIES: &[&str] = &[
    "strict origin when cross origin",
    "origin when cross origin",
    "no referrer when downgrade",
    "strict origin",
    "no referrer",
    "same origin",
];

/// Reads a clause.
pub(super) fn recognise(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    if clause.denied() || clause.find(ELSEWHERE).is_some() {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    for (mention, place) in clause.mentions() {
        let Mention::Code(code) = mention else { continue };
        let (name, value) = code.split_once(':').map_or((code.as_str(), None), |(name, value)| (name, Some(value)));
        let header = known(name.trim())?;
        add(&mut reading, header, value.map(|value| value.trim().to_owned()))?;
        reading = reading.place(if value.is_some() { "values" } else { "headers" }, place);
    }
    for header in HEADERS {
        let Some(place) = clause.find_any(&header.phrase.split('|').collect::<Vec<_>>()) else { continue };
        let value = value(clause, header, &mut reading)?;
        add(&mut reading, header, value)?;
        reading = reading.place("headers", place);
    }
    if reading.facts.headers.is_empty() {
        let place = clause.find("security|secure headers")?;
        reading.facts.usual = true;
        reading = reading.place("usual", place);
    }
    Some(reading)
}

/// `None` where a header is given twice.
fn add(reading: &mut Reading<Facts>, header: &Known, value: Option<String>) -> Option<()> {
    let name = header.name.to_owned();
    if reading.facts.headers.contains(&name) {
        return None;
    }
    reading.facts.headers.push(name.clone());
    if let Some(value) = value {
        // What nginx cannot be told is not read.
        crate::plan::SiteText::new(value.as_str())?;
        reading.facts.values.insert(name, value);
    }
    Some(())
}

/// What a header says, where words behind it say so; `None` (of the outer kind) for what cannot be told.
#[expect(clippy::option_option, reason = "unsaid and unreadable are two things")]
fn value(clause: &Clause<'_>, header: &Known, reading: &mut Reading<Facts>) -> Option<Option<String>> {
    let mut claim = |place: std::ops::Range<usize>| reading.claims.push(place);
    match header.name {
        TRANSPORT => {
            let stated = clause.directive("age").map(|(value, place)| (value.parse().ok(), place));
            let (seconds, place) = match (stated, clause.durations().next(), clause.counts().next()) {
                (Some((seconds, place)), ..) => (seconds?, place),
                (None, Some((time, place)), _) => (whole_days(time.0), place),
                (None, None, Some((count, place))) => (count, place),
                (None, None, None) => return Some(None),
            };
            claim(place);
            let mut value = format!("max-age={seconds}");
            for (word, directive) in [("includesubdomains", "includeSubDomains"), ("preload", "preload")] {
                if let Some(place) = clause.affirms(word) {
                    claim(place);
                    value.push_str(&format!("; {directive}"));
                }
            }
            Some(Some(value))
        }
        "X-Frame-Options" => Some(clause.find("deny|sameorigin").map(|place| {
            claim(place.clone());
            clause.text(place).to_uppercase()
        })),
        "X-Content-Type-Options" => Some(clause.find("nosniff").map(|place| {
            claim(place);
            "nosniff".to_owned()
        })),
        "Referrer-Policy" => Some(REFERRER_POLICIES.iter().find_map(|policy| {
            claim(clause.find(policy)?);
            Some(policy.replace(' ', "-"))
        })),
        _ => {
            let mut quotes = clause.quotes();
            let Some((text, place)) = quotes.next() else { return Some(None) };
            claim(place);
            quotes.next().is_none().then(|| Some(text.to_owned()))
        }
    }
}

/// A year is 365 days here, as everybody writes it in this header.
fn whole_days(seconds: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative, bounded by its unit")]
    let days = (seconds / 86_400.0).floor() as u64;
    days * 86_400
}
