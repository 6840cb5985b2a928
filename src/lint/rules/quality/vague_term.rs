//! Words that everybody understands and nobody can measure.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds words such as *fast*, *secure*, *robust*, *user-friendly* in a sentence that was not
    /// understood (INCOSE's rule on vague terms).
    ///
    /// *Why is this bad?* Whether it holds is a matter of taste. Nobody can check it, so it is neither built nor
    /// proven, and at acceptance it is argued about.
    ///
    /// *Instead*: give the figure that would satisfy you: "p95 response time of /health below 300 ms", "no password
    /// logins over SSH".
    static VAGUE_TERM = "vague-term", Warn, Quality, "a word that nobody can measure";
}

pub(super) static WORDS: WordList = WordList {
    lint: &VAGUE_TERM,
    phrases: &[
        "fast",
        "fast enough",
        "faster",
        "quick",
        "quickly",
        "secure",
        "securely",
        "secured",
        "robust",
        "robustly",
        "reliable",
        "reliably",
        "scalable",
        "user-friendly",
        "user friendly",
        "easy to use",
        "efficient",
        "efficiently",
        "performant",
        "high performance",
        "highly available",
        "high availability",
        "responsive",
        "snappy",
        "seamless",
        "seamlessly",
        "intuitive",
        "flexible",
        "state-of-the-art",
        "state of the art",
        "best practice",
        "best practices",
        "lightweight",
        "resilient",
        "adequate",
        "adequately",
        "sufficient",
        "sufficiently",
        "acceptable",
        "reasonable",
        "reasonably",
        "properly",
        "smoothly",
        "maintainable",
        "production-ready",
        "enterprise-grade",
        "world-class",
    ],
    scope: Scope::Unread,
    judge,
};

/// Words that mean something else together with the word after them.
const TERMS: &[(&str, &[&str])] = &[
    ("acceptable", &["use"]),
    ("fast", &["forward"]),
    ("quick", &["start"]),
    ("responsive", &["design", "layout", "images", "web"]),
    ("secure", &["boot", "cookie", "cookies", "copy", "flag", "shell"]),
];

/// Whether the word is a part of a term, or of a name: "acceptable use policy", "the ACME Best Practices".
fn is_named(hit: &Hit<'_>) -> bool {
    let next = hit.after().split(|character: char| !character.is_alphanumeric()).find(|word| !word.is_empty());
    let is_term = |(word, followers): &(&str, &[&str])| {
        hit.phrase().eq_ignore_ascii_case(word)
            && next.is_some_and(|next| followers.iter().any(|follower| follower.eq_ignore_ascii_case(next)))
    };
    let is_title = |word: &str| {
        word.starts_with(|letter: char| letter.is_ascii_uppercase()) && word.chars().skip(1).any(char::is_lowercase)
    };
    let within_a_sentence = hit.before().trim_end().ends_with(char::is_alphanumeric);
    TERMS.iter().any(is_term) || within_a_sentence && hit.phrase().split(' ').all(is_title)
}

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // A figure or a name in the sentence says what is meant; "wait until it becomes responsive" is an event.
    if hit.statement.text.masked.bytes().any(|byte| byte.is_ascii_digit())
        || !hit.statement.text.code.is_empty()
        || hit.statement.has_title_label()
        || is_named(hit)
        || ["become", "becomes"].iter().any(|verb| hit.before().trim_end().ends_with(verb))
    {
        return None;
    }
    let finding = hit.finding(format!("nobody can measure \"{}\"", hit.phrase()));
    Some(
        finding.at("how would one see that this holds?").help("write the figure, or the state, that would satisfy you"),
    )
}
