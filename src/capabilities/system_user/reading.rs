//! What a clause says about the account.
//!
//! In: a clause with a cue of `system_user`. Out: facts. A name counts only where the sentence marks it as one. Nothing
//! of the plan here.

use super::{Facts, NOLOGIN};
use std::ops::Range;

use crate::capabilities::clause::Placed;
use crate::capabilities::subject::begins_with_ssh;
use crate::capabilities::{Clause, Context, Reading, own_unit};
use crate::value::UserName;

/// Words with which a sentence about root forbids it.
const NEGATIONS: &str = "no|not|never|non|without|cannot|nor|neither|nobody|nothing|forbidden|prohibited|avoid|avoids|instead|rather|other|don't|doesn't|isn't";
/// Labels whose value is the account's name.
const LABELS: &str = "system user|user|account|service user|service account|system account|unix user|dedicated user|\
                      dedicated system user|run as|runs as";
/// Words beside "user" that are no name.
const NO_NAMES: &[&str] = &[
    "the",
    "a",
    "an",
    "user",
    "account",
    "dedicated",
    "system",
    "service",
    "named",
    "called",
    "unprivileged",
    "non-root",
    "is",
    "unix",
    "linux",
    "own",
    "its",
    "group",
    "by",
    "as",
    "under",
    "separate",
    "specific",
    "correct",
    "current",
    "regular",
    "normal",
    "restricted",
    "limited",
    "low-privilege",
    "least-privilege",
    "exists",
];
/// Words that make a sentence one about people, or about other ways to act as root.
const OTHER_ACCOUNTS: &str = "ssh|sshd|password|passwords|sudo|backup|backups|admin|administrator|administrative|\
                              administration|operator|operators|operational|deploy|deployer|human|people";
/// Words that say "nobody can log in"; they carry their negation.
const NO_SHELL: &str = "no login shell|no shell|no login|nologin shell|no interactive shell|no interactive login";
/// Words that say "not root"; they carry their negation.
const NOT_ROOT: &str = "non root|nonroot|unprivileged";

/// Reads the clause; `None` when it is about another account, or names nothing.
pub(super) fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    if begins_with_ssh(context.statement) {
        return None;
    }
    if clause.find(OTHER_ACCOUNTS).or_else(|| clause.find("root login|access|account|password")).is_some() {
        return None;
    }
    if let Some(reading) = read_group_label(clause) {
        return Some(reading);
    }
    // What else runs: under its own account.
    let others = "migration(s)|helper(s)|script(s)|job(s)|installer|build(s)|ci|hook(s)|timer(s)|sidecar|pipeline|importer|users";
    if clause.find(others).is_some_and(|other| {
        clause.find("run(s|ning)|execute(s|d)|have|has").is_some_and(|verb| other.end <= verb.start)
    }) {
        return None;
    }
    // Who may use sudo is a person.
    if clause.commands().any(|(words, _)| matches!(words, [word] if word == "sudo")) {
        return None;
    }
    let mut reading = Reading::new(Facts::default(), []);
    read_names(clause, context, &mut reading)?;
    read_group(clause, context, &mut reading);
    read_shell(clause, &mut reading);
    read_class(clause, context, &mut reading);
    if reading.facts.not_root {
        // "No process runs as root": the negation is part of what was read.
        reading.claims.extend(clause.find(NEGATIONS));
    }
    let facts = &reading.facts;
    let says_something = facts.user.is_some()
        || facts.group.is_some()
        || facts.shell.is_some()
        || facts.not_root
        || facts.uid_above.is_some();
    let commands = clause.commands().filter(|(words, _)| is_command(words, &["id", "getent", "ps"]));
    reading.claims.extend(commands.map(|(_, range)| range));
    reading.claims.extend(own_unit::shown(clause, context));
    says_something.then_some(reading)
}

