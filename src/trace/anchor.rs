//! What a finding hangs on, for services that recognise it again after the text around it moved.

use crate::source::{Sources, Span};
use crate::spec::Spec;

/// The written ID of the statement at a place; else the path of its section with its text; else the text of the line.
#[must_use]
pub fn anchor(spec: &Spec, sources: &Sources, place: Span) -> String {
    let next = spec
        .statements
        .partition_point(|statement| (statement.span.source, statement.span.start) <= (place.source, place.start));
    let statement = next.checked_sub(1).and_then(|index| spec.statements.get(index));
    match statement.filter(|statement| statement.span.source == place.source && place.start < statement.span.end) {
        Some(statement) if statement.id_span.is_some() => statement.id.to_string(),
        Some(statement) => {
            let mut path = vec![statement.display_text()];
            let mut section = Some(statement.section);
            while let Some(outer) = section.and_then(|index| spec.sections.get(index)) {
                path.push(outer.title.clone());
                section = outer.parent;
            }
            path.reverse();
            path.join("\n")
        }
        None => sources.slice(place).to_owned(),
    }
}
