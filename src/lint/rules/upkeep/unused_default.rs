//! Defaults that are switched off and would not be used anyway.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a named default that the front matter switches off, and that this specification would not
    /// use: a statement says what the default would have filled in, or nothing asks for the thing at all.
    ///
    /// *Why is this bad?* The reader believes that something was decided here. And when the statement goes, the default
    /// stays off, and nobody remembers why.
    ///
    /// *Instead*: take the line out.
    static UNUSED_DEFAULT = "unused-default", Warn, Upkeep, "a default is switched off that would not be used";
}

pub(super) static RULE: Rule = Rule { lints: &[&UNUSED_DEFAULT], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(plan) = view.plan else { return };
    for (name, place) in &view.spec.configuration.disabled_defaults {
        let known = crate::lower::named_defaults().any(|default| default.name == name);
        if known && !plan.switched_off.iter().any(|default| default.name == name) {
            found.push(
                Diagnostic::new(&UNUSED_DEFAULT, *place, format!("the default {name} would not be used anyway"))
                    .at("switches nothing off")
                    .help("take the line out"),
            );
        }
    }
}
