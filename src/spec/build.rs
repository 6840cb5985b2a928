//! Document → Spec.

use super::Spec;
use crate::diagnostics::Compilation;
use crate::source::{SourceFile, SourceId};
use crate::syntax::Document;

/// Reads a document as a specification.
#[must_use]
pub fn build(source: SourceId, file: &SourceFile, document: &Document) -> Compilation<Spec> {
    let _ = (file, document);
    Compilation::new(Spec { source, ..Spec::default() }, Vec::new())
}
