//! Memory limits that the machine cannot keep.

use crate::capabilities::{MemoryLimit, Platform};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a memory limit that is not smaller than the memory that the machine is said to have.
    ///
    /// *Why is this bad?* The kernel runs out of memory before the limit is reached. It then kills what it likes, the
    /// SSH server included.
    ///
    /// *Instead*: a limit that leaves the system some 256 MB, or a larger machine.
    static MEMORY_EXCEEDS_MACHINE = "memory-exceeds-machine", Error, Consistency, "the memory limit is larger than the machine";
}

pub(super) static RULE: Rule = Rule { lints: &[&MEMORY_EXCEEDS_MACHINE], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(limit) = view.bindings.one::<MemoryLimit>() else { return };
    let Some((max, place)) = limit.facts.max.zip(limit.span_of("max")) else { return };
    for machine in view.bindings.of::<Platform>() {
        let Some((memory, span)) = machine.facts.memory.zip(machine.span_of("memory")) else { continue };
        if max >= memory {
            let message = format!("the service may use {max} of the machine's {memory}");
            found.push(
                Diagnostic::new(&MEMORY_EXCEEDS_MACHINE, place, message)
                    .at("the limit")
                    .label(span, "the whole machine")
                    .help("leave the system some 256 MB, or ask for a larger machine"),
            );
        }
    }
}
