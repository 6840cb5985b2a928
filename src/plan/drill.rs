//! Drills: what is broken on purpose, on request.

use super::{Call, HealthGate, Provenance};
use crate::value::{Bytes, Seconds};

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
    /// The machine is rebooted; `--after-reboot` finishes.
    Reboot {
        /// How long the service may take after the boot.
        within: Seconds,
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
            DrillKind::Reboot { .. } => "reboot",
        }
    }

    /// The shell function that runs it on a unit: the unit, what the drill needs, and the request that proves health.
    #[must_use]
    pub fn call(&self, unit: &str) -> Call {
        let (function, numbers) = match &self.kind {
            DrillKind::Crash { within } => ("drill_crash", vec![within.whole()]),
            DrillKind::Memory { limit, within } => ("drill_memory", vec![limit.0, within.whole()]),
            DrillKind::Reboot { within } => ("drill_reboot", vec![within.whole()]),
        };
        let health = match &self.health {
            HealthGate::Http { method, url, status, .. } => vec![method.clone(), url.clone(), status.to_string()],
            HealthGate::Stable { .. } => Vec::new(),
        };
        let numbers = numbers.into_iter().map(|number| number.to_string());
        Call::new(function, std::iter::once(unit.to_owned()).chain(numbers).chain(health))
    }
}
