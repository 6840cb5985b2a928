//! Specifications that do not say how much memory the service may use.

use super::missing::{Missing, report};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::View;

declare_lint! {
    /// *What it does*: reports a service without a limit of its memory.
    ///
    /// *Why is this bad?* A leak in an unlimited service takes the whole host down, and the kernel may kill another process first.
    ///
    /// *Instead*: add to the service definition: `- **Resource limits**: MemoryMax=512M`.
    pub static MISSING_MEMORY_LIMIT = "missing-memory-limit", Info, Completeness, "nothing limits the service's memory";
}

/// Reports it.
pub fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    report(
        view,
        &Missing {
            lint: &MISSING_MEMORY_LIMIT,
            capability: "memory-limit",
            message: "nothing limits the memory of the service",
            write: "- **Resource limits**: MemoryMax=512M",
        },
        found,
    );
}
