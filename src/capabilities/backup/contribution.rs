//! What is to be done for backups, decided.
//!
//! In: what the statements together say. Out: an [`Order`] in which nothing is open, with the reason for each part.

use super::{
    BACKUP_DESTINATION, BACKUP_KEEP, BACKUP_KEEPS_BY_NUMBER, BACKUP_SCHEDULE, BACKUP_SOURCES, BACKUP_TIME, Backup,
    Facts,
};
use crate::capabilities::{Binding, Bindings, Capability, directories};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::{DirectiveValue, PlanBuilder, Provenance};
use crate::value::{Seconds, ServiceName, TimeOfDay, UnixPath, Weekday, calendar};

declare_lint! {
    /// *What it does*: reports a request for backups when nothing says what is to be backed up: no path, no database, and
    /// no directory in which the service keeps data.
    ///
    /// *Why is this bad?* No backup can be made, and the specification reads as if there were one.
    ///
    /// *Instead*: name it: `- Daily backup of /var/lib/my-service`.
    pub(super) static BACKUP_WITHOUT_SOURCE = "backup-without-source", Error, Consistency, "backups of nothing in particular";
}

const DAY: Seconds = Seconds(86_400.0);

/// Backups, decided.
#[derive(Debug, Clone)]
pub(in crate::capabilities) struct Order {
    /// Name of the program and its units: `desk-backup`.
    pub name: String,
    /// What is backed up. One that lies in another counts where something is mounted there, which the program sees.
    pub sources: Vec<UnixPath>,
    /// The PostgreSQL database that is dumped.
    pub database: Option<ServiceName>,
    /// The time between two backups.
    pub every: Seconds,
    /// The same for a timer.
    pub calendar: String,
    /// How many are kept; 0 for all.
    pub keep: u32,
    /// The directory that holds them, and nothing else.
    pub destination: UnixPath,
    /// Who asks for backups.
    pub why: Provenance,
    /// Who says when.
    pub when: Provenance,
    /// Who says how many.
    pub kept: Provenance,
    /// Who says where.
    pub place: Provenance,
}

impl Order {
    /// Decides; `None` where something is open that no default fills in.
    pub(in crate::capabilities) fn take(
        binding: &Binding<Facts>,
        all: &Bindings,
        plan: &mut PlanBuilder,
    ) -> Option<Self> {
        let facts = &binding.facts;
        let mut why = binding.provenance();
        let sources = sources(binding, all, plan, &mut why)?;
        let (every, calendar, when) = times(binding, plan)?;
        let (keep, kept) = number(binding, every, plan);
        let mut place = binding.provenance_of(&["destination"]);
        let destination = destination(facts, &plan.service)?;
        if facts.destination.as_ref() != Some(&destination) {
            place.default = plan.default(Backup::NAME, &BACKUP_DESTINATION)?.default;
        }
        let name = name(plan);
        let database = facts.database.clone();
        Some(Self { name, sources, database, every, calendar, keep, destination, why, when, kept, place })
    }

    /// Sources that lie in no other one.
    pub(super) fn outermost(&self) -> impl Iterator<Item = &UnixPath> {
        let is_within = |path: &UnixPath| self.sources.iter().any(|other| other != path && path.is_within(other));
        self.sources.iter().filter(move |path| !is_within(path))
    }

    /// Where the program stands.
    pub(in crate::capabilities) fn program(&self) -> String {
        format!("/usr/local/lib/{}", self.name)
    }
}

/// How old the newest backup, or the last trial, may be: one that is due may still be at work.
pub(in crate::capabilities) fn oldest(every: Seconds) -> f64 {
    let limit = every.0 * 1.25 + 3600.0;
    let unit = if limit < 2.0 * DAY.0 { 3600.0 } else { DAY.0 };
    (limit / unit).ceil() * unit
}

