//! Lists that do not end.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *etc.*, *and so on*, *including but not limited to* (INCOSE's rule on open-ended clauses).
    ///
    /// *Why is this bad?* What the list leaves out is required, too, and nobody knows what it is. It can be neither
    /// built nor accepted.
    ///
    /// *Instead*: write the whole list; one requirement an entry.
    static OPEN_ENDED_LIST = "open-ended-list", Warn, Quality, "a list that does not end";
}

pub(super) static WORDS: WordList = WordList {
    lint: &OPEN_ENDED_LIST,
    phrases: &[
        "etc",
        "etc.",
        "et cetera",
        "and so on",
        "and so forth",
        "including but not limited to",
        "including, but not limited to",
        "but not limited to",
        "and more",
        "and others",
        "and similar",
        "or similar",
        "and the like",
        "usw",
        "usw.",
        "among others",
        "for instance",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let finding = hit.finding(format!("\"{}\" leaves the list open", hit.phrase().trim()));
    Some(finding.at("what else?").help("write the whole list, each entry as a sentence of its own"))
}
