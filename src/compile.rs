//! The whole pipeline: source → artifacts and findings.
//!
//! In: the text of a specification and the settings of the command line. Out: [`Compiled`], with as much as could be
//! made; one run reports everything. Pure: no clock, no host, no disk.

use crate::capabilities::{self, Bindings, CAPABILITIES, InferredNames, Names, StatementReading};
use crate::diagnostics::{self, Diagnostic};
use crate::lint;
use crate::lower;
use crate::plan::DeploymentPlan;
use crate::registry;
use crate::render::{self, ArtifactSet};
use crate::source::{SourceFile, Sources};
use crate::spec::{self, Spec};
use crate::syntax::{self, Document};

/// What the command line adds to a specification.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--set LABEL=VALUE`, in order.
    pub settings: Vec<(String, String)>,
    /// Levels of lints, and the day on which waivers are judged.
    pub findings: lint::Settings,
}

/// Everything that one run made.
#[derive(Debug)]
pub struct Compiled {
    /// The specification first, then one text for each setting.
    pub sources: Sources,
    /// The specification as Markdown.
    pub document: Document,
    /// The statements.
    pub spec: Spec,
    /// What was read from each statement; parallel to `spec.statements`.
    pub readings: Vec<StatementReading>,
    /// What they say together.
    pub bindings: Bindings,
    /// The plan; `None` when the specification lacks what no plan can do without.
    pub plan: Option<DeploymentPlan>,
    /// The files that make the plan true and prove it; the reports are added by the caller that writes them.
    pub artifacts: ArtifactSet,
    /// Findings, by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether a finding keeps the package from being written.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        diagnostics::has_errors(&self.diagnostics)
    }
}

/// Compiles a specification.
#[must_use]
pub fn compile(file: SourceFile, options: &Options) -> Compiled {
    let mut compiled = analyse(file.clone(), options);
    if let Some(plan) = &compiled.plan {
        compiled.artifacts = render::render(&compiled.spec, &file, &compiled.document, plan);
    }
    compiled
}

/// Everything but the artifacts: what `lint` and `show` need.
#[must_use]
pub fn analyse(file: SourceFile, options: &Options) -> Compiled {
    let mut sources = Sources::default();
    let source = sources.add(file.clone());
    let document = syntax::parse(source, file.text());
    let built = spec::build(source, &file, &document);
    let mut diagnostics = built.diagnostics;
    let mut spec = built.output.unwrap_or_default();
    for (label, value) in &options.settings {
        spec::add_setting(&mut spec, &mut sources, label, value);
    }
    diagnostics.extend(capabilities::check_annotations(&spec));
    let names = capabilities::infer(&spec);
    let readings = read(&spec, &names);
    let (bindings, conflicts) = capabilities::bind(&spec, CAPABILITIES, &readings);
    diagnostics.extend(conflicts);
    let lowered = lower::lower(&spec, &bindings, &names);
    diagnostics.extend(lowered.diagnostics);
    let plan = lowered.output;
    let view = lint::View {
        file: &file,
        spec: &spec,
        readings: &readings,
        bindings: &bindings,
        plan: plan.as_ref(),
        reader: registry::reader(),
    };
    lint::check(&view, &mut diagnostics);
    diagnostics.extend(registry::unknown_names(&spec));
    lint::settle(&spec, &options.findings, &mut diagnostics);
    diagnostics::sort(&mut diagnostics);
    Compiled { sources, document, spec, readings, bindings, plan, artifacts: ArtifactSet::default(), diagnostics }
}

fn read(spec: &Spec, names: &InferredNames) -> Vec<StatementReading> {
    let known = Names { service: names.service.as_ref().map(|(service, _)| service), user: names.user.as_ref() };
    capabilities::read(registry::reader(), spec, known)
}
