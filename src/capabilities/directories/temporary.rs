//! Data where nothing lasts.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a directory of the service below `/tmp`, `/var/tmp`, `/run` or `/dev/shm`.
    ///
    /// *Why is this bad?* `/tmp`, `/run` and `/dev/shm` are empty after a reboot, and systemd clears `/tmp` and
    /// `/var/tmp` of what is old. With a private `/tmp`, part of the sandbox, it is gone after every restart.
    ///
    /// *Instead*: `/var/lib/SERVICE` for data, `/var/cache/SERVICE` for what can be made again.
    pub(super) static DATA_IN_TEMPORARY_DIRECTORY = "data-in-temporary-directory", Warn, Consistency, "data where nothing lasts";
}

/// Where nothing lasts.
const TEMPORARY: &[&str] = &["/tmp/", "/var/tmp/", "/run/", "/dev/shm/"];

/// Reports it.
pub(super) fn check(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    for binding in own {
        let (Some(path), Some(place)) = (&binding.facts.path, binding.span_of("path")) else { continue };
        if TEMPORARY.iter().any(|prefix| format!("{path}/").starts_with(prefix)) {
            let message = format!("what is kept in {path} does not last");
            plan.report(
                Diagnostic::new(&DATA_IN_TEMPORARY_DIRECTORY, place, message)
                    .at("cleared at a reboot, or by age")
                    .help(format!(
                        "write /var/lib/{0} for data, /var/cache/{0} for what can be made again",
                        plan.service
                    )),
            );
        }
    }
}
