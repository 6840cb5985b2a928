//! Promises that nobody can keep.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *zero downtime*, *100 % availability*, *never fails*, *always available* (INCOSE's rule on
    /// unachievable absolutes).
    ///
    /// *Why is this bad?* No machine keeps it and no test shows it. What is really meant, five minutes a month or none
    /// during a deployment, stays unsaid.
    ///
    /// *Instead*: write what is tolerated: "back within 30 seconds after a crash", "99.5 % of the minutes of a month".
    static ABSOLUTE_CLAIM = "absolute-claim", Warn, Quality, "a promise that nobody can keep";
}

pub(super) static WORDS: WordList = WordList {
    lint: &ABSOLUTE_CLAIM,
    phrases: &[
        "zero downtime",
        "zero-downtime",
        "no downtime",
        "without downtime",
        "without any downtime",
        "100% uptime",
        "100 % uptime",
        "100% availability",
        "100 % availability",
        "100% available",
        "always available",
        "always up",
        "always on",
        "24/7",
        "never fails",
        "never fail",
        "never crashes",
        "never crash",
        "must not fail",
        "no data loss",
        "zero data loss",
        "without data loss",
        "without any data loss",
        "never loses",
        "never lose data",
        "error-free",
        "error free",
        "bug-free",
        "completely secure",
        "fully secure",
        "fail-safe",
        "unbreakable",
        "at all times",
        "under all circumstances",
        "under any circumstances",
        "no single point of failure",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let finding = hit.finding(format!("no machine keeps \"{}\", and no test shows it", hit.phrase()));
    Some(
        finding
            .at("what is tolerated?")
            .help("write the bound that is meant: back within 30 seconds, at most 5 minutes a month"),
    )
}
