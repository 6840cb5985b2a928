//! Specifications that restart a service and never give up.

use super::missing::{Asked, Missing};
use crate::capabilities::restart_policy::Policy;
use crate::capabilities::{RestartPolicy, StartLimit};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that is restarted, of which nothing says when systemd gives up.
    ///
    /// *Why is this bad?* systemd's own limit, 5 starts in 10 seconds, is never reached once each restart waits for two
    /// seconds: a service that cannot start is restarted for ever, and never counts as failed.
    ///
    /// *Instead*: add `- **Start limit**: max 5 restarts in 5 minutes`.
    static MISSING_START_LIMIT = "missing-start-limit", Info, Completeness, "nothing says when restarting ends";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_START_LIMIT,
    lacks: |asked| asked.lacks::<StartLimit>() && restarts(asked),
    message: "nothing says when restarting ends",
    write: "- **Start limit**: max 5 restarts in 5 minutes",
};

/// Whether anything is restarted at all.
pub(super) fn restarts(asked: &Asked<'_>) -> bool {
    let binding = asked.view.bindings.one::<RestartPolicy>();
    binding.is_some_and(|binding| binding.is_required() && binding.facts.policy != Some(Policy::No))
}
