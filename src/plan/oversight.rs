//! What looks after the host when nobody does: the validation by the clock, and the kernel's audit.
//!
//! In: decisions of the capabilities about them. Out: parts of the plan that name the shell functions for them. No quoting
//! here.

use super::Call;
use crate::value::{Seconds, ServiceName, UnixPath};

/// What the kernel's audit records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audited {
    /// Commands that a person who has logged in runs as root.
    Commands,
    /// Changes to a file, or to all that is in a directory.
    Path(UnixPath),
}

impl Audited {
    /// The word that the shell functions take for it.
    fn word(&self) -> String {
        match self {
            Self::Commands => "commands".to_owned(),
            Self::Path(path) => path.to_string(),
        }
    }
}

/// What deploy.sh makes true of them.
#[derive(Debug, Clone, PartialEq)]
pub enum OversightAction {
    /// A validation by the clock has looked at this package, or is about to.
    Validated {
        /// The unit that validates.
        unit: String,
        /// How long ago the last one may be.
        oldest: Seconds,
    },
    /// The kernel audits with these rules, and auditd takes what it records.
    AuditRules {
        /// The mark on the rules and on what they record.
        key: ServiceName,
        /// What is recorded.
        audited: Vec<Audited>,
    },
}

/// What is observed of them.
#[allow(missing_docs, reason = "the fields of a kind say no more than their names and types")]
#[derive(Debug, Clone, PartialEq)]
pub enum OversightObserver {
    /// How the last validation by the clock ended, unless it is older than this.
    Validation { unit: String, oldest: Seconds },
    /// Whether the kernel records, and auditd takes what it records.
    Auditing,
    /// `all` where the kernel has a rule for each, else what it lacks.
    AuditRules { key: ServiceName, audited: Vec<Audited> },
}

impl OversightAction {
    /// The shell function that does it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Validated { unit, oldest } => {
                Call::new("ensure_validation", [unit.clone(), oldest.whole().to_string()])
            }
            Self::AuditRules { key, audited } => with_rules("ensure_audit_rules", key, audited),
        }
    }
}

impl OversightObserver {
    /// The shell function that prints it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Validation { unit, oldest } => {
                Call::new("observe_validation", [unit.clone(), oldest.whole().to_string()])
            }
            Self::Auditing => Call::new("observe_auditing", [] as [&str; 0]),
            Self::AuditRules { key, audited } => with_rules("observe_audit_rules", key, audited),
        }
    }
}

fn with_rules(function: &'static str, key: &ServiceName, audited: &[Audited]) -> Call {
    Call::new(function, std::iter::once(key.to_string()).chain(audited.iter().map(Audited::word)))
}
