//! What owners and modes come to in the plan.
//!
//! In: the merged facts of `file_permissions`. Out: operations, checks, the deviation of a unit file that should not be
//! root's, and the owner and modes of the application's tree, which other capabilities ask for. No sentences here.

use super::{CODE_BELONGS_TO_ROOT, Facts, FilePermissions, Subject, UNIT_FILE_OWNER};
use crate::capabilities::{Binding, Bindings, Capability, Directories};
use crate::diagnostics::Diagnostic;
use crate::plan::{
    Action, Deviation, Expectation, FileField, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep, Step, UNIT_FILE_CHECK,
};
use crate::value::{FileMode, Owner, UnixPath, UserName};

/// The application's tree: who owns it, with which modes.
#[derive(Debug, Clone)]
pub(in crate::capabilities) struct Tree {
    pub owner: Owner,
    pub file_mode: FileMode,
    pub directory_mode: FileMode,
    pub provenance: Provenance,
}

/// What the specification says about the application's files, filled in.
pub(in crate::capabilities) fn application_tree(all: &Bindings, plan: &mut PlanBuilder) -> Tree {
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
        let group = binding
            .facts
            .group
            .clone()
            .unwrap_or_else(|| if user == plan.user { plan.group.clone() } else { user.clone() });
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

pub(super) fn application_files(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
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
        .after("working-directory.exists")
        .advice(format!("find {path} -xdev -printf '%u:%g %m %p\\n' | sort | uniq -c | sort -rn | head"))
        .runbook("file-permissions"),
    );
}

pub(super) fn unit_file(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
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
            .after(UNIT_FILE_CHECK)
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
    for statement in binding.provenance_of(&["owner", "group"]).statements {
        plan.deviate(Deviation {
            statement,
            asked: format!("a unit file owned by {user}:{group}, mode {asked}"),
            done: format!("owned by root:root, mode {mode}"),
            reason: reason.clone(),
        });
    }
    let absent = if group == "wheel" { "; Debian and Ubuntu have no group wheel" } else { "" };
    let places = binding.places.get("owner").or_else(|| binding.places.get("mode"));
    for (_, place) in places.into_iter().flatten() {
        plan.report(
            Diagnostic::new(&UNIT_FILE_OWNER, *place, "whoever may write the unit file decides what root runs")
                .at(format!("the package installs it as root:root, mode {mode}{absent}"))
                .help(format!("write: Service file permissions: {mode} (root-owned)")),
        );
    }
}

/// What the specification says about a path's owner and mode.
pub(in crate::capabilities) fn of_path<'a>(all: &'a Bindings, path: &UnixPath) -> Option<&'a Binding<Facts>> {
    all.of::<FilePermissions>().iter().find(|binding| binding.facts.path.as_ref() == Some(&Subject::Path(path.clone())))
}

/// A file or directory that is nobody else's business: a directory is made; a file is only checked.
pub(super) fn single_path(binding: &Binding<Facts>, path: &UnixPath, all: &Bindings, plan: &mut PlanBuilder) {
    let is_directory_of_service = all.of::<Directories>().iter().any(|other| other.facts.path.as_ref() == Some(path));
    if *path == plan.working_directory || is_directory_of_service {
        return;
    }
    let why = binding.provenance();
    let group = |user: &UserName| if *user == plan.user { plan.group.clone() } else { user.clone() };
    let owner = binding
        .facts
        .owner
        .clone()
        .map(|user| Owner { group: binding.facts.group.clone().unwrap_or_else(|| group(&user)), user });
    // Only what has a name like a directory's and lies below the service's own places is made.
    let is_file = path.file_name().contains('.');
    let is_own = path.is_within(&plan.working_directory) || path.as_str().contains(plan.service.as_str());
    if !is_file && is_own {
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

/// What to do about a wrong owner or mode.
pub(super) fn runbook(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    let mut provenance = Provenance { capability: FilePermissions::NAME, ..Provenance::default() };
    own.iter().for_each(|binding| provenance.merge(&binding.provenance()));
    let directory = plan.working_directory.clone();
    plan.runbook(RunbookEntry {
        anchor: "file-permissions",
        title: "A file has the wrong owner or mode".to_owned(),
        symptom: Some("a check of the layer permissions fails; somebody copied or edited files by hand".to_owned()),
        checks: vec![ProbeId("file-permissions.application".to_owned())],
        steps: vec![
            RunbookStep::run("See what differs from the package.", "./deploy.sh --check"),
            RunbookStep::run(
                "See when the application was changed, and who was here around that time.",
                format!(
                    "stat {directory}; ls -la {directory}; journalctl -t sshd -t sshd-session -t sudo --since -7day -n 30 --no-pager"
                ),
            ),
            RunbookStep::run("Set it right: deploying again restores owners and modes.", "./deploy.sh"),
        ],
        verify: Some(RunbookStep::run("Nothing differs.", "./validate-deployment.sh --layer permissions")),
        provenance,
    });
}
