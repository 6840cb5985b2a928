//! Statements of which nothing was understood.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::capabilities::{CAPABILITIES, Example, NOT_MINE};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};
use crate::parallel;
use crate::spec::Statement;

declare_lint! {
    /// *What it does*: reports a statement of which nothing was understood.
    ///
    /// *Why is this bad?* The package does nothing for it and proves nothing of it. It stays in the matrix as
    /// *unrecognised*, so that nobody believes it to be covered.
    ///
    /// *Instead*: say it in a form that compiles (`specc explain` shows the capabilities with examples), force a reading
    /// with `<!-- specc: as=… -->`, or say who sees to it: `<!-- specc: manual owner="operations" -->`.
    static UNRECOGNISED_STATEMENT = "unrecognised-statement", Warn, Quality, "nothing in a statement was understood";
}

/// An example of a capability, with its words counted.
struct Form {
    capability: &'static str,
    sentence: &'static str,
}

/// All examples, and by word which hold it.
type Forms = (Vec<Form>, FxHashMap<Stem, Vec<usize>>);

/// Which examples hold a word; words of more than three letters, by their first six, so that endings do not matter.
static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut forms = Vec::new();
    let mut by_word: FxHashMap<Stem, Vec<usize>> = FxHashMap::default();
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

pub(super) static RULE: Rule = Rule { lints: &[&UNRECOGNISED_STATEMENT], check };

/// Reports them.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let unread = view.spec.indexed().zip(view.readings).filter(|((index, statement), reading)| {
        reading.readings.is_empty()
            && reading.refusals.is_empty()
            && view.is_open(statement)
            && !view.spec.is_introduction(*index)
            && !is_link(view, statement)
    });
    let unread: Vec<&Statement> = unread.map(|((_, statement), _)| statement).collect();
    found.extend(parallel::map(&unread, |statement| finding(statement)));
}

/// Whether a statement is a link to another page and nothing else: it asks for nothing.
fn is_link(view: &View<'_>, statement: &Statement) -> bool {
    if statement.span.source != view.spec.source {
        return false;
    }
    let rest = view.file.text().get(statement.span.start as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim();
    let link = line.strip_prefix('[').unwrap_or(line).split_once("](");
    link.is_some_and(|(words, target)| {
        words == statement.text.masked.trim() && target.find(')').is_some_and(|end| end + 1 == target.len())
    })
}

fn finding(statement: &Statement) -> Diagnostic {
    let message = format!("nothing in {} was understood", statement.id);
    let diagnostic = Diagnostic::new(&UNRECOGNISED_STATEMENT, place(statement), message);
    diagnostic.at("no part of this can be deployed or checked").help_of(statement.span, help)
}

fn help(text: &str) -> String {
    match nearest(text) {
        Some(form) => format!(
            "did you mean something like \"{}\" ({})? Else say who sees to it: <!-- specc: manual owner=\"…\" -->",
            form.sentence, form.capability
        ),
        None => {
            "say it so that it can be measured, or say who sees to it: <!-- specc: manual owner=\"…\" -->".to_owned()
        }
    }
}

/// The example that shares most words with a text, at least two; of several the first.
fn nearest(text: &str) -> Option<&'static Form> {
    let (forms, by_word) = &*FORMS;
    let mut sharing: Vec<usize> = stems(text).filter_map(|stem| by_word.get(&stem)).flatten().copied().collect();
    sharing.sort_unstable();
    let counted = sharing.chunk_by(|a, b| a == b).filter(|same| same.len() >= 2);
    let best = counted.max_by_key(|same| (same.len(), usize::MAX - same[0]))?;
    forms.get(best[0])
}

fn stems(text: &str) -> impl Iterator<Item = Stem> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| word.len() > 3).map(stem)
}

/// The first six bytes of a word, in small letters; a shorter word ends in zeros.
type Stem = [u8; 6];

fn stem(word: &str) -> Stem {
    let mut stem = Stem::default();
    stem.iter_mut().zip(word.bytes()).for_each(|(letter, byte)| *letter = byte.to_ascii_lowercase());
    stem
}
