//! Requirements that only should be met.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds *should*, *may*, *would be nice* in a requirement.
    ///
    /// *Why is this bad?* In the practice of requirements (RFC 2119, EARS, INCOSE) *should* is a recommendation and
    /// *may* a permission. specc builds and checks what is written; the reader of a contract may think that it is
    /// optional.
    ///
    /// *Instead*: write *shall* or *must*, or the plain present: "the service restarts on failure". Move wishes out of
    /// the requirements.
    static WEAK_MODAL_VERB = "weak-modal-verb", Info, Quality, "a requirement that only should be met";
}

pub(super) static WORDS: WordList = WordList {
    lint: &WEAK_MODAL_VERB,
    phrases: &[
        "should",
        "should be",
        "ought to",
        "would be nice",
        "nice to have",
        "we want to",
        "we would like",
        "it is recommended",
        "is recommended",
        "are recommended",
        "recommended to",
    ],
    scope: Scope::Requirements,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    // "nothing that should not be there", "as it should" speak of something else.
    let before = hit.before().trim_end();
    if before.ends_with("that")
        || before.ends_with("which")
        || before.ends_with("it") && !hit.phrase().starts_with("is")
    {
        return None;
    }
    let finding = hit.finding(format!("\"{}\" leaves open whether {} is required", hit.phrase(), hit.statement.id));
    Some(finding.at("a recommendation").help("write \"shall\", or say what it does: \"restarts on failure\""))
}
