//! Work of people that names nobody.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds sentences about what people do, *reviewed*, *documented*, *approved*, *trained*, that no
    /// package can do for them.
    ///
    /// *Why is this bad?* A sentence in the passive voice has nobody who does it. It stays unproven for ever.
    ///
    /// *Instead*: name who does it, and what proves it: `<!-- specc: manual owner="operations" evidence="protocol"
    /// -->`.
    static WORK_WITHOUT_OWNER = "work-without-owner", Info, Quality, "work that nobody is named for";
}

pub(super) static WORDS: WordList = WordList {
    lint: &WORK_WITHOUT_OWNER,
    phrases: &[
        "is reviewed",
        "are reviewed",
        "be reviewed",
        "has been reviewed",
        "have been reviewed",
        "is documented",
        "are documented",
        "be documented",
        "has been documented",
        "have been documented",
        "is approved",
        "are approved",
        "be approved",
        "is trained",
        "are trained",
        "be trained",
        "have been trained",
        "is communicated",
        "are communicated",
        "be communicated",
        "be notified",
        "is informed",
        "are informed",
        "be informed",
        "has been tested",
        "have been tested",
        "been verified",
        "be audited",
        "is audited",
        "are audited",
        "stakeholders",
        "sign-off",
        "signed off",
        "team is",
        "team has",
        "team knows",
        "users are informed",
    ],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // "Reviewed by the operations team" names somebody.
    let is_named = hit.after().trim_start().split(' ').next().is_some_and(|next| next.eq_ignore_ascii_case("by"));
    if !hit.reading.readings.is_empty() || is_named {
        return None;
    }
    let finding = hit.finding(format!("{} is work for people, and names nobody", hit.statement.id));
    Some(finding.at("who does this?").help("add below it: <!-- specc: manual owner=\"…\" evidence=\"…\" -->"))
}
