//! Specifications that do not say whether the service comes back after a reboot.

use super::missing::Missing;
use crate::capabilities::{RebootSurvival, StartOnBoot};
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service of which nothing says whether it starts at boot.
    ///
    /// *Why is this bad?* Hosts reboot for kernel updates at night. Whether the service is back in the morning should
    /// be a decision, not an accident.
    ///
    /// *Instead*: add `- The service starts automatically on boot`.
    static MISSING_START_ON_BOOT = "missing-start-on-boot", Info, Completeness, "nothing says whether the service starts at boot";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_START_ON_BOOT,
    lacks: |asked| asked.lacks::<StartOnBoot>() && asked.lacks::<RebootSurvival>(),
    message: "nothing says whether the service is back after a reboot",
    write: "- The service starts automatically on boot",
};
