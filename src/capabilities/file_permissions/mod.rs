//! File permissions: owners and modes of files and directories.
//!
//! In: clauses that give a path, the unit file or the application's files an owner or a mode. Out: the owner and mode
//! with which the package installs them, and checks. Not here: the environment file (`environment_file`), directories
//! that the service writes to (`directories`). A unit file is root's, whatever the text says: whoever may write it
//! decides what root runs.

mod contribution;
mod distribution;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ownership::ownership;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, RefusalReason, criterion,
    environment_file, example,
};
use crate::declare_lint;
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{FileMode, InvalidValue, UnixPath, UserName, string_value};

pub(super) use contribution::{application_tree, of_path};

/// The capability.
pub struct FilePermissions;

/// What has an owner and a mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The service's unit file and its drop-ins.
    UnitFile,
    /// The tree in which the application is installed.
    ApplicationFiles,
    /// A file or directory.
    Path(UnixPath),
}

string_value!(Subject, "^(unit-file|application-files|/.*)$");

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnitFile => formatter.write_str("unit-file"),
            Self::ApplicationFiles => formatter.write_str("application-files"),
            Self::Path(path) => path.fmt(formatter),
        }
    }
}

impl FromStr for Subject {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "unit-file" => Ok(Self::UnitFile),
            "application-files" => Ok(Self::ApplicationFiles),
            path => path.parse().map(Self::Path),
        }
    }
}

/// What a statement says about permissions.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// A path, `unit-file` or `application-files`.
    pub path: Option<Subject>,
    /// The mode; of directories in a tree it is widened so that they can be entered.
    pub mode: Option<FileMode>,
    /// The owner.
    pub owner: Option<UserName>,
    /// The group.
    pub group: Option<UserName>,
}

static CODE_BELONGS_TO_ROOT: NamedDefault = NamedDefault {
    name: "code-belongs-to-root",
    reason: "a service that can write its own code keeps whatever an intruder adds; unless the specification names \
             another owner, the application is root's",
};

declare_lint! {
    /// *What it does*: reports a unit file that should belong to its service's user, or be writable by others.
    ///
    /// *Why is this bad?* systemd reads the unit as root. Whoever may write it can name another user and another
    /// program: it is a way to root.
    ///
    /// *Instead*: `- Service file permissions: 644 (root-owned)`. The package installs the unit for root in any case.
    pub static UNIT_FILE_OWNER = "unit-file-owner", Warn, Security, "the unit file is to belong to somebody other than root";
}

impl Capability for FilePermissions {
    type Facts = Facts;