/// The name of the program and its units.
pub(in crate::capabilities) fn name(plan: &PlanBuilder) -> String {
    format!("{}-backup", plan.service)
}

/// A directive's value that is plain text.
pub(in crate::capabilities) fn text(value: impl Into<String>) -> DirectiveValue {
    DirectiveValue::Text(value.into())
}

/// When a timer elapses; at night where no time is given.
pub(in crate::capabilities) fn schedule(
    every: Seconds,
    time: Option<TimeOfDay>,
    weekday: Option<Weekday>,
) -> Option<String> {
    let time = time.or_else(|| TimeOfDay::new(2, 30, false))?;
    calendar(every, time, weekday)
}

/// A directory of its own, which can be closed to everybody else: `/var/backups` belongs to others, too.
pub(in crate::capabilities) fn destination(facts: &Facts, service: &ServiceName) -> Option<UnixPath> {
    let named = match &facts.destination {
        Some(path) => path.clone(),
        None => "/var/backups".parse().ok()?,
    };
    if named.as_str().split('/').any(|part| part.contains(service.as_str())) {
        Some(named)
    } else {
        named.join(service.as_str()).ok()
    }
}

fn sources(
    binding: &Binding<Facts>,
    all: &Bindings,
    plan: &mut PlanBuilder,
    why: &mut Provenance,
) -> Option<Vec<UnixPath>> {
    let facts = &binding.facts;
    let mut named = facts.sources.clone();
    if named.is_empty() && facts.database.is_none() {
        named = directories::with_data(all).cloned().collect();
        if named.is_empty() {
            return None;
        }
        why.default = plan.default(Backup::NAME, &BACKUP_SOURCES)?.default;
    }
    named.sort();
    named.dedup();
    Some(named)
}

/// Reports backups of nothing in particular.
pub(super) fn check_sources(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let is_named = !facts.sources.is_empty() || facts.database.is_some();
    if is_named || directories::with_data(all).next().is_some() {
        return;
    }
    let Some((_, span)) = binding.places.values().flatten().min_by_key(|(_, span)| span.start) else { return };
    plan.report(
        Diagnostic::new(&BACKUP_WITHOUT_SOURCE, *span, "nothing says what is to be backed up")
            .at("no path, no database, and no directory in which the service keeps data")
            .help(format!("name it: Daily backup of /var/lib/{}", plan.service)),
    );
}

fn times(binding: &Binding<Facts>, plan: &mut PlanBuilder) -> Option<(Seconds, String, Provenance)> {
    let facts = &binding.facts;
    let mut when = binding.provenance_of(&["schedule", "time", "weekday"]);
    let every = match facts.schedule {
        Some(every) => every,
        None => {
            when.default = plan.default(Backup::NAME, &BACKUP_SCHEDULE)?.default;
            DAY
        }
    };
    if facts.time.is_none()
        && let Some(default) = plan.default(Backup::NAME, &BACKUP_TIME)
    {
        when.default = when.default.or(default.default);
    }
    Some((every, schedule(every, facts.time, facts.weekday)?, when))
}

/// How many backups are kept. A time is as many as are made in it: by age, all would be gone once backups stop.
fn number(binding: &Binding<Facts>, every: Seconds, plan: &mut PlanBuilder) -> (u32, Provenance) {
    let facts = &binding.facts;
    let mut why = binding.provenance_of(&["keep", "retention"]);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let in_time = facts.retention.map(|time| (time.0 / every.0).ceil().clamp(1.0, 10_000.0) as u32);
    if in_time.is_some() {
        why.default = plan.default(Backup::NAME, &BACKUP_KEEPS_BY_NUMBER).and_then(|default| default.default);
    }
    let keep = match facts.keep.max(in_time) {
        Some(keep) => keep,
        None => match plan.default(Backup::NAME, &BACKUP_KEEP) {
            Some(default) => {
                why.default = default.default;
                14
            }
            None => 0,
        },
    };
    (keep, why)
}
