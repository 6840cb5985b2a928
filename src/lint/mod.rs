//! Lints that look at the whole specification, one file each under `rules/`, in one folder a group.
//!
//! In: a spec with its readings, bindings and plan. Out: diagnostics, with levels as configured and waivers applied. Lints
//! that concern one capability stand in its file; those of the structure in `spec`. Nothing here reads a clock: the day on
//! which waivers end is an input.

mod levels;
mod phrases;
mod rules;
mod waivers;
mod words;

use rustc_hash::FxHashSet;

pub use self::levels::{Settings, group_named, settle};

use crate::capabilities::{
    Bindings, CAPABILITIES, CONFLICTING_REQUIREMENTS, CRITERION_CONTRADICTS_REQUIREMENT, INVALID_READING, Reader,
    StatementReading,
};
use crate::diagnostics::{Diagnostic, Lint};
use crate::lower::{MISSING_APPLICATION, MISSING_SERVICE_NAME};
use crate::parallel;
use crate::plan::DeploymentPlan;
use crate::source::SourceFile;
use crate::spec::{self, Annotation, AnnotationKind, Spec, Statement, StatementKind};

/// What a rule sees.
pub struct View<'a> {
    /// The text.
    pub file: &'a SourceFile,
    /// The statements.
    pub spec: &'a Spec,
    /// What was read from each.
    pub readings: &'a [StatementReading],
    /// What they say together.
    pub bindings: &'a Bindings,
    /// The plan, when there is one.
    pub plan: Option<&'a DeploymentPlan>,
    /// Reads sentences that a rule thinks of proposing.
    pub reader: &'a Reader<'a>,
}

impl View<'_> {
    /// The statements with what was read from them.
    fn statements(&self) -> impl Iterator<Item = (&Statement, &StatementReading)> {
        self.spec.statements.iter().zip(self.readings)
    }

    /// Whether a statement asks for something, and nobody has set it aside: a finding about its reading is of use.
    fn is_open(&self, statement: &Statement) -> bool {
        let set_aside =
            statement.annotations.iter().any(|annotation| !matches!(annotation.kind, AnnotationKind::Allow { .. }));
        // A heading can name who sees to all that stands below it.
        let is_manual = |annotation: &Annotation| matches!(annotation.kind, AnnotationKind::Manual { .. });
        statement.kind != StatementKind::Intent
            && statement.open_question.is_none()
            && !set_aside
            && !self.spec.is_context(statement)
            && !self.spec.annotations(statement).any(is_manual)
    }

    /// The capabilities that requirements ask for.
    fn asked(&self) -> FxHashSet<&'static str> {
        let requirements = self.statements().filter(|(statement, _)| statement.kind.is_requirement());
        let readings = requirements.flat_map(|(_, reading)| &reading.readings);
        let capabilities: FxHashSet<usize> = readings.map(|accepted| accepted.capability).collect();
        capabilities.into_iter().filter_map(|index| CAPABILITIES.get(index)).map(|entry| entry.name).collect()
    }
}

/// Looks at the whole and reports.
struct Rule {
    lints: &'static [&'static Lint],
    check: fn(&View<'_>, &mut Vec<Diagnostic>),
}

/// Lints that other phases report, and that belong to no single capability.
static OF_PHASES: &[&Lint] = &[
    &CONFLICTING_REQUIREMENTS,
    &CRITERION_CONTRADICTS_REQUIREMENT,
    &INVALID_READING,
    &MISSING_APPLICATION,
    &MISSING_SERVICE_NAME,
    &spec::CHECKBOX_SYNTAX,
    &spec::DUPLICATE_ID,
    &spec::INVALID_FRONT_MATTER,
    &spec::OPEN_QUESTION,
    &spec::UNCLOSED_COMMENT,
    &spec::UNKNOWN_ANNOTATION,
    &spec::UNKNOWN_FRONT_MATTER_KEY,
    &spec::WAIVER_WITHOUT_REASON,
];

/// Lints that belong to no single capability.
pub fn lints() -> impl Iterator<Item = &'static Lint> {
    let of_rules = rules::all().flat_map(|rule| rule.lints);
    OF_PHASES
        .iter()
        .chain(of_rules)
        .copied()
        .chain(rules::missing_lints())
        .chain(words::lints())
        .chain(waivers::lints())
}

/// Runs all rules and adds what they find.
pub fn check(view: &View<'_>, diagnostics: &mut Vec<Diagnostic>) {
    static BY_WORDS: Rule = Rule { lints: &[], check: words::check };
    let rules: Vec<&Rule> = rules::all().chain([&BY_WORDS]).collect();
    // Each looks at everything and knows of no other.
    let run = |rule: &&Rule| {
        let mut found = Vec::new();
        (rule.check)(view, &mut found);
        found
    };
    for mut found in parallel::map_if(parallel::is_worth_it(view.readings.len()), &rules, run) {
        diagnostics.append(&mut found);
    }
}
