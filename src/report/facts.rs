//! Facts as people write them: `max 536870912, high 402653184`.

use serde_json::{Map, Value};

/// The facts of one reading, on one line.
#[must_use]
pub fn facts(facts: &Map<String, Value>) -> String {
    let said: Vec<String> =
        facts.iter().map(|(name, value)| format!("{} {}", name.replace('_', " "), fact(value))).collect();
    said.join(", ")
}

fn fact(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(fact).collect::<Vec<_>>().join(" "),
        Value::Bool(true) => "yes".to_owned(),
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        other => other.to_string(),
    }
}
