//! How capabilities contribute to the plan.
//!
//! In: contributions in the order of the capability list. Out: the plan's parts, which `lower` puts in order. Named
//! defaults are recorded when they are used, and asked for here, so that one that is switched off contributes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Action, Deviation, Directive, DirectiveValue, Drill, Expectation, FileContent, HealthGate, InstalledFile,
    ManualCheck, NamedDefault, Observer, Operation, Probe, Provenance, RunbookEntry, Step, UNIT_FILE_CHECK, Unit,
    UnitSection,
};
use crate::diagnostics::Diagnostic;
use crate::spec::StatementIndex;
use crate::target::Target;
use crate::value::{Endpoint, FileMode, Owner, PackageName, Seconds, ServiceName, UnixPath, UserName, VariableName};

/// Collects what the capabilities contribute.
#[derive(Debug)]
pub struct PlanBuilder {
    /// The service.
    pub service: ServiceName,
    /// The user that it runs as, decided before anybody contributes.
    pub user: UserName,
    /// Its group.
    pub group: UserName,
    /// Where the application lives, decided before anybody contributes.
    pub working_directory: UnixPath,
    /// The platforms.
    pub target: Target,
    /// The main unit, written to `/etc/systemd/system/SERVICE.service`.
    pub unit: Unit,
    /// The mode of the main unit's file.
    pub unit_mode: FileMode,
    /// Who asks for that mode or for the file's owner.
    pub unit_file_provenance: Provenance,
    /// One line about the service, for `Description=` and the documents.
    pub description: String,
    /// The port that the service listens on, when there is one.
    pub endpoint: Option<Endpoint>,
    /// The health gate; `Stable` until a health check says better.
    pub health: HealthGate,
    /// Who asks for the health gate.
    pub health_provenance: Provenance,
    pub(crate) disabled_defaults: BTreeSet<String>,
    pub(crate) defaults: Vec<&'static NamedDefault>,
    pub(crate) switched_off: Vec<&'static NamedDefault>,
    pub(crate) packages: BTreeMap<PackageName, Provenance>,
    pub(crate) tool_versions: BTreeMap<String, (String, Provenance)>,
    pub(crate) files: Vec<InstalledFile>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) manual: Vec<ManualCheck>,
    pub(crate) drills: Vec<Drill>,
    pub(crate) runbook: Vec<RunbookEntry>,
    pub(crate) environment: Vec<(VariableName, String, Provenance)>,
    pub(crate) stamp: Vec<UnixPath>,
    pub(crate) deviations: Vec<Deviation>,
    pub(crate) settled: Vec<(StatementIndex, String)>,
    pub(crate) partial: Vec<(StatementIndex, String)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl PlanBuilder {
    /// An empty plan for a service.
    #[must_use]
    pub fn new(
        service: ServiceName,
        user: UserName,
        group: UserName,
        working_directory: UnixPath,
        target: Target,
    ) -> Self {
        Self {
            service,
            user,
            group,
            working_directory,
            target,
            unit: Unit::default(),
            unit_mode: FileMode::new(0o644),
            unit_file_provenance: Provenance::default(),
            description: String::new(),
            endpoint: None,
            health: HealthGate::Stable { window: Seconds(5.0) },
            health_provenance: Provenance::default(),
            disabled_defaults: BTreeSet::new(),
            defaults: Vec::new(),
            switched_off: Vec::new(),
            packages: BTreeMap::new(),
            tool_versions: BTreeMap::new(),
            files: Vec::new(),
            operations: Vec::new(),
            probes: Vec::new(),
            manual: Vec::new(),
            drills: Vec::new(),
            runbook: Vec::new(),
            environment: Vec::new(),
            stamp: Vec::new(),
            deviations: Vec::new(),
            settled: Vec::new(),
            partial: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The name of the main unit.
    #[must_use]
    pub fn unit_name(&self) -> String {
        format!("{}.service", self.service)
    }

    /// The service's user and group.
    #[must_use]
    pub fn owner(&self) -> Owner {
        Owner { user: self.user.clone(), group: self.group.clone() }
    }

    /// Asks for a named default: `None` when the front matter switches it off; otherwise it is recorded as used, and its
    /// provenance is returned.
    pub fn default(&mut self, capability: &'static str, default: &'static NamedDefault) -> Option<Provenance> {
        if self.disabled_defaults.contains(default.name) {
            self.switched_off.push(default);
            return None;
        }
        if !self.defaults.contains(&default) {
            self.defaults.push(default);
        }
        Some(Provenance::of_default(capability, default))
    }

    /// Adds a directive to the main unit.
    pub fn directive(
        &mut self,
        section: UnitSection,
        name: &'static str,
        value: impl Into<String>,
        comment: impl Into<String>,
        provenance: Provenance,
    ) {
        self.unit.set(section, name, DirectiveValue::Text(value.into()), comment, provenance);
    }

    /// Adds a directive of any kind to the main unit.
    pub fn typed_directive(&mut self, directive: Directive) {
        self.unit.directives.push(directive);
    }

    /// Requires a Debian package.
    pub fn package(&mut self, name: PackageName, provenance: Provenance) {
        self.packages.entry(name).or_default().merge(&provenance);
    }

    /// Requires a tool on the target, at least of this version, before anything is changed.
    pub fn tool_version(&mut self, tool: impl Into<String>, version: impl Into<String>, provenance: Provenance) {
        self.tool_versions.insert(tool.into(), (version.into(), provenance));
    }

    /// Installs a file of the package; a step's operation is added with it.
    pub fn file(&mut self, step: Step, order: u32, file: InstalledFile) {
        let (mode, owner, path) = (file.mode, file.owner.clone(), file.path.clone());
        self.operation(step, order, Action::File { mode, owner, path }, file.provenance.clone());
        self.files.push(file);
    }

    /// Adds a file to the package that an operation of its own puts in its place, as a transaction.
    pub fn packaged_file(&mut self, file: InstalledFile) {
        self.files.push(file);
    }

    /// Installs a unit other than the main one.
    pub fn unit_file(&mut self, name: &str, purpose: impl Into<String>, unit: Unit, provenance: Provenance) {
        if let Ok(path) = format!("/etc/systemd/system/{name}").parse() {
            self.file(
                Step::Configuration,
                20,
                InstalledFile {
                    path,
                    mode: FileMode::new(0o644),
                    owner: Owner::root(),
                    purpose: purpose.into(),
                    content: FileContent::Unit(unit),
                    provenance,
                },
            );
            self.operation(Step::Configuration, 80, Action::UnitValid(name.to_owned()), Provenance::default());
        }
    }

    /// Adds an operation.
    pub fn operation(&mut self, step: Step, order: u32, action: Action, provenance: Provenance) {
        self.operations.push(Operation { step, order, action, provenance });
    }

    /// The environment file, once `environment-file` has decided it.
    #[must_use]
    pub fn environment_file(&self) -> Option<&UnixPath> {
        self.operations.iter().find_map(|operation| match &operation.action {
            Action::EnvironmentFile { path, .. } => Some(path),
            _ => None,
        })
    }

    /// Adds a check. What is asked of the service's unit is proven only where its file is there: without it everything
    /// about the unit would fail, for a reason that the check of the file names.
    pub fn probe(&mut self, probe: Probe) {
        let about_unit = probe.observer.unit() == Some(&self.unit_name());
        self.probes.push(if about_unit { probe.after(UNIT_FILE_CHECK) } else { probe });
    }

    /// A command of the main unit that runs as root by intention: the check that there is none allows this one. That it is
    /// there is the matter of who asks for it.
    pub fn root_command(&mut self, command: &str) {
        let literal: String = command
            .chars()
            .flat_map(|letter| {
                (!letter.is_alphanumeric() && !" /_-".contains(letter)).then_some('\\').into_iter().chain([letter])
            })
            .collect();
        let checks = self.probes.iter_mut().filter(|probe| matches!(probe.observer, Observer::RootCommands { .. }));
        for probe in checks {
            probe.title.push_str(&format!(" but {command}"));
            probe.expectation = Expectation::Matches(format!("^(none|{literal})$"));
        }
    }

    /// Adds what only people can prove.
    pub fn manual(&mut self, check: ManualCheck) {
        self.manual.push(check);
    }

    /// Adds a drill.
    pub fn drill(&mut self, drill: Drill) {
        self.drills.push(drill);
    }

    /// Adds a runbook entry.
    pub fn runbook(&mut self, entry: RunbookEntry) {
        self.runbook.push(entry);
    }

    /// The service needs this variable in its environment file.
    pub fn variable(&mut self, name: VariableName, purpose: impl Into<String>, provenance: Provenance) {
        self.environment.push((name, purpose.into(), provenance));
    }

    /// The running process depends on this file or tree: a change of it restarts the service.
    pub fn restart_on_change(&mut self, path: UnixPath) {
        self.stamp.push(path);
    }

    /// Records that the field overrules the text.
    pub fn deviate(&mut self, deviation: Deviation) {
        self.deviations.push(deviation);
    }

    /// Records that statements are met without touching the machine, and how.
    pub fn settle(&mut self, statements: &[StatementIndex], how: &str) {
        self.settled.extend(statements.iter().map(|statement| (*statement, how.to_owned())));
    }

    /// Records that a part of a statement is not done, and why.
    pub fn partial(&mut self, statement: StatementIndex, why: impl Into<String>) {
        self.partial.push((statement, why.into()));
    }

    /// Reports a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}
