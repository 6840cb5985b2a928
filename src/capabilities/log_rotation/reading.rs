//! What a clause says about rotating logs.
//!
//! In: a clause in which a cue of `log_rotation` stands. Out: the facts with their places, or nothing where it speaks of other
//! logs, of the journal, or of a test. A value that could mean two things makes the whole clause unread.

use std::ops::Range;

use super::{Facts, Schedule};
use crate::capabilities::log_file::is_log_file;
use crate::capabilities::{Clause, Context, Reading, RefusalReason};

/// Other things that rotate, other logs, other keepers of logs.
const ANOTHER: &str = "journal|journald|journalctl|MaxRetentionSec|SystemMaxUse|key(s)|secret(s)|token(s)|credential(s)|\
                       certificate(s)|password(s)|backup(s)|dump(s)|access|audit|slow|cron|auth|install|yearly|quarterly|\
                       trigger(s|ed)|manual|manually|drill|between|total|overall|altogether|syslog|rsyslog|user(s)|shift(s)";

/// Each rhythm with the phrases for it.
const RHYTHMS: &[(&str, Schedule)] = &[
    ("hourly", Schedule::Hourly),
    ("every|each|per|an hour", Schedule::Hourly),
    ("daily|nightly", Schedule::Daily),
    ("every|each|per|a day|night", Schedule::Daily),
    ("at midnight", Schedule::Daily),
    ("weekly", Schedule::Weekly),
    ("every|each|per|a week", Schedule::Weekly),
    ("monthly", Schedule::Monthly),
    ("every|each|per|a month", Schedule::Monthly),
];

/// Words before a number, and after it, that say that rotated files are counted.
const KEEPS: &[&str] =
    &["keep", "keeps", "keeping", "kept", "retain", "retains", "last", "rotate", "to", "most", "latest"];
const FILES: &[&str] = &[
    "file",
    "files",
    "rotation",
    "rotations",
    "rotated",
    "copies",
    "archives",
    "generations",
    "versions",
    "logs",
    "old",
    "compressed",
];

/// Reads a clause.
pub(super) fn read(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    // "Logs to /var/log/x/x.log, rotated daily": what is rotated was said before.
    let names_logs = clause.find("log(s)|logrotate|logfile(s)").is_some();
    let said_before = || context.statement.text.masked.to_lowercase().contains("log");
    if clause.find(ANOTHER).is_some() || clause.commands().next().is_some() || !names_logs && !said_before() {
        return None;
    }
    let mut reading = Reading::<Facts>::default();
    read_compression(clause, &mut reading)?;
    // "Without compression" stands near the phrase and denies something else.
    let denied = clause.denied() || clause.denies("rotate(s|d)|rotating|rotation|logrotate").is_some();
    if denied && !reading.facts.uncompressed {
        return Some(reading.refuse(RefusalReason::Negated));
    }
    read_path(clause, names_logs, &mut reading)?;
    read_size(clause, &mut reading)?;
    read_times(clause, &mut reading)?;
    read_count(clause, &mut reading)?;
    if let Some(place) = clause.affirms("copytruncate") {
        reading.facts.copytruncate = true;
        reading = reading.place("copytruncate", place);
    }
    Some(reading)
}

fn read_path(clause: &Clause<'_>, names_logs: bool, reading: &mut Reading<Facts>) -> Option<()> {
    let mut paths = clause.paths();
    let said_before = || clause.only_path_of_statement().filter(|(path, _)| !names_logs && is_log_file(path));
    let Some((path, place)) = paths.next().or_else(said_before) else { return Some(()) };
    // A configuration of logrotate's is no log, and a pattern is no file.
    if paths.next().is_some() || !is_log_file(path) || path.as_str().starts_with("/etc/") {
        return None;
    }
    reading.facts.path = Some(path.clone());
    set(reading, "path", place);
    Some(())
}

fn read_size(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut sizes = clause.sizes();
    let Some((size, place)) = sizes.next() else { return Some(()) };
    if sizes.next().is_some() || size.0 == 0 {
        return None;
    }
    reading.facts.max_size = Some(size);
    set(reading, "max_size", place);
    Some(())
}

/// How often, and for how long. "Every 7 days" is a rhythm, "7 days" is how long rotated files are kept.
fn read_times(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut rhythms: Vec<(Schedule, Range<usize>)> =
        RHYTHMS.iter().filter_map(|(phrase, schedule)| Some((*schedule, clause.find(phrase)?))).collect();
    for (time, place) in clause.durations() {
        if matches!(clause.word_before(&place).as_str(), "every" | "each" | "per") {
            let days = time.0 / 86_400.0;
            let schedule = [(1.0 / 24.0, Schedule::Hourly), (1.0, Schedule::Daily), (7.0, Schedule::Weekly)]
                .into_iter()
                .find(|(length, _)| (days - length).abs() < 1e-6);
            rhythms.push((schedule?.1, place));
        } else if reading.facts.keep_for.is_none() && time.0 >= 86_400.0 {
            reading.facts.keep_for = Some(time);
            set(reading, "keep_for", place);
        } else {
            return None;
        }
    }
    let mut rhythms = rhythms.into_iter();
    if let Some((schedule, place)) = rhythms.next() {
        if rhythms.any(|(other, _)| other != schedule) {
            return None;
        }
        reading.facts.schedule = Some(schedule);
        set(reading, "schedule", place);
    }
    Some(())
}

fn read_count(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    for (count, place) in clause.counts() {
        let counts =
            KEEPS.contains(&clause.word_before(&place).as_str()) || FILES.contains(&clause.word_after(&place).as_str());
        if !counts || reading.facts.keep.is_some() || count == 0 || count > 1000 {
            return None;
        }
        reading.facts.keep = Some(u32::try_from(count).ok()?);
        set(reading, "keep", place);
    }
    Some(())
}

fn read_compression(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    const COMPRESSED: &str = "compress(ed|es|ing|ion)|gzip|gzipped|gz|zipped";
    let denied = clause.find_any(&[
        "uncompressed|nocompress",
        "without compress(ion|ing)",
        "no compression",
        "not compress(ed)",
    ]);
    if let Some(place) = denied {
        reading.facts.uncompressed = true;
        set(reading, "uncompressed", place);
    } else if clause.find(COMPRESSED).is_some() {
        let place = clause.affirms(COMPRESSED)?;
        reading.facts.compress = true;
        set(reading, "compress", place);
    }
    Some(())
}

fn set(reading: &mut Reading<Facts>, field: &'static str, place: Range<usize>) {
    reading.claims.push(place.clone());
    reading.places.push((field, place));
}
