//! Specifications of a reachable service that say nothing of a firewall.

use super::missing::Missing;
use crate::capabilities::{Firewall, PrivatePort};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service that listens on all addresses while nothing says which ports the host lets in.
    ///
    /// *Why is this bad?* Everything else that happens to listen on the host is then as reachable as the service.
    ///
    /// *Instead*: add `- Firewall allows only ports 22/tcp (SSH) and 8000/tcp`.
    static MISSING_FIREWALL = "missing-firewall", Info, Completeness, "nothing says what the host lets in";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_FIREWALL,
    lacks: |asked| asked.lacks::<Firewall>() && asked.lacks::<PrivatePort>() && asked.is_reachable(),
    message: "the service is reachable, and nothing says what else the host lets in",
    write: "- Firewall allows only ports 22/tcp (SSH) and 8000/tcp",
};
