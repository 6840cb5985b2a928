//! Phrases that let a requirement be left out.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *where possible*, *if necessary*, *as appropriate*, *as needed* and the like (INCOSE's
    /// rule on escape clauses).
    ///
    /// *Why is this bad?* Whoever builds it decides whether it is built. At acceptance both sides are right.
    ///
    /// *Instead*: say when it applies, or leave the phrase out. What is really optional is no requirement.
    static ESCAPE_CLAUSE = "escape-clause", Warn, Quality, "a phrase that lets everything be left out";
}

pub(super) static WORDS: WordList = WordList {
    lint: &ESCAPE_CLAUSE,
    phrases: &[
        "where possible",
        "if possible",
        "when possible",
        "whenever possible",
        "as far as possible",
        "so far as possible",
        "to the extent possible",
        "where practicable",
        "if practicable",
        "where practical",
        "as practicable",
        "if necessary",
        "where necessary",
        "when necessary",
        "as necessary",
        "if needed",
        "when needed",
        "where needed",
        "as needed",
        "if required",
        "when required",
        "where required",
        "as required",
        "as appropriate",
        "where appropriate",
        "when appropriate",
        "if appropriate",
        "if applicable",
        "where applicable",
        "when applicable",
        "as applicable",
        "best effort",
        "if feasible",
        "where feasible",
        "as desired",
        "at your discretion",
        "ideally",
        "preferably",
        "if desired",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let finding = hit.finding(format!("\"{}\" leaves the decision to whoever builds it", hit.phrase()));
    Some(finding.at("when is it, and when not?").help("say when it applies, or leave the phrase out"))
}
