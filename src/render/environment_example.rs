//! `config/SERVICE.env.example`: the names that the environment file needs, explained, without values.

use super::artifact::Artifact;
use super::escape;
use super::origin::origin;
use crate::plan::{Action, DeploymentPlan};
use crate::spec::Spec;

/// The example; `None` when the service has no environment file.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Option<Artifact> {
    let path = plan.operations.iter().find_map(|operation| match &operation.action {
        Action::EnvironmentFile { path, .. } => Some(path),
        _ => None,
    })?;
    let mut artifact = Artifact::new(format!("config/{}.env.example", plan.service), 0o644);
    artifact.push(format!(
        "# What {path} sets on the server.\n\
         # Fill it in there, never here: secrets do not belong into a package.\n\
         # One NAME=value a line: no spaces around the equals sign, no export. A value with other characters than letters, digits\n\
         # and _@%+:,./=- stands in single quotes.\n"
    ));
    if plan.environment.is_empty() {
        artifact.push("\n# The specification names no variables that must be set.\n");
    }
    for (name, purpose, provenance) in &plan.environment {
        let origin = origin(spec, provenance);
        let text = format!("\n# {origin}  {}\n{name}=\n", escape::comment(purpose));
        artifact.push_for(text, provenance.clone());
    }
    Some(artifact)
}
