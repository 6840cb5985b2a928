//! Memory limits below what the runtime itself takes.

use crate::capabilities::{Application, MemoryLimit, Runtime};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a memory limit below what an empty Python or Node process takes.
    ///
    /// *Why is this bad?* The kernel kills the service while it starts, again and again until systemd gives up.
    ///
    /// *Instead*: 256 MB for a small web service; measure yours under load and add a half.
    static MEMORY_BELOW_RUNTIME = "memory-below-runtime", Error, Consistency, "the memory limit is too small for the runtime";
}

pub(super) static RULE: Rule = Rule { lints: &[&MEMORY_BELOW_RUNTIME], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(limit), Some(application)) = (view.bindings.one::<MemoryLimit>(), view.bindings.one::<Application>())
    else {
        return;
    };
    let Some((max, place)) = limit.facts.max.zip(limit.span_of("max")) else { return };
    // Resident size of an interpreter that has loaded nothing but its web server, rounded down.
    let (least, what) = match (application.facts.runtime, application.facts.framework) {
        (Some(Runtime::Node), _) => (40, "Node"),
        (Some(Runtime::Python), Some(_)) => (32, "Python with its server"),
        (Some(Runtime::Python), None) => (8, "Python"),
        _ => return,
    };
    if max.0 < least * 1024 * 1024 {
        found.push(
            Diagnostic::new(&MEMORY_BELOW_RUNTIME, place, format!("{what} does not even start with {max}"))
                .at(format!("it takes {least} MB before it does anything"))
                .help("write 256 MB, then measure"),
        );
    }
}
