//! Requirements for an ability instead of a behaviour.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *be able to*, *be capable of*, *be designed to*, *have the ability to* (INCOSE's rule on
    /// superfluous infinitives).
    ///
    /// *Why is this bad?* A service that is able to restart need not restart. Only the behaviour can be checked.
    ///
    /// *Instead*: say what it does: "restarts on failure" instead of "is able to restart".
    static SUPERFLUOUS_INFINITIVE = "superfluous-infinitive", Info, Quality, "a requirement for an ability instead of a behaviour";
}

pub(super) static WORDS: WordList = WordList {
    lint: &SUPERFLUOUS_INFINITIVE,
    phrases: &[
        "be able to",
        "is able to",
        "are able to",
        "be capable of",
        "is capable of",
        "are capable of",
        "be designed to",
        "is designed to",
        "have the ability to",
        "has the ability to",
        "provide the ability to",
        "provides the ability to",
        "have the capability to",
        "be in a position to",
    ],
    scope: Scope::Requirements,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let finding = hit.finding(format!("\"{}\" asks for an ability, not for a behaviour", hit.phrase()));
    Some(finding.at("whether it does is left open").help("leave these words out: say what it does"))
}
