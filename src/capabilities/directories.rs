//! Directories: where the service keeps what it writes.
//!
//! In: clauses that name a directory for data, a cache or files of the service. Out: the directory with its owner and
//! mode, leave for the sandbox to write there, and checks. Not here: where the code is (`working_directory`), the
//! environment file, log files with their rotation.

mod temporary;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ownership::ownership;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example, file_permissions,
};
use crate::diagnostics::Lint;
use crate::plan::{
    Action, Expectation, FileField, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, RunbookEntry,
    RunbookStep, Step,
};
use crate::value::{FileMode, Owner, UnixPath, UserName};

/// The capability.
pub struct Directories;

/// What a statement says about one directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The directory.
    pub path: Option<UnixPath>,
    /// What it is for: `data`, `cache`, `logs`, `uploads`, …
    pub purpose: Option<String>,
    /// Its owner.
    pub owner: Option<UserName>,
    /// Its mode.
    pub mode: Option<FileMode>,
}

static PRIVATE_DIRECTORY: NamedDefault = NamedDefault {
    name: "private-directories",
    reason: "what a service writes is its own: its directories belong to it with mode 0750, so that others cannot read them",
};

/// Words for a purpose, and the purpose.
const PURPOSES: &[(&str, &str)] = &[
    ("data|database|databases|sqlite|state|storage|persistent", "data"),
    ("cache|cached|caches", "cache"),
    ("upload(s)|uploaded", "uploads"),
    ("log(s)", "logs"),
    ("report(s)|export(s)|output", "output"),
    ("media|files|documents", "files"),
];

impl Capability for Directories {
    type Facts = Facts;

    const NAME: &'static str = "directories";
    const SUMMARY: &'static str = "Directories that the service writes to, with owner and mode, opened in its sandbox.";
    const CUES: &'static [&'static str] = &[
        "data|state|cache|upload(s)|storage|output|media|log(s) directory|directories|dir|folder|path",
        "store(s|d) … data|state|files|uploads|reports|documents … in|under|to|at",
        "data|state|files|uploads|reports|documents (is|are) stored|kept|saved|persisted|written in|under|to|at",
        "store(s|d) in|under|at",
        "persist(s|ed) … in|to|under|at",
        "keep(s) … data|state|files in|under|at",
        "write(s) … to|under|into",
        "writes to",
        "writable directory|directories|path|paths",
        "is|are writable",
        "ReadWritePaths=",
        "data:",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "data",
        "directory",
        "directories",
        "folder",
        "store",
        "stores",
        "stored",
        "keep",
        "keeps",
        "kept",
        "saved",
        "persistent",
        "state",
        "cache",
        "files",
        "uploads",
        "writable",
        "writes",
        "written",
        "owned",
        "mode",
        "permissions",
        "user",
        "path",
        "local",
        "dedicated",
        "storage",
        "sqlite",
        "uploaded",
        "reports",
        "documents",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The service stores data in /var/lib/mailer/", r#"{"path": "/var/lib/mailer", "purpose": "data"}"#),
        example(
            "**Data directory**: `/srv/ledger/data` (owned by ledger:ledger, mode 750)",
            r#"{"path": "/srv/ledger/data", "purpose": "data"}"#,
        ),
        example(
            "Uploads are kept in /var/lib/courier/uploads",
            r#"{"path": "/var/lib/courier/uploads", "purpose": "uploads"}"#,
        ),
        example("Cache directory /var/cache/price-feed", r#"{"path": "/var/cache/price-feed", "purpose": "cache"}"#),
        example(
            "The daemon writes reports to /var/lib/mailer/out",
            r#"{"path": "/var/lib/mailer/out", "purpose": "output"}"#,
        ),
        criterion(
            "/var/lib/mailer is writable by the `mailer` user",
            r#"{"path": "/var/lib/mailer", "owner": "mailer"}"#,
        ),
        example("Nobody but root may write to /srv/mailer", NOT_MINE),
        example("Logs are written to /var/log/mailer/mailer.log", NOT_MINE),
        example("No data is stored in /tmp", NOT_MINE),
        example("The cache directory is on another disk than /var/lib/mailer", NOT_MINE),
        example("/mnt/films is writable by your user", NOT_MINE),
        example("PostgreSQL stores data in /var/lib/postgresql", NOT_MINE),
        example("Backups are stored in /var/backups/mailer", NOT_MINE),
        example("Customer data is stored in the EU", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&PRIVATE_DIRECTORY];

    const LINTS: &'static [&'static Lint] = &[&temporary::DATA_IN_TEMPORARY_DIRECTORY];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some((value, range)) = clause.directive("ReadWritePaths") {
            let facts = Facts { path: Some(value.parse().ok()?), ..Facts::default() };
            return Some(Reading::new(facts, []).place("path", range));
        }
        let mut paths = clause.paths();
        let (path, range) = paths.next()?;
        let is_file = path.file_name().contains('.') && clause.find("directory|dir|folder").is_none();
        if paths.next().is_some()
            || is_file
            || clause.denies("<path>").is_some()
            || clause
                .find("backup(s)|backed|dump(s)|secret(s)|key(s)|you|your|than|another|outside|encrypted|temporary")
                .is_some()
        {
            return None;
        }
        let mut reading = Reading::new(Facts { path: Some(path.clone()), ..Facts::default() }, []).place("path", range);
        if let Some((purpose, range)) =
            PURPOSES.iter().find_map(|(words, purpose)| Some((purpose, clause.find(words)?)))
        {
            reading.facts.purpose = Some((*purpose).to_owned());
            reading = reading.place("purpose", range);
        }
        if let Some(owned) = ownership(clause, context) {
            reading.facts.owner = Some(owned.user);
            reading = reading.claim(owned.phrase).place("owner", owned.place);
        }
        if let Some((mode, range)) = clause.modes().next() {
            reading.facts.mode = Some(mode);
            reading = reading.place("mode", range);
        }
        Some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        temporary::check(own, plan);
        for binding in own {
            let Some(path) = binding.facts.path.clone().filter(|path| *path != plan.working_directory) else {
                continue;
            };
            directory(binding, &path, all, plan);
        }
        // Where the application lies has a chapter of its own.
        if own.iter().all(|binding| binding.facts.path.as_ref().is_none_or(|path| *path == plan.working_directory)) {
            return;
        }
        let mut why = Provenance { capability: Self::NAME, ..Provenance::default() };
        own.iter().for_each(|binding| why.merge(&binding.provenance()));
        plan.runbook(entry(own, plan, why));
    }
}

