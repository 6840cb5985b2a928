//! Headings that are nearly ones that specc knows.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a heading that differs by a slip from one that decides what its statements are for:
    /// "Sucess Criteria".
    ///
    /// *Why is this bad?* Its statements are taken for requirements: criteria are then built instead of checked, and
    /// what is out of scope is asked for.
    ///
    /// *Instead*: write the heading as it is known.
    static MISSPELT_SECTION = "misspelt-section", Warn, Structure, "a heading that is nearly one that specc knows";
}

pub(super) static RULE: Rule = Rule { lints: &[&MISSPELT_SECTION], check };

/// Headings that decide what their statements are for.
const KNOWN: &[&str] = &[
    "Intent",
    "Service Definition",
    "Functional Requirements",
    "Non-Functional Requirements",
    "Security Requirements",
    "Operational Requirements",
    "Monitoring Plan",
    "Out of Scope",
    "Technical Constraints",
    "Success Criteria",
    "Acceptance Criteria",
    "Validation Criteria",
    "Security Validation",
    "Failure Scenarios",
    "Contacts",
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for section in view.spec.sections.iter().filter(|section| !section.known && section.title.len() > 5) {
        let Some(place) = section.span else { continue };
        // Two letters may be wrong: more than that is another heading.
        let slip =
            |known: &&&str| strsim::damerau_levenshtein(&section.title.to_lowercase(), &known.to_lowercase()) <= 2;
        if let Some(known) = KNOWN.iter().find(slip) {
            found.push(
                Diagnostic::new(&MISSPELT_SECTION, place, format!("specc does not know \"{}\"", section.title))
                    .at("its statements count as requirements")
                    .help(format!("write \"{known}\"")),
            );
        }
    }
}
