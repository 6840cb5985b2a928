//! Requirements that no criterion speaks of.

use std::collections::BTreeSet;

use super::{is_open, place};
use crate::capabilities::CAPABILITIES;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::View;
use crate::spec::StatementKind;

declare_lint! {
    /// *What it does*: names the requirements that no criterion speaks of, in a specification that has criteria.
    ///
    /// *Why is this bad?* The package checks each requirement by itself, so nothing stays unproven. But whoever accepts the
    /// deployment by the criteria does not see that these are part of it.
    ///
    /// *Instead*: add a criterion, `- [ ] Memory is limited to 512 MB (FR-008)`.
    pub static REQUIREMENT_WITHOUT_CRITERION = "requirement-without-criterion", Info, Completeness, "requirements that no criterion speaks of";
}

/// How many of them are named.
const NAMED: usize = 12;

/// Reports them, one finding a specification, at the heading of the criteria.
pub fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let statements = || view.spec.statements.iter().zip(view.readings);
    let criteria: Vec<_> = statements().filter(|(statement, _)| statement.kind == StatementKind::Criterion).collect();
    let Some((first, _)) = criteria.first() else { return };
    let named: BTreeSet<String> =
        criteria.iter().flat_map(|(statement, _)| &statement.references).map(|(id, _)| id.to_string()).collect();
    let proven: BTreeSet<usize> =
        criteria.iter().flat_map(|(_, reading)| &reading.readings).map(|accepted| accepted.capability).collect();
    let is_name =
        |capability: usize| CAPABILITIES.get(capability).is_some_and(|entry| entry.name == "service-identity");
    let lacking: Vec<String> = statements()
        .filter(|(statement, _)| statement.kind.is_requirement() && is_open(view.spec, statement))
        .filter(|(_, reading)| {
            let mut asked = reading.readings.iter().map(|accepted| accepted.capability);
            let has_none = asked.clone().all(is_name);
            !has_none && !asked.any(|capability| proven.contains(&capability))
        })
        .map(|(statement, _)| statement.id.to_string())
        .filter(|id| !named.contains(id))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let more = lacking.len().saturating_sub(NAMED);
    let mut list = lacking.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    let span = view.spec.section(first).span.unwrap_or_else(|| place(first));
    found.push(
        Diagnostic::new(&REQUIREMENT_WITHOUT_CRITERION, span, format!("no criterion speaks of {list}"))
            .at("none of these")
            .help("add criteria, or leave it: the package checks every requirement anyway"),
    );
}
