//! Mount units that are required where a path is meant.

use super::{Facts, has_suffix};
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports `Requires=` of a mount unit, such as `etc-agent-env.mount`.
    ///
    /// *Why is this bad?* A mount unit exists only for a file system of its own. For a file or a directory on another one
    /// there is none, and a service that requires it never starts. The package writes `RequiresMountsFor=` instead, which
    /// holds for any path.
    ///
    /// *Instead*: nothing, where an environment file is meant: without it the start fails in any case.
    pub(super) static MOUNT_UNIT_FOR_PATH = "mount-unit-for-path", Warn, Platform, "a mount unit is required where a path is meant";
}

/// Reports it: wherever something is required, where only mounts are; else at the first place.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let requires = &binding.facts.requires;
    let Some(mount) = requires.iter().find(|unit| has_suffix(unit, ".mount")) else { return };
    let all = requires.iter().all(|unit| has_suffix(unit, ".mount"));
    let places = binding.places.get("requires").into_iter().flatten();
    for (_, place) in places.take(if all { usize::MAX } else { 1 }) {
        plan.report(
            Diagnostic::new(
                &MOUNT_UNIT_FOR_PATH,
                *place,
                format!("{mount} exists only where a file system of its own is mounted"),
            )
            .at("elsewhere the service would never start")
            .help("leave it out; an environment file that is missing fails the start in any case"),
        );
    }
}
