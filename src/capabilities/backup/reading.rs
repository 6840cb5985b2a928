//! What a clause says about backups.
//!
//! In: a clause in which a cue stands. Out: facts with their places, or nothing where the sentence is about something else
//! (a server for backups, a restore, a copy before a migration) or a path could be the source as well as the destination.

use std::ops::Range;

use super::contribution::schedule;
use super::{Copier, Facts};
use crate::capabilities::clause::Placed;
use crate::capabilities::frequency::{Frequency, frequency};
use crate::capabilities::reading::RefusalReason;
use crate::capabilities::{Clause, Reading};
use crate::spec::cue::is_variable_name;
use crate::spec::mention::Mention;
use crate::value::{Seconds, ServiceName, UnixPath, VariableName};

/// Phrases of sentences that are about something else than making backups by the clock. All their other words are known, so
/// nothing else would keep them from being read.
const OTHER_TOPICS: &[&str] = &[
    "restor(e|es|ed|ing|ation)",
    "recover(s|ed|y|ing)",
    "before|after|prior|during|when|while|until",
    "manual|manually|demand",
    "test(s|ed|ing)|verify|verifies|verified|verification|check(s|ed|ing)|confirm(s|ed)|show(s|n)",
    "backup server|host|machine|service|system|agent|agents|program|daemon|application|environment",
    "back up and running|again",
];

/// Things that are backed up as a whole by whoever runs the machine; without a path nobody knows which files they are.
const UNBOUNDED: &str = "server|host|machine|system|service|services|app|apps|application|applications|program|configuration|environment|agent";

/// What data is called.
const DATA: &str = "data|database|databases|db|sqlite|files|directory|directories";

/// Commands that copy to another place.
const COPIERS: [&str; 3] = ["rclone", "rsync", "scp"];

/// Reads a clause.
pub(super) fn read(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    if clause.find_any(OTHER_TOPICS).is_some() {
        return None;
    }
    let frequency = frequency(clause)?;
    let mut reading = Reading::<Facts>::default();
    reading.facts.schedule = frequency.every;
    reading.facts.time = frequency.time;
    reading.facts.weekday = frequency.weekday;
    for (field, place) in &frequency.places {
        reading = reading.place(field, place.clone());
    }
    if let Some(every) = frequency.every
        && schedule(every, frequency.time, frequency.weekday).is_none()
    {
        return Some(reading.refuse(RefusalReason::Residue(format!("every {every}"))));
    }
    reading = read_paths(clause, reading)?;
    reading = read_amounts(clause, &frequency, reading)?;
    reading = read_copy(clause, reading)?;
    reading = read_database(clause, reading)?;
    let automatic = clause.affirms("automated|automatic|automatically").is_some();
    if reading.facts.is_empty() && reading.refused.is_none() && !automatic {
        return None;
    }
    let is_bounded = !reading.facts.sources.is_empty() || clause.find(DATA).is_some();
    if clause.find(UNBOUNDED).is_some() && !is_bounded {
        return None;
    }
    // More often than asked, and more of them than asked, is as asked.
    reading.at_least.extend(["schedule", "keep", "retention"]);
    Some(reading)
}

/// Which of the clause's paths is backed up, and which is where backups go.
fn read_paths(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let passive = clause.find("backed up|dumped").filter(|_| clause.find("is|are|be|being|gets|get").is_some());
    let stored =
        clause.find("store|stores|stored|keep|keeps|kept|save|saves|saved|placed|written|put|live|lives|go|goes");
    let of_data = clause.find("data|database|files|directory stored|kept|saved|located in|under|at");
    let mut is_source: Option<bool> = None;
    for (path, place) in clause.paths() {
        let before = clause.word_before(&place);
        let precedes_passive = passive.as_ref().is_some_and(|passive| place.end <= passive.start);
        let named_backup = path.as_str().contains("backup");
        let source = match before.as_str() {
            _ if precedes_passive => true,
            "and" | "plus" | "" if is_source.is_some() => is_source?,
            "of" | "for" | "up" | "from" | "backup" | "backups" => true,
            "to" | "into" | "location" | "destination" | "target" | "folder" | "storage" => false,
            "in" | "under" | "at" | "below" | "on" => match (&of_data, &stored) {
                (Some(phrase), _) if phrase.end <= place.start => true,
                (_, Some(_)) => false,
                _ if passive.is_some() || named_backup => false,
                _ if clause.find(DATA).is_some_and(|data| data.end <= place.start) => true,
                _ => return None,
            },
            "directory" | "database" | "file" | "files" | "data" | "db" if !named_backup => true,
            "directory" if named_backup => false,
            _ => return None,
        };
        is_source = Some(source);
        if source {
            if path.as_str() == "/" {
                return None;
            }
            reading.facts.sources.push(path.clone());
            reading = reading.place("sources", place);
        } else {
            if reading.facts.destination.is_some() {
                return None;
            }
            reading.facts.destination = Some(UnixPath::clone(path));
            reading = reading.place("destination", place);
        }
    }
    Some(reading)
}

/// How many are kept: a number of backups, or a time.
fn read_amounts(clause: &Clause<'_>, frequency: &Frequency, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let is_free = |place: &Range<usize>| {
        !frequency.places.iter().any(|(_, used)| used.start <= place.start && place.end <= used.end)
    };
    for (count, place) in clause.counts().filter(|(_, place)| is_free(place)) {
        let before = clause.word_before(&place);
        let after = clause.word_after(&place);
        let counted = matches!(
            after.as_str(),
            "backup" | "backups" | "copies" | "generations" | "versions" | "dumps" | "archives"
        ) || matches!(
            before.as_str(),
            "last" | "newest" | "latest" | "recent" | "keep" | "keeps" | "retention" | "retain" | "retains"
        );
        if !counted || reading.facts.keep.is_some() {
            return None;
        }
        reading.facts.keep = Some(u32::try_from(count).ok().filter(|count| (1..=10_000).contains(count))?);
        reading = reading.place("keep", place);
    }
    let keeps = clause.find("keep|keeps|kept|retain|retains|retained|retention|stored|available");
    for (duration, place) in clause.durations().filter(|(_, place)| is_free(place)) {
        if keeps.is_none() || reading.facts.retention.is_some() || duration.0 < 3600.0 {
            return None;
        }
        reading.facts.retention = Some(Seconds(duration.0));
        reading = reading.place("retention", place);
    }
    Some(reading)
}

