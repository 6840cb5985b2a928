//! Rotation in the plan: what logrotate is told, who runs it, and how often.
//!
//! In: the merged facts, and the service's log file. Out: a configuration, a unit that runs logrotate with the rights of the
//! logs' owner, its timer. Root has no part in it: in a directory that a service can write it would follow planted links. Not
//! in `/etc/logrotate.d`, where the distribution's own daily run would rotate the same files a second time, as root.

use super::{
    Facts, LogRotation, ROTATION_COMPRESS, ROTATION_DAILY, ROTATION_INTERVAL, ROTATION_KEEP, ROTATION_SIZE, Schedule,
    proof, without_log_file,
};
use crate::capabilities::confined::{confine, lift_start_limit};
use crate::capabilities::log_file::{PlacedLog, has_own_directory, log_files};
use crate::capabilities::{Binding, Bindings, Capability, LogRotationDrill};
use crate::plan::{
    Action, DirectiveValue, Drill, DrillKind, FileContent, InstalledFile, LogAction, NamedDefault, PlanBuilder,
    Provenance, RotationBlock, Setting, Step, Unit, UnitSection,
};
use crate::value::{Bytes, FileMode, Owner, PackageName, Seconds, UnixPath};

const DEFAULT_SIZE: Bytes = Bytes(100 << 20);
const DEFAULT_KEEP: u32 = 10;

/// A log that is rotated, and how.
pub(super) struct Rotated {
    pub file: UnixPath,
    pub directory: UnixPath,
    pub owner: Owner,
    mode: FileMode,
    /// Nobody holds it open, so that it can be renamed.
    renamed: bool,
    pub max_size: Option<Bytes>,
    pub schedule: Option<Schedule>,
    keep: u32,
    days: Option<u64>,
    compress: bool,
    why: Reasons,
}

/// Why each setting is what it is.
struct Reasons {
    all: Provenance,
    when: Provenance,
    keep: Provenance,
    compress: Provenance,
}

/// Names and places of the package's rotation.
pub(super) struct Places {
    pub configuration: UnixPath,
    pub unit: String,
    pub timer: String,
    pub provenance: Provenance,
}

/// Adds everything.
pub(super) fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
    let name = format!("{}-log-rotation", plan.service);
    let Ok(configuration) = format!("/etc/specc/{name}.conf").parse::<UnixPath>() else { return };
    let logs = rotated_logs(own, all, plan);
    let Some(first) = logs.first() else { return };
    let mut provenance = Provenance { capability: LogRotation::NAME, ..Provenance::default() };
    logs.iter().for_each(|log| provenance.merge(&log.why.all));
    let places = Places { configuration, unit: format!("{name}.service"), timer: format!("{name}.timer"), provenance };
    if let Ok(package) = "logrotate".parse::<PackageName>() {
        plan.package(package, places.provenance.clone());
    }
    add_configuration(&logs, &places, plan);
    add_units(&name, first, &logs, &places, plan);
    add_drill(first, &places, all, plan);
    proof::contribute(&logs, &places, plan);
}

/// The logs that somebody wants to be rotated: the service's own, and those that the sentences name.
fn rotated_logs(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) -> Vec<Rotated> {
    let general = own.iter().find(|binding| binding.facts.path.is_none());
    let files = log_files(all, plan);
    let mut rotated = Vec::new();
    for log in &files {
        let specific = own.iter().find(|binding| binding.facts.path.as_ref() == Some(&log.file));
        if specific.is_some() || general.is_some() {
            rotated.extend(decide(log, specific, general, plan));
        }
    }
    let others = own
        .iter()
        .filter(|binding| binding.facts.path.as_ref().is_some_and(|path| files.iter().all(|log| log.file != *path)));
    for binding in others {
        match written_by_the_program(binding, plan) {
            Some(log) => rotated.extend(decide(&log, Some(binding), general, plan)),
            None => without_log_file::refuse_shared(binding, plan),
        }
    }
    if let Some(general) = general.filter(|_| rotated.is_empty()) {
        without_log_file::check(general, plan);
    }
    // One unit rotates them, with the rights of one account.
    let account = rotated.first().map(|log: &Rotated| log.owner.clone());
    rotated.retain(|log| Some(&log.owner) == account.as_ref());
    rotated
}

