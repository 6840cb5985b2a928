//! Unit files and drop-ins in their format.
//!
//! In: a [`Unit`]. Out: its text: sections in order, each directive below a one-line comment that names its requirement
//! (systemd.syntax(7): comments stand on lines of their own).

use super::artifact::Artifact;
use super::escape;
use super::origin::origin;
use crate::plan::{Directive, DirectiveValue, Unit};
use crate::spec::Spec;

/// Appends the sections of a unit.
pub fn push_unit(artifact: &mut Artifact, spec: &Spec, unit: &Unit) {
    let mut directives: Vec<&Directive> = unit.directives.iter().collect();
    directives.sort_by_key(|directive| directive.section);
    let mut before: Option<&Directive> = None;
    for directive in directives {
        let mut text = String::new();
        if before.is_none_or(|before| before.section != directive.section) {
            text.push_str(&format!("\n[{}]\n", directive.section.name()));
        }
        let continues = before.is_some_and(|before| {
            before.section == directive.section
                && before.comment == directive.comment
                && before.provenance == directive.provenance
        });
        if !continues && !directive.comment.is_empty() {
            text.push_str(&comment_line(spec, directive));
        }
        text.push_str(&format!("{}={}\n", directive.name, value(&directive.value)));
        artifact.push_for(text, directive.provenance.clone());
        before = Some(directive);
    }
}

fn comment_line(spec: &Spec, directive: &Directive) -> String {
    let origin = origin(spec, &directive.provenance);
    let gap = if origin.is_empty() { "" } else { "  " };
    format!("# {origin}{gap}{}\n", escape::comment(&directive.comment))
}

fn value(value: &DirectiveValue) -> String {
    match value {
        DirectiveValue::Text(text) => escape::systemd(text),
        DirectiveValue::Verbatim(text) => escape::comment(text).into_owned(),
        DirectiveValue::Words(words) => words.iter().map(|word| escape::systemd(word)).collect::<Vec<_>>().join(" "),
        DirectiveValue::Command(words) => {
            words.iter().map(|word| escape::systemd_word(word, true)).collect::<Vec<_>>().join(" ")
        }
        DirectiveValue::Assignment(name, value) => escape::systemd_word(&format!("{name}={value}"), false),
    }
}
