//! Bindings: what all statements together say about a capability.
//!
//! In: accepted readings. Out: for each capability and subject one [`Binding`] with facts merged field by field, the
//! statements behind each, and conflicts as diagnostics with both places. Agreement keeps every statement; nothing is
//! ever decided by order. Criteria join the conflict detection and never create.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::entry::ErasedBindings;
use super::{Capability, Entry, StatementReading};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::{NamedDefault, Provenance};
use crate::source::Span;
use crate::spec::{Spec, StatementIndex};

declare_lint! {
    /// *What it does*: reports two statements that give the same fact different values.
    ///
    /// *Why is this bad?* Only one of them can be built. Whichever was chosen, the other sentence would be false on the
    /// server while the specification still claims it.
    ///
    /// *Instead*: decide which value holds, and write it in both places, or in one.
    pub static CONFLICTING_REQUIREMENTS = "conflicting-requirements", Error, Consistency, "two statements give the same thing different values";
}

declare_lint! {
    /// *What it does*: compares what criteria check with what requirements ask for, whatever the spelling: 512 MB and
    /// 536870912 are the same, 268435456 is another.
    ///
    /// *Why is this bad?* The requirement is built, and the criterion then fails on a server that is as it should be. Or
    /// somebody changes the server until the criterion passes.
    ///
    /// *Instead*: decide which value holds, and write it in both places.
    pub static CRITERION_CONTRADICTS_REQUIREMENT = "criterion-contradicts-requirement", Error, Consistency, "a criterion checks another value than the requirement asks for";
}

/// Merged facts with their statements.
#[derive(Debug, Clone, Default)]
pub struct Binding<F> {
    /// The facts.
    pub facts: F,
    /// Requirements that ask for it, in source order.
    pub requirements: Vec<StatementIndex>,
    /// Criteria that speak of it.
    pub criteria: Vec<StatementIndex>,
    /// Where each fact stands: field → statements and places.
    pub places: BTreeMap<String, Vec<(StatementIndex, Span)>>,
    /// The capability.
    pub capability: &'static str,
}

impl<F> Binding<F> {
    /// Everybody who speaks of it.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        let mut statements: Vec<StatementIndex> = self.requirements.iter().chain(&self.criteria).copied().collect();
        statements.sort_unstable();
        Provenance { capability: self.capability, statements, default: None }
    }

    /// The statements that give one of these fields; everybody when none does.
    #[must_use]
    pub fn provenance_of(&self, fields: &[&str]) -> Provenance {
        let mut statements: Vec<StatementIndex> = fields
            .iter()
            .filter_map(|field| self.places.get(*field))
            .flatten()
            .map(|(statement, _)| *statement)
            .collect();
        statements.sort_unstable();
        statements.dedup();
        if statements.is_empty() {
            self.provenance()
        } else {
            Provenance { capability: self.capability, statements, default: None }
        }
    }

    /// As [`Self::provenance`], with the default that fills in what the statements leave open.
    #[must_use]
    pub fn with_default(&self, default: &'static NamedDefault) -> Provenance {
        Provenance { default: Some(default), ..self.provenance() }
    }

    /// Where a fact stands first.
    #[must_use]
    pub fn span_of(&self, field: &str) -> Option<Span> {
        self.places.get(field).and_then(|places| places.first()).map(|(_, span)| *span)
    }

    /// Whether a requirement asks for it (and not only a criterion).
    #[must_use]
    pub fn is_required(&self) -> bool {
        !self.requirements.is_empty()
    }

    pub(super) fn map<G>(self, convert: impl FnOnce(F) -> G) -> Binding<G> {
        Binding {
            facts: convert(self.facts),
            requirements: self.requirements,
            criteria: self.criteria,
            places: self.places,
            capability: self.capability,
        }
    }
}

/// The bindings of all capabilities.
#[derive(Default)]
pub struct Bindings {
    by_capability: BTreeMap<&'static str, ErasedBindings>,
    /// Statements that only criteria back, and that their capability cannot check alone.
    pub unbacked_criteria: Vec<StatementIndex>,
}

impl fmt::Debug for Bindings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.by_capability.keys()).finish()
    }
}

impl Bindings {
    /// The bindings of a capability, in the order of their first statements.
    #[must_use]
    pub fn of<C: Capability>(&self) -> &[Binding<C::Facts>] {
        self.by_capability
            .get(C::NAME)
            .and_then(|bindings| bindings.downcast_ref::<Vec<Binding<C::Facts>>>())
            .map_or(&[], Vec::as_slice)
    }

    /// The single binding of a capability that has no subjects.
    #[must_use]
    pub fn one<C: Capability>(&self) -> Option<&Binding<C::Facts>> {
        self.of::<C>().first()
    }
}

