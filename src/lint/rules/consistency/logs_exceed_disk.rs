//! Logs that the disk cannot hold.

use crate::capabilities::{JournalLogging, LogRotation, Platform};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::plan::{FileContent, RotationBlock};
use crate::source::Span;
use crate::value::Bytes;

declare_lint! {
    /// *What it does*: adds up how large the logs may grow, the journal up to its bound and each log file with the
    /// rotated ones that are kept (those that are compressed at a tenth), and reports a sum that is not smaller than
    /// the disk that the machine is said to have.
    ///
    /// *Why is this bad?* The disk is full before the bounds are reached, and the service fails with it.
    ///
    /// *Instead*: bounds of a tenth of the disk at most, fewer rotated files, or compressed ones.
    static LOGS_EXCEED_DISK = "logs-exceed-disk", Error, Consistency, "the logs may grow larger than the disk";
}

pub(super) static RULE: Rule = Rule { lints: &[&LOGS_EXCEED_DISK], check };

/// Logs that may grow up to a size, where it is said, and what it is.
struct Share {
    size: Bytes,
    place: Span,
    what: String,
}

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let mut machines = view.bindings.of::<Platform>().iter();
    let machine = machines.find_map(|machine| machine.facts.disk.zip(machine.span_of("disk")));
    let Some((disk, whole)) = machine else { return };
    let shares: Vec<Share> = journal(view).into_iter().chain(rotated(view)).collect();
    let total = shares.iter().fold(0_u64, |sum, share| sum.saturating_add(share.size.0));
    let Some((first, others)) = shares.split_first().filter(|_| total >= disk.0) else { return };
    let message = format!("logs of {} do not fit on a disk of {disk}", Bytes(total));
    let mut diagnostic = Diagnostic::new(&LOGS_EXCEED_DISK, first.place, message)
        .at(first.what.clone())
        .help(format!("keep a tenth of the disk at most: {}", Bytes(disk.0 / 10).systemd()));
    for share in others {
        diagnostic = diagnostic.label(share.place, share.what.clone());
    }
    found.push(diagnostic.label(whole, "the whole disk"));
}

fn journal(view: &View<'_>) -> Option<Share> {
    let mut journals = view.bindings.of::<JournalLogging>().iter();
    let (size, place) = journals.find_map(|journal| journal.facts.max_use.zip(journal.span_of("max_use")))?;
    Some(Share { size, place, what: "the bound of the journal".to_owned() })
}

/// The log files that rotate at a size, as logrotate is told: the one that grows, and those that are kept.
fn rotated(view: &View<'_>) -> Vec<Share> {
    let rotation = view.bindings.of::<LogRotation>().iter();
    let place = rotation.flat_map(|binding| ["max_size", "keep"].map(|field| binding.span_of(field))).flatten().next();
    let (Some(plan), Some(place)) = (view.plan, place) else { return Vec::new() };
    let blocks = plan.files.iter().filter_map(|file| match &file.content {
        FileContent::Rotation(blocks) => Some(blocks),
        _ => None,
    });
    blocks.flatten().filter_map(|block| share(block, place)).collect()
}

/// What a file and its rotated ones take; `None` where no size bounds it.
fn share(block: &RotationBlock, place: Span) -> Option<Share> {
    let value = |name: &str| block.settings.iter().find(|setting| setting.name == name).map(|setting| &setting.value);
    let size: Bytes = value("size").or_else(|| value("maxsize"))?.parse().ok()?;
    let keep: u64 = value("rotate")?.parse().ok()?;
    // The newest rotated file is never compressed: somebody may still be writing it.
    let compressed = if value("compress").is_some() { keep.saturating_sub(1) } else { 0 };
    let whole = size.0.saturating_mul(keep + 1 - compressed);
    let total = Bytes(whole.saturating_add((size.0 / 10).saturating_mul(compressed)));
    Some(Share { size: total, place, what: format!("{} and {keep} rotated files: up to {total}", block.file) })
}
