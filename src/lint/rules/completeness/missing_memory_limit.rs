//! Specifications that do not say how much memory the service may use.

use super::missing::Missing;
use crate::capabilities::MemoryLimit;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a service without a limit of its memory.
    ///
    /// *Why is this bad?* A leak in an unlimited service takes the whole host down, and the kernel may kill another
    /// process first.
    ///
    /// *Instead*: add `- **Resource limits**: MemoryMax=512M`.
    static MISSING_MEMORY_LIMIT = "missing-memory-limit", Info, Completeness, "nothing limits the service's memory";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_MEMORY_LIMIT,
    lacks: |asked| asked.lacks::<MemoryLimit>(),
    message: "nothing limits the memory of the service",
    write: "- **Resource limits**: MemoryMax=512M",
};
