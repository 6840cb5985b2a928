//! A capability with its type erased: constants and function pointers, for the registry.

use std::any::Any;
use std::ops::Range;

use serde_json::{Map, Value};

use super::{Binding, Bindings, Capability, Clause, Context, Example, Reading, RefusalReason};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::spec::SectionKind;

/// A binding whose facts are JSON.
pub(super) type UntypedBinding = Binding<Map<String, Value>>;

/// Bindings of one capability, type erased.
pub(super) type ErasedBindings = Box<dyn Any + Send + Sync>;

/// What `recognise` gives, with the facts as JSON.
#[derive(Debug)]
pub(super) struct ErasedReading {
    pub facts: Map<String, Value>,
    pub claims: Vec<Range<usize>>,
    pub places: Vec<(&'static str, Range<usize>)>,
    pub at_least: Vec<&'static str>,
    pub refused: Option<RefusalReason>,
}

/// A capability in the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// [`Capability::NAME`]
    pub name: &'static str,
    /// [`Capability::SUMMARY`]
    pub summary: &'static str,
    /// [`Capability::CUES`]
    pub cues: &'static [&'static str],
    /// [`Capability::VOCABULARY`]
    pub vocabulary: &'static [&'static str],
    /// [`Capability::EXAMPLES`]
    pub examples: &'static [Example],
    /// [`Capability::DEFAULTS`]
    pub defaults: &'static [&'static NamedDefault],
    /// [`Capability::LINTS`]
    pub lints: &'static [&'static Lint],
    /// [`Capability::STRICT`]
    pub strict: bool,
    /// [`Capability::ALL_OR_NOTHING`]
    pub all_or_nothing: bool,
    /// [`Capability::READS_NEGATION`]
    pub reads_negation: bool,
    /// [`Capability::CRITERIA_SUFFICE`]
    pub criteria_suffice: bool,
    /// [`Capability::FALLBACK`]
    pub fallback: bool,
    /// [`Capability::ALONGSIDE`]
    pub alongside: &'static [&'static str],
    /// [`Capability::OWN_SECTION`]
    pub own_section: Option<SectionKind>,
    /// JSON Schema of the facts.
    pub facts_schema: fn() -> schemars::Schema,
    pub(super) recognise: fn(&Clause<'_>, &Context<'_>) -> Option<ErasedReading>,
    pub(super) check_facts: fn(&Map<String, Value>) -> Result<(), String>,
    pub(super) satisfies: fn(&str, &Value, &Value) -> bool,
    pub(super) subject: fn(&Map<String, Value>) -> String,
    pub(super) to_typed: fn(Vec<UntypedBinding>) -> ErasedBindings,
    pub(super) contribute: fn(&Bindings, &mut PlanBuilder),
}

impl Entry {
    /// Erases a capability.
    #[must_use]
    pub const fn of<C: Capability>() -> Self {
        Self {
            name: C::NAME,
            summary: C::SUMMARY,
            cues: C::CUES,
            vocabulary: C::VOCABULARY,
            examples: C::EXAMPLES,
            defaults: C::DEFAULTS,
            lints: C::LINTS,
            strict: C::STRICT,
            all_or_nothing: C::ALL_OR_NOTHING,
            reads_negation: C::READS_NEGATION,
            criteria_suffice: C::CRITERIA_SUFFICE,
            fallback: C::FALLBACK,
            alongside: C::ALONGSIDE,
            own_section: C::OWN_SECTION,
            facts_schema: || schemars::schema_for!(C::Facts),
            recognise: |clause, context| {
                let reading = C::recognise(clause, context)?;
                let facts = to_map(&reading.facts);
                let Reading { claims, places, at_least, refused, .. } = reading;
                Some(ErasedReading { facts, claims, places, at_least, refused })
            },
            check_facts: |facts| {
                serde_json::from_value::<C::Facts>(Value::Object(facts.clone()))
                    .map(|_| ())
                    .map_err(|error| error.to_string())
            },
            satisfies: C::satisfies,
            subject: |facts| C::subject(&from_map::<C::Facts>(facts)),
            to_typed: |bindings| {
                let typed: Vec<Binding<C::Facts>> =
                    bindings.into_iter().map(|binding| binding.map(|facts| from_map(&facts))).collect();
                Box::new(typed)
            },
            contribute: |all, plan| C::contribute(all.of::<C>(), all, plan),
        }
    }
}

impl Entry {
    /// Adds what the bindings of this capability ask for to the plan.
    pub fn contribute(&self, bindings: &Bindings, plan: &mut PlanBuilder) {
        (self.contribute)(bindings, plan);
    }
}

/// Facts without those that are unset.
fn to_map<F: serde::Serialize>(facts: &F) -> Map<String, Value> {
    match serde_json::to_value(facts) {
        Ok(Value::Object(map)) => map.into_iter().filter(|(_, value)| !is_unset(value)).collect(),
        _ => Map::new(),
    }
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn from_map<F: serde::de::DeserializeOwned + Default>(facts: &Map<String, Value>) -> F {
    serde_json::from_value(Value::Object(facts.clone())).unwrap_or_default()
}
