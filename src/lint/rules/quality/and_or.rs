//! Requirements with "and/or".

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *and/or* (INCOSE's rule on the oblique).
    ///
    /// *Why is this bad?* It reads as all, as one of them, or as any; whoever builds chooses, and whoever accepts
    /// chooses again.
    ///
    /// *Instead*: write *and*, or *or*, or two sentences.
    static AND_OR = "and-or", Warn, Quality, "and/or in a requirement";
}

pub(super) static WORDS: WordList =
    WordList { lint: &AND_OR, phrases: &["and/or", "und/oder"], scope: Scope::Requirements, judge };

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let finding = hit.finding("\"and/or\" can be read in three ways".to_owned());
    Some(finding.at("both, or one of them?").help("write \"and\" or \"or\"; or two sentences"))
}
