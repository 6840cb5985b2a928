//! Spec × bindings → deployment plan.
//!
//! In: a spec and what its statements together say. Out: a complete [`DeploymentPlan`]: names decided, contributions of
//! all capabilities collected, operations and probes in order, each once. What to run is never guessed. Nothing is
//! rendered here.

use std::collections::BTreeMap;

use crate::capabilities::{
    Application, Bindings, CAPABILITIES, InferredNames, NameOrigin, ServiceIdentity, SystemUser, WorkingDirectory,
    platform,
};
use crate::declare_lint;
use crate::diagnostics::{Compilation, Diagnostic};
use crate::plan::{
    Action, DeploymentPlan, FileContent, InstalledFile, NamedDefault, Observer, Operation, PlanBuilder, Probe, ProbeId,
    Provenance, Step, chapters,
};
use crate::source::Span;
use crate::spec::Spec;
use crate::target::Target;
use crate::value::{Owner, ServiceName, UnixPath, UserName};

declare_lint! {
    /// *What it does*: reports a specification that never says what to run.
    ///
    /// *Why is this bad?* Without the program there is no unit, no health and nothing to prove. What to run is never
    /// guessed, not even where only one file could be meant.
    ///
    /// *Instead*: name the program in the service definition, `- **Application**: main.py (FastAPI with uvicorn)`, or
    /// give it on the command line, `--set application=main.py`.
    pub static MISSING_APPLICATION = "missing-application", Error, Completeness, "the specification never says what to run";
}

declare_lint! {
    /// *What it does*: reports a specification from which no service name follows.
    ///
    /// *Why is this bad?* The unit, its files and its state need one name, and two packages on a host need two.
    ///
    /// *Instead*: name the service in its definition: `- **Service name**: billing-api`.
    pub static MISSING_SERVICE_NAME = "missing-service-name", Error, Completeness, "the specification never names the service";
}

static VALIDATION_TOOLS: NamedDefault = NamedDefault {
    name: "validation-tools",
    reason: "the scripts ask the service with curl, compare JSON with jq, and look at sockets and the firewall's rules",
};

/// Named defaults of the lowering itself.
pub static DEFAULTS: &[&NamedDefault] = &[&VALIDATION_TOOLS];

/// All named defaults: those of the lowering and those of the capabilities, by name.
pub fn named_defaults() -> impl Iterator<Item = &'static NamedDefault> {
    let of_capabilities = CAPABILITIES.iter().flat_map(|entry| entry.defaults.iter().copied());
    let mut all: Vec<&'static NamedDefault> = DEFAULTS.iter().copied().chain(of_capabilities).collect();
    all.sort_by_key(|default| default.name);
    all.dedup_by_key(|default| default.name);
    all.into_iter()
}

/// Makes the plan.
#[must_use]
pub fn lower(spec: &Spec, bindings: &Bindings, names: &InferredNames) -> Compilation<DeploymentPlan> {
    let mut diagnostics = Vec::new();
    let service = service_name(bindings, names);
    if service.is_none() {
        diagnostics.push(missing_service_name(spec));
    }
    if !bindings.one::<Application>().is_some_and(|binding| binding.facts.names_a_program()) {
        diagnostics.push(missing_application(spec, names));
    }
    let Some(service) = service.filter(|_| diagnostics.is_empty()) else {
        return Compilation { output: None, diagnostics };
    };
    let Some(mut plan) = begin(spec, bindings, service) else { return Compilation { output: None, diagnostics } };
    for entry in CAPABILITIES {
        entry.contribute(bindings, &mut plan);
    }
    let plan = finish(plan, &mut diagnostics);
    Compilation::new(plan, diagnostics)
}

fn service_name(bindings: &Bindings, names: &InferredNames) -> Option<ServiceName> {
    let labelled = bindings.one::<ServiceIdentity>().and_then(|binding| binding.facts.name.clone());
    let inferred = || names.service.as_ref().map(|(name, _)| name.clone());
    let from_user = || {
        bindings
            .one::<SystemUser>()
            .and_then(|binding| binding.facts.user.as_ref())
            .and_then(|user| user.as_str().parse().ok())
    };
    labelled.or_else(inferred).or_else(from_user)
}

