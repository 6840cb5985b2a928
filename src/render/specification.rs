//! `DEPLOYMENT-SPEC.md` of a package: the specification as compiled, with the IDs written that everything else names.

use super::artifact::Artifact;
use crate::rewrite;
use crate::source::SourceFile;
use crate::spec::Spec;
use crate::syntax::Document;

/// The specification with its IDs.
#[must_use]
pub fn render(file: &SourceFile, document: &Document, spec: &Spec) -> Artifact {
    let mut artifact = Artifact::new("DEPLOYMENT-SPEC.md", 0o644);
    artifact.push(rewrite::canonical(file, document, spec, true));
    artifact
}
