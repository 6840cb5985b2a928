//! File permissions: owners and modes of files and directories.
//!
//! In: clauses that give a path, the unit file or the application's files an owner or a mode. Out: the owner and mode
//! with which the package installs them, and checks. Not here: the environment file (`environment_file`), directories
//! that the service writes to (`directories`). A unit file is root's, whatever the text says: whoever may write it
//! decides what root runs.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Action, Deviation, Expectation, FileField, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, Step,
};
use crate::value::{FileMode, InvalidValue, Owner, UnixPath, UserName, string_value};

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

const UNIT_FILE: &str = "service file(s)|unit file(s)|systemd file(s)|unit";

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
        "owner:",
        "permission(s)",
        "file mode",
        "mode #",
        "chmod",
        "chown",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "file", "files", "directory", "directories", "permission", "permissions", "mode", "owner", "owned", "ownership",
        "group", "user", "root", "unit", "systemd", "code", "correct", "source", "tree", "belong", "belongs", "rw", "r",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "Application files owned by mailer:mailer",
            r#"{"path": "application-files", "owner": "mailer", "group": "mailer"}"#,
        ),
        example("Service file permissions: 644 (root-owned)", r#"{"path": "unit-file", "mode": "0644", "owner": "root"}"#),
        example(
            "Unit files owned by `ledger:wheel` with permissions 640",
            r#"{"path": "unit-file", "mode": "0640", "owner": "ledger", "group": "wheel"}"#,
        ),
        example(
            "`/etc/mailer/routes.toml` has mode 0640 and is owned by root:mailer",
            r#"{"path": "/etc/mailer/routes.toml", "mode": "0640", "owner": "root", "group": "mailer"}"#,
        ),
        example("Permissions of /opt/mailer/keys: rwx------", r#"{"path": "/opt/mailer/keys", "mode": "0700"}"#),
        criterion("The application directory is owned by root", r#"{"path": "application-files", "owner": "root"}"#),
        example("All source code files are owned by `builder`", r#"{"path": "application-files", "owner": "builder"}"#),
        example("Permissions are reviewed every quarter", NOT_MINE),
        example("Service files must not be edited by hand", NOT_MINE),
        example("The database is owned by the finance team", NOT_MINE),
        example("API keys in /etc/mailer/mailer.env with permissions 600", NOT_MINE),
        example("Users need permission 7 to see the admin page", NOT_MINE),
        example("Files in /srv/upload must not be owned by root", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&CODE_BELONGS_TO_ROOT];
    const LINTS: &'static [&'static Lint] = &[&UNIT_FILE_OWNER];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("environment|env|key(s)|secret(s)|token(s)|credential(s)|upload|uploaded|download(ed)").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        let mut paths = clause.paths();
        let subject = match (paths.next(), paths.next()) {
            (Some((path, range)), None) if !is_environment_file(path) => Some((Subject::Path(path.clone()), range)),
            (Some(_), _) => return None,
            (None, _) => special_subject(clause),
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
        reading = read_owner(clause, reading);
        let facts = &reading.facts;
        (facts.mode.is_some() || facts.owner.is_some()).then_some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        for binding in own {
            match &binding.facts.path {
                Some(Subject::UnitFile) => unit_file(binding, plan),
                Some(Subject::Path(path)) => single_path(binding, path, all, plan),
                Some(Subject::ApplicationFiles) | None => {}
            }
        }
        application_files(own, all, plan);
        let mut why = Provenance { capability: Self::NAME, ..Provenance::default() };
        own.iter().for_each(|binding| why.merge(&binding.provenance()));
        plan.runbook(entry(plan, why));
    }
}

fn is_environment_file(path: &UnixPath) -> bool {
    let name = path.file_name();
    name == ".env" || name.starts_with(".env.") || name.strip_suffix(".env").is_some()
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

/// `owner:group`, `owned by NAME`, `NAME-owned`.
fn read_owner(clause: &Clause<'_>, mut reading: Reading<Facts>) -> Reading<Facts> {
    if let Some((owner, range)) = clause.owners().next() {
        reading.facts.owner = Some(owner.user.clone());
        reading.facts.group = Some(owner.group.clone());
        return reading.place("owner", range.clone()).place("group", range);
    }
    if let Some(range) = clause.affirms("root owned") {
        reading.facts.owner = Some(UserName::root());
        return reading.place("owner", range);
    }
    let Some(owned) = clause.affirms("owned by|is").or_else(|| clause.affirms("belong(s) to")) else { return reading };
    let named = clause.name_after(owned.end, &["the", "user", "account", "service", "system"]);
    if let Some((name, range)) = named.filter(|(name, range)| is_marked(clause, name, range)) {
        reading.facts.owner = name.parse().ok();
        return reading.claim(owned).place("owner", range);
    }
    reading
}

/// A bare word after "owned by" may be anybody ("the finance team").
fn is_marked(clause: &Clause<'_>, name: &str, range: &std::ops::Range<usize>) -> bool {
    name == "root" || clause.is_atom(range) || name.contains(['-', '_'])
}

/// The application's tree: who owns it, with which modes.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub owner: Owner,
    pub file_mode: FileMode,
    pub directory_mode: FileMode,
    pub provenance: Provenance,
}

/// What the specification says about the application's files, filled in.
pub(super) fn application_tree(all: &Bindings, plan: &mut PlanBuilder) -> Tree {
    let directory = plan.working_directory.clone();
    let binding = all.of::<FilePermissions>().iter().find(|binding| match &binding.facts.path {
        Some(Subject::ApplicationFiles) => true,
        Some(Subject::Path(path)) => *path == directory,
        _ => false,
    });
    let mut tree = Tree {
        owner: Owner::root(),
        file_mode: FileMode::new(0o644),
        directory_mode: FileMode::new(0o755),
        provenance: Provenance { capability: FilePermissions::NAME, ..Provenance::default() },
    };
    let owner = binding.and_then(|binding| {
        let user = binding.facts.owner.clone()?;
        let group = binding.facts.group.clone().unwrap_or_else(|| if user == plan.user { plan.group.clone() } else { user.clone() });
        Some((Owner { user, group }, binding.provenance_of(&["owner", "group"])))
    });
    match owner {
        Some((owner, why)) => {
            tree.owner = owner;
            tree.provenance.merge(&why);
        }
        None => {
            if let Some(why) = plan.default(FilePermissions::NAME, &CODE_BELONGS_TO_ROOT) {
                tree.provenance.merge(&why);
            }
        }
    }
    if let Some((binding, mode)) = binding.and_then(|binding| binding.facts.mode.map(|mode| (binding, mode))) {
        // A mode such as 0750 is the directories'; files lose its execute bits, directories get what they need to be entered.
        tree.directory_mode = mode.for_directory();
        tree.file_mode = FileMode::new(mode.bits() & 0o666);
        tree.provenance.merge(&binding.provenance_of(&["mode"]));
        if tree.owner.user != plan.user && mode.bits() & 0o004 == 0 {
            // Files that others cannot read must at least be the service's group's.
            tree.owner.group = plan.group.clone();
        }
    }
    tree
}

fn application_files(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
    let tree = application_tree(all, plan);
    let path = plan.working_directory.clone();
    let mut why = tree.provenance.clone();
    own.iter()
        .filter(|binding| binding.facts.path == Some(Subject::ApplicationFiles))
        .for_each(|binding| why.merge(&binding.provenance()));
    plan.probe(
        Probe::new(
            "file-permissions.application",
            Layer::Permissions,
            format!("everything below {path} belongs to {}", tree.owner),
            Observer::TreeOwner { path: path.clone(), owner: tree.owner },
            Expectation::Equals("none".to_owned()),
            why,
        )
        .advice(format!("find {path} -xdev -printf '%u:%g %m %p\\n' | sort | uniq -c | sort -rn | head"))
        .runbook("file-permissions"),
    );
}

fn unit_file(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let unit = plan.unit_name();
    let Ok(path) = format!("/etc/systemd/system/{unit}").parse::<UnixPath>() else { return };
    let why = binding.provenance();
    let asked = binding.facts.mode.unwrap_or(FileMode::new(0o644));
    let mode = FileMode::new(asked.bits() & !0o022);
    plan.unit_mode = mode;
    plan.unit_file_provenance.merge(&why);
    let user = binding.facts.owner.as_ref().filter(|user| !user.is_root());
    let group = binding.facts.group.as_ref().filter(|group| !group.is_root());
    if user.is_some() || group.is_some() || mode != asked {
        deviate_from_unit_owner(binding, asked, mode, plan);
    }
    for (id, field, expected) in
        [("owner", FileField::Owner, "root:root".to_owned()), ("mode", FileField::Mode, mode.to_string())]
    {
        plan.probe(
            Probe::new(
                format!("file-permissions.unit-{id}"),
                Layer::Permissions,
                format!("the {id} of {path} is {expected}"),
                Observer::File { path: path.clone(), field },
                Expectation::Equals(expected),
                why.clone(),
            )
            .advice(format!("stat {path}"))
            .runbook("file-permissions"),
        );
    }
}

fn deviate_from_unit_owner(binding: &Binding<Facts>, asked: FileMode, mode: FileMode, plan: &mut PlanBuilder) {
    let user = binding.facts.owner.as_ref().map_or("root", UserName::as_str);
    let group = binding.facts.group.as_ref().map_or("root", UserName::as_str);
    let mut reason = "whoever may write a unit decides what root runs".to_owned();
    if group == "wheel" {
        reason.push_str("; the group wheel does not exist on Debian and Ubuntu");
    }
    for field in ["owner", "group", "mode"] {
        for (statement, span) in binding.places.get(field).into_iter().flatten() {
            plan.deviate(Deviation {
                statement: *statement,
                asked: format!("a unit file owned by {user}:{group}, mode {asked}"),
                done: format!("owned by root:root, mode {mode}"),
                reason: reason.clone(),
            });
            if field == "owner" {
                plan.report(
                    Diagnostic::new(&UNIT_FILE_OWNER, *span, "a unit file that its own service's user owns is a way to root")
                        .at(format!("the package installs it as root:root, mode {mode}"))
                        .help("write: Service file permissions: 644 (root-owned)"),
                );
            }
        }
    }
}

/// A file or directory that others create: its owner and mode are checked; those of the package's own are installed so.
fn single_path(binding: &Binding<Facts>, path: &UnixPath, all: &Bindings, plan: &mut PlanBuilder) {
    if *path == plan.working_directory {
        return;
    }
    let why = binding.provenance();
    let user = binding.facts.owner.clone();
    let owner = user.map(|user| Owner { group: binding.facts.group.clone().unwrap_or_else(|| user.clone()), user });
    let is_file = path.file_name().contains('.');
    if !is_file {
        let owner = owner.clone().unwrap_or_else(|| plan.owner());
        let mode = binding.facts.mode.unwrap_or(FileMode::new(0o750)).for_directory();
        plan.operation(Step::Directories, 30, Action::Directory { mode, owner, path: path.clone() }, why.clone());
    }
    let mode = binding.facts.mode.map(|mode| if is_file { mode } else { mode.for_directory() });
    let expectations = [
        ("owner", FileField::Owner, owner.map(|owner| owner.to_string())),
        ("mode", FileField::Mode, mode.map(|mode| mode.to_string())),
    ];
    for (name, field, expected) in expectations {
        let Some(expected) = expected else { continue };
        plan.probe(
            Probe::new(
                format!("file-permissions.{name}{}", path.as_str().replace('/', "-")),
                Layer::Permissions,
                format!("the {name} of {path} is {expected}"),
                Observer::File { path: path.clone(), field },
                Expectation::Equals(expected),
                why.clone(),
            )
            .advice(format!("stat {path}"))
            .runbook("file-permissions"),
        );
    }
}

fn entry(plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "file-permissions",
        title: "A file has the wrong owner or mode".to_owned(),
        symptom: Some("a check of the layer permissions fails; somebody copied or edited files by hand".to_owned()),
        checks: vec![ProbeId("file-permissions.application".to_owned())],
        steps: vec![
            RunbookStep::run("See what differs from the package.", "sudo ./deploy.sh --check"),
            RunbookStep::run(
                "See who changed it, and when.",
                format!("stat {dir}; ls -la {dir}; last -n 10", dir = plan.working_directory),
            ),
            RunbookStep::run("Set it right: deploying again restores owners and modes.", "sudo ./deploy.sh"),
        ],
        verify: Some(RunbookStep::run("Nothing differs.", "sudo ./validate-deployment.sh --layer permissions")),
        provenance,
    }
}
