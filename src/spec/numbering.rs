//! IDs of statements that have none, and IDs that stand twice.

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::id::StatementId;
use super::{Spec, Statement, StatementKind};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;

declare_lint! {
    /// ## What it does
    /// Finds an ID that two statements carry.
    ///
    /// ## Why is this bad?
    /// References, waivers and evidence name the ID: nobody can tell which of the two they mean.
    ///
    /// ## Instead
    /// Give the second statement a number of its own. A criterion that names the requirement it verifies puts the ID in
    /// parentheses: `(FR-001)`.
    pub static DUPLICATE_ID = "duplicate-id", Error, Structure, "two statements with the same ID";
}

/// Numbers from here on are dates or other people's keys, and derived IDs do not go on from them.
const LARGEST: u32 = 1_000_000;

/// Gives every statement an ID, reports those that stand twice, and keeps only references that can be IDs.
pub(super) fn number(spec: &mut Spec, diagnostics: &mut Vec<Diagnostic>) {
    name_criteria(spec);
    let highest = written(spec, diagnostics);
    let mut next: FxHashMap<&'static str, u32> = FxHashMap::default();
    // Statements into which `fmt` cannot write an ID come last: writing the others must not renumber them.
    let mut unnamed: Vec<_> = spec.statements.iter_mut().filter(|statement| statement.id_span.is_none()).collect();
    unnamed.sort_by_key(|statement| !statement.can_carry_id());
    for statement in unnamed {
        let prefix = statement.kind.prefix();
        let number = next.entry(prefix).or_insert_with(|| highest.get(prefix).copied().unwrap_or(0));
        *number = number.saturating_add(1);
        statement.id = StatementId::derived(prefix, *number);
    }
    let foreign = |(id, _): &(StatementId, _)| !id.has_known_prefix();
    if spec.statements.iter().any(|statement| statement.references.iter().any(foreign)) {
        let ids: FxHashSet<StatementId> = spec.statements.iter().map(|statement| statement.id.clone()).collect();
        for statement in &mut spec.statements {
            statement.references.retain(|reference| !foreign(reference) || ids.contains(&reference.0));
        }
    }
}

/// A criterion that begins with the ID of a requirement verifies it, and does not carry its ID.
fn name_criteria(spec: &mut Spec) {
    let sections = &spec.sections;
    let is_criterion =
        |statement: &Statement| sections[statement.section].kind.statement_kind() == StatementKind::Criterion;
    let (criteria, others): (Vec<_>, Vec<_>) = spec
        .statements
        .iter_mut()
        .filter(|statement| statement.id_span.is_some())
        .partition(|statement| is_criterion(statement));
    if criteria.is_empty() {
        return;
    }
    let defined: FxHashSet<&StatementId> = others.iter().map(|statement| &statement.id).collect();
    for statement in criteria {
        if let Some(span) = statement.id_span.filter(|_| defined.contains(&statement.id)) {
            statement.references.insert(0, (statement.id.clone(), span));
            statement.id_span = None;
            statement.kind = StatementKind::Criterion;
        }
    }
}

/// The highest written number of each prefix.
fn written(spec: &Spec, diagnostics: &mut Vec<Diagnostic>) -> FxHashMap<String, u32> {
    let mut highest: FxHashMap<String, u32> = FxHashMap::default();
    let mut first = FxHashMap::with_capacity_and_hasher(spec.statements.len(), FxBuildHasher);
    for statement in &spec.statements {
        let Some(span) = statement.id_span else { continue };
        if let Some(number) = statement.id.number().filter(|number| *number < LARGEST) {
            match highest.get_mut(statement.id.prefix()) {
                Some(highest) => *highest = number.max(*highest),
                None => drop(highest.insert(statement.id.prefix().to_owned(), number)),
            }
        }
        if let Some(earlier) = first.get(&statement.id) {
            let finding = Diagnostic::new(&DUPLICATE_ID, span, format!("{} stands twice", statement.id));
            let help = "give one of them another number, or put the ID in parentheses where it is meant as a reference";
            diagnostics.push(finding.at("this one").label(*earlier, "first here").help(help));
        } else {
            first.insert(&statement.id, span);
        }
    }
    highest
}
