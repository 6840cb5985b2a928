//! Backups that are lost together with what they are backups of.

use super::Facts;
use super::contribution::destination;
use crate::capabilities::{Binding, Bindings, directories};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports backups that are kept in a directory that they are backups of, or in one that the service
    /// itself can write.
    ///
    /// *Why is this bad?* Whatever deletes the data, a mistake or somebody who broke into the service, deletes its backups
    /// in the same moment. And a backup that holds all backups before it doubles each time.
    ///
    /// *Instead*: keep them elsewhere, `/var/backups/my-service` for one, and a copy off-site.
    pub(super) static BACKUP_BESIDE_ITS_SOURCE = "backup-beside-its-source", Error, Consistency, "backups that are lost together with the data";
}

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) {
    let Some(place) = binding.span_of("destination") else { return };
    let Some(destination) = destination(&binding.facts, &plan.service) else { return };
    let source = binding.facts.sources.iter().find(|source| destination.is_within(source));
    let writable = directories::writable(all).map(|(path, _)| path).find(|path| destination.is_within(path));
    let (message, at) = match (source, writable) {
        (Some(source), _) => (format!("the backups of {source} would lie in {source}"), "below what is backed up"),
        (None, Some(path)) => {
            (format!("the service can write {path}, and so delete its backups"), "below what the service can write")
        }
        (None, None) => return,
    };
    plan.report(
        Diagnostic::new(&BACKUP_BESIDE_ITS_SOURCE, place, message)
            .at(at)
            .help(format!("keep them elsewhere: /var/backups/{}", plan.service)),
    );
}
