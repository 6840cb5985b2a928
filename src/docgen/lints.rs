//! Pages of the book about lints: an overview by group, and a page for each with the example that its test uses;
//! `specc explain` prints the same page.

use std::fmt::Write as _;

use include_dir::{Dir, include_dir};

use super::Generated;
use super::pages::NOTICE;
use crate::compile::{Options, analyse};
use crate::diagnostics::{Colour, Level, Lint, LintGroup, human};
use crate::lint::Settings;
use crate::registry;
use crate::render::escape::markdown_statement;
use crate::source::SourceFile;

/// A specification on which each lint fires, and the same one mended.
static FIXTURES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/lints");

/// What the groups are about.
const GROUPS: [(LintGroup, &str); 7] = [
    (LintGroup::Structure, "IDs, references, sections, boxes and annotations."),
    (LintGroup::Completeness, "What a deployment needs and nobody asks for."),
    (LintGroup::Quality, "Sentences that cannot be measured, or cannot be read."),
    (LintGroup::Consistency, "Statements that cannot hold together. Most of these compute."),
    (LintGroup::Platform, "What the target lacks, or calls otherwise."),
    (LintGroup::Security, "What is dangerous as written."),
    (LintGroup::Upkeep, "Annotations that have become useless, or never were of use."),
];

/// The overview, the page of each lint, and the table of contents that names them.
pub(super) fn pages() -> Vec<Generated> {
    let lints = registry::lints();
    let mut pages = vec![
        Generated { path: "book/src/SUMMARY.md".to_owned(), text: contents(&lints) },
        Generated { path: "book/src/lints.md".to_owned(), text: overview(&lints) },
    ];
    pages.extend(lints.iter().map(|lint| Generated {
        path: format!("book/src/lints/{}.md", lint.name),
        text: format!("{NOTICE}{}", lint_page(lint)),
    }));
    pages
}

fn contents(lints: &[&'static Lint]) -> String {
    let entries: String = lints.iter().map(|lint| format!("  - [{0}](lints/{0}.md)\n", lint.name)).collect();
    include_str!("../../book/contents.md").replace("  - (lints)\n", &entries)
}

fn overview(lints: &[&'static Lint]) -> String {
    let mut text = format!(
        "{NOTICE}# Lints\n\nA level is set for a lint or a whole group: in the front matter (`lints: {{name: level}}`) or on \
         the command line (`--deny`, `--warn`, `--allow`), which is stronger. A group never softens an error. One finding is \
         accepted at its statement or heading, with a reason and a last day: \
         `<!-- specc: allow=NAME reason=\"…\" until=2027-01-31 -->`.\n"
    );
    for (group, about) in GROUPS {
        let _ =
            writeln!(text, "\n## {}\n\n{about}\n\n| lint | level | finds |\n|---|---|---|", capitalised(group.name()));
        for lint in lints.iter().filter(|lint| lint.group == group) {
            let (name, level) = (lint.name, configured(lint.level));
            let _ = writeln!(text, "| [{name}](lints/{name}.md) | {level} | {} |", markdown_statement(lint.summary));
        }
    }
    text
}

/// One lint.
#[must_use]
pub fn lint_page(lint: &Lint) -> String {
    let group = lint.group.name();
    let mut text =
        format!("# {}\n\n{}. Group {group}, level {}.\n", lint.name, capitalised(lint.summary), configured(lint.level));
    for line in lint.text().lines() {
        match PARTS.iter().find_map(|part| Some((part, after_title(line, part)?))) {
            Some((part, rest)) => {
                text.truncate(text.trim_end().len());
                let _ = write!(text, "\n\n## {part}\n\n");
                if !rest.is_empty() {
                    let _ = writeln!(text, "{}", capitalised(rest));
                }
            }
            None if line.is_empty() && text.ends_with("\n\n") => {}
            None => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    example(lint, &mut text);
    text
}

/// The day on which examples are judged.
const TODAY: &str = "2027-01-01";

/// The example of a lint: the specification, what is said of it, and what changed when it was mended.
fn example(lint: &Lint, text: &mut String) {
    let file = |name: &str| FIXTURES.get_file(format!("{}/{name}", lint.name)).and_then(|file| file.contents_utf8());
    let (Some(fires), Some(quiet)) = (file("fires.md"), file("quiet.md")) else { return };
    let findings = Settings { today: TODAY.parse().ok(), ..Settings::default() };
    let source = SourceFile::new("DEPLOYMENT-SPEC.md", fires);
    let mut compiled = analyse(source, &Options { findings, ..Options::default() });
    compiled.diagnostics.retain(|found| found.lint == lint);
    let drawn = human(&compiled.sources, &compiled.diagnostics, Colour::Never);
    let difference = similar::TextDiff::from_lines(fires, quiet).unified_diff().to_string();
    let _ = write!(text, "\n## Example\n\n````text\n{drawn}````\n\nMended:\n\n````diff\n{difference}````\n");
}

/// What the documentation of every lint says.
const PARTS: [&str; 3] = ["What it does", "Why is this bad?", "Instead"];

/// What follows the title of a part on its line: `## Title`, or `*Title*: text`.
fn after_title<'line>(line: &'line str, title: &str) -> Option<&'line str> {
    if line.starts_with('#') {
        return (line.trim_start_matches('#').trim() == title).then_some("");
    }
    let rest = line.strip_prefix('*')?.strip_prefix(title)?.strip_prefix('*')?;
    Some(rest.trim_start_matches(':').trim_start())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// A level as front matter and command line write it.
fn configured(level: Level) -> &'static str {
    match level {
        Level::Allow => "allow",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}