/// A file that only the rotation speaks of: the program opens it by itself.
fn written_by_the_program(binding: &Binding<Facts>, plan: &PlanBuilder) -> Option<PlacedLog> {
    let file = binding.facts.path.clone().filter(|file| has_own_directory(file, &plan.working_directory))?;
    Some(PlacedLog {
        directory: file.parent()?,
        file,
        mode: FileMode::new(0o640),
        directory_mode: FileMode::new(0o750),
        owner: plan.owner(),
        from_journal: false,
        provenance: binding.provenance(),
    })
}

/// What the sentence about this file says, else what is said of all logs, else a default.
fn decide(
    log: &PlacedLog,
    specific: Option<&Binding<Facts>>,
    general: Option<&Binding<Facts>>,
    plan: &mut PlanBuilder,
) -> Option<Rotated> {
    let said = || specific.into_iter().chain(general);
    let mut everybody = Provenance { capability: LogRotation::NAME, ..Provenance::default() };
    said().for_each(|binding| everybody.merge(&binding.provenance()));
    let reason = |fields: &[&str]| {
        said()
            .find(|binding| fields.iter().any(|field| binding.places.contains_key(*field)))
            .map_or_else(|| everybody.clone(), |binding| binding.provenance_of(fields))
    };
    let mut default = |default: &'static NamedDefault, why: &mut Provenance| {
        let used = plan.default(LogRotation::NAME, default).is_some();
        why.default = used.then_some(default);
        used
    };
    let mut when = reason(&["max_size", "schedule"]);
    let mut max_size = said().find_map(|binding| binding.facts.max_size);
    let mut schedule = said().find_map(|binding| binding.facts.schedule);
    let keep_for = said().find_map(|binding| binding.facts.keep_for);
    if schedule.is_none() && keep_for.is_some() && default(&ROTATION_DAILY, &mut when) {
        schedule = Some(Schedule::Daily);
    }
    if max_size.is_none() && schedule.is_none() && default(&ROTATION_SIZE, &mut when) {
        max_size = Some(DEFAULT_SIZE);
    }
    let mut keeping = reason(&["keep", "keep_for"]);
    let counted = said().find_map(|binding| binding.facts.keep);
    let in_periods = keep_for.zip(schedule).map(|(time, schedule)| periods(time, schedule));
    let keep = match counted.or(in_periods) {
        Some(keep) => Some(keep),
        None => default(&ROTATION_KEEP, &mut keeping).then_some(DEFAULT_KEEP),
    };
    let mut compressing = reason(&["compress", "uncompressed"]);
    let speaks = |binding: &&Binding<Facts>| binding.facts.compress || binding.facts.uncompressed;
    let compress = match said().find(speaks) {
        Some(binding) => !binding.facts.uncompressed,
        None => default(&ROTATION_COMPRESS, &mut compressing),
    };
    let (Some(keep), true) = (keep, max_size.is_some() || schedule.is_some()) else {
        for statement in everybody.statements {
            plan.partial(statement, "not built: it leaves open what the defaults, which are switched off, would say");
        }
        return None;
    };
    let copied = !log.from_journal || said().any(|binding| binding.facts.copytruncate);
    Some(Rotated {
        file: log.file.clone(),
        directory: log.directory.clone(),
        owner: log.owner.clone(),
        mode: log.mode,
        renamed: !copied,
        max_size,
        schedule,
        keep,
        days: keep_for.map(|time| time.whole().div_ceil(86_400)),
        compress,
        why: Reasons { all: everybody, when, keep: keeping, compress: compressing },
    })
}

/// How many rotated files a time needs.
fn periods(time: Seconds, schedule: Schedule) -> u32 {
    let periods = time.whole().div_ceil(schedule.period().whole());
    u32::try_from(periods).unwrap_or(u32::MAX).clamp(1, 1000)
}

