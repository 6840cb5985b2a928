//! Plan → artifacts: the text of every file in the package, with provenance.
//!
//! In: a [`DeploymentPlan`](crate::plan::DeploymentPlan) and the spec that it came from. Out: an [`ArtifactSet`]. Nothing
//! is decided here and nothing is written to disk; values are quoted by `escape` and by nothing else.

mod artifact;
mod deploy_script;
pub mod escape;
mod origin;
mod places;
mod rootfs;
mod script;
pub mod shell_library;
mod unit_file;
mod validate_script;

pub use artifact::{Artifact, ArtifactSet, Fragment};
pub use origin::{ids, origin};
pub use places::{ArtifactLine, Places};

use crate::plan::DeploymentPlan;
use crate::spec::Spec;

/// The files that make the plan true and prove it.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> ArtifactSet {
    let mut artifacts = ArtifactSet::default();
    for file in &plan.files {
        artifacts.insert(rootfs::render(spec, file));
    }
    artifacts.insert(deploy_script::render(spec, plan));
    artifacts.insert(validate_script::render(spec, plan));
    artifacts
}