/// The names of the account; `None` where the clause is about something else that "runs as".
fn read_names(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    for (field, directive) in [("user", "User"), ("group", "Group")] {
        if let Some((value, range)) = clause.directive(directive) {
            let name: UserName = value.parse().ok()?;
            if clause.denied() {
                return None;
            }
            let slot = if field == "user" { &mut reading.facts.user } else { &mut reading.facts.group };
            *slot = Some(name);
            *reading = std::mem::take(reading).place(if field == "user" { "user" } else { "group" }, range);
            return Some(());
        }
    }
    let owner = clause.owners().next().filter(|_| clause.find("files|file|directory|directories|tree").is_none());
    let Some((owner, range)) = owner else { return read_name(clause, context, reading) };
    reading.facts.user = Some(owner.user.clone());
    reading.facts.group = Some(owner.group.clone());
    *reading = std::mem::take(reading).place("user", range.clone()).place("group", range);
    Some(())
}

/// `Group: parcel`
fn read_group_label(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let (name, place) = clause.leading_name().filter(|_| clause.label_is("group|primary group|service group"))?;
    Some(Reading::new(Facts { group: Some(name.parse().ok()?), ..Facts::default() }, []).place("group", place))
}

fn read_name(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let Some((name, range)) = named_user(clause, context) else { return Some(()) };
    let user: UserName = name.parse().ok()?;
    // A negation may stand in a cue ("never runs as root"); root is only taken where there is none at all.
    if user.is_root() && (clause.denied() || clause.find(NEGATIONS).is_some()) {
        reading.facts.not_root = true;
        *reading = std::mem::take(reading).place("not_root", range);
        return Some(());
    }
    // What runs as root for a while, or in part, is no account of the service.
    if user.is_root() && clause.text(range.end..clause.range().end).trim().len() > 1 {
        return None;
    }
    if clause.denied() {
        return None;
    }
    reading.facts.user = Some(user);
    *reading = std::mem::take(reading).place("user", range);
    Some(())
}

/// A name counts where the sentence marks it as one: after a label, in code, next to "user", or when it is known
/// already. A bare word after "runs as" may be anything ("runs as expected").
fn named_user<'a>(clause: &Clause<'a>, context: &Context<'_>) -> Option<Placed<&'a str>> {
    if clause.label_is(LABELS) {
        return clause.leading_name();
    }
    if let Some((words, range)) = clause.commands().find(|(words, _)| is_command(words, &["id", "getent"])) {
        return words.last().filter(|_| words.len() > 1).map(|name| (name.as_str(), range));
    }
    // The name follows the verb; another cue may stand before it ("Not root: runs as x").
    let verb = "run(s|ning)|executes|executed|process|processes as|under|owned";
    let cue = clause.find(verb).unwrap_or_else(|| clause.cue_range());
    let (name, range) = clause.name_after(cue.end, NO_NAMES).or_else(|| clause.name_after(cue.start, NO_NAMES))?;
    let is_known = context.user.is_some_and(|user| user.as_str() == name)
        || context.service.is_some_and(|service| service.as_str() == name)
        || name == "root";
    let before = clause.text(0..range.start).trim_end().to_lowercase();
    let after = clause.text(range.end..clause.range().end).trim_start().to_lowercase();
    let is_marked = clause.is_atom(&range)
        || ["as user", "as the user", "under user", "under the user", "by user"]
            .iter()
            .any(|end| before.ends_with(end))
        || name.contains(['-', '_']) && (after.starts_with("user") || before.ends_with("user"));
    (is_known || is_marked).then_some((name, range))
}

/// "as user relay, group relay"; "as the `deploy` user and group". A bare word counts right after the user's name.
fn read_group(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) {
    let Some(user) = reading.facts.user.clone().filter(|_| reading.facts.group.is_none()) else { return };
    let found = clause.find("user and group").map(|both| (user.as_str(), both.clone(), both)).or_else(|| {
        let word = clause.affirms("(and|with) (primary) group")?;
        let (name, place) = clause.name_after(word.end, &["named", "called", "is"])?;
        let known = context.service.is_some_and(|service| service.as_str() == name) || name == user.as_str();
        let ends = clause.text(place.end..clause.range().end).trim_start_matches(['`', '*', ' ']);
        let named = reading.places.iter().find(|(field, _)| *field == "user").map_or(0, |(_, user)| user.end);
        let follows = clause.text(named..word.start).chars().all(|gap| " ,`*".contains(gap));
        let is_marked =
            clause.is_atom(&place) || follows && (ends.is_empty() || ends.starts_with([',', '.', ';', '(']));
        (known || is_marked).then_some((name, place, word))
    });
    if let Some((name, place, phrase)) = found {
        reading.facts.group = name.parse().ok();
        *reading = std::mem::take(reading).place("group", place).claim(phrase);
    }
}

