//! The sentence of an alert: for what, and how it is sent.
//!
//! In: a clause in which a cue of `failure-alert` stands. Out: the facts, or nothing where something else than the service
//! fails. Nothing is added to the plan here.

use std::ops::Range;

use super::{Channel, Event, Facts};
use crate::capabilities::clause::Placed;
use crate::capabilities::{Clause, Context, Reading};
use crate::spec::cue::is_variable_name;
use crate::spec::mention::Mention;
use crate::value::VariableName;

/// What may stand beside the alert and the failure: anything else could be what fails, or who is told.
const ALLOWED: &[&str] = &[
    "alert",
    "alerts",
    "alerted",
    "alerting",
    "notify",
    "notifies",
    "notified",
    "notification",
    "notifications",
    "message",
    "messages",
    "sent",
    "called",
    "posted",
    "triggered",
    "failure",
    "failures",
    "fails",
    "failed",
    "fail",
    "crash",
    "crashes",
    "crashed",
    "dies",
    "outage",
    "gives",
    "give",
    "up",
    "on",
    "upon",
    "when",
    "whenever",
    "if",
    "after",
    "as",
    "soon",
    "once",
    "each",
    "every",
    "any",
    "the",
    "a",
    "an",
    "it",
    "its",
    "is",
    "are",
    "be",
    "has",
    "have",
    "must",
    "shall",
    "should",
    "will",
    "to",
    "by",
    "via",
    "through",
    "with",
    "in",
    "and",
    "of",
    "service",
    "unit",
    "process",
    "application",
    "app",
    "agent",
    "daemon",
    "bot",
    "api",
    "server",
    "program",
    "systemd",
    "main",
    "webhook",
    "slack",
    "mail",
    "email",
    "e",
    "channel",
    "people",
    "team",
    "operator",
    "operators",
    "permanently",
    "finally",
    "start",
    "starting",
];

/// Reads the clause.
pub(super) fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    if !is_about_the_service(clause, context) {
        return None;
    }
    clause.find("alert(s|ed|ing)|notify|notifies|notified|notification(s)|sent|message(s)|posted|called|triggered")?;
    let crash = clause.find("crash(es|ed)|dies");
    let failure = clause.find("fails|failure(s)|failed|fail|outage").or_else(|| clause.find("gives|give up"));
    let (event, place) = match (failure, crash) {
        (Some(place), _) => (Event::Failure, place),
        (None, Some(place)) => (Event::Crash, place),
        (None, None) => return None,
    };
    let mut reading = Reading::new(Facts { event: vec![event], ..Facts::default() }, []).place("event", place);
    let text = Text::of(context);
    let channels: Vec<(Channel, Range<usize>)> = [
        (Channel::Slack, "slack"),
        (Channel::Mail, "email"),
        (Channel::Mail, "e-mail"),
        (Channel::Mail, "mail"),
        (Channel::Webhook, "webhook"),
    ]
    .into_iter()
    .filter_map(|(channel, word)| Some((channel, text.word(word)?)))
    .collect();
    // "A Slack webhook" is Slack's.
    let named = channels.first().map(|(channel, _)| *channel);
    let agree =
        |channel: Channel| Some(channel) == named || channel == Channel::Webhook && named == Some(Channel::Slack);
    if !channels.iter().all(|(channel, _)| agree(*channel)) {
        return None;
    }
    for (_, place) in channels {
        reading.facts.channel = named;
        reading = reading.place("channel", place);
    }
    if let Some((path, place)) = clause.only_path_of_statement() {
        if named.is_some() {
            return None;
        }
        reading.facts.channel = Some(Channel::Command);
        reading.facts.command = Some(path.clone());
        reading = reading.place("command", place);
    }
    if let Some((name, place)) = text.variable() {
        reading.facts.variable = Some(name);
        reading = reading.place("variable", place);
    }
    // "If the service fails" is what the alert is about.
    reading.claims.extend(clause.find("if|when|whenever (the) service|unit|process|it|systemd"));
    reading.claims.extend(clause.find("if|when|whenever"));
    Some(reading)
}

/// Whether nothing stands in the phrases themselves that could be what fails: "alert when the **backup** fails".
fn is_about_the_service(clause: &Clause<'_>, context: &Context<'_>) -> bool {
    let is_own = |name: &str| context.service.is_some_and(|service| service.as_str() == name);
    let own_parts =
        |word: &str| context.service.is_some_and(|service| service.as_str().split('-').any(|part| part == word));
    clause.cue_ranges().into_iter().all(|cue| {
        let inside = |place: &Range<usize>| cue.start <= place.start && place.end <= cue.end;
        clause
            .words()
            .filter(|(_, place)| inside(place))
            .all(|(word, _)| ALLOWED.contains(&word.as_str()) || own_parts(&word))
            && clause.mentions().filter(|(_, place)| inside(place)).all(|(mention, _)| match mention {
                Mention::Code(name) | Mention::Quoted(name) => is_own(name),
                Mention::Path(_) => true,
                Mention::UnitName(name) => is_own(name.trim_end_matches(".service")),
                _ => false,
            })
    })
}

/// The whole statement: how an alert is sent often stands in parentheses.
struct Text<'c> {
    masked: &'c str,
    small: String,
}

impl<'c> Text<'c> {
    fn of(context: &Context<'c>) -> Self {
        let masked = context.statement.text.masked.as_str();
        Self { masked, small: masked.to_ascii_lowercase() }
    }

    /// The first place of a word.
    fn word(&self, word: &str) -> Option<Range<usize>> {
        self.small.match_indices(word).map(|(start, _)| start..start + word.len()).find(|place| {
            let is_part = |byte: Option<&u8>| {
                byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_')
            };
            let bytes = self.small.as_bytes();
            !is_part(place.start.checked_sub(1).and_then(|before| bytes.get(before))) && !is_part(bytes.get(place.end))
        })
    }

    /// The only variable that is named.
    fn variable(&self) -> Option<Placed<VariableName>> {
        let words = self.masked.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let mut names = words.filter(|word| is_variable_name(word));
        let name = names.next().filter(|name| names.all(|other| other == *name))?;
        let start = self.masked.find(name)?;
        Some((name.parse().ok()?, start..start + name.len()))
    }
}
