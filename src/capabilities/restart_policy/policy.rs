//! When systemd restarts: the values of `Restart=`.
//!
//! In: nothing. Out: the policies, the phrases that name them, and what they mean. Nothing is read or planned here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `Restart=` of systemd.service(5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Never.
    No,
    /// Whenever it ends, unless it is stopped.
    Always,
    /// After a clean end.
    OnSuccess,
    /// After an exit code other than 0, a signal, a time-out.
    OnFailure,
    /// After a signal or a time-out.
    OnAbnormal,
    /// After an uncaught signal.
    OnAbort,
    /// After a missed watchdog.
    OnWatchdog,
}

/// Policies and the phrases that name them.
pub(super) const POLICIES: &[(Policy, &str)] = &[
    (Policy::OnFailure, "on failure|failures"),
    (Policy::OnAbnormal, "on abnormal"),
    (Policy::OnAbort, "on abort"),
    (Policy::OnWatchdog, "on watchdog"),
    (Policy::OnSuccess, "on success"),
    (Policy::Always, "always"),
];

impl Policy {
    /// As systemd writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Always => "always",
            Self::OnSuccess => "on-success",
            Self::OnFailure => "on-failure",
            Self::OnAbnormal => "on-abnormal",
            Self::OnAbort => "on-abort",
            Self::OnWatchdog => "on-watchdog",
        }
    }

    /// Whether the unit comes back after its main process was killed.
    pub(super) fn recovers_from_kill(self) -> bool {
        matches!(self, Self::Always | Self::OnFailure | Self::OnAbnormal | Self::OnAbort)
    }

    /// One line for the operator.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::No => "ends for good; nothing restarts it",
            Self::Always => "restart whenever it ends; a stop by hand stays a stop",
            Self::OnSuccess => "restart after a clean end only",
            Self::OnFailure => "restart after a crash; a clean end stays an end",
            Self::OnAbnormal => "restart after a signal or a time-out, not after an exit code",
            Self::OnAbort => "restart after an uncaught signal only",
            Self::OnWatchdog => "restart after a missed watchdog only",
        }
    }
}