fn read_shell(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    let shell = clause
        .paths()
        .find(|(path, _)| matches!(path.file_name(), "nologin" | "false" | "bash" | "sh" | "zsh" | "dash" | "true"));
    let says_none = NO_SHELL.split('|').find_map(|phrase| clause.affirms(phrase)).or_else(|| clause.find("nologin"));
    let denied = clause.find("login shell").filter(|_| clause.denied());
    match (shell, says_none.or(denied)) {
        (Some((path, range)), none) => {
            // "no login shell (/usr/sbin/nologin)" names the shell that refuses; "no /bin/bash" would name a refused one.
            let refuses = matches!(path.file_name(), "nologin" | "false" | "true");
            if refuses || none.is_none() && !clause.denied() {
                reading.facts.shell = Some(path.clone());
                *reading = std::mem::take(reading).place("shell", range);
            }
        }
        (None, Some(range)) => {
            reading.facts.shell = NOLOGIN.parse().ok();
            *reading = std::mem::take(reading).place("shell", range);
        }
        (None, None) => {}
    }
}

/// The phrase that says that it is not root, with its negation: a cue may hold the negation itself, and is then not
/// denied by anything around it.
fn denies_root(clause: &Clause<'_>) -> Option<Range<usize>> {
    NOT_ROOT
        .split('|')
        .chain(["no root", "not root", "not as root", "never root", "never as root"])
        .chain([
            "never run(s|ning) as root",
            "not run(s|ning) as root",
            "not be run as root",
            "don't|doesn't run as root",
        ])
        .find_map(|phrase| clause.find(phrase))
        .or_else(|| clause.denies("root execution"))
        .or_else(|| clause.denies("as root"))
        .or_else(|| root_in_code(clause))
}

/// "not as `root`": in code, the name is no word.
fn root_in_code(clause: &Clause<'_>) -> Option<Range<usize>> {
    let mut roots = clause.mentions().filter(|(_, place)| clause.text(place.clone()).trim_matches('`') == "root");
    roots.find_map(|(_, root)| {
        let denial = ["not as", "never as", "not", "never"].into_iter().find_map(|words| {
            let place = clause.find(words)?;
            clause.text(place.end..root.start).chars().all(|gap| gap == ' ' || gap == '`').then_some(place)
        })?;
        Some(denial.start..root.end)
    })
}

fn read_class(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) {
    // "Not root (check `ps …`)": the command is one way to look at what the statement says.
    let checks_process = clause.commands().any(|(words, _)| is_command(words, &["ps"]));
    if checks_process && context.statement.text.masked.to_lowercase().contains("not root") {
        reading.facts.not_root = true;
    }
    if let Some(range) = denies_root(clause) {
        reading.facts.not_root = true;
        *reading = std::mem::take(reading).place("not_root", range);
    }
    if let Some(range) = clause.affirms("system user|account") {
        reading.facts.system = Some(true);
        *reading = std::mem::take(reading).place("system", range);
    }
    if let Some(uid) = clause.affirms("uid")
        && let Some((number, range)) = clause.counts().find(|(number, _)| (100..60_000).contains(number))
        && clause.text(uid.end..range.start).contains(['>', '≥'])
    {
        reading.facts.uid_above = u32::try_from(number).ok();
        *reading = std::mem::take(reading).place("uid_above", range).claim(uid);
    }
}

fn is_command(words: &[String], programs: &[&str]) -> bool {
    words.first().is_some_and(|first| programs.contains(&first.as_str()))
}