/// Where a missing part would be written: the service definition, else the title.
fn definition_span(spec: &Spec) -> Span {
    let definition = spec.sections.iter().find(|section| section.kind == crate::spec::SectionKind::ServiceDefinition);
    definition.and_then(|section| section.span).or(spec.title_span).unwrap_or(Span::new(spec.source, 0..0))
}

fn missing_service_name(spec: &Spec) -> Diagnostic {
    Diagnostic::new(&MISSING_SERVICE_NAME, definition_span(spec), "the service has no name")
        .at("nothing here or below names it")
        .help("add to the service definition: - **Service name**: billing-api")
}

fn missing_application(spec: &Spec, names: &InferredNames) -> Diagnostic {
    let diagnostic = Diagnostic::new(&MISSING_APPLICATION, definition_span(spec), "the specification never says what to run")
        .at("no application here or below")
        .help("add to the service definition: - **Application**: main.py (FastAPI with uvicorn)\nor give it on the command line: --set application=main.py");
    match names.service {
        Some((_, NameOrigin::Label(_, span) | NameOrigin::Commands(span))) if span != diagnostic.primary.span => {
            diagnostic.label(span, "the service is named here")
        }
        _ => diagnostic,
    }
}

/// The builder with the names that everybody relies on.
fn begin(spec: &Spec, bindings: &Bindings, service: ServiceName) -> Option<PlanBuilder> {
    let account = bindings.one::<SystemUser>().map(|binding| &binding.facts);
    let user = account.and_then(|facts| facts.user.clone()).or_else(|| service.as_str().parse().ok());
    let user: UserName = user.or_else(|| format!("svc-{service}").chars().take(32).collect::<String>().parse().ok())?;
    let group = account.and_then(|facts| facts.group.clone()).unwrap_or_else(|| user.clone());
    let directory = bindings.one::<WorkingDirectory>().and_then(|binding| binding.facts.path.clone());
    let directory: UnixPath = directory.or_else(|| format!("/opt/{service}").parse().ok())?;
    let target = configured_target(spec).or_else(|| platform::target(bindings)).unwrap_or_else(Target::any);
    let mut plan = PlanBuilder::new(service, user, group, directory, target);
    plan.disabled_defaults = spec.configuration.disabled_defaults.keys().cloned().collect();
    plan.description = spec.subject_title().to_owned();
    if plan.description.is_empty() {
        plan.description = plan.service.to_string();
    }
    Some(plan)
}

fn configured_target(spec: &Spec) -> Option<Target> {
    spec.configuration.target.as_ref().and_then(|(name, _)| name.parse().ok()).map(Target::only)
}

/// Answers of a port that the firewall lets everybody reach can be checked from a workstation, too.
fn mark_outside(builder: &mut PlanBuilder) {
    let open = |operation: &Operation| match &operation.action {
        Action::Firewall { rules, .. } => {
            rules.iter().any(|rule| rule.source.is_none() && Some(rule.endpoint) == builder.endpoint)
        }
        _ => false,
    };
    if builder.operations.iter().any(open) {
        let answers = |probe: &&mut Probe| {
            matches!(probe.observer, Observer::HttpStatus { .. } | Observer::HttpBody { .. } | Observer::Metrics { .. })
        };
        builder.probes.iter_mut().filter(answers).for_each(|probe| probe.outside = true);
    }
}

/// Adds what follows from the contributions, and puts everything in order.
fn finish(mut builder: PlanBuilder, diagnostics: &mut Vec<Diagnostic>) -> DeploymentPlan {
    mark_outside(&mut builder);
    add_main_unit(&mut builder);
    add_packages(&mut builder);
    add_service(&mut builder);
    diagnostics.append(&mut builder.diagnostics);
    let probes = ordered_probes(builder.probes);
    DeploymentPlan {
        operations: ordered_operations(builder.operations),
        runbook: chapters(builder.runbook, &probes),
        probes,
        files: unique_files(builder.files),
        service: builder.service,
        description: builder.description,
        target: builder.target,
        user: builder.user,
        group: builder.group,
        working_directory: builder.working_directory,
        endpoint: builder.endpoint,
        tool_versions: builder.tool_versions,
        packages: builder.packages,
        health: builder.health,
        manual: builder.manual,
        drills: builder.drills,
        environment: builder.environment,
        defaults: builder.defaults,
        switched_off: builder.switched_off,
        deviations: builder.deviations,
        settled: builder.settled,
        partial: builder.partial,
    }
}

