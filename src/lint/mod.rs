//! Lints that look at the whole specification, one file each under `rules/`.
//!
//! In: a spec with its readings, bindings and plan. Out: diagnostics, and levels as configured. Lints that concern one
//! capability stand in its file; those of the structure in `spec`.

mod rules;

use std::collections::BTreeMap;

use self::rules::{
    criterion_without_requirement, missing_health_check, missing_memory_limit, missing_restart_policy,
    out_of_scope_requirement, partly_unread_statement, refused_statement, requirement_without_criterion,
    unrecognised_statement,
};
use crate::capabilities::{Bindings, CONFLICTING_REQUIREMENTS, INVALID_READING, StatementReading};
use crate::diagnostics::{Diagnostic, Level, Lint};
use crate::lower::{MISSING_APPLICATION, MISSING_SERVICE_NAME};
use crate::plan::DeploymentPlan;
use crate::spec::{self, AnnotationKind, Spec, Statement};

/// What a rule sees.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The statements.
    pub spec: &'a Spec,
    /// What was read from each.
    pub readings: &'a [StatementReading],
    /// What they say together.
    pub bindings: &'a Bindings,
    /// The plan, when there is one.
    pub plan: Option<&'a DeploymentPlan>,
}

/// Lints that belong to no single capability.
pub static LINTS: &[&Lint] = &[
    &CONFLICTING_REQUIREMENTS,
    &INVALID_READING,
    &MISSING_APPLICATION,
    &MISSING_SERVICE_NAME,
    &criterion_without_requirement::CRITERION_WITHOUT_REQUIREMENT,
    &missing_health_check::MISSING_HEALTH_CHECK,
    &missing_memory_limit::MISSING_MEMORY_LIMIT,
    &missing_restart_policy::MISSING_RESTART_POLICY,
    &out_of_scope_requirement::OUT_OF_SCOPE_REQUIREMENT,
    &partly_unread_statement::PARTLY_UNREAD_STATEMENT,
    &requirement_without_criterion::REQUIREMENT_WITHOUT_CRITERION,
    &spec::CHECKBOX_SYNTAX,
    &spec::DUPLICATE_ID,
    &spec::INVALID_FRONT_MATTER,
    &spec::OPEN_QUESTION,
    &spec::UNCLOSED_COMMENT,
    &spec::UNKNOWN_ANNOTATION,
    &spec::UNKNOWN_FRONT_MATTER_KEY,
    &spec::WAIVER_WITHOUT_REASON,
    &refused_statement::AMBIGUOUS_STATEMENT,
    &refused_statement::HEDGED_STATEMENT,
    &refused_statement::NEGATED_STATEMENT,
    &refused_statement::OTHER_SUBJECT,
    &refused_statement::UNKNOWN_WORD,
    &unrecognised_statement::UNRECOGNISED_STATEMENT,
];

/// A rule: looks and reports.
type Rule = fn(&View<'_>, &mut Vec<Diagnostic>);

/// All rules.
static RULES: &[Rule] = &[
    criterion_without_requirement::check,
    missing_health_check::check,
    missing_memory_limit::check,
    missing_restart_policy::check,
    out_of_scope_requirement::check,
    partly_unread_statement::check,
    requirement_without_criterion::check,
    refused_statement::check,
    unrecognised_statement::check,
];

/// Runs all rules.
#[must_use]
pub fn check(view: &View<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES {
        rule(view, &mut found);
    }
    found
}

/// Sets the levels: the command line over the front matter over the lint's own; what is allowed is dropped. What an
/// annotation at its statement allows or waives with a reason is marked as accepted: machines are told of it.
pub fn apply_levels(spec: &Spec, levels: &BTreeMap<String, Level>, diagnostics: &mut Vec<Diagnostic>) {
    for diagnostic in diagnostics.iter_mut() {
        let configured = spec.configuration.lints.get(diagnostic.lint.name).map(|(level, _)| *level);
        if let Some(level) = levels.get(diagnostic.lint.name).copied().or(configured) {
            diagnostic.level = level;
        }
        diagnostic.accepted = acceptance(spec, diagnostic);
    }
    diagnostics.retain(|diagnostic| diagnostic.level != Level::Allow);
}

/// Why an annotation accepts a finding.
fn acceptance(spec: &Spec, diagnostic: &Diagnostic) -> Option<String> {
    let place = diagnostic.primary.span;
    let before = |statement: &Statement| (statement.span.source, statement.span.start) <= (place.source, place.start);
    let at = spec.statements.partition_point(before);
    let statement = at.checked_sub(1).and_then(|index| spec.statements.get(index))?;
    if statement.span.source != place.source || place.start >= statement.span.end {
        return None;
    }
    let section = &spec.sections[statement.section];
    statement.annotations.iter().chain(&section.annotations).find_map(|annotation| match &annotation.kind {
        AnnotationKind::Allow { lint, reason } if lint == diagnostic.lint.name => reason.clone(),
        AnnotationKind::Waive { reason, .. } => reason.clone(),
        _ => None,
    })
}
