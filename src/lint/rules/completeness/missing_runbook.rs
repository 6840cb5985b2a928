//! Specifications that say nothing about operating the service.

use super::missing::Missing;
use crate::capabilities::Runbook;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a specification that asks for no runbook.
    ///
    /// *Why is this bad?* The package brings one all the same. What it must hold for the people on call, and that they
    /// accept it, is a requirement like any other.
    ///
    /// *Instead*: add `- A runbook describes how to start, stop, update and roll back the service`.
    static MISSING_RUNBOOK = "missing-runbook", Info, Completeness, "nothing is said about operating the service";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_RUNBOOK,
    lacks: |asked| asked.lacks::<Runbook>(),
    message: "nothing is said about operating the service",
    write: "- A runbook describes how to start, stop, update and roll back the service",
};
