//! Commands that ask about the service's own unit.
//!
//! In: the words of a command in a sentence. Out: whether it is `systemctl VERB UNIT` or `journalctl -u UNIT` about the
//! service. What holds more than that (a pipe, a second unit) is somebody else's.

use std::ops::Range;

use super::{Clause, Context};

/// Whether a command is `systemctl VERB` about the service, alone.
pub(super) fn asks_systemctl(words: &[String], verb: &str, context: &Context<'_>) -> bool {
    let mut words = plain_words(words);
    words.next() == Some("systemctl")
        && words.next() == Some(verb)
        && words.next().is_some_and(|unit| is_own_unit(unit, context))
        && words.next().is_none()
}

/// Whether a command is `journalctl -u` about the service.
pub(super) fn asks_journal(words: &[String], context: &Context<'_>) -> bool {
    let mut words = words.iter().map(String::as_str).skip_while(|word| *word == "sudo");
    if words.next() != Some("journalctl") {
        return false;
    }
    let rest: Vec<&str> = words.collect();
    // A search for certain entries says something about them, not about the log.
    if rest.iter().any(|word| word.starts_with("-p") || word.starts_with("-g") || word.starts_with("--grep")) {
        return false;
    }
    let joined = rest.iter().find_map(|word| word.strip_prefix("--unit=").or_else(|| word.strip_prefix("-u")));
    let unit = joined.filter(|unit| !unit.is_empty()).or_else(|| {
        let at = rest.iter().position(|word| matches!(*word, "-u" | "-fu" | "--unit"))?;
        rest.get(at + 1).copied()
    });
    unit.is_some_and(|unit| is_own_unit(unit, context)) && !rest.iter().any(|word| is_shell(word))
}

/// The places of `systemctl show UNIT …` about the service: what it shows is what the sentence goes on to say.
pub(super) fn shown<'c>(clause: &'c Clause<'_>, context: &'c Context<'_>) -> impl Iterator<Item = Range<usize>> + 'c {
    let shows = |words: &[String]| {
        let mut plain = plain_words(words);
        plain.next() == Some("systemctl")
            && plain.next() == Some("show")
            && plain.any(|word| is_own_unit(word, context))
            && !words.iter().any(|word| is_shell(word))
    };
    clause.commands().filter(move |(words, _)| shows(words)).map(|(_, place)| place)
}

/// Whether a name is the service's, with or without `.service`.
pub(super) fn is_own_unit(unit: &str, context: &Context<'_>) -> bool {
    context.service.is_some_and(|service| unit.trim_end_matches(".service") == service.as_str())
}

/// The words without `sudo` and options that change nothing about the answer.
fn plain_words(words: &[String]) -> impl Iterator<Item = &str> {
    words
        .iter()
        .map(String::as_str)
        .skip_while(|word| *word == "sudo")
        .filter(|word| !matches!(*word, "--quiet" | "-q" | "--no-pager" | "--now"))
}

/// Words that only a shell understands.
fn is_shell(word: &str) -> bool {
    word.contains(['|', ';', '&', '>', '<', '$', '`'])
}

/// The unit of somebody else that a `systemctl` command asks about.
pub(super) fn foreign_unit<'w>(words: &'w [String], context: &Context<'_>) -> Option<&'w str> {
    let mut plain = plain_words(words);
    if plain.next() != Some("systemctl") || context.service.is_none() {
        return None;
    }
    let unit = plain.skip(1).find(|word| !word.starts_with('-'))?;
    (!is_own_unit(unit, context)).then_some(unit)
}
