//! The sentences about sshd's settings, and the keywords of sshd_config(5) that they mean.
//!
//! In: a clause with a cue. Out: facts, where the sentence says whether something is allowed or forbidden; nothing where it
//! only mentions it. Opening something needs a word that says so.

use std::ops::Range;

use super::super::subject::begins_with_ssh;
use super::super::{Binding, Clause, Context, Reading};
use super::{Facts, RootLogin, Switch};
use crate::plan::Setting;

/// The cues, by topic: the ranges below say which is which.
pub(super) const CUES: &[&str] = &[
    // Passwords
    "password(s) (based) authentication|auth|login(s)|access",
    "password(s) based ssh",
    "ssh password(s) (based) (authentication|auth|login(s)|access)",
    "ssh (access|login(s)) (with|by|via|using) password(s)",
    "PasswordAuthentication",
    "PasswordAuthentication=",
    "never|no passwords",
    "passwords (are) disabled|forbidden|off|prohibited",
    // Keys
    "key(s) (based) (authentication|auth|login(s)) only",
    "key(s) (authentication|auth|login(s)) only",
    "only (ssh) key(s) (based) (authentication|auth|login(s))",
    "only (via|with|by|using) (ssh) (public) key(s) (based) (authentication|auth|login(s))",
    "public key(s) (authentication|auth) only",
    "ssh key(s) (authentication|auth|login(s)) only",
    "public key(s) (based) authentication|auth|login(s)",
    "PubkeyAuthentication",
    "PubkeyAuthentication=",
    // Root
    "root login(s)|ssh|access (over|via|by|through) (ssh)",
    "root ssh (login(s)|access)",
    "ssh root (login(s)|access)",
    "ssh (login(s)|access) (as|for|by) root",
    "login(s) as root",
    "root cannot|can't log|login (in)",
    "root may|must|can not log|login (in)",
    "PermitRootLogin",
    "PermitRootLogin=",
    // Keyboard-interactive
    "keyboard interactive (authentication)",
    "KbdInteractiveAuthentication|ChallengeResponseAuthentication",
    "KbdInteractiveAuthentication=",
    "ChallengeResponseAuthentication=",
    // Empty passwords
    "empty passwords",
    "ssh empty passwords",
    "PermitEmptyPasswords",
    "PermitEmptyPasswords=",
    // X11
    "x11 forwarding",
    "X11Forwarding",
    "X11Forwarding=",
    // Tries
    "MaxAuthTries",
    "MaxAuthTries=",
    "authentication|auth|login tries|attempts",
    // Port
    "ssh port",
    "sshd|ssh listens|listening|runs (only) on port",
    "ssh on port",
    // Commands that print a setting
    "<command>",
    // In a sentence that begins with SSH
    "no root",
    // Keys beside other ways
    "ssh key(s) (based) authentication|auth|login(s)",
    "ssh access (configured|enabled) key(s) (based) authentication|auth|login(s)",
];
const PASSWORDS: Range<usize> = 0..8;
const NO_PASSWORDS: Range<usize> = 6..8;
const KEYS: Range<usize> = 8..17;
const ROOT: Range<usize> = 17..26;
const ROOT_CANNOT: Range<usize> = 22..24;
const KEYBOARD: Range<usize> = 26..30;
const EMPTY: Range<usize> = 30..34;
const X11: Range<usize> = 34..37;
const TRIES: Range<usize> = 37..40;
const PORT: Range<usize> = 40..43;
const NO_ROOT: usize = 44;
const KEYS_ALLOWED: Range<usize> = 45..47;

/// Words that forbid.
const FORBIDS: &str = "disable(s|d)|disabling|forbid(s|den)|prohibit(s|ed)|block(s|ed)|deny|denies|denied|reject(s|ed)|disallow(s|ed)|off|refuse(s|d)";
/// Words that allow.
const ALLOWS: &str = "enable(s|d)|allow(s|ed)|permit(s|ted)|accept(s|ed)|yes";
/// Words that turn a phrase; the reader has judged them, they are claimed here.
const NEGATIONS: &[&str] = &["no", "not", "never", "without", "nor", "cannot"];

