//! Sections that say nothing.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a heading that promises requirements or criteria, with nothing below it.
    ///
    /// *Why is this bad?* It looks as if somebody had thought about it: a reviewer sees "Security Requirements" in the
    /// table of contents.
    ///
    /// *Instead*: write what belongs there, or take the heading out.
    static EMPTY_SECTION = "empty-section", Warn, Structure, "a section that says nothing";
}

pub(super) static RULE: Rule = Rule { lints: &[&EMPTY_SECTION], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let sections = &view.spec.sections;
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.known) {
        let Some(place) = section.span else { continue };
        let next = sections.get(index + 1);
        let has_parts = next.is_some_and(|next| next.parent == Some(index));
        let end = next.and_then(|next| next.span).map_or(view.file.text().len(), |span| span.start as usize);
        let body = view.file.text().get(place.end as usize..end).unwrap_or_default();
        if !has_parts && is_blank(body) {
            found.push(
                Diagnostic::new(&EMPTY_SECTION, place, format!("\"{}\" says nothing", section.title))
                    .at("nothing below it")
                    .help("write what belongs here, or take the heading out"),
            );
        }
    }
}

/// Whether a text holds nothing but comments and marks.
fn is_blank(mut text: &str) -> bool {
    while let Some(start) = text.find("<!--") {
        if text[..start].contains(char::is_alphanumeric) {
            return false;
        }
        text = text[start..].find("-->").map_or("", |end| &text[start + end + 3..]);
    }
    !text.contains(char::is_alphanumeric)
}
