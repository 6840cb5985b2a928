//! How often something is done and when, read from a clause.
//!
//! In: "every 6 hours", "nightly at 02:30", "weekly on Sunday". Out: a frequency with the places that it was read from.
//! Shared by the capabilities whose work a timer starts. Two frequencies in one clause give none: which belongs to what
//! would be a guess.

use std::ops::Range;

use super::Clause;
use crate::value::{Seconds, TimeOfDay, Weekday};

/// How often, and when.
#[derive(Debug, Clone, Default)]
pub(super) struct Frequency {
    /// The time between two runs.
    pub every: Option<Seconds>,
    /// The time of day.
    pub time: Option<TimeOfDay>,
    /// The day of the week.
    pub weekday: Option<Weekday>,
    /// Where it says so, by the names `schedule`, `time` and `weekday`.
    pub places: Vec<(&'static str, Range<usize>)>,
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
const MONTH: f64 = 2_629_800.0;

/// Phrases, and the seconds between two runs.
const PHRASES: &[(&str, f64)] = &[
    ("every|each minute", MINUTE),
    ("once a|per minute", MINUTE),
    ("hourly", HOUR),
    ("every|each hour", HOUR),
    ("once a|an|per hour", HOUR),
    ("twice daily", DAY / 2.0),
    ("twice a|per day", DAY / 2.0),
    ("daily", DAY),
    ("nightly", DAY),
    ("every|each day|night", DAY),
    ("once a|per day|night", DAY),
    ("weekly", WEEK),
    ("every|each week", WEEK),
    ("once a|per week", WEEK),
    ("monthly", MONTH),
    ("every|each month", MONTH),
    ("once a|per month", MONTH),
];

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("every|each|on monday(s)", Weekday::Monday),
    ("every|each|on tuesday(s)", Weekday::Tuesday),
    ("every|each|on wednesday(s)", Weekday::Wednesday),
    ("every|each|on thursday(s)", Weekday::Thursday),
    ("every|each|on friday(s)", Weekday::Friday),
    ("every|each|on saturday(s)", Weekday::Saturday),
    ("every|each|on sunday(s)", Weekday::Sunday),
];

/// Phrases that announce a frequency that is none of these.
const UNCLEAR: &str = "every|each other|second|third|few|couple|working";

/// Reads it; empty where the clause says nothing of it, `None` where it can be read in two ways.
pub(super) fn frequency(clause: &Clause<'_>) -> Option<Frequency> {
    let mut found = Frequency::default();
    if clause.find(UNCLEAR).is_some() {
        return None;
    }
    let mut phrases: Vec<(f64, Range<usize>)> =
        PHRASES.iter().filter_map(|(phrase, seconds)| Some((*seconds, clause.find(phrase)?))).collect();
    let every = clause.durations().filter(|(_, place)| is_interval(clause, place));
    phrases.extend(every.map(|(duration, place)| (duration.0, place)));
    // "twice daily" is not daily.
    let whole = phrases.clone();
    phrases.retain(|(_, place)| !whole.iter().any(|(_, other)| is_longer(other, place)));
    let mut days = WEEKDAYS.iter().filter_map(|(phrase, day)| Some((*day, clause.find(phrase)?)));
    if let Some((day, place)) = days.next() {
        found.weekday = Some(day);
        found.places.push(("weekday", place.clone()));
        phrases.push((WEEK, place));
        if days.next().is_some() {
            return None;
        }
    }
    for (seconds, place) in phrases {
        if found.every.is_some_and(|known| known.0 != seconds) {
            return None;
        }
        found.every = Some(Seconds(seconds));
        found.places.push(("schedule", place));
    }
    let mut times = times(clause);
    if let Some((time, place)) = times.pop() {
        found.time = Some(time);
        found.places.push(("time", place));
    }
    times.is_empty().then_some(found)
}

/// Whether a duration is the time between two runs: "every 6 hours".
fn is_interval(clause: &Clause<'_>, place: &Range<usize>) -> bool {
    matches!(clause.word_before(place).as_str(), "every" | "each")
}

fn is_longer(longer: &Range<usize>, place: &Range<usize>) -> bool {
    longer != place && longer.start <= place.start && place.end <= longer.end
}

/// Times of day: `02:30`, `2 am`, midnight.
fn times(clause: &Clause<'_>) -> Vec<(TimeOfDay, Range<usize>)> {
    let mut found = Vec::new();
    for (name, hour) in [("midnight", 0), ("noon", 12)] {
        if let (Some(place), Some(time)) = (clause.find(name), TimeOfDay::new(hour, 0, false)) {
            found.push((time, place));
        }
    }
    let numbers: Vec<(u8, usize, Range<usize>)> = clause
        .quantities()
        .filter(|(quantity, _)| quantity.unit.is_empty())
        .filter_map(|(quantity, place)| Some((quantity.digits.parse().ok()?, quantity.digits.len(), place)))
        .collect();
    for (at, (hour, _, place)) in numbers.iter().enumerate() {
        let minutes = numbers.get(at + 1).filter(|(_, digits, next)| {
            *digits == 2 && next.start == place.end + 1 && clause.text(place.end..next.start) == ":"
        });
        let (minute, end) = minutes.map_or((None, place.end), |(minute, _, next)| (Some(*minute), next.end));
        let half = clause.word_after(&(place.start..end));
        let hour = match half.as_str() {
            "am" | "pm" if !(1..=12).contains(hour) => continue,
            "am" => hour % 12,
            "pm" => hour % 12 + 12,
            _ if minute.is_none() => continue,
            _ => *hour,
        };
        let mut end = if matches!(half.as_str(), "am" | "pm") { end_of_next_word(clause, end) } else { end };
        let utc = clause.word_after(&(place.start..end)) == "utc";
        if utc {
            end = end_of_next_word(clause, end);
        }
        if let Some(time) = TimeOfDay::new(hour, minute.unwrap_or(0), utc) {
            found.push((time, place.start..end));
        }
    }
    found
}

fn end_of_next_word(clause: &Clause<'_>, from: usize) -> usize {
    clause.words().find(|(_, place)| place.start >= from).map_or(from, |(_, place)| place.end)
}