/// The keyword behind each fact, and what its line says to the operator.
const KEYWORDS: &[(&str, &str, &str)] = &[
    ("password_authentication", "PasswordAuthentication", "whether a password is enough to log in"),
    ("keyboard_interactive_authentication", "KbdInteractiveAuthentication", "whether answers to questions are enough"),
    ("pubkey_authentication", "PubkeyAuthentication", "whether a key is enough to log in"),
    ("permit_root_login", "PermitRootLogin", "whether root may log in"),
    ("permit_empty_passwords", "PermitEmptyPasswords", "whether an empty password counts"),
    ("x11_forwarding", "X11Forwarding", "whether graphical programs are forwarded"),
    ("max_auth_tries", "MaxAuthTries", "attempts that a connection has"),
];

/// Reads a clause.
pub(super) fn read(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    if !is_about_ssh(clause, context) {
        return None;
    }
    let mut reading = Reading::new(Facts::default(), remarks(clause).into_iter().chain(evidence(clause)));
    let written = read_keywords(clause, &mut reading)? | read_printed(clause, &mut reading)?;
    let bare_root = clause.has_cue(NO_ROOT) && begins_with_ssh(context.statement) && clause.find(FORBIDS).is_none();
    let spoken = read_phrase(clause, bare_root, &mut reading)?;
    (written || spoken).then_some(reading)
}

/// "Password authentication is disabled" can be said of a web page, too.
fn is_about_ssh(clause: &Clause<'_>, context: &Context<'_>) -> bool {
    let names_ssh = |text: &str| {
        text.to_lowercase()
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| matches!(word, "ssh" | "sshd" | "openssh"))
    };
    names_ssh(&context.statement.text.masked)
        || names_ssh(&context.section.title)
        || KEYWORDS.iter().any(|(_, keyword, _)| context.statement.text.masked.contains(keyword))
        || KEYWORDS.iter().any(|(_, keyword, _)| clause.find(keyword).is_some())
        || clause.directives().any(|((name, _), _)| KEYWORDS.iter().any(|(_, keyword, _)| *keyword == name))
}

