//! Log file: what the service logs is in a file, too.
//!
//! In: clauses that name the file to which the service logs, and criteria about it. Out: the file in a directory of the
//! service's own, a companion unit that copies the journal's entries into it, checks that they arrive. The output itself
//! stays in the journal. Not here: rotation (`log_rotation`), logs of other programs, directories (`directories`).

mod companion;
mod own_directory;
mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ownership::ownership;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example, file_permissions,
};
use crate::diagnostics::Lint;
use crate::plan::{Action, Deviation, LogAction, NamedDefault, PlanBuilder, Provenance, Step};
use crate::value::{FileMode, Owner, UnixPath, UserName};

pub(super) use own_directory::has_own_directory;

/// The capability.
pub struct LogFile;

/// What a statement says about a log file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The file.
    pub path: Option<UnixPath>,
    /// Who can write it.
    pub user: Option<UserName>,
    /// The unit's own directive for it: `append` or `file`.
    pub redirection: Option<String>,
}

static LOG_FILE_FROM_JOURNAL: NamedDefault = NamedDefault {
    name: "log-file-from-journal",
    reason: "what the program prints goes to the journal, and a companion unit copies it from there into the log file, so \
             that both have all of it; switch this off for a program that opens its log file by itself",
};

static PRIVATE_LOG_FILE: NamedDefault = NamedDefault {
    name: "private-log-file",
    reason: "logs tell about the people who use a service: its log file belongs to its user with mode 0640, in a directory \
             of its own with mode 0750",
};

/// What is another log, or is done with logs by somebody else.
const ANOTHER: &[&str] = &[
    "access|audit|install|installation|build|deploy|backup|slow|cron|auth|system|kernel|boot log(s)",
    "error(s) log(s)|file",
    "rotate(s|d)|rotating|rotation|logrotate|kept|retained|retention|compress(ed|es)|archived|deleted|removed",
    "journal|journald|journalctl|syslog|rsyslog|stdout only|level",
    "tail|grep|you|your|copied|copies|shipped|ships|forwarded|collected|parsed|remote|attached",
    "directory|dir|folder",
];

impl Capability for LogFile {
    type Facts = Facts;

