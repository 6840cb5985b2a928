//! Numbers that are missing in a sequence of IDs.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::source::Span;
use std::collections::BTreeMap;

declare_lint! {
    /// *What it does*: reports a gap of one to four numbers in the IDs of one kind: FR-003 follows FR-001.
    ///
    /// *Why is this bad?* Readers ask whether a requirement was lost. A number that was given away once should stay
    /// visible, because evidence and tickets name it.
    ///
    /// *Instead*: keep the statement and say so, `FR-002: withdrawn in favour of FR-005`, or accept the gap with a
    /// reason.
    static ID_GAP = "id-gap", Info, Structure, "a number is missing in a sequence of IDs";
}

pub(super) static RULE: Rule = Rule { lints: &[&ID_GAP], check };

/// Wider gaps are how somebody numbers, not an accident.
const WIDEST: u32 = 5;

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let mut by_prefix: BTreeMap<&str, Vec<(u32, Span)>> = BTreeMap::new();
    for (statement, _) in view.statements() {
        if let (Some(span), Some(number)) = (statement.id_span, statement.id.number()) {
            by_prefix.entry(statement.id.prefix()).or_default().push((number, span));
        }
    }
    for (prefix, mut numbers) in by_prefix {
        numbers.sort_unstable();
        // Who counts in steps, or hardly counts, leaves no gaps.
        let consecutive = numbers.windows(2).filter(|pair| pair[1].0 == pair[0].0 + 1).count();
        if consecutive * 3 < numbers.len() {
            continue;
        }
        for pair in numbers.windows(2) {
            let (before, (after, place)) = (pair[0].0, pair[1]);
            if (2..=WIDEST).contains(&(after - before)) && before / 100 == after / 100 {
                let id = |number: u32| format!("{prefix}-{number:03}");
                let missing = match after - before {
                    2 => format!("there is no {}", id(before + 1)),
                    _ => format!("there are no {} to {}", id(before + 1), id(after - 1)),
                };
                found.push(
                    Diagnostic::new(&ID_GAP, place, missing)
                        .at(format!("follows {}", id(before)))
                        .help("say what became of it, or number on; a number that was given away is not given again"),
                );
            }
        }
    }
}
