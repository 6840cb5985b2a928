//! Specifications without criteria.

use super::missing::{Asked, Missing};
use crate::declare_lint;
use crate::spec::StatementKind;

declare_lint! {
    /// *What it does*: reports a specification in which no statement says how one sees that it holds.
    ///
    /// *Why is this bad?* The package proves every requirement by itself. But what those who pay for it look at when
    /// they accept it is theirs to say.
    ///
    /// *Instead*: add a section "Success Criteria" with items such as - [ ] `systemctl is-active my-service` returns
    /// "active".
    static MISSING_SUCCESS_CRITERIA = "missing-success-criteria", Info, Completeness, "nothing says when the deployment counts as successful";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_SUCCESS_CRITERIA,
    lacks: |asked| !has_criteria(asked),
    message: "nothing says when the deployment counts as successful",
    write: "a section \"Success Criteria\" with items such as - [ ] `systemctl is-active my-service` returns \"active\"",
};

fn has_criteria(asked: &Asked<'_>) -> bool {
    asked.view.spec.statements.iter().any(|statement| statement.kind == StatementKind::Criterion)
}
