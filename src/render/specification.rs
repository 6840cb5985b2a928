//! `DEPLOYMENT-SPEC.md` of a package: the specification as compiled.

use super::artifact::Artifact;
use crate::source::SourceFile;
use crate::spec::Spec;

/// The specification.
#[must_use]
pub fn render(_spec: &Spec, file: &SourceFile) -> Artifact {
    let mut artifact = Artifact::new("DEPLOYMENT-SPEC.md", 0o644);
    artifact.push(file.text());
    artifact
}
