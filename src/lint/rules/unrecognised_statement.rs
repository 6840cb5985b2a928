//! Statements of which nothing was understood.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{is_open, place};
use crate::capabilities::{CAPABILITIES, Example, NOT_MINE};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::View;

declare_lint! {
    /// *What it does*: reports a statement of which nothing was understood.
    ///
    /// *Why is this bad?* The package does nothing for it and proves nothing of it. It stays in the matrix as
    /// *unrecognised*, so that nobody believes it to be covered.
    ///
    /// *Instead*: say it in a form that compiles (`specc explain` shows the capabilities with examples), force a reading
    /// with `<!-- specc: as=… -->`, or say who sees to it: `<!-- specc: manual owner="operations" -->`.
    pub static UNRECOGNISED_STATEMENT = "unrecognised-statement", Warn, Quality, "nothing in a statement was understood";
}

/// An example of a capability, with its words counted.
struct Form {
    capability: &'static str,
    sentence: &'static str,
}

/// All examples, and by word which hold it.
type Forms = (Vec<Form>, HashMap<String, Vec<usize>>);

/// Which examples hold a word; words of more than three letters, by their first six, so that endings do not matter.
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut forms = Vec::new();
    let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
    let own = |example: &&Example| example.facts != NOT_MINE;
    for entry in CAPABILITIES {
        for example in entry.examples.iter().filter(own) {
            for stem in stems(example.sentence) {
                let postings = by_word.entry(stem).or_default();
                if postings.last() != Some(&forms.len()) {
                    postings.push(forms.len());
                }
            }
            forms.push(Form { capability: entry.name, sentence: example.sentence });
        }
    }
    // A word that stands everywhere tells nothing.
    by_word.retain(|_, postings| postings.len() <= 40);
    (forms, by_word)
});

/// Reports them.
pub fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.spec.statements.iter().zip(view.readings) {
        if !is_open(view.spec, statement) || !reading.readings.is_empty() || !reading.refusals.is_empty() {
            continue;
        }
        let help = match nearest(&statement.text.masked) {
            Some(form) => format!(
                "did you mean something like \"{}\" ({})? Else say who sees to it: <!-- specc: manual owner=\"…\" -->",
                form.sentence, form.capability
            ),
            None => "say it so that it can be measured, or say who sees to it: <!-- specc: manual owner=\"…\" -->"
                .to_owned(),
        };
        let diagnostic = Diagnostic::new(
            &UNRECOGNISED_STATEMENT,
            place(statement),
            format!("nothing in {} was understood", statement.id),
        );
        found.push(diagnostic.at("no part of this can be deployed or checked").help(help));
    }
}

/// The example that shares most words with a text, at least two.
fn nearest(text: &str) -> Option<&'static Form> {
    let (forms, by_word) = &*FORMS;
    let mut shared: HashMap<usize, usize> = HashMap::new();
    for stem in stems(text) {
        for form in by_word.get(&stem).into_iter().flatten() {
            *shared.entry(*form).or_default() += 1;
        }
    }
    let best =
        shared.into_iter().filter(|(_, count)| *count >= 2).max_by_key(|(form, count)| (*count, usize::MAX - form))?;
    forms.get(best.0)
}

fn stems(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(|word| word.to_lowercase().chars().take(6).collect())
}
