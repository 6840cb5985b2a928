//! Why something is in the plan.

use crate::spec::StatementIndex;

/// Something that is added without being asked: it has a name, a reason, and can be turned off in the front matter.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedDefault {
    /// Kebab-case: `ssh-stays-open`.
    pub name: &'static str,
    /// What it does and why, one sentence without a full stop.
    pub reason: &'static str,
}

/// Where a plan item comes from: statements, or a named default (or both: a default that a statement called for).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The capability that contributed it.
    pub capability: &'static str,
    /// Requirements, and criteria that speak of the same thing, in source order.
    pub statements: Vec<StatementIndex>,
    /// The default behind it.
    pub default: Option<&'static NamedDefault>,
}

impl Provenance {
    /// From a default alone.
    #[must_use]
    pub fn of_default(capability: &'static str, default: &'static NamedDefault) -> Self {
        Self { capability, statements: Vec::new(), default: Some(default) }
    }

    /// Adds the statements of another provenance, each once.
    pub fn merge(&mut self, other: &Self) {
        for statement in &other.statements {
            if let Err(at) = self.statements.binary_search(statement) {
                self.statements.insert(at, *statement);
            }
        }
        self.default = self.default.or(other.default);
        if self.capability.is_empty() {
            self.capability = other.capability;
        }
    }
}

/// Where the field overrules the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// The statement.
    pub statement: StatementIndex,
    /// What it asks for.
    pub asked: String,
    /// What is done instead.
    pub done: String,
    /// Why.
    pub reason: String,
}
