//! The proof of the environment file: checks, and the runbook entry.

use crate::plan::{
    Expectation, FileField, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::value::{FileMode, Owner, UnixPath, VariableName};

/// The file, decided.
pub(super) struct File {
    /// Where it stands.
    pub(super) path: UnixPath,
    /// Its mode.
    pub(super) mode: FileMode,
    /// Its owner.
    pub(super) owner: Owner,
}

/// Checks that nobody else can read the file and that nothing is missing in it.
pub(super) fn probes(file: &File, required: &[(VariableName, Provenance)], why: &Provenance, plan: &mut PlanBuilder) {
    let path = &file.path;
    let observe = |field| Observer::File { path: path.clone(), field };
    let mut checks = vec![
        (
            "exists",
            Layer::Existence,
            format!("the environment file {path} is there"),
            observe(FileField::Type),
            "file".to_owned(),
        ),
        (
            "mode",
            Layer::Permissions,
            format!("the mode of {path} is {}", file.mode),
            observe(FileField::Mode),
            file.mode.to_string(),
        ),
        (
            "owner",
            Layer::Permissions,
            format!("{path} belongs to {}", file.owner),
            observe(FileField::Owner),
            file.owner.to_string(),
        ),
        (
            "acl",
            Layer::Permissions,
            format!("nobody has rights on {path} beyond its mode"),
            observe(FileField::Acl),
            "none".to_owned(),
        ),
        (
            "copies",
            Layer::Permissions,
            format!("no copy of {path} lies beside it"),
            Observer::FileCopies { path: path.clone() },
            "none".to_owned(),
        ),
    ];
    // Below the application's own directory others may write by intention; everywhere else they could replace the file.
    if !path.is_within(&plan.working_directory) {
        checks.push((
            "parents",
            Layer::Permissions,
            format!("only root can replace {path}"),
            observe(FileField::WritableParents),
            "none".to_owned(),
        ));
    }
    if !required.is_empty() {
        let required = required.iter().map(|(name, _)| name.to_string()).collect();
        let observer = Observer::EnvironmentUnset { path: path.clone(), required };
        checks.push((
            "complete",
            Layer::Service,
            "all required variables have a value".to_owned(),
            observer,
            "none".to_owned(),
        ));
    }
    for (id, layer, title, observer, expected) in checks {
        let probe = Probe::new(
            format!("environment-file.{id}"),
            layer,
            title,
            observer,
            Expectation::Equals(expected),
            why.clone(),
        );
        let probe = if id == "exists" { probe } else { probe.after("environment-file.exists") };
        let probe = if matches!(id, "complete" | "copies") { probe.needs("root") } else { probe };
        plan.probe(probe.advice(format!("ls -la {path}")).runbook("environment-file"));
    }
}

/// What to do when the file is missing, readable by others, or incomplete.
pub(super) fn entry(
    file: &File,
    required: &[(VariableName, Provenance)],
    plan: &PlanBuilder,
    provenance: Provenance,
) -> RunbookEntry {
    let (path, unit) = (&file.path, plan.unit_name());
    // Without a name that must be set the gate lets everything through.
    let gate = if required.is_empty() { "" } else { "deploy.sh ends with code 6, or " };
    RunbookEntry {
        anchor: "environment-file",
        title: "A secret is missing, or can be read by others".to_owned(),
        symptom: Some(format!("{gate}{unit} fails with \"Failed to load environment files\"")),
        checks: ["exists", "mode", "owner", "copies"].map(|name| ProbeId(format!("environment-file.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("See owner and mode, of the directory too.", format!("namei -l {path}")),
            RunbookStep::run(
                "See which variables have a value, without showing one.",
                // \047 is a single quote: one cannot stand between those of the shell.
                format!(
                    r#"awk -F= '/^[A-Za-z_][A-Za-z0-9_]*=/ {{ v = substr($0, length($1) + 2); print $1, (v == "" || v == "\047\047" || v == "\"\"" ? "unset" : "set") }}' {path}"#
                ),
            ),
            RunbookStep::run("Set what is missing.", format!("editor {path}")),
            RunbookStep::run("Deploy again: it sets owner and mode, and restarts the service.", "./deploy.sh"),
            RunbookStep::say(
                "If others could read it: replace every secret in it at its source. Closing the file does not take back what was read.",
            ),
        ],
        verify: Some(RunbookStep::run(
            "The file is private and complete.",
            "./validate-deployment.sh --check environment-file",
        )),
        provenance,
    }
}