/// The directories that the service may write to, for the sandbox.
pub(super) fn writable(all: &Bindings) -> impl Iterator<Item = (&UnixPath, Provenance)> {
    all.of::<Directories>()
        .iter()
        .filter_map(|binding| Some((binding.facts.path.as_ref()?, binding.provenance_of(&["path"]))))
}

/// The directories that hold what nobody can make again: neither logs nor caches.
pub(super) fn with_data(all: &Bindings) -> impl Iterator<Item = &UnixPath> {
    let lasts = |facts: &&Facts| !matches!(facts.purpose.as_deref(), Some("logs" | "cache"));
    all.of::<Directories>().iter().map(|binding| &binding.facts).filter(lasts).filter_map(|facts| facts.path.as_ref())
}

fn directory(binding: &Binding<Facts>, path: &UnixPath, all: &Bindings, plan: &mut PlanBuilder) {
    let mut why = binding.provenance();
    let permissions = file_permissions::of_path(all, path);
    if let Some(permissions) = permissions {
        why.merge(&permissions.provenance());
    }
    let permissions = permissions.map(|binding| &binding.facts);
    let user = binding.facts.owner.clone().or_else(|| permissions.and_then(|facts| facts.owner.clone()));
    let group = permissions.and_then(|facts| facts.group.clone());
    let mode = binding.facts.mode.or_else(|| permissions.and_then(|facts| facts.mode));
    if (user.is_none() || mode.is_none())
        && let Some(default) = plan.default(Directories::NAME, &PRIVATE_DIRECTORY)
    {
        why.merge(&default);
    }
    let user = user.unwrap_or_else(|| plan.user.clone());
    let group = group.unwrap_or_else(|| if user == plan.user { plan.group.clone() } else { user.clone() });
    let owner = Owner { user, group };
    let mode = mode.unwrap_or(FileMode::new(0o750));
    let action = Action::Directory { mode, owner: owner.clone(), path: path.clone() };
    plan.operation(Step::Directories, 20, action, why.clone());
    let name = path.as_str().replace('/', "-");
    let checks = [
        ("owner", FileField::Owner, owner.to_string(), format!("{path} belongs to {owner}")),
        ("mode", FileField::Mode, mode.to_string(), format!("the mode of {path} is {mode}")),
    ];
    for (what, field, expected, title) in checks {
        plan.probe(
            Probe::new(
                format!("directories.{what}{name}"),
                Layer::Permissions,
                title,
                Observer::File { path: path.clone(), field },
                Expectation::Equals(expected),
                why.clone(),
            )
            .advice(format!("ls -ld {path}"))
            .runbook("directories"),
        );
    }
}

fn entry(own: &[Binding<Facts>], plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    let paths: Vec<String> =
        own.iter().filter_map(|binding| binding.facts.path.as_ref()).map(ToString::to_string).collect();
    let paths = paths.join(" ");
    RunbookEntry {
        anchor: "directories",
        title: "The service cannot write its data".to_owned(),
        symptom: Some("the journal shows \"Permission denied\" or \"Read-only file system\"".to_owned()),
        checks: Vec::new(),
        steps: vec![
            RunbookStep::run("See owners, modes and free space.", format!("ls -ld {paths}; df -h {paths}")),
            RunbookStep::run(
                "See where the sandbox lets the service write.",
                format!("systemctl show {} -p ReadWritePaths -p ProtectSystem", plan.unit_name()),
            ),
            RunbookStep::say(
                "\"Read-only file system\" is the sandbox: name the directory in the specification and deploy again.",
            ),
            RunbookStep::run(
                "\"Permission denied\" is owner or mode: put those of the specification back. Files that lie in it and belong to \
                 somebody else were put there by hand; give them to the service with chown.",
                "./deploy.sh --only directories",
            ),
        ],
        verify: Some(RunbookStep::run("Owners and modes are right.", "./validate-deployment.sh --check directories")),
        provenance,
    }
}
