//! `<!-- specc: as=firewall allow=22,80 -->`: a reading that the author forces.
//!
//! In: the capability and the facts of the annotation, as text. Out: facts of the capability's type, or a diagnostic that
//! says which fact it has. Forced facts pass through the same types as recognised ones.

use serde_json::{Map, Value};

use super::{AcceptedReading, CAPABILITIES, Entry};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::spec::{Annotation, AnnotationKind, Spec, Statement, StatementKind};
use crate::suggestion::suggest;
use crate::value::{Bytes, Percent, Seconds};

declare_lint! {
    /// *What it does*: reports an `as=` annotation that names no capability, no fact of it, or a value that the fact
    /// cannot have.
    ///
    /// *Why is this bad?* The annotation is the author's word for what the sentence means. One that cannot be read would
    /// silently mean nothing.
    ///
    /// *Instead*: `specc explain CAPABILITY` lists the facts; write `<!-- specc: as=memory-limit max=512M -->`.
    pub static INVALID_READING = "invalid-reading", Error, Structure, "an `as=` annotation that cannot be read";
}

/// The reading that a statement's annotations force, if any.
pub(super) fn forced(statement: &Statement) -> Option<AcceptedReading> {
    statement.annotations.iter().find_map(|annotation| read(annotation)?.ok()).map(|(capability, facts)| {
        let cue = 0..statement.text.masked.len();
        AcceptedReading { capability, facts, places: Vec::new(), at_least: Vec::new(), cue, forced: true }
    })
}

/// Findings about all `as=` annotations.
#[must_use]
pub fn check_annotations(spec: &Spec) -> Vec<Diagnostic> {
    let annotations = spec.statements.iter().flat_map(|statement| &statement.annotations);
    annotations.filter_map(|annotation| read(annotation)?.err().map(|problem| problem.diagnostic(annotation))).collect()
}

/// What is wrong with an annotation.
struct Problem {
    message: String,
    help: String,
}

impl Problem {
    fn diagnostic(self, annotation: &Annotation) -> Diagnostic {
        Diagnostic::new(&INVALID_READING, annotation.span, self.message).help(self.help)
    }
}

/// A capability's place in the registry, and the facts of a forced reading.
type Forced = (usize, Map<String, Value>);

/// `None` when the annotation is of another kind.
fn read(annotation: &Annotation) -> Option<Result<Forced, Problem>> {
    let AnnotationKind::As { capability, facts } = &annotation.kind else { return None };
    let Some(index) = CAPABILITIES.iter().position(|entry| entry.name == capability) else {
        let help = match suggest(capability, CAPABILITIES.iter().map(|entry| entry.name)) {
            Some(name) => format!("did you mean `as={name}`?"),
            None => "`specc explain` lists the capabilities".to_owned(),
        };
        return Some(Err(Problem { message: format!("no capability is called `{capability}`"), help }));
    };
    Some(facts_of(&CAPABILITIES[index], facts).map(|facts| (index, facts)))
}

fn facts_of(entry: &Entry, facts: &[(String, String)]) -> Result<Map<String, Value>, Problem> {
    let known = field_names(entry);
    let mut map = Map::new();
    for (name, text) in facts {
        let name = name.replace('-', "_");
        if !known.contains(&name) {
            let help = match suggest(&name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its facts are {}", known.join(", ")),
            };
            return Err(Problem { message: format!("{} has no fact `{name}`", entry.name), help });
        }
        let fits = |value: &Value| (entry.check_facts)(&Map::from_iter([(name.clone(), value.clone())])).is_ok();
        let Some(value) = candidates(text).into_iter().find(fits) else {
            let help = format!("`specc explain {}` shows what it accepts", entry.name);
            return Err(Problem { message: format!("`{text}` is no value for the {name} of {}", entry.name), help });
        };
        map.insert(name, value);
    }
    Ok(map)
}

fn field_names(entry: &Entry) -> Vec<String> {
    let schema = (entry.facts_schema)();
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(Map::keys).cloned().collect()
}

/// What a text may mean, the plainest first: the type of the fact decides.
fn candidates(text: &str) -> Vec<Value> {
    let mut candidates = scalars(text);
    let items: Vec<Vec<Value>> = text.split(',').map(|item| scalars(item.trim())).collect();
    for position in 0..items.iter().map(Vec::len).max().unwrap_or(0) {
        candidates.push(items.iter().map(|item| item[position.min(item.len() - 1)].clone()).collect());
    }
    candidates
}

fn scalars(text: &str) -> Vec<Value> {
    let mut scalars: Vec<Value> = vec![Value::String(text.to_owned())];
    scalars.extend(serde_json::from_str::<Value>(text).ok());
    scalars.extend(text.parse::<Bytes>().ok().and_then(|bytes| serde_json::to_value(bytes).ok()));
    scalars.extend(text.parse::<Seconds>().ok().and_then(|seconds| serde_json::to_value(seconds).ok()));
    scalars.extend(text.parse::<Percent>().ok().and_then(|percent| serde_json::to_value(percent).ok()));
    if matches!(text, "yes" | "no") {
        scalars.push(Value::Bool(text == "yes"));
    }
    scalars.push(Value::String(format!("{text}/tcp")));
    scalars
}

/// Intent, open questions, and what people see to or have waived.
pub(super) fn is_not_compiled(statement: &Statement) -> bool {
    let set_aside =
        |kind: &AnnotationKind| matches!(kind, AnnotationKind::Manual { .. } | AnnotationKind::Waive { .. });
    statement.kind == StatementKind::Intent
        || statement.open_question.is_some()
        || statement.annotations.iter().any(|annotation| set_aside(&annotation.kind))
}
