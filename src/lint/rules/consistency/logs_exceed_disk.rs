//! Logs that the disk cannot hold.

use crate::capabilities::{JournalLogging, Platform};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::value::Bytes;

declare_lint! {
    /// *What it does*: reports a bound of the journal that is not smaller than the disk that the machine is said to
    /// have.
    ///
    /// *Why is this bad?* The disk is full before the bound is reached, and the service fails with it.
    ///
    /// *Instead*: a bound of a tenth of the disk at most.
    static LOGS_EXCEED_DISK = "logs-exceed-disk", Error, Consistency, "the logs may grow larger than the disk";
}

pub(super) static RULE: Rule = Rule { lints: &[&LOGS_EXCEED_DISK], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for journal in view.bindings.of::<JournalLogging>() {
        let Some((size, place)) = journal.facts.max_use.zip(journal.span_of("max_use")) else { continue };
        for machine in view.bindings.of::<Platform>() {
            let Some((disk, span)) = machine.facts.disk.zip(machine.span_of("disk")) else { continue };
            if size >= disk {
                found.push(
                    Diagnostic::new(&LOGS_EXCEED_DISK, place, format!("logs of {size} do not fit on a disk of {disk}"))
                        .at("the bound of the journal")
                        .label(span, "the whole disk")
                        .help(format!("keep a tenth of the disk at most: {}", Bytes(disk.0 / 10).systemd())),
                );
            }
        }
    }
}
