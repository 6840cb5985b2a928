//! Drills: what is broken on purpose, on request.

use super::{Call, HealthGate, Provenance};
use crate::value::{Bytes, Owner, Seconds, UnixPath, VariableName};

/// What a drill does.
#[derive(Debug, Clone, PartialEq)]
pub enum DrillKind {
    /// The main process is killed; a new one must be healthy in time.
    Crash {
        /// How long recovery may take.
        within: Seconds,
    },
    /// The control group is filled past its limit; the kernel must kill, the unit must recover.
    Memory {
        /// The limit.
        limit: Bytes,
        /// How long recovery may take.
        within: Seconds,
    },
    /// The network is taken from the unit; the same process must live on.
    NetworkLoss {
        /// For how long.
        lasting: Seconds,
    },
    /// A clone of the unit's check gets a broken environment file; it must refuse to start.
    InvalidConfig {
        /// The program that checks the environment.
        program: UnixPath,
        /// Variables that must have a value.
        required: Vec<VariableName>,
    },
    /// A scratch log outgrows its limit (or its time has come) and is rotated by the very configuration of the real one.
    LogRotation {
        /// With whose rights logs are rotated.
        owner: Owner,
        /// The configuration.
        configuration: UnixPath,
        /// The real file; the scratch log lies beside it.
        file: UnixPath,
        /// The size that must be enough.
        limit: Option<Bytes>,
        /// How many rotated files are kept.
        keep: u32,
    },
    /// The machine is rebooted; `--after-reboot` finishes.
    Reboot {
        /// How long after the start of the kernel the service may become active, where a time is promised.
        within: Option<Seconds>,
    },
}

/// One drill.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// What it does.
    pub kind: DrillKind,
    /// What it proves.
    pub title: String,
    /// The service's health after it.
    pub health: HealthGate,
    /// Why.
    pub provenance: Provenance,
}

impl Drill {
    /// The name that `--drill` takes.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.kind {
            DrillKind::Crash { .. } => "crash",
            DrillKind::Memory { .. } => "memory",
            DrillKind::NetworkLoss { .. } => "network-loss",
            DrillKind::InvalidConfig { .. } => "invalid-config",
            DrillKind::LogRotation { .. } => "log-rotation",
            DrillKind::Reboot { .. } => "reboot",
        }
    }

    /// The chapter of the runbook for its failure.
    #[must_use]
    pub fn runbook(&self) -> &'static str {
        match self.kind {
            DrillKind::Crash { .. } => "after-crash",
            DrillKind::Memory { .. } => "memory-limit",
            DrillKind::NetworkLoss { .. } => "network-loss",
            DrillKind::InvalidConfig { .. } => "invalid-config",
            DrillKind::LogRotation { .. } => "log-rotation",
            DrillKind::Reboot { .. } => "after-reboot",
        }
    }

    /// The shell function that runs it on a unit: the unit, what the drill needs, and the request that proves health.
    #[must_use]
    pub fn call(&self, unit: &str) -> Call {
        let number = |number: u64| number.to_string();
        let (function, needs) = match &self.kind {
            DrillKind::Crash { within } => ("drill_crash", vec![number(within.whole())]),
            DrillKind::Memory { limit, within } => ("drill_memory", vec![number(limit.0), number(within.whole())]),
            DrillKind::NetworkLoss { lasting } => ("drill_network_loss", vec![number(lasting.whole())]),
            // It starts nothing of the service, whose health is not asked.
            DrillKind::InvalidConfig { program, required } => {
                let words = [unit, program.as_str()].into_iter().chain(required.iter().map(VariableName::as_str));
                return Call::new("drill_invalid_config", words);
            }
            DrillKind::Reboot { within } => ("drill_reboot", vec![number(within.map_or(0, Seconds::whole))]),
            DrillKind::LogRotation { owner, configuration, file, limit, keep } => {
                let places = [owner.user.as_str(), owner.group.as_str(), configuration.as_str(), file.as_str()];
                let bounds = [number(limit.map_or(0, |limit| limit.0)), number(u64::from(*keep))];
                let words = places.into_iter().map(ToOwned::to_owned).chain(bounds);
                return Call::new("drill_log_rotation", words);
            }
        };
        let health = match &self.health {
            HealthGate::Http { method, url, status, .. } => vec![method.clone(), url.clone(), status.to_string()],
            HealthGate::Stable { .. } => Vec::new(),
        };
        Call::new(function, std::iter::once(unit.to_owned()).chain(needs).chain(health))
    }
}
