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
    Reboot,
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
            DrillKind::Reboot => "reboot",
        }
    }

    /// The shell function that runs it on a unit.
    #[must_use]
    pub fn call(&self, unit: &str) -> Call {
        match &self.kind {
            DrillKind::Crash { within } => Call::new("drill_crash", [unit.to_owned(), within.whole().to_string()]),
            DrillKind::Memory { limit, within } => {
                Call::new("drill_memory", [unit.to_owned(), limit.0.to_string(), within.whole().to_string()])
            }
            DrillKind::Reboot => Call::new("drill_reboot", [unit]),
        }
    }
}
