//! Values that are only roughly meant.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *about*, *roughly*, *approximately* before a number.
    ///
    /// *Why is this bad?* A limit is set to one value. Whether another one still counts is decided anew by everybody
    /// who reads it.
    ///
    /// *Instead*: write the bound: "at most 512 MB", "within 10 seconds".
    static APPROXIMATE_VALUE = "approximate-value", Warn, Quality, "a value that is only roughly meant";
}

pub(super) static WORDS: WordList = WordList {
    lint: &APPROXIMATE_VALUE,
    phrases: &[
        "about",
        "around",
        "roughly",
        "approximately",
        "approx",
        "approx.",
        "circa",
        "ca.",
        "nearly",
        "almost",
        "somewhere between",
        "more or less",
        "in the order of",
    ],
    scope: Scope::Requirements,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let rest = hit.after().trim_start_matches([' ', '~', '.']);
    if !rest.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let finding = hit.finding(format!("\"{}\" is no bound", hit.phrase()));
    Some(finding.at("what still counts, and what no longer?").help("write the bound: at most, at least, within"))
}
