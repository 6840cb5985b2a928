//! Configurations of logrotate(8).
//!
//! In: blocks. Out: their text: for each file its directives, below one-line comments that name their requirement.

use super::artifact::Artifact;
use super::escape;
use super::origin::origin;
use crate::plan::{RotationBlock, Setting};
use crate::spec::Spec;

/// Appends a block.
pub fn push_block(artifact: &mut Artifact, spec: &Spec, block: &RotationBlock) {
    artifact.push(format!("\n{} {{\n", escape::logrotate_path(block.file.as_str())));
    let mut before: Option<&Setting> = None;
    for setting in &block.settings {
        let mut text = String::new();
        let continues =
            before.is_some_and(|before| before.comment == setting.comment && before.provenance == setting.provenance);
        if !continues {
            let origin = origin(spec, &setting.provenance);
            let gap = if origin.is_empty() { "" } else { "  " };
            text.push_str(&format!("  # {origin}{gap}{}\n", escape::comment(&setting.comment)));
        }
        let line = format!("  {} {}", setting.name, escape::comment(&setting.value));
        text.push_str(line.trim_end());
        text.push('\n');
        artifact.push_for(text, setting.provenance.clone());
        before = Some(setting);
    }
    artifact.push("}\n");
}
