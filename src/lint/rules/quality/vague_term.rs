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

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // A figure or a name in the sentence says what is meant; "wait until it becomes responsive" is an event.
    if hit.statement.text.masked.bytes().any(|byte| byte.is_ascii_digit())
        || !hit.statement.text.code.is_empty()
        || hit.statement.has_title_label()
        || ["become", "becomes"].iter().any(|verb| hit.before().trim_end().ends_with(verb))
    {
        return None;
    }
    let finding = hit.finding(format!("nobody can measure \"{}\"", hit.phrase()));
    Some(
        finding.at("how would one see that this holds?").help("write the figure, or the state, that would satisfy you"),
    )
}