    const NAME: &'static str = "file-permissions";
    const SUMMARY: &'static str = "Owners and modes of the unit file, the application's files, and single paths.";
    const CUES: &'static [&'static str] = &[
        "service|unit file(s) permission(s)|mode|ownership|owner",
        "service|unit file(s) (is|are) owned",
        "service|unit file(s) (is|are)",
        "service|unit file(s) (has|have|with) permission(s)|mode",
        "service|unit file(s)",
        "systemd unit file(s)",
        "application|app|agent|project|source|program|code file(s)|directory|tree (is|are) owned",
        "application|app|agent|project|source|program|code file(s)|directory|tree",
        "code (is) owned",
        "codebase (is) owned",
        "file(s) (is|are) owned",
        "is|are owned by",
        "owned by",
        "root owned",
        "owner:",
        "permission(s)",
        "file mode",
        "mode #",
        "chmod",
        "chown",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "file",
        "files",
        "directory",
        "directories",
        "permission",
        "permissions",
        "mode",
        "owned",
        "ownership",
        "user",
        "root",
        "unit",
        "systemd",
        "code",
        "correct",
        "source",
        "tree",
        "belong",
        "belongs",
        "rw",
        "r",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "Application files owned by mailer:mailer",
            r#"{"path": "application-files", "owner": "mailer", "group": "mailer"}"#,
        ),
        example(
            "Service file permissions: 644 (root-owned)",
            r#"{"path": "unit-file", "mode": "0644", "owner": "root"}"#,
        ),
        example(
            "Unit files owned by `ledger:wheel` with permissions 640",
            r#"{"path": "unit-file", "mode": "0640", "owner": "ledger", "group": "wheel"}"#,
        ),
        example(
            "`/etc/mailer/routes.toml` has mode 0640 and is owned by root:mailer",
            r#"{"path": "/etc/mailer/routes.toml", "mode": "0640", "owner": "root", "group": "mailer"}"#,
        ),
        example("Permissions of /opt/mailer/spool: `rwx------`", r#"{"path": "/opt/mailer/spool", "mode": "0700"}"#),
        criterion("The application directory is owned by root", r#"{"path": "application-files", "owner": "root"}"#),
        example("All source code files are owned by `builder`", r#"{"path": "application-files", "owner": "builder"}"#),
        example(
            "Permissions of /etc/shadow are 0640, owned by root:shadow",
            r#"{"path": "/etc/shadow", "mode": "0640", "owner": "root", "group": "shadow"}"#,
        ),
        example("Permissions of /etc/shadow: 0600", NOT_MINE),
        example("/usr/bin/sudo is owned by mailer:mailer", NOT_MINE),
        example("Permissions are reviewed every quarter", NOT_MINE),
        example("Service files must not be edited by hand", NOT_MINE),
        example("The database is owned by the finance team", NOT_MINE),
        example("API keys in /etc/mailer/mailer.env with permissions 600", NOT_MINE),
        example("Users need permission 7 to see the admin page", NOT_MINE),
        example("Files in /srv/upload must not be owned by root", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&CODE_BELONGS_TO_ROOT];
    const LINTS: &'static [&'static Lint] = &[&UNIT_FILE_OWNER];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if environment_file::is_subject(clause, context) || clause.find("upload|uploaded|download(ed)").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        let mut paths = clause.paths();
        let subject = match (paths.next(), paths.next()) {
            (Some((path, range)), None) if clause.denies("<path>").is_none() => {
                Some((Subject::Path(path.clone()), range))
            }
            (Some(_), _) => return None,
            (None, _) => special_subject(clause).or_else(|| subject_of_statement(clause, context)),
        };
        let (subject, range) = subject?;
        reading.facts.path = Some(subject);
        reading = reading.place("path", range);
        if let Some((mode, range)) = clause.modes().next() {
            reading.facts.mode = Some(mode);
            reading = reading.place("mode", range);
        }
        if clause.modes().any(|(mode, _)| Some(mode) != reading.facts.mode) {
            return None;
        }
        reading.claims.extend(clause.modes().skip(1).map(|(_, range)| range));
        if let Some(owned) = ownership(clause, context) {
            reading.facts.owner = Some(owned.user);
            reading.facts.group = owned.group;
            reading = reading.claim(owned.phrase).place("owner", owned.place.clone());
            if reading.facts.group.is_some() {
                reading = reading.place("group", owned.place);
            }
        }
        let facts = &reading.facts;
        if facts.mode.is_none() && facts.owner.is_none() {
            return None;
        }
        if let Some(Subject::Path(path)) = &facts.path
            && distribution::owns(path, context.service)
            && !distribution::agrees(path, facts)
        {
            let subject = format!("{path}, which is the distribution's");
            return Some(reading.refuse(RefusalReason::ForeignSubject(subject)));
        }
        Some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        for binding in own {
            match &binding.facts.path {
                Some(Subject::UnitFile) => contribution::unit_file(binding, plan),
                Some(Subject::Path(path)) => contribution::single_path(binding, path, all, plan),
                Some(Subject::ApplicationFiles) | None => {}
            }
        }
        contribution::application_files(own, all, plan);
        contribution::runbook(own, plan);
    }
}

/// The unit file and the application's files, named in words.
fn special_subject(clause: &Clause<'_>) -> Option<(Subject, std::ops::Range<usize>)> {
    if let Some(range) = clause.find("service|unit file(s)").or_else(|| clause.find("systemd (service) file(s)")) {
        return Some((Subject::UnitFile, range));
    }
    let named = clause
        .find("application|app|agent|project|source|program|code (code) file(s)|directory|tree|code")
        .or_else(|| clause.find("code|codebase (is) owned"));
    named.map(|range| (Subject::ApplicationFiles, range))
}

/// What the statement is about, where the clause itself does not say: "… in /srv/x (owned by y)".
fn subject_of_statement(clause: &Clause<'_>, context: &Context<'_>) -> Option<(Subject, std::ops::Range<usize>)> {
    let text = context.statement.text.masked.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if let Some((path, range)) = clause.only_path_of_statement() {
        return Some((Subject::Path(path.clone()), range));
    }
    let special = if says(&["service file", "unit file"]) {
        Subject::UnitFile
    } else if says(&["application file", "application directory", "app directory", "app files", "source code"]) {
        Subject::ApplicationFiles
    } else {
        return None;
    };
    // The place of a subject that stands elsewhere in the statement is the phrase that needs it.
    Some((special, clause.cue_range()))
}
