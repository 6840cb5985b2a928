//! Requirements that no criterion speaks of.

use std::collections::BTreeSet;

use super::proposal::criterion_for;
use crate::capabilities::CAPABILITIES;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};
use crate::spec::{SectionKind, StatementKind};

declare_lint! {
    /// *What it does*: names the requirements that no criterion speaks of, in a specification that has criteria.
    ///
    /// *Why is this bad?* The package checks each requirement by itself, so nothing stays unproven. But whoever accepts the
    /// deployment by the criteria does not see that these are part of it.
    ///
    /// *Instead*: add a criterion, `- [ ] Memory is limited to 512 MB (FR-008)`.
    static REQUIREMENT_WITHOUT_CRITERION = "requirement-without-criterion", Info, Completeness, "requirements that no criterion speaks of";
}

/// What the criteria of a failure prove; the drills of the others have their names.
const PROVEN_BY_FAILURES: &[(&str, &str)] =
    &[("crash-recovery", "restart-policy"), ("reboot-survival", "start-on-boot"), ("memory-kill", "memory-limit")];
/// How many of them are named.
const NAMED: usize = 12;
/// How many criteria are proposed.
const PROPOSED: usize = 3;

pub(super) static RULE: Rule = Rule { lints: &[&REQUIREMENT_WITHOUT_CRITERION], check };

/// Reports them, one finding a specification, at the heading of the criteria.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let statements = || view.spec.statements.iter().zip(view.readings);
    let criteria: Vec<_> = statements().filter(|(statement, _)| statement.kind == StatementKind::Criterion).collect();
    let Some((first, _)) = criteria.first() else { return };
    let named: BTreeSet<&str> =
        criteria.iter().flat_map(|(statement, _)| &statement.references).map(|(id, _)| id.as_str()).collect();
    let mut proven: BTreeSet<usize> =
        criteria.iter().flat_map(|(_, reading)| &reading.readings).map(|accepted| accepted.capability).collect();
    // A drill proves what it is the drill of.
    let drilled = |capability: &usize| {
        let criterion = CAPABILITIES.get(*capability)?.name;
        let of_failure = PROVEN_BY_FAILURES.iter().find(|(failure, _)| *failure == criterion).map(|(_, name)| *name);
        let name = of_failure.or_else(|| criterion.strip_suffix("-drill"))?;
        CAPABILITIES.iter().position(|entry| entry.name == name)
    };
    proven.extend(proven.iter().filter_map(drilled).collect::<Vec<usize>>());
    let is_name =
        |capability: usize| CAPABILITIES.get(capability).is_some_and(|entry| entry.name == "service-identity");
    let lacking: Vec<_> = statements()
        .filter(|(statement, _)| statement.kind.is_requirement() && view.is_open(statement))
        // The lines of the definition say what the service is; nobody accepts them one by one.
        .filter(|(statement, _)| {
            statement.id_span.is_some() || view.spec.section(statement).kind != SectionKind::ServiceDefinition
        })
        .filter(|(_, reading)| {
            let mut asked = reading.readings.iter().map(|accepted| accepted.capability);
            let has_none = asked.clone().all(is_name);
            !has_none && !asked.any(|capability| proven.contains(&capability))
        })
        .filter(|(statement, _)| !named.contains(statement.id.as_str()))
        .collect();
    if lacking.is_empty() {
        return;
    }
    let more = lacking.len().saturating_sub(NAMED);
    let names: Vec<&str> = lacking.iter().take(NAMED).map(|(statement, _)| statement.id.as_str()).collect();
    let mut list = names.join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    let proposals = lacking.iter().filter_map(|(statement, reading)| criterion_for(view, statement, reading));
    let proposals: Vec<String> = proposals.take(PROPOSED).collect();
    let span = view.spec.section(first).span.unwrap_or_else(|| place(first));
    let help = match proposals.as_slice() {
        [] => "add criteria, or leave it: the package checks every requirement anyway".to_owned(),
        lines => format!("add criteria, such as\n{}", lines.join("\n")),
    };
    found.push(
        Diagnostic::new(&REQUIREMENT_WITHOUT_CRITERION, span, format!("no criterion speaks of {list}"))
            .at("none of these")
            .help(help),
    );
}