/// `PasswordAuthentication no`, as words or in code. `None` when a value cannot be read.
fn read_keywords(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<bool> {
    let before = reading.claims.len();
    for ((name, value), range) in clause.directives() {
        if apply(&mut reading.facts, name, value)? {
            reading.claims.push(range);
        }
    }
    let names = KEYWORDS.iter().map(|(_, keyword, _)| *keyword).chain(["ChallengeResponseAuthentication"]);
    for keyword in names {
        for (words, value) in [
            ("no", "no"),
            ("yes", "yes"),
            ("prohibit password", "prohibit-password"),
            ("without password", "prohibit-password"),
        ] {
            if let Some(range) = clause.find(&format!("{keyword} (is) (set) (to) {words}")) {
                apply(&mut reading.facts, keyword, value)?;
                reading.claims.push(range);
            }
        }
    }
    if clause.find("MaxAuthTries").is_some() {
        let is_open = clause.find("more|greater|higher|above|least").is_some() && clause.find("no|not more").is_none();
        if is_open {
            return None;
        }
        let (tries, range) = clause.counts().next()?;
        agree(&mut reading.facts.max_auth_tries, tries)?;
        reading.claims.push(range);
    }
    Some(reading.claims.len() > before)
}

/// `sshd -T | grep permitrootlogin` prints "no". `None` when the answer cannot be read.
fn read_printed(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<bool> {
    let shows_settings = |words: &[String]| {
        words.iter().any(|word| word == "-T" || word.contains("sshd_config")) && words.iter().any(|word| word == "grep")
    };
    let Some((words, _)) = clause.commands().find(|(words, _)| shows_settings(words)) else { return Some(false) };
    let keyword = KEYWORDS.iter().find(|(_, keyword, _)| words.iter().any(|word| word.eq_ignore_ascii_case(keyword)));
    let (Some((_, keyword, _)), Some((answer, range))) = (keyword, clause.quotes().next()) else { return Some(false) };
    let value = answer.split_whitespace().next_back()?;
    reading.claims.push(range);
    apply(&mut reading.facts, keyword, value)
}

/// Sets the fact behind a keyword; `Some(false)` for keywords that are not known, `None` for values that are not.
fn apply(facts: &mut Facts, keyword: &str, value: &str) -> Option<bool> {
    let switch = || match value.to_ascii_lowercase().as_str() {
        "yes" => Some(Switch::Yes),
        "no" => Some(Switch::No),
        _ => None,
    };
    match keyword {
        "PasswordAuthentication" => agree(&mut facts.password_authentication, switch()?)?,
        "KbdInteractiveAuthentication" | "ChallengeResponseAuthentication" => {
            agree(&mut facts.keyboard_interactive_authentication, switch()?)?;
        }
        "PubkeyAuthentication" => agree(&mut facts.pubkey_authentication, switch()?)?,
        "PermitEmptyPasswords" => agree(&mut facts.permit_empty_passwords, switch()?)?,
        "X11Forwarding" => agree(&mut facts.x11_forwarding, switch()?)?,
        "MaxAuthTries" => agree(&mut facts.max_auth_tries, value.parse().ok()?)?,
        "PermitRootLogin" => {
            let root = match value.to_ascii_lowercase().as_str() {
                "prohibit-password" | "without-password" => RootLogin::ProhibitPassword,
                _ if switch()? == Switch::Yes => RootLogin::Yes,
                _ => RootLogin::No,
            };
            agree(&mut facts.permit_root_login, root)?;
        }
        _ => return Some(false),
    }
    Some(true)
}

/// Sets a fact, unless it has another value already.
fn agree<T: PartialEq + Copy>(fact: &mut Option<T>, value: T) -> Option<()> {
    match *fact {
        Some(known) if known != value => None,
        _ => {
            *fact = Some(value);
            Some(())
        }
    }
}

/// What the words around a cue say. `None` when they contradict themselves or a keyword beside them.
fn read_phrase(clause: &Clause<'_>, bare_root: bool, reading: &mut Reading<Facts>) -> Option<bool> {
    let has = |topic: &Range<usize>| topic.clone().any(|cue| clause.has_cue(cue));
    let facts = &mut reading.facts;
    if has(&KEYS) && clause.find("only|required|mandatory|enforced").is_some() {
        if clause.denied() {
            return None;
        }
        // "Root login with keys only" is said of root alone.
        if has(&ROOT) {
            agree(&mut facts.permit_root_login, RootLogin::ProhibitPassword)?;
            return Some(true);
        }
        agree(&mut facts.password_authentication, Switch::No)?;
        agree(&mut facts.pubkey_authentication, Switch::Yes)?;
        return Some(true);
    }
    // Other ways stay as they are.
    if has(&KEYS_ALLOWED)
        && !clause.denied()
        && clause.find(FORBIDS).is_none()
        && let Some(range) = clause.find("enabled|configured|allowed|accepted|set")
    {
        agree(&mut facts.pubkey_authentication, Switch::Yes)?;
        reading.claims.push(range);
        return Some(true);
    }
    if has(&TRIES) && facts.max_auth_tries.is_none() {
        let bound =
            ["no more than", "max(imum)|most", "limited|reduced|set to"].iter().find_map(|words| clause.find(words));
        let Some(range) = bound else {
            return Some(false);
        };
        let (tries, number) = clause.counts().next()?;
        facts.max_auth_tries = Some(tries);
        reading.claims.extend([range, number]);
        return Some(true);
    }
    if has(&PORT) {
        let (port, range) = clause.ports().next()?;
        facts.port = Some(port);
        reading.claims.push(range);
        return Some(true);
    }
    let sense = if bare_root { Some(Switch::No) } else { sense(clause)? };
    let Some(switch) = sense else { return Some(false) };
    if has(&ROOT) || bare_root {
        let key = clause.find("only with|by|via (a) key(s)").or_else(|| clause.find("prohibit password"));
        let root = match (switch, key) {
            (_, Some(range)) => {
                reading.claims.push(range);
                RootLogin::ProhibitPassword
            }
            (Switch::No, None) => RootLogin::No,
            (Switch::Yes, None) => RootLogin::Yes,
        };
        if facts.permit_root_login.is_none() {
            facts.permit_root_login = Some(root);
        }
    } else if has(&EMPTY) {
        agree(&mut facts.permit_empty_passwords, switch)?;
    } else if has(&KEYBOARD) {
        agree(&mut facts.keyboard_interactive_authentication, switch)?;
    } else if has(&X11) {
        agree(&mut facts.x11_forwarding, switch)?;
    } else if has(&PASSWORDS) {
        agree(&mut facts.password_authentication, switch)?;
    } else {
        return Some(false);
    }
    for (word, range) in clause.words() {
        if NEGATIONS.contains(&word.as_str()) {
            reading.claims.push(range);
        }
    }
    reading.claims.extend([clause.find(FORBIDS), clause.find(ALLOWS)].into_iter().flatten());
    let answer = if switch == Switch::Yes { "yes" } else { "no" };
    for (quote, range) in clause.quotes() {
        if !quote.to_lowercase().ends_with(answer) {
            return None;
        }
        reading.claims.push(range);
    }
    Some(true)
}

/// Whether the phrase is allowed or forbidden; inner `None` when the clause says neither, outer when it says both.
#[expect(clippy::option_option, reason = "unsaid and contradictory are two things")]
fn sense(clause: &Clause<'_>) -> Option<Option<Switch>> {
    if NO_PASSWORDS.chain(ROOT_CANNOT).any(|cue| clause.has_cue(cue)) {
        return Some(Some(Switch::No));
    }
    let forbidden_before = clause.find(FORBIDS).is_some_and(|range| range.end <= clause.cue_range().start);
    match (clause.denied(), forbidden_before) {
        (true, true) => None,
        (true, false) | (false, true) => Some(Some(Switch::No)),
        (false, false) => Some(clause.affirms(ALLOWS).map(|_| Switch::Yes)),
    }
}

/// Where the author has it from: `(from L7)`, `(see lesson 3)`.
fn remarks(clause: &Clause<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> =
        clause.find("from|see|per lesson|chapter|section|module|part #").into_iter().collect();
    let words: Vec<_> = clause.words().collect();
    for pair in words.windows(2) {
        let [(before, first), (_, second)] = pair else { continue };
        let code = clause.text(second.clone());
        let letters = code.trim_end_matches(|character: char| character.is_ascii_digit());
        let is_code =
            letters.len() < code.len() && !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code && matches!(before.as_str(), "from" | "see" | "per") {
            found.push(first.start..second.end);
        }
    }
    found
}

/// How a criterion would look at the settings: its files, and commands that print them. The effective value is checked
/// instead.
fn evidence(clause: &Clause<'_>) -> Vec<Range<usize>> {
    let looks = |words: &[String]| {
        let mut words = words.iter().map(String::as_str).skip_while(|word| *word == "sudo");
        match words.next() {
            Some("grep") => words.any(|word| word.contains("/ssh/sshd_config") || word.starts_with("/etc/ssh")),
            Some("sshd") => words.any(|word| word == "-T"),
            _ => false,
        }
    };
    let commands = clause.commands().filter(|(words, _)| looks(words)).map(|(_, range)| range);
    let paths = clause.paths().filter(|(path, _)| path.as_str().starts_with("/etc/ssh")).map(|(_, range)| range);
    let files = clause.mentions().filter(|(_, range)| clause.text(range.clone()).contains("sshd_config"));
    commands.chain(paths).chain(files.map(|(_, range)| range)).collect()
}

/// The settings of merged facts, as lines of the drop-in.
pub(super) fn of(binding: &Binding<Facts>) -> Vec<Setting> {
    let facts = serde_json::to_value(&binding.facts).unwrap_or_default();
    KEYWORDS
        .iter()
        .filter_map(|(field, keyword, comment)| {
            let value = match facts.get(*field)? {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some(Setting {
                name: (*keyword).to_owned(),
                value,
                comment: (*comment).to_owned(),
                provenance: binding.provenance_of(&[*field]),
            })
        })
        .collect()
}

/// `PasswordAuthentication` → `password-authentication`.
pub(super) fn probe_name(keyword: &str) -> &'static str {
    match keyword {
        "PasswordAuthentication" => "password-authentication",
        "KbdInteractiveAuthentication" => "keyboard-interactive",
        "PubkeyAuthentication" => "key-authentication",
        "PermitRootLogin" => "root-login",
        "PermitEmptyPasswords" => "empty-passwords",
        "X11Forwarding" => "x11-forwarding",
        _ => "max-auth-tries",
    }
}
