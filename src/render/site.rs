//! Configuration of the web server, in nginx's format.
//!
//! In: directives and blocks. Out: their text, each below a one-line comment that names its requirement.

use super::artifact::Artifact;
use super::escape;
use super::origin::origin;
use crate::plan::{SiteDirective, SiteWord};
use crate::spec::Spec;

/// Appends directives; those of a block are indented.
pub fn push_site(artifact: &mut Artifact, spec: &Spec, directives: &[SiteDirective], depth: usize) {
    let indent = "    ".repeat(depth);
    let mut before: Option<&SiteDirective> = None;
    for directive in directives {
        let mut text = String::new();
        let continues = before
            .is_some_and(|before| before.comment == directive.comment && before.provenance == directive.provenance);
        let stands_apart = directive.block.is_some() || before.is_some_and(|before| before.block.is_some());
        if depth == 0 || before.is_some() && stands_apart {
            text.push('\n');
        }
        if !continues && !directive.comment.is_empty() {
            let origin = origin(spec, &directive.provenance);
            let gap = if origin.is_empty() { "" } else { "  " };
            text.push_str(&format!("{indent}# {origin}{gap}{}\n", escape::comment(&directive.comment)));
        }
        text.push_str(&format!("{indent}{}", directive.name));
        for word in &directive.words {
            text.push(' ');
            match word {
                SiteWord::Text(value) => text.push_str(&escape::nginx(value.as_str())),
                SiteWord::Notation(notation) => text.push_str(notation),
            }
        }
        match &directive.block {
            None => artifact.push_for(format!("{text};\n"), directive.provenance.clone()),
            Some(block) => {
                artifact.push_for(format!("{text} {{\n"), directive.provenance.clone());
                push_site(artifact, spec, block, depth + 1);
                artifact.push_for(format!("{indent}}}\n"), directive.provenance.clone());
            }
        }
        before = Some(directive);
    }
}
