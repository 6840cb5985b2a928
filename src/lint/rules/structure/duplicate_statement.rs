//! Sentences that stand twice in one section.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};
use crate::spec::Form;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHasher};
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

declare_lint! {
    /// *What it does*: reports two statements of one section with the same words.
    ///
    /// *Why is this bad?* One of them was meant to be something else: the copy that nobody edited. And whoever changes
    /// one of them forgets the other.
    ///
    /// *Instead*: edit the copy, or take it out.
    static DUPLICATE_STATEMENT = "duplicate-statement", Warn, Structure, "a sentence that stands twice in a section";
}

pub(super) static RULE: Rule = Rule { lints: &[&DUPLICATE_STATEMENT], check };

/// Shorter ones may repeat themselves: "Restart: always".
const WORDS: usize = 5;

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<(usize, u64), (usize, bool)> =
        FxHashMap::with_capacity_and_hasher(view.spec.statements.len(), FxBuildHasher);
    for (index, statement) in view.spec.statements.iter().enumerate() {
        if statement.form == Form::CommandLine || !view.is_open(statement) {
            continue;
        }
        let text = &statement.text.masked;
        let mut hasher = FxHasher::default();
        let mut count = 0;
        for word in text.split_ascii_whitespace() {
            hasher.write(word.as_bytes());
            count += 1;
        }
        statement.parent.hash(&mut hasher);
        if count < WORDS {
            continue;
        }
        // Each sentence is reported once, however often it stands there.
        match seen.entry((statement.section, hasher.finish())) {
            Entry::Vacant(entry) => drop(entry.insert((index, false))),
            Entry::Occupied(mut entry) if !entry.get().1 => {
                let first = view.spec.statements.get(entry.get().0);
                // Two statements with one ID are another finding.
                let Some(first) = first.filter(|first| first.id != statement.id) else { continue };
                found.push(
                    Diagnostic::new(
                        &DUPLICATE_STATEMENT,
                        place(statement),
                        format!("{} says what {} says", statement.id, first.id),
                    )
                    .at("the same words …")
                    .label(place(first), "… as here")
                    .help("edit the copy, or take it out"),
                );
                entry.get_mut().1 = true;
            }
            Entry::Occupied(_) => {}
        }
    }
}
