//! Things that are to happen now and then.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *regularly*, *periodically*, *from time to time*, *soon* and the like.
    ///
    /// *Why is this bad?* A timer needs a time. Without one nothing is scheduled, and nobody can say that it is late.
    ///
    /// *Instead*: write when: "daily at 03:00", "every 10 minutes", "within 5 minutes".
    static VAGUE_FREQUENCY = "vague-frequency", Warn, Quality, "a frequency that names no time";
}

pub(super) static WORDS: WordList = WordList {
    lint: &VAGUE_FREQUENCY,
    phrases: &[
        "regularly",
        "periodically",
        "from time to time",
        "now and then",
        "at regular intervals",
        "as soon as possible",
        "asap",
        "in a timely manner",
        "timely",
        "soon",
        "on a regular basis",
        "routinely",
        "in a reasonable time",
        "within a reasonable time",
        "in due time",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // "regularly (daily)", "regularly, every 10 minutes"
    let said = ["hourly", "daily", "nightly", "weekly", "monthly", "every ", "quarterly", "yearly", "annually"];
    let text = hit.statement.text.masked.to_lowercase();
    if said.iter().any(|word| text.contains(word)) || text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let finding = hit.finding(format!("\"{}\" is no time", hit.phrase()));
    Some(finding.at("when?").help("write when or how often: daily at 03:00, every 10 minutes, within 5 minutes"))
}
