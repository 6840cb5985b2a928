//! Specifications of a reachable host that say nothing of logins.

use super::missing::Missing;
use crate::capabilities::SshHardening;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that listens on all addresses while nothing says how people may log in to its
    /// host.
    ///
    /// *Why is this bad?* A host that is found by its service is found by those who try passwords, too.
    ///
    /// *Instead*: add `- SSH password authentication is disabled`.
    static MISSING_SSH_HARDENING = "missing-ssh-hardening", Info, Completeness, "nothing says how people may log in";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_SSH_HARDENING,
    lacks: |asked| asked.lacks::<SshHardening>() && asked.is_reachable(),
    message: "the host is reachable, and nothing says how people may log in",
    write: "- SSH password authentication is disabled",
};
