//! Plan → artifacts: the text of every file in the package, with provenance.
//!
//! In: a [`DeploymentPlan`](crate::plan::DeploymentPlan) and the spec that it came from. Out: an [`ArtifactSet`]. Nothing
//! is decided here and nothing is written to disk; values are quoted by `escape` and by nothing else.

mod absences;
mod architecture;
mod artifact;
mod deploy_script;
mod environment_example;
pub mod escape;
mod origin;
mod places;
mod readme;
mod rootfs;
mod rotation;
mod runbook;
mod script;
pub mod shell_library;
mod site;
mod specification;
mod troubleshooting;
mod unit_file;
mod validate_script;

pub use artifact::{Artifact, ArtifactSet, Fragment};
pub use origin::{ids, in_charge, origin};
pub use places::{ArtifactLine, Places};

use crate::plan::DeploymentPlan;
use crate::source::SourceFile;
use crate::spec::Spec;
use crate::syntax::Document;

/// The files that make the plan true, prove it and explain it. `file` is the text of the specification, `document` what
/// it was read as.
#[must_use]
pub fn render(spec: &Spec, file: &SourceFile, document: &Document, plan: &DeploymentPlan) -> ArtifactSet {
    let mut artifacts = ArtifactSet::default();
    for file in &plan.files {
        artifacts.insert(rootfs::render(spec, file));
    }
    artifacts.insert(deploy_script::render(spec, plan));
    artifacts.insert(validate_script::render(spec, plan));
    artifacts.insert(readme::render(spec, plan));
    artifacts.insert(runbook::render(spec, plan));
    artifacts.insert(troubleshooting::render(plan));
    artifacts.insert(architecture::render(spec, plan));
    if let Some(example) = environment_example::render(spec, plan) {
        artifacts.insert(example);
    }
    artifacts.insert(specification::render(file, document, spec));
    artifacts
}
