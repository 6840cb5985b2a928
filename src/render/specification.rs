//! `DEPLOYMENT-SPEC.md` of a package: the specification as compiled, with the IDs written that everything else names.

use super::artifact::Artifact;
use crate::rewrite;
use crate::source::SourceFile;

/// The specification with its IDs.
#[must_use]
pub fn render(file: &SourceFile) -> Artifact {
    let mut artifact = Artifact::new("DEPLOYMENT-SPEC.md", 0o644);
    artifact.push(rewrite::formatted(file, true));
    artifact
}