    const NAME: &'static str = "log-file";
    const SUMMARY: &'static str =
        "What the service logs is in a file as well as in the journal: a companion unit copies every entry.";
    const CUES: &'static [&'static str] = &[
        "log(s) … to|into|in|at|under <path>",
        "log(s) (is|are) <path>",
        "logging … to|into|in|at <path>",
        "logged … to|into|in|at <path>",
        "write(s) … log(s) … <path>",
        "output|stdout|stderr … to|into|in <path>",
        "log file(s)",
        "logfile(s)",
        "log (file) path|location|destination",
        "log(s):",
        "logging:",
        "log(s) exist(s)",
        "<path> (is|are) writable",
        "<path> exists",
        "StandardOutput=",
        "StandardError=",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "log",
        "logs",
        "logging",
        "logged",
        "logfile",
        "file",
        "files",
        "output",
        "stdout",
        "stderr",
        "standard",
        "path",
        "location",
        "destination",
        "write",
        "writes",
        "written",
        "writable",
        "append",
        "appends",
        "appended",
        "redirected",
        "captured",
        "sent",
        "sends",
        "goes",
        "go",
        "going",
        "stored",
        "saved",
        "found",
        "located",
        "lives",
        "live",
        "messages",
        "entries",
        "activity",
        "owned",
        "mode",
        "permissions",
        "user",
        "process",
        "exists",
        "exist",
        "created",
        "present",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Service logs to /var/log/mailer/app.log", r#"{"path": "/var/log/mailer/app.log"}"#),
        example("Logs are written to `/var/log/mailer/mailer.log`", r#"{"path": "/var/log/mailer/mailer.log"}"#),
        example("**Log file**: /var/log/ledger/ledger.log", r#"{"path": "/var/log/ledger/ledger.log"}"#),
        example("**Log location**: /var/log/ledger/ledger.log (mode 600)", r#"{"path": "/var/log/ledger/ledger.log"}"#),
        example("**Logs**: /srv/courier/logs/courier.log", r#"{"path": "/srv/courier/logs/courier.log"}"#),
        example("stdout and stderr are appended to /var/log/feed/feed.log", r#"{"path": "/var/log/feed/feed.log"}"#),
        example(
            "StandardOutput=append:/var/log/feed/feed.log",
            r#"{"path": "/var/log/feed/feed.log", "redirection": "append"}"#,
        ),
        criterion("The log file /var/log/mailer/app.log exists", r#"{"path": "/var/log/mailer/app.log"}"#),
        criterion(
            "Logs exist: `/var/log/mailer/app.log` is writable by agent-prod user",
            r#"{"path": "/var/log/mailer/app.log", "user": "agent-prod"}"#,
        ),
        example("The service does not log to /var/log/mailer/app.log", NOT_MINE),
        example("nginx logs to /var/log/nginx/access.log", NOT_MINE),
        example("The access log is written to /var/log/mailer/access.log", NOT_MINE),
        example("Logs in /var/log/mailer/app.log are rotated daily", NOT_MINE),
        example("Log directory: /var/log/mailer", NOT_MINE),
        example("Logs go to the systemd journal", NOT_MINE),
        example("Logs are shipped from /var/log/mailer/app.log to the collector", NOT_MINE),
        example("Log level: info", NOT_MINE),
        example("Check logs: `tail -f /var/log/mailer/app.log`", NOT_MINE),
        example("Secrets are not written to log files", NOT_MINE),
        criterion("/var/lib/mailer is writable by the `mailer` user", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&LOG_FILE_FROM_JOURNAL, &PRIVATE_LOG_FILE];
    const LINTS: &'static [&'static Lint] = &[&own_directory::LOG_FILE_IN_SHARED_DIRECTORY];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some(reading) = redirection(clause) {
            return Some(reading);
        }
        if clause.find_any(ANOTHER).is_some() || clause.commands().next().is_some() {
            return None;
        }
        let mut paths = clause.paths();
        let (path, place) = paths.next()?;
        if paths.next().is_some() || !is_log_file(path) {
            return None;
        }
        let mut reading = Reading::new(Facts { path: Some(path.clone()), ..Facts::default() }, []).place("path", place);
        if let Some(owned) = ownership(clause, context) {
            reading.facts.user = Some(owned.user);
            reading = reading.claim(owned.phrase).place("user", owned.place);
        }
        Some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let mut copied = false;
        for binding in own {
            let Some(log) = placed(binding, all, plan) else {
                own_directory::refuse(binding, plan);
                continue;
            };
            if copied {
                for statement in binding.provenance().statements {
                    plan.partial(statement, "another file gets the journal's entries already: one copy is enough");
                }
                continue;
            }
            copied = true;
            note_other_user(binding, plan);
            make(&log, plan);
            let from_journal = companion::contribute(&log, plan);
            deviate_from_redirection(binding, from_journal, plan);
            proof::contribute(&log, from_journal, plan);
        }
    }
}

/// `StandardOutput=append:/var/log/x/x.log`; systemd keeps such a file open over every rotation.
fn redirection(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let mut reading: Option<Reading<Facts>> = None;
    for ((name, value), place) in clause.directives() {
        let (how, path) = value.split_once(':').filter(|_| matches!(name, "StandardOutput" | "StandardError"))?;
        let path: UnixPath = path.parse().ok().filter(is_log_file)?;
        if !matches!(how, "append" | "file" | "truncate") {
            return None;
        }
        let found = reading.get_or_insert_default();
        if found.facts.path.as_ref().is_some_and(|other| *other != path) {
            return None;
        }
        found.facts.path = Some(path);
        found.facts.redirection = Some(how.to_owned());
        found.claims.push(place.clone());
        found.places.extend([("path", place.clone()), ("redirection", place)]);
    }
    reading
}

/// Whether a path names a file for logs, spelled so that every program on the way takes it for itself.
pub(super) fn is_log_file(path: &UnixPath) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte);
    let name = path.file_name();
    path.as_str().bytes().all(plain) && name.trim_start_matches('.').contains('.') && !name.starts_with('-')
}

/// A log file with what follows from it.
#[derive(Debug, Clone)]
pub(super) struct PlacedLog {
    pub file: UnixPath,
    pub directory: UnixPath,
    pub mode: FileMode,
    pub directory_mode: FileMode,
    pub owner: Owner,
    /// Whether a companion writes it, and nobody else.
    pub from_journal: bool,
    pub provenance: Provenance,
}

/// Where the log file of a binding stands; `None` where its directory is not the service's own.
fn placed(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) -> Option<PlacedLog> {
    let file = binding.facts.path.clone()?;
    let directory = file.parent().filter(|_| has_own_directory(&file, &plan.working_directory))?;
    let mut provenance = binding.provenance();
    let asked = file_permissions::of_path(all, &file);
    if let Some(asked) = asked {
        provenance.merge(&asked.provenance());
    }
    let mode = asked.and_then(|asked| asked.facts.mode);
    if mode.is_none()
        && let Some(default) = plan.default(LogFile::NAME, &PRIVATE_LOG_FILE)
    {
        provenance.default = default.default;
    }
    // Whoever writes it must be able to read where it ends.
    let mode = FileMode::new(mode.unwrap_or(FileMode::new(0o640)).bits() & 0o666 | 0o600);
    let group = asked.and_then(|asked| asked.facts.group.clone()).unwrap_or_else(|| plan.group.clone());
    Some(PlacedLog {
        // A directory that a group can write would let its members replace the file.
        directory_mode: FileMode::new(mode.for_directory().bits() & !0o022),
        owner: Owner { user: plan.user.clone(), group },
        from_journal: !plan.disabled_defaults.contains(LOG_FILE_FROM_JOURNAL.name),
        file,
        directory,
        mode,
        provenance,
    })
}

/// The log files that this specification's service has, for those who rotate them.
pub(super) fn log_files(all: &Bindings, plan: &mut PlanBuilder) -> Vec<PlacedLog> {
    all.of::<LogFile>().iter().filter_map(|binding| placed(binding, all, plan)).take(1).collect()
}

/// The directories of log files, which the service may write to as well.
pub(super) fn writable(all: &Bindings, working_directory: &UnixPath) -> Vec<(UnixPath, Provenance)> {
    let directory = |binding: &Binding<Facts>| {
        let file = binding.facts.path.as_ref().filter(|file| has_own_directory(file, working_directory))?;
        Some((file.parent()?, binding.provenance_of(&["path"])))
    };
    all.of::<LogFile>().iter().filter_map(directory).take(1).collect()
}

/// The directory and the file.
fn make(log: &PlacedLog, plan: &mut PlanBuilder) {
    let (owner, why) = (log.owner.clone(), log.provenance.clone());
    let directory = Action::Directory { mode: log.directory_mode, owner: owner.clone(), path: log.directory.clone() };
    plan.operation(Step::Directories, 40, directory, why.clone());
    let file = LogAction::File { mode: log.mode, owner, path: log.file.clone() };
    plan.operation(Step::Directories, 50, Action::Log(file), why);
}

/// A file that somebody else is to write cannot be the service's log.
fn note_other_user(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(user) = binding.facts.user.clone().filter(|user| *user != plan.user) else { return };
    let why = format!("the service runs as {}, so its log file is that user's, not {user}'s", plan.user);
    for statement in binding.provenance_of(&["user"]).statements {
        plan.partial(statement, why.clone());
    }
}

fn deviate_from_redirection(binding: &Binding<Facts>, from_journal: bool, plan: &mut PlanBuilder) {
    let Some(how) = binding.facts.redirection.as_deref().filter(|_| from_journal) else { return };
    let path = binding.facts.path.as_ref().map(ToString::to_string).unwrap_or_default();
    for statement in binding.provenance_of(&["redirection"]).statements {
        plan.deviate(Deviation {
            statement,
            asked: format!("systemd writes the output into the file by itself ({how}:{path})"),
            done: "the output stays in the journal, and a companion unit copies it into the file".to_owned(),
            reason: "systemd keeps the file open, so that after a rotation it goes on writing into the old one; and \
                     `journalctl -u` would show nothing"
                .to_owned(),
        });
    }
}
