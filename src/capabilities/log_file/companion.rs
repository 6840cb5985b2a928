//! The companion unit: it follows the journal and copies what the service logs into the file.
//!
//! In: where the log file stands. Out: a program, the unit that runs it as the service's user, and the operations that
//! start both. Where it has come in the journal it keeps in a state directory, and a step forward counts only once the
//! entries are on disk: so nothing is lost when the companion, the service or the host is restarted. It opens the file anew
//! for each batch, so a rotation by renaming needs neither a signal nor a copy.

use super::{LOG_FILE_FROM_JOURNAL, LogFile, PlacedLog};
use crate::capabilities::Capability;
use crate::capabilities::confined::confine;
use crate::plan::{
    Action, DirectiveValue, FileContent, InstalledFile, PlanBuilder, Provenance, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner, UnixPath};

/// What bounds the companion: it formats text, and nothing else.
const BOUNDS: &[(&str, &str)] = &[("MemoryMax", "128M"), ("TasksMax", "16"), ("Nice", "10")];

/// The companion's name, which its program, unit and state share.
pub(super) fn name(plan: &PlanBuilder) -> String {
    format!("{}-log-file", plan.service)
}

/// Adds the companion, unless the program writes the file by itself; tells whether it did.
pub(super) fn contribute(log: &PlacedLog, plan: &mut PlanBuilder) -> bool {
    let Some(default) = plan.default(LogFile::NAME, &LOG_FILE_FROM_JOURNAL) else { return false };
    let mut why = log.provenance.clone();
    why.default = default.default;
    let name = name(plan);
    let Ok(program) = format!("/usr/local/lib/{name}").parse::<UnixPath>() else { return false };
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path: program.clone(),
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "copies the journal's entries about a unit into a file".to_owned(),
            content: FileContent::Program { template: "log-file", constants: Vec::new() },
            provenance: why.clone(),
        },
    );
    let companion = format!("{name}.service");
    let unit = unit(&name, &program, log, plan, &why);
    plan.unit_file(&companion, format!("copies what the service logs into {}", log.file), unit, why.clone());
    // Started before the service, so that the file has its first words, too.
    plan.operation(Step::Service, 30, Action::UnitEnabled(companion.clone()), why.clone());
    plan.operation(Step::Service, 40, Action::Service { unit: companion, stamp: vec![program] }, why);
    true
}

fn unit(name: &str, program: &UnixPath, log: &PlacedLog, plan: &PlanBuilder, why: &Provenance) -> Unit {
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let mut unit = Unit::default();
    let mut set = |section, directive, value, comment: &str| {
        unit.set(section, directive, value, comment, why.clone());
    };
    let description = format!("{}: copies its log into {}", plan.service, log.file);
    set(
        UnitSection::Unit,
        "Description",
        text(&description),
        "what it does, where it keeps its place, and that it goes on",
    );
    let never = "it tries for ever: on a full disk it waits, and then copies what has come meanwhile";
    set(UnitSection::Unit, "StartLimitIntervalSec", text("0"), never);
    let command = vec![program.to_string(), plan.unit_name(), log.file.to_string()];
    set(UnitSection::Service, "Type", text("exec"), "whose entries, and where to");
    set(UnitSection::Service, "ExecStart", DirectiveValue::Command(command), "whose entries, and where to");
    let account = "the file's owner, who may also read the journal";
    set(UnitSection::Service, "User", text(log.owner.user.as_str()), account);
    set(UnitSection::Service, "Group", text(log.owner.group.as_str()), account);
    set(UnitSection::Service, "SupplementaryGroups", text("systemd-journal"), account);
    // In a user namespace of its own: the service, which has the same account, cannot look into it and at the journal.
    set(
        UnitSection::Service,
        "PrivateUsers",
        text("yes"),
        "out of reach of the service, which may not read the journal",
    );
    let umask = format!("{:04o}", 0o777 & !log.mode.bits());
    set(UnitSection::Service, "UMask", text(&umask), "a file that somebody removed comes back with its mode");
    let place = "where it has come in the journal: nothing is lost by a restart";
    set(UnitSection::Service, "StateDirectory", text(name), place);
    set(UnitSection::Service, "StateDirectoryMode", text("0700"), place);
    if let Some(below) = log.directory.as_str().strip_prefix("/var/log/") {
        let back = "a directory that somebody removed comes back";
        set(UnitSection::Service, "LogsDirectory", text(below), back);
        set(UnitSection::Service, "LogsDirectoryMode", text(&log.directory_mode.to_string()), back);
    }
    set(UnitSection::Service, "Restart", text("always"), "it tries again");
    set(UnitSection::Service, "RestartSec", text("5"), "it tries again");
    set(UnitSection::Service, "KillMode", text("mixed"), "a batch that has begun is brought to its end");
    for &(directive, value) in BOUNDS {
        set(UnitSection::Service, directive, text(value), "it takes little, whatever the service logs");
    }
    set(UnitSection::Install, "WantedBy", text("multi-user.target"), "from boot on");
    confine(&mut unit, &log.directory, why);
    unit
}
