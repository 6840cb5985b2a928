//! Task limits below what the runtime itself takes.

use crate::capabilities::{Application, Runtime, TaskLimits};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a limit of tasks below the number of threads that an empty Node process starts.
    ///
    /// *Why is this bad?* The process cannot make its threads and ends, again and again until systemd gives up.
    ///
    /// *Instead*: 64 tasks for a small service.
    static TASKS_BELOW_RUNTIME = "tasks-below-runtime", Error, Consistency, "the task limit is too small for the runtime";
}

pub(super) static RULE: Rule = Rule { lints: &[&TASKS_BELOW_RUNTIME], check };

/// The main thread, four of libuv, and those of V8.
const NODE: u64 = 11;

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(limit), Some(application)) = (view.bindings.one::<TaskLimits>(), view.bindings.one::<Application>())
    else {
        return;
    };
    let Some((tasks, place)) = limit.facts.tasks.zip(limit.span_of("tasks")) else { return };
    if application.facts.runtime == Some(Runtime::Node) && tasks < NODE {
        found.push(
            Diagnostic::new(&TASKS_BELOW_RUNTIME, place, format!("Node does not even start with {tasks} tasks"))
                .at(format!("its threads alone are {NODE}"))
                .help("write 64"),
        );
    }
}
