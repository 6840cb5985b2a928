//! Working directory: where the application is installed and runs.
//!
//! In: clauses that name that directory. Out: the directory itself, `WorkingDirectory=`, and a check of the running
//! process. Not here: who owns what is in it (`file_permissions`), where the service writes (`directories`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file_permissions::application_tree;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Action, Expectation, FileField, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, ProcessField,
    Provenance, RunbookEntry, RunbookStep, Step, UnitSection,
};
use crate::value::UnixPath;

/// The capability.
pub struct WorkingDirectory;

/// What a statement says about the directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The directory.
    pub path: Option<UnixPath>,
}

/// Directories that belong to everybody; an application is never installed over one.
const SHARED: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/opt",
    "/root",
    "/run",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/local",
    "/var",
    "/var/lib",
    "/var/log",
    "/var/www",
];

static WORKING_DIRECTORY: NamedDefault = NamedDefault {
    name: "working-directory",
    reason: "the specification names no directory; /opt is where add-on software belongs (FHS 3.13)",
};

impl Capability for WorkingDirectory {
    type Facts = Facts;

    const NAME: &'static str = "working-directory";
    const SUMMARY: &'static str = "The directory in which the application is installed and runs.";
    const CUES: &'static [&'static str] = &[
        "WorkingDirectory=",
        "working directory",
        "workingdirectory",
        "work directory",
        "workdir",
        "install(ation) directory|path|location|root",
        "installed in|at|to|under|into",
        "deployed in|at|to|under|into",
        "application|app|agent|code|project (is) lives in|at|under",
        "application|app|code|project directory|root|path|location",
        "application|app|code|project (is) located in|at|under",
        "application home",
        "deploy(ment) directory|path|location|target",
        "code lives in|at|under",
    ];
    const VOCABULARY: &'static [&'static str] =
        &["working", "directory", "code", "project", "location", "path", "located", "lives", "root", "set", "current"];
    const EXAMPLES: &'static [Example] = &[
        example("**Working directory**: /opt/mailer/", r#"{"path": "/opt/mailer"}"#),
        example("WorkingDirectory=/srv/ledger", r#"{"path": "/srv/ledger"}"#),
        example("The application is installed in `/opt/courier`", r#"{"path": "/opt/courier"}"#),
        example("Code lives under /srv/apps/price-feed (read-only)", r#"{"path": "/srv/apps/price-feed"}"#),
        example("**Deployment path**: `/opt/night-watch`", r#"{"path": "/opt/night-watch"}"#),
        criterion("The working directory of the process is /opt/mailer", r#"{"path": "/opt/mailer"}"#),
        example("The working directory of the installer is /tmp/crane", NOT_MINE),
        example("Static files are installed in /var/www/html by nginx", NOT_MINE),
        example("Packages are installed in /usr", NOT_MINE),
        example("You know your deployment path (default: `/var/www/shop`)", NOT_MINE),
        example("The working directory is decided by the operator", NOT_MINE),
        example("Secrets must not be deployed to /opt/mailer", NOT_MINE),
        example("The unit file is installed in /etc/systemd/system", NOT_MINE),
    ];

    const DEFAULTS: &'static [&'static NamedDefault] = &[&WORKING_DIRECTORY];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let directive =
            clause.directive("WorkingDirectory").and_then(|(value, range)| Some((value.parse().ok()?, range)));
        if let Some((path, range)) = directive {
            return Some(Reading::new(Facts { path: Some(path) }, []).place("path", range));
        }
        let other = "packages|unit|units|static|certificate(s)|secret(s)|log(s)|script(s)|binary|binaries|config|configuration|nginx|dependencies|wheels|backup(s)|know|default|example";
        if clause.find(other).is_some() {
            return None;
        }
        let mut paths = clause.paths();
        let (path, range) = paths.next()?;
        // A file, a second path, or a directory of the system: the sentence is about something else.
        if paths.next().is_some()
            || clause.denies("<path>").is_some()
            || path.file_name().contains('.')
            || SHARED.contains(&path.as_str())
        {
            return None;
        }
        Some(Reading::new(Facts { path: Some(path.clone()) }, []).place("path", range))
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let why = own.first().map_or_else(
            || Provenance { capability: Self::NAME, ..Provenance::default() },
            |binding| binding.provenance_of(&["path"]),
        );
        let why = match own.first() {
            Some(_) => why,
            None => plan.default(Self::NAME, &WORKING_DIRECTORY).unwrap_or(why),
        };
        let (path, unit) = (plan.working_directory.clone(), plan.unit_name());
        let tree = application_tree(all, plan);
        let mut directory = why.clone();
        directory.merge(&tree.provenance);
        let action = Action::Directory { mode: tree.directory_mode, owner: tree.owner, path: path.clone() };
        plan.operation(Step::Directories, 10, action, directory);
        plan.directive(
            UnitSection::Service,
            "WorkingDirectory",
            path.as_str(),
            "where the application is installed",
            why.clone(),
        );
        plan.probe(
            Probe::new(
                "working-directory.exists",
                Layer::Existence,
                format!("{path} is a directory"),
                Observer::File { path: path.clone(), field: FileField::Type },
                Expectation::Equals("directory".to_owned()),
                why.clone(),
            )
            .advice(format!("ls -ld {path}"))
            .runbook("working-directory"),
        );
        plan.probe(
            Probe::new(
                "working-directory.process",
                Layer::Service,
                format!("the process works in {path}"),
                Observer::Process { unit: unit.clone(), field: ProcessField::WorkingDirectory },
                Expectation::Equals(path.to_string()),
                why.clone(),
            )
            .after("working-directory.exists")
            .after("service-active.active")
            .needs("root")
            .advice(format!("systemctl show {unit} -p WorkingDirectory -p DropInPaths"))
            .runbook("working-directory"),
        );
        plan.runbook(entry(&path, &unit, why));
    }
}

fn entry(path: &UnixPath, unit: &str, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "working-directory",
        title: "The application's directory is missing or not used".to_owned(),
        symptom: Some(format!("{unit} fails with status 200/CHDIR, or runs code from elsewhere")),
        checks: ["exists", "process"].map(|name| ProbeId(format!("working-directory.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("See whether the directory is there.", format!("ls -la {path}")),
            RunbookStep::run(
                "See where the process works; \"(deleted)\" means that the directory was replaced under it.",
                format!("readlink /proc/$(systemctl show {unit} -p MainPID --value)/cwd"),
            ),
            RunbookStep::run("Deploy again: it restores the directory and restarts the service.", "./deploy.sh"),
        ],
        verify: Some(RunbookStep::run(
            "The process works there.",
            "./validate-deployment.sh --check working-directory.process",
        )),
        provenance,
    }
}
