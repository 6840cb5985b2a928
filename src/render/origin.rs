//! How a provenance is written into artifacts: `FR-004 SR-001`, or `default exec-type`.

use crate::plan::Provenance;
use crate::spec::Spec;

/// The IDs of the statements, in source order.
#[must_use]
pub fn ids(spec: &Spec, provenance: &Provenance) -> Vec<String> {
    let mut statements = provenance.statements.clone();
    statements.sort_unstable();
    statements.dedup();
    statements.iter().map(|statement| spec.statement(*statement).id.to_string()).collect()
}

/// The IDs, or the default where there are none, for a comment.
#[must_use]
pub fn origin(spec: &Spec, provenance: &Provenance) -> String {
    let ids = ids(spec, provenance).join(" ");
    match (ids.is_empty(), provenance.default) {
        (false, _) => ids,
        (true, Some(default)) => format!("default {}", default.name),
        (true, None) => String::new(),
    }
}

/// Who sees to a statement that is left to people, and what proves it.
#[must_use]
pub fn in_charge(owner: Option<&str>, evidence: Option<&str>) -> String {
    let owner = owner.unwrap_or("nobody named");
    evidence.map_or_else(|| owner.to_owned(), |evidence| format!("{owner}, evidence: {evidence}"))
}
