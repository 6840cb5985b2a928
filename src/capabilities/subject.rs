//! What a sentence is about, when it is not the service.
//!
//! In: words of a sentence, headings above it. Out: the name of the software that is its subject. "RAM: 512MB" under a
//! heading "PostgreSQL" is not the service's limit. And the place of the label, which names the topic.

use std::ops::Range;
use std::sync::LazyLock;

use crate::spec::word::{WordHash, WordSet};
use crate::spec::{Section, Spec, Statement};

/// Names of other software: a sentence with one of them as its subject is not about the service.
static FOREIGN_SUBJECTS: LazyLock<WordSet> = LazyLock::new(|| WordSet::parse(include_str!("foreign_subjects.txt")));

/// The foreign subject that a heading names, when the heading is no standard section.
pub(super) fn foreign_section(section: &Section) -> Option<String> {
    if section.known {
        None
    } else {
        section.title.split(|character: char| !character.is_alphanumeric()).find_map(foreign_word)
    }
}

/// The foreign subject of the headings above a statement.
pub(super) fn foreign_heading<'a>(
    spec: &Spec,
    statement: &Statement,
    foreign: &'a [Option<String>],
) -> Option<&'a str> {
    let mut section = Some(statement.section);
    while let Some(index) = section {
        // The document's title names the project, not the subject of each sentence.
        if spec.sections[index].level <= 1 {
            return None;
        }
        if let Some(subject) = &foreign[index] {
            return Some(subject);
        }
        section = spec.sections[index].parent;
    }
    None
}

/// Whether a statement speaks of SSH from its first word on: "SSH: no passwords, no root".
pub(super) fn begins_with_ssh(statement: &Statement) -> bool {
    let mut words = statement.text.masked.split(|character: char| !character.is_alphanumeric());
    words
        .find(|word| !word.is_empty())
        .is_some_and(|word| ["ssh", "sshd", "openssh"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// A word that names other software, lower case.
pub(super) fn foreign_word(word: &str) -> Option<String> {
    FOREIGN_SUBJECTS.holds(WordHash::of(word), word).then(|| word.to_lowercase())
}

/// The statement's label without white space around it; empty without one.
pub(super) fn trimmed_label(statement: &Statement) -> Range<usize> {
    let Some(label) = statement.label.clone() else { return 0..0 };
    let text = statement.text.masked.get(label.clone()).unwrap_or_default();
    let start = label.start + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}
