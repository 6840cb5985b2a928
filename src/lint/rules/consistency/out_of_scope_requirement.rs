//! Requirements for what the specification says it does not do.

use crate::capabilities::CAPABILITIES;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a requirement for something that stands under "Out of scope".
    ///
    /// *Why is this bad?* One of the two is not meant. The requirement is built, and the specification says that it is not.
    ///
    /// *Instead*: take one of them out, or say what part of it is out of scope.
    static OUT_OF_SCOPE_REQUIREMENT = "out-of-scope-requirement", Warn, Consistency, "a requirement for what is out of scope";
}

pub(super) static RULE: Rule = Rule { lints: &[&OUT_OF_SCOPE_REQUIREMENT], check };

/// Reports them: an excluded topic that is the name of a capability for which there is a requirement.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let statements = || view.spec.statements.iter().zip(view.readings);
    let name = |capability: usize| CAPABILITIES.get(capability).map_or("", |entry| entry.name);
    for (exclusion, reading) in statements() {
        for accepted in reading.readings.iter().filter(|accepted| name(accepted.capability) == "scope") {
            let topics = accepted.facts.get("excluded").and_then(serde_json::Value::as_array);
            let topics = topics.into_iter().flatten().filter_map(serde_json::Value::as_str);
            for topic in topics.map(singular) {
                let asked = statements().find(|(statement, reading)| {
                    statement.kind.is_requirement()
                        && reading.readings.iter().any(|accepted| singular(name(accepted.capability)) == topic)
                });
                let Some((requirement, _)) = asked else { continue };
                found.push(
                    Diagnostic::new(
                        &OUT_OF_SCOPE_REQUIREMENT,
                        place(requirement),
                        format!("{} asks for what is out of scope", requirement.id),
                    )
                    .at("asked for here …")
                    .label(place(exclusion), "… and out of scope here")
                    .help("take one of the two out, or say which part of it is out of scope"),
                );
            }
        }
    }
}

/// `Memory limits` and `memory-limit` are the same topic.
fn singular(text: &str) -> String {
    let words = text.to_lowercase().replace('-', " ");
    words.split_whitespace().map(|word| word.strip_suffix('s').unwrap_or(word)).collect::<Vec<_>>().join(" ")
}