impl Rotated {
    fn block(&self) -> RotationBlock {
        let mut settings = Vec::new();
        let mut say = |name: &str, value: String, comment: String, why: &Provenance| {
            settings.push(Setting { name: name.to_owned(), value, comment, provenance: why.clone() });
        };
        let size = self.max_size.map(|size| (size, logrotate_size(size)));
        match (self.schedule, size) {
            (Some(schedule), Some((size, text))) => {
                let comment = format!("{}, and whenever it is larger than {size}", schedule.name());
                say(schedule.name(), String::new(), comment.clone(), &self.why.when);
                say("maxsize", text, comment, &self.why.when);
            }
            (Some(schedule), None) => {
                say(schedule.name(), String::new(), "whatever its size".to_owned(), &self.why.when);
            }
            (None, Some((size, text))) => {
                say("size", text, format!("when it is larger than {size}, whatever its age"), &self.why.when);
            }
            (None, None) => {}
        }
        say("rotate", self.keep.to_string(), format!("{} rotated files are kept", self.keep), &self.why.keep);
        if let Some(days) = self.days {
            say("maxage", days.to_string(), format!("none of them for longer than {days} days"), &self.why.keep);
        }
        if self.compress {
            let comment = "compressed, but for the newest, which somebody may still be writing";
            say("compress", String::new(), comment.to_owned(), &self.why.compress);
            say("delaycompress", String::new(), comment.to_owned(), &self.why.compress);
        } else {
            say("nocompress", String::new(), "rotated files stay as they are".to_owned(), &self.why.compress);
        }
        if self.renamed {
            let comment = "renamed and made anew with its mode: its writer opens it for each batch, so nothing is lost";
            say("create", self.mode.to_string(), comment.to_owned(), &self.why.all);
        } else {
            let comment = "copied and emptied: its writer keeps it open; lines of the moment in between may be lost";
            say("copytruncate", String::new(), comment.to_owned(), &self.why.all);
        }
        let quiet = "no file, or nothing in it: nothing to do";
        say("missingok", String::new(), quiet.to_owned(), &self.why.all);
        say("notifempty", String::new(), quiet.to_owned(), &self.why.all);
        RotationBlock { file: self.file.clone(), settings }
    }

    /// When it has to be looked at, as OnCalendar= takes it.
    fn calendar(&self) -> &'static str {
        match (self.max_size, self.schedule) {
            (Some(_), _) => "*:0/10",
            (None, Some(Schedule::Hourly)) => "hourly",
            (None, _) => "daily",
        }
    }
}

/// logrotate knows `k`, `M` and `G`.
fn logrotate_size(size: Bytes) -> String {
    for (suffix, unit) in [("G", 1_u64 << 30), ("M", 1 << 20), ("k", 1 << 10)] {
        if size.0 >= unit && size.0.is_multiple_of(unit) {
            return format!("{}{suffix}", size.0 / unit);
        }
    }
    size.0.to_string()
}

fn add_configuration(logs: &[Rotated], places: &Places, plan: &mut PlanBuilder) {
    let configuration = places.configuration.clone();
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path: configuration.clone(),
            mode: FileMode::new(0o644),
            owner: Owner::root(),
            purpose: "when and how logs are rotated".to_owned(),
            content: FileContent::Rotation(logs.iter().map(Rotated::block).collect()),
            provenance: places.provenance.clone(),
        },
    );
    if let Some(first) = logs.first() {
        let valid = LogAction::RotationValid { owner: first.owner.clone(), configuration };
        plan.operation(Step::Configuration, 75, Action::Log(valid), places.provenance.clone());
    }
}