/// Whether a copy goes elsewhere, and what takes it there: a command, or a tool whose address is a secret.
fn read_copy(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    for (mention, place) in clause.mentions() {
        let Mention::Code(code) = mention else { continue };
        let mut words = code.split_whitespace();
        let copies = words.next().is_some_and(|word| COPIERS.contains(&word));
        if !copies || is_tool(code) {
            continue;
        }
        // Words only: no shell runs it, so that what a shell would make of them is never meant.
        let plain =
            !code.contains(|character: char| "'\"`$;|&<>(){}*?\\~".contains(character) || character.is_control());
        if !plain || words.count() < 2 || reading.facts.offsite.is_some() {
            return Some(reading.refuse(RefusalReason::Residue(code.clone())));
        }
        reading.facts.offsite = Some(code.clone());
        reading.facts.elsewhere = true;
        reading = reading.place("offsite", place);
    }
    if let Some(place) = clause.affirms("off site").or_else(|| clause.affirms("offsite")) {
        reading.facts.elsewhere = true;
        reading = reading.place("elsewhere", place);
    }
    read_target(clause, reading)
}

/// Tools that need nothing but an address.
const TOOLS: [(Copier, &str); 2] = [(Copier::Rsync, "rsync"), (Copier::Rclone, "rclone")];

fn is_tool(word: &str) -> bool {
    TOOLS.iter().any(|(_, name)| *name == word)
}

/// The tool, and the variable that holds the address. A tool alone says nothing of another place.
fn read_target(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let in_code = |name: &str| {
        clause
            .mentions()
            .find_map(|(mention, place)| matches!(mention, Mention::Code(code) if code == name).then_some(place))
    };
    let named = TOOLS.map(|(copier, name)| (copier, clause.find(name).or_else(|| in_code(name))));
    for (copier, place) in named {
        let Some(place) = place else { continue };
        if reading.facts.copier.is_some() || reading.facts.offsite.is_some() {
            return None;
        }
        reading.facts.copier = Some(copier);
        reading = reading.place("copier", place);
    }
    let mut variables = variables(clause);
    if let Some((name, place)) = variables.pop() {
        if !variables.is_empty() || reading.facts.offsite.is_some() {
            return None;
        }
        reading.facts.target = Some(name);
        reading.facts.elsewhere = true;
        reading = reading.place("target", place);
    }
    let is_nowhere = reading.facts.copier.is_some() && !reading.facts.elsewhere;
    (!is_nowhere).then_some(reading)
}

/// Variables by name, without values.
fn variables(clause: &Clause<'_>) -> Vec<Placed<VariableName>> {
    let in_words = clause.words().map(|(_, place)| (clause.text(place.clone()), place));
    let in_code = clause.values(|mention| match mention {
        Mention::Code(code) => Some(code.as_str()),
        _ => None,
    });
    in_words
        .chain(in_code)
        .filter(|(name, _)| is_variable_name(name))
        .filter_map(|(name, place)| Some((name.parse().ok()?, place)))
        .collect()
}

/// The PostgreSQL database that is dumped. Its name is never guessed.
fn read_database(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let mut names: Vec<(ServiceName, Range<usize>)> = Vec::new();
    for (words, place) in clause.commands() {
        if words.first().map(String::as_str) != Some("pg_dump") {
            continue;
        }
        let (options, operands): (Vec<&String>, Vec<&String>) =
            words[1..].iter().partition(|word| word.starts_with('-'));
        let known = options.iter().all(|option| matches!(option.as_str(), "-Fc" | "--format=custom"));
        match operands.as_slice() {
            [] if known => reading = reading.claim(place),
            [name] if known => names.push((name.parse().ok()?, place)),
            _ => return Some(reading.refuse(RefusalReason::Residue(words.join(" ")))),
        }
    }
    for (mention, place) in clause.mentions() {
        let (Mention::Code(text) | Mention::Quoted(text)) = mention else { continue };
        let beside = |word: String| matches!(word.as_str(), "database" | "databases" | "db");
        if (beside(clause.word_before(&place)) || beside(clause.word_after(&place)))
            && let Ok(name) = text.parse()
        {
            names.push((name, place));
        }
    }
    let spoken = clause.find("postgresql|postgres|pg_dump|database|databases|db").or_else(|| {
        clause.commands().find(|(words, _)| words.first().is_some_and(|word| word == "pg_dump")).map(|(_, place)| place)
    });
    let in_files = clause.find("sqlite|sqlite3").is_some() || !reading.facts.sources.is_empty();
    let mut names = names.into_iter();
    match (names.next(), spoken) {
        (Some((name, place)), _) if clause.find("sqlite|sqlite3").is_none() => {
            if names.any(|(other, _)| other != name) {
                return None;
            }
            reading.facts.database = Some(name);
            Some(reading.place("database", place))
        }
        (Some(_), _) => None,
        (None, Some(place)) if !in_files => {
            let word = clause.text(place).to_owned();
            Some(reading.refuse(RefusalReason::Residue(word)))
        }
        (None, _) => Some(reading),
    }
}
