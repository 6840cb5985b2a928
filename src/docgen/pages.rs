//! Pages of the book about capabilities and named defaults; `specc explain` prints parts of them.

use std::fmt::Write as _;

use crate::capabilities::{Entry, Example, NOT_MINE};
use crate::lower;
use crate::registry;
use crate::render::escape::{markdown_code, markdown_statement};
use crate::spec::StatementKind;

pub(super) const NOTICE: &str =
    "<!-- Made from the program; see src/docgen. Change the program, not this page. -->\n\n";

/// All capabilities.
pub(super) fn capabilities() -> String {
    let mut text = format!(
        "{NOTICE}# Capabilities\n\nWhat a specification can ask for. The examples are the tests of each reading; the \
         facts are what `specc show --format json` prints, in canonical units: bytes, seconds, percent.\n\n"
    );
    for entry in registry::capabilities() {
        let _ = writeln!(text, "- [{0}](#{0}): {1}", entry.name, entry.summary);
    }
    for entry in registry::capabilities() {
        text.push('\n');
        text.push_str(&deeper(&capability_page(entry)));
    }
    text
}

/// One capability.
#[must_use]
pub fn capability_page(entry: &Entry) -> String {
    let mut text = format!("# {}\n\n{}\n", entry.name, entry.summary);
    let (own, foreign): (Vec<&Example>, Vec<&Example>) =
        entry.examples.iter().partition(|example| example.facts != NOT_MINE);
    text.push_str("\n## Read\n\n");
    for example in own {
        let section = match example.kind {
            StatementKind::Functional => String::new(),
            kind => format!(" *({} section)*", kind.name()),
        };
        let _ = writeln!(text, "- {}{section} → {}", quoted(example.sentence), markdown_code(example.facts));
    }
    if !foreign.is_empty() {
        text.push_str("\n## Not read as this\n\n");
        for example in foreign {
            let _ = writeln!(text, "- {}", quoted(example.sentence));
        }
    }
    if !entry.defaults.is_empty() {
        text.push_str("\n## Defaults\n\n");
        for default in entry.defaults {
            let _ = writeln!(text, "- {}: {}", markdown_code(default.name), markdown_statement(default.reason));
        }
    }
    if !entry.lints.is_empty() {
        text.push_str("\n## Lints\n\n");
        for lint in entry.lints {
            let _ = writeln!(text, "- [{0}](lints/{0}.md): {1}", lint.name, markdown_statement(lint.summary));
        }
    }
    text
}

/// A sentence as it stands in a specification.
fn quoted(sentence: &str) -> String {
    markdown_code(sentence)
}

/// All named defaults.
pub(super) fn defaults() -> String {
    let mut text = format!(
        "{NOTICE}# Defaults\n\nWhat a package holds without being asked. Each stands in TRACEABILITY.md of a package that \
         uses it, and is switched off in the front matter:\n\n```yaml\n---\nspecc:\n  defaults:\n    no-swap: off\n---\n\
         ```\n\n| default | why |\n|---|---|\n"
    );
    for default in lower::named_defaults() {
        let _ = writeln!(text, "| {} | {} |", markdown_code(default.name), markdown_statement(default.reason));
    }
    text
}

/// The page as a part of another: its headings one level down.
fn deeper(page: &str) -> String {
    let lines = page.lines().map(|line| if line.starts_with('#') { format!("#{line}\n") } else { format!("{line}\n") });
    lines.collect()
}