/// Merges the readings of all statements.
#[must_use]
pub fn bind(spec: &Spec, entries: &[Entry], readings: &[StatementReading]) -> (Bindings, Vec<Diagnostic>) {
    let mut merged: BTreeMap<(usize, String), Merge> = BTreeMap::new();
    let mut order: Vec<(usize, String)> = Vec::new();
    for criteria_turn in [false, true] {
        for ((index, statement), reading) in spec.indexed().zip(readings) {
            if statement.kind.is_requirement() == criteria_turn {
                continue;
            }
            for accepted in &reading.readings {
                let key = (accepted.capability, (entries[accepted.capability].subject)(&accepted.facts));
                let merge = merged.entry(key.clone()).or_insert_with(|| {
                    order.push(key);
                    Merge::default()
                });
                merge.add(spec, index, !criteria_turn, accepted, entries[accepted.capability].satisfies);
            }
        }
    }
    let mut bindings = Bindings::default();
    let mut diagnostics = Vec::new();
    let mut grouped: BTreeMap<usize, Vec<Binding<Map<String, Value>>>> = BTreeMap::new();
    for key in order {
        let Some(merge) = merged.remove(&key) else { continue };
        let entry = &entries[key.0];
        diagnostics.extend(merge.conflicts.iter().map(|conflict| conflict.diagnostic(entry)));
        let mut binding = merge.binding;
        binding.capability = entry.name;
        if binding.is_required() || entry.criteria_suffice {
            grouped.entry(key.0).or_default().push(binding);
        } else {
            bindings.unbacked_criteria.extend(&binding.criteria);
        }
    }
    for (capability, group) in grouped {
        let entry = &entries[capability];
        bindings.by_capability.insert(entry.name, (entry.to_typed)(group));
    }
    (bindings, diagnostics)
}

/// The merged facts of one subject while they are collected.
#[derive(Default)]
struct Merge {
    binding: Binding<Map<String, Value>>,
    /// Fields of which only the least is known.
    least: BTreeSet<String>,
    conflicts: Vec<Conflict>,
}

/// Two values for one fact.
struct Conflict {
    field: String,
    first: (String, Span),
    second: (String, Span),
    /// Whether a criterion contradicts a requirement.
    by_criterion: bool,
}

impl Merge {
    fn add(
        &mut self,
        spec: &Spec,
        index: StatementIndex,
        required: bool,
        accepted: &super::AcceptedReading,
        satisfies: fn(&str, &Value, &Value) -> bool,
    ) {
        let statement = spec.statement(index);
        let by_criterion = !required && self.binding.is_required();
        let group = if required { &mut self.binding.requirements } else { &mut self.binding.criteria };
        if group.last() != Some(&index) {
            group.push(index);
        }
        for (field, value) in &accepted.facts {
            let is_least = accepted.at_least.iter().any(|least| least == field);
            let was_least = self.least.contains(field);
            let place =
                accepted.places.iter().find(|(name, _)| name == field).map_or(&accepted.cue, |(_, range)| range);
            let span = statement.span_of(place.clone());
            match self.binding.facts.get_mut(field) {
                None => {
                    self.binding.facts.insert(field.clone(), value.clone());
                }
                Some(Value::Array(known)) => {
                    for item in value.as_array().into_iter().flatten() {
                        if !known.contains(item) {
                            known.push(item.clone());
                        }
                    }
                }
                Some(Value::Object(known)) if value.is_object() => {
                    for (name, member) in value.as_object().into_iter().flatten() {
                        let kept = known.entry(name.clone()).or_insert_with(|| member.clone());
                        let first = self.binding.places.get(field).and_then(|places| places.first());
                        if let Some((_, first)) = first.filter(|_| kept != member) {
                            self.conflicts.push(Conflict {
                                field: name.clone(),
                                first: (kept.to_string(), *first),
                                second: (member.to_string(), span),
                                by_criterion,
                            });
                        }
                    }
                }
                Some(known) if known == value => {}
                Some(known) if is_least && satisfies(field, known, value) => {}
                Some(known) if was_least && satisfies(field, value, known) => *known = value.clone(),
                Some(known) => {
                    if let Some((_, first)) = self.binding.places.get(field).and_then(|places| places.first()) {
                        self.conflicts.push(Conflict {
                            field: field.clone(),
                            first: (written(spec, *first, known), *first),
                            second: (written(spec, span, value), span),
                            by_criterion,
                        });
                    }
                }
            }
            if !is_least {
                self.least.remove(field);
            } else if !self.binding.places.contains_key(field) {
                self.least.insert(field.clone());
            }
            self.binding.places.entry(field.clone()).or_default().push((index, span));
        }
    }
}

impl Conflict {
    fn diagnostic(&self, entry: &Entry) -> Diagnostic {
        let field = self.field.replace('_', " ");
        let (first, second) = (&self.first.0, &self.second.0);
        let (lint, message) = if self.by_criterion {
            let message = format!("the criterion checks another {field} of {} than is asked for", entry.name);
            (&CRITERION_CONTRADICTS_REQUIREMENT, message)
        } else {
            (&CONFLICTING_REQUIREMENTS, format!("two values for the {field} of {}", entry.name))
        };
        Diagnostic::new(lint, self.second.1, message)
            .at(format!("here it is {second}"))
            .label(self.first.1, format!("here it is {first}"))
            .help(format!("decide which one holds: write {first} in both places, or {second} in both"))
    }
}

/// A value as its author wrote it; as a fact where the place is more than the value.
fn written(spec: &Spec, place: Span, value: &Value) -> String {
    let text = spec.statements.iter().find_map(|statement| {
        let inside = place.source == statement.span.source
            && statement.span.start <= place.start
            && place.end <= statement.span.end;
        let start = (place.start as usize).checked_sub(statement.text.base).filter(|_| inside)?;
        statement.text.masked.get(start..start + (place.end - place.start) as usize)
    });
    match text.map(str::trim) {
        Some(text) if text.split_whitespace().count() <= 2 && !text.is_empty() => text.to_owned(),
        _ => shown(value),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}
