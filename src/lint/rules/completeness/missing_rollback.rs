//! Specifications that say nothing about taking a bad version back.

use super::missing::{Asked, Missing};
use crate::capabilities::Runbook;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a specification that asks for a runbook and nowhere speaks of rolling back.
    ///
    /// *Why is this bad?* Sooner or later a version does not work. Who decides then, and how fast the old one must be
    /// back, is found out in the middle of the night. The package can do it, `deploy.sh --rollback`; that it is meant
    /// to be done, and practised, is a requirement like any other.
    ///
    /// *Instead*: add `- A runbook describes how to start, stop, update and roll back the service`.
    static MISSING_ROLLBACK = "missing-rollback", Info, Completeness, "nothing is said about taking a bad version back";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_ROLLBACK,
    // Without a runbook, `missing-runbook` proposes the same line.
    lacks: |asked| asked.asks::<Runbook>() && !speaks_of_it(asked),
    message: "nothing says how a version that does not work is taken back",
    write: "- A runbook describes how to start, stop, update and roll back the service",
};

fn speaks_of_it(asked: &Asked<'_>) -> bool {
    const WORDS: &[&str] = &["rollback", "roll back", "rolls back", "rolled back", "rolling back", "roll-back"];
    asked.view.spec.statements.iter().any(|statement| {
        let text = &statement.text.masked;
        // Nearly no statement holds these three letters.
        text.contains("oll") && {
            let text = text.to_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        }
    })
}