fn add_main_unit(builder: &mut PlanBuilder) {
    let name = builder.unit_name();
    let Ok(path) = format!("/etc/systemd/system/{name}").parse() else { return };
    let mut provenance = builder.unit_file_provenance.clone();
    builder.unit.directives.iter().for_each(|directive| provenance.merge(&directive.provenance));
    let file_provenance = builder.unit_file_provenance.clone();
    builder.operation(Step::Configuration, 80, Action::UnitValid(name), file_provenance.clone());
    let (mode, purpose) = (builder.unit_mode, builder.description.clone());
    let unit = std::mem::take(&mut builder.unit);
    builder.operation(
        Step::Configuration,
        10,
        Action::File { mode, owner: Owner::root(), path: UnixPath::clone(&path) },
        provenance,
    );
    builder.files.push(InstalledFile {
        path,
        mode,
        owner: Owner::root(),
        purpose,
        content: FileContent::Unit(unit),
        provenance: file_provenance,
    });
}

fn add_packages(builder: &mut PlanBuilder) {
    if let Some(tools) = builder.default("packages", &VALIDATION_TOOLS) {
        for name in ["curl", "jq", "iproute2"] {
            if let Ok(name) = name.parse() {
                builder.package(name, tools.clone());
            }
        }
    }
    for (tool, (version, provenance)) in builder.tool_versions.clone() {
        builder.operation(Step::Packages, 50, Action::ToolVersion { tool, version }, provenance);
    }
    if builder.packages.is_empty() {
        return;
    }
    let mut provenance = Provenance::default();
    builder.packages.values().for_each(|package| provenance.merge(package));
    let names = builder.packages.keys().cloned().collect();
    builder.operation(Step::Packages, 0, Action::Packages(names), provenance);
}

/// The service runs what is installed, and is healthy.
fn add_service(builder: &mut PlanBuilder) {
    let unit = builder.unit_name();
    let mut stamp = std::mem::take(&mut builder.stamp);
    stamp.sort();
    stamp.dedup();
    builder.operation(Step::Service, 50, Action::Service { unit, stamp }, Provenance::default());
    let gate = builder.health.clone();
    let asked = builder.health_provenance.clone();
    builder.operation(Step::Service, 90, Action::Healthy(gate), asked);
}

/// By step and order; equal operations become one that names all who ask for it.
fn ordered_operations(mut operations: Vec<Operation>) -> Vec<Operation> {
    operations.sort_by_key(|operation| (operation.step, operation.order));
    let mut unique: Vec<Operation> = Vec::with_capacity(operations.len());
    let mut index: BTreeMap<(Step, String), usize> = BTreeMap::new();
    for operation in operations {
        let key = (operation.step, format!("{:?}", operation.call()));
        match index.get(&key) {
            Some(&at) => unique[at].provenance.merge(&operation.provenance),
            None => {
                index.insert(key, unique.len());
                unique.push(operation);
            }
        }
    }
    unique
}

/// By layer; probes of one name become one that names all who ask for it.
fn ordered_probes(mut probes: Vec<Probe>) -> Vec<Probe> {
    probes.sort_by_key(|probe| probe.layer);
    let mut unique: Vec<Probe> = Vec::with_capacity(probes.len());
    let mut index: BTreeMap<ProbeId, usize> = BTreeMap::new();
    for probe in probes {
        match index.get(&probe.id) {
            Some(&at) => unique[at].provenance.merge(&probe.provenance),
            None => {
                index.insert(probe.id.clone(), unique.len());
                unique.push(probe);
            }
        }
    }
    unique
}

fn unique_files(mut files: Vec<InstalledFile>) -> Vec<InstalledFile> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|later, first| {
        let same = later.path == first.path;
        if same {
            first.provenance.merge(&later.provenance);
        }
        same
    });
    files
}
