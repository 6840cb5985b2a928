//! Something that is nearly an ID.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::{Edit, Fix};
use crate::lint::{Rule, View};
use crate::spec::{Statement, StatementId, StatementKind};
use std::ops::Range;

declare_lint! {
    /// *What it does*: reports statements that begin with what is nearly an ID: `fr-001:`, `FR001:`, `SR_2:`.
    ///
    /// *Why is this bad?* It is not taken for an ID. The statement gets a derived one, and whoever names this one names
    /// nothing.
    ///
    /// *Instead*: `FR-001:`; `specc lint --fix` writes it.
    static MALFORMED_ID = "malformed-id", Warn, Structure, "something that is nearly an ID";
}

pub(super) static RULE: Rule = Rule { lints: &[&MALFORMED_ID], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements().filter(|(statement, _)| statement.id_span.is_none()) {
        let Some((range, id)) = nearly(statement) else { continue };
        let taken = view.spec.statements.iter().any(|other| other.id_span.is_some() && other.id == id);
        let span = statement.span_of(range);
        let finding = Diagnostic::new(&MALFORMED_ID, span, "this is nearly an ID, and is not taken for one")
            .at(format!("counted as {}", statement.id))
            .help(format!("write {id}"));
        // Two statements with one ID would be worse.
        found.push(if taken {
            finding
        } else {
            let edits = vec![Edit { span, replacement: id.to_string() }];
            finding.fix(Fix { title: format!("write the ID as {id}"), edits })
        });
    }
}

/// A known prefix and a number that lead the statement, with something between that does not belong there.
fn nearly(statement: &Statement) -> Option<(Range<usize>, StatementId)> {
    let text = &statement.text.masked;
    let start = text.len() - text.trim_start().len();
    let words = &text[start..];
    let letters = words.bytes().take_while(u8::is_ascii_alphabetic).count();
    let kind = StatementKind::of_prefix(&words[..letters].to_ascii_uppercase())?;
    let rest = &words[letters..];
    let number = rest.trim_start_matches(['-', '_', ' ', '.', '#', '\u{2013}']);
    let gap = rest.len() - number.len();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let after = &number[digits..];
    // A sentence may begin with "In 5 minutes" or "OR 1": only what a separator follows was meant as an ID.
    let separated = after.trim_start_matches(' ').starts_with([':', '\u{2013}', '\u{2014}', '|'])
        || statement.text.strong.iter().any(|bold| bold.end == start + letters + gap + digits);
    if !(1..=4).contains(&digits) || !separated || rest.starts_with("  ") {
        return None;
    }
    let id = StatementId::parse(&format!("{}-{}", kind.prefix(), &number[..digits]))?;
    Some((start..start + letters + gap + digits, id))
}