fn add_units(name: &str, first: &Rotated, logs: &[Rotated], places: &Places, plan: &mut PlanBuilder) {
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let why = &places.provenance;
    let mut service = Unit::default();
    let mut set = |section, directive, value, comment: &str| {
        service.set(section, directive, value, comment, why.clone());
    };
    let description = format!("{}: rotates its logs", plan.service);
    set(UnitSection::Unit, "Description", text(&description), "looks once, started by the timer");
    set(UnitSection::Service, "Type", text("oneshot"), "looks once, started by the timer");
    let mut command = vec!["/usr/sbin/logrotate".to_owned(), "--state".to_owned()];
    command.extend([format!("/var/lib/{name}/state"), places.configuration.to_string()]);
    set(UnitSection::Service, "ExecStart", DirectiveValue::Command(command), "with a memory of its own");
    set(UnitSection::Service, "StateDirectory", text(name), "with a memory of its own");
    set(UnitSection::Service, "StateDirectoryMode", text("0700"), "with a memory of its own");
    let account = "the logs' owner: root would follow links that it planted";
    set(UnitSection::Service, "User", text(first.owner.user.as_str()), account);
    set(UnitSection::Service, "Group", text(first.owner.group.as_str()), account);
    set(UnitSection::Service, "PrivateUsers", text("yes"), account);
    for (directive, value) in [("Nice", "10"), ("IOSchedulingClass", "idle")] {
        set(UnitSection::Service, directive, text(value), "compression has time");
    }
    let mut directories: Vec<&UnixPath> = logs.iter().map(|log| &log.directory).collect();
    directories.sort();
    directories.dedup();
    let more = directories.iter().filter(|directory| **directory != &first.directory);
    for directory in more {
        set(UnitSection::Service, "ReadWritePaths", text(directory.as_str()), "it writes here and nowhere else");
    }
    confine(&mut service, &first.directory, why);
    lift_start_limit(&mut service, why);
    plan.unit_file(&places.unit, "rotates the logs, once", service, why.clone());
    add_timer(logs, places, plan);
}

fn add_timer(logs: &[Rotated], places: &Places, plan: &mut PlanBuilder) {
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let mut why = places.provenance.clone();
    let mut calendars: Vec<&str> = logs.iter().map(Rotated::calendar).collect();
    // The most frequent one serves all.
    calendars.sort_by_key(|calendar| ["*:0/10", "hourly", "daily"].iter().position(|known| known == calendar));
    let mut calendar = calendars.first().copied().unwrap_or("daily");
    if calendar == "*:0/10" {
        match plan.default(LogRotation::NAME, &ROTATION_INTERVAL) {
            Some(default) => why.default = default.default,
            None => calendar = "daily",
        }
    }
    let often = match calendar {
        "*:0/10" => "at once, then every 10 minutes",
        "hourly" => "at once, then every hour",
        _ => "at once, then every day",
    };
    let mut timer = Unit::default();
    let mut tick = |section, name, value: &str, comment: &str| {
        timer.set(section, name, text(value), comment, why.clone());
    };
    tick(UnitSection::Unit, "Description", &format!("{}: look at its logs", plan.service), "when logs are looked at");
    tick(UnitSection::Timer, "OnActiveSec", "0", often);
    tick(UnitSection::Timer, "OnCalendar", calendar, often);
    tick(UnitSection::Timer, "AccuracySec", "1s", often);
    tick(UnitSection::Timer, "Persistent", "yes", "what was missed while the host was off is made up for");
    tick(UnitSection::Install, "WantedBy", "timers.target", "waits from boot on");
    plan.unit_file(&places.timer, "when logs are looked at", timer, why.clone());
    plan.operation(Step::Monitoring, 20, Action::Timer(places.timer.clone()), why);
}

/// The drill proves the configuration on a scratch log, for whoever asks for it, and for the rotation itself.
fn add_drill(log: &Rotated, places: &Places, all: &Bindings, plan: &mut PlanBuilder) {
    let asked = all.of::<LogRotationDrill>().iter().map(Binding::provenance).reduce(|mut first, other| {
        first.merge(&other);
        first
    });
    let mut why = asked.unwrap_or_else(|| places.provenance.clone());
    why.merge(&places.provenance);
    let trigger = match log.max_size {
        Some(size) => format!("a log that outgrows {size} is rotated"),
        None => "a log whose time has come is rotated".to_owned(),
    };
    let health = plan.health.clone();
    plan.drill(Drill {
        kind: DrillKind::LogRotation {
            owner: log.owner.clone(),
            configuration: places.configuration.clone(),
            file: log.file.clone(),
            limit: log.max_size,
            keep: log.keep,
        },
        title: format!("{trigger}: nothing is lost, its mode stays, {} files are kept", log.keep),
        health,
        provenance: why,
    });
}
