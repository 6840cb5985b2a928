//! Things that are configured, and nobody says how.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds sentences that end with *configured*, *set up*, *enabled*, *in place* and give no value at
    /// all.
    ///
    /// *Why is this bad?* Nobody can tell a right configuration from a wrong one: the sentence is true as soon as a
    /// file exists.
    ///
    /// *Instead*: say what it is configured to: not "firewall configured" but "the firewall allows only 443/tcp".
    static BARE_CONFIGURED = "bare-configured", Warn, Quality, "something is configured, and nobody says how";
}

pub(super) static WORDS: WordList = WordList {
    lint: &BARE_CONFIGURED,
    phrases: &[
        "configured",
        "properly configured",
        "correctly configured",
        "set up",
        "in place",
        "implemented",
        "hardened",
        "tuned",
        "optimized",
        "optimised",
        "taken care of",
        "handled",
        "enabled",
        "properly set",
        "finalized",
        "sorted out",
    ],
    scope: Scope::Unread,
    judge,
};

/// Things that are on or off, and nothing else.
const SWITCHES: &[&str] = &["redirect", "redirects", "redirection", "constraints", "autostart"];

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let text = &hit.statement.text;
    let ends = hit.after().trim_matches(|character: char| !character.is_alphanumeric()).is_empty();
    let names_a_value = !text.code.is_empty()
        || text.masked.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'=' | b'/' | b'(' | b':'));
    let words = text.masked.split_whitespace().count();
    // "Running and enabled" is a state, and can be seen.
    let is_state = text.masked.contains("running") || text.masked.contains("active");
    // What is only on or off has no further values.
    let last = hit.before().split(|character: char| !character.is_alphanumeric()).rfind(|word| !word.is_empty());
    let is_switch = last.is_some_and(|last| SWITCHES.iter().any(|switch| switch.eq_ignore_ascii_case(last)));
    if is_state || is_switch || !ends || names_a_value || words > 8 || !hit.reading.readings.is_empty() {
        return None;
    }
    let finding = hit.finding(format!("\"{}\" how?", hit.phrase()));
    Some(
        finding
            .at("any configuration at all makes this true")
            .help("say what it is set to, so that a check can tell right from wrong"),
    )
}
