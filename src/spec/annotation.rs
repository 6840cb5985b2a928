//! Annotations: `<!-- specc: … -->` after a statement or heading.
//!
//! In: the content of a comment. Out: an [`Annotation`], or what is wrong with it. Names of capabilities, facts and lints
//! are not checked here; this module does not know them.

use std::ops::Range;

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceId, Span};
use crate::suggestion::{one_of, suggest};
use crate::syntax::Text;
use crate::value::Date;

declare_lint! {
    /// ## What it does
    /// Finds `<!-- specc: … -->` comments that say nothing specc knows, or that follow neither a statement nor a heading.
    ///
    /// ## Why is this bad?
    /// The author believes that something is waived, manual or forced, and it is not.
    ///
    /// ## Instead
    /// Write `as=CAPABILITY fact=value`, `manual owner="…" evidence="…"`, `waive reason="…" until=2027-01-31` or
    /// `allow=LINT reason="…" until=2027-01-31`, right after the statement.
    pub static UNKNOWN_ANNOTATION = "unknown-annotation", Error, Structure, "a specc comment that is not understood";
}

declare_lint! {
    /// ## What it does
    /// Finds waivers and allowed findings without a reason.
    ///
    /// ## Why is this bad?
    /// Nobody can judge later whether the waiver still holds.
    ///
    /// ## Instead
    /// Add `reason="…"`.
    pub static WAIVER_WITHOUT_REASON = "waiver-without-reason", Warn, Upkeep, "a waiver that does not say why";
}

declare_lint! {
    /// ## What it does
    /// Finds an HTML comment that is never closed.
    ///
    /// ## Why is this bad?
    /// Everything behind it is part of the comment: whole sections disappear from the specification.
    ///
    /// ## Instead
    /// Close it with `-->`.
    pub static UNCLOSED_COMMENT = "unclosed-comment", Error, Structure, "a comment that swallows the rest of the document";
}

/// The words that an annotation may begin with.
const WORDS: &[&str] = &["as", "manual", "waive", "allow"];

/// What an annotation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnnotationKind {
    /// `as=CAPABILITY fact=value …`: forces a reading.
    As {
        /// The capability.
        capability: String,
        /// Facts by name, as written.
        facts: Vec<(String, String)>,
    },
    /// `manual owner="…" evidence="…"`: people see to it.
    Manual {
        /// Who.
        owner: Option<String>,
        /// What proves it.
        evidence: Option<String>,
    },
    /// `waive reason="…" until=2027-01-31`: known not to hold.
    Waive {
        /// Why.
        reason: Option<String>,
        /// The last day on which it counts.
        until: Option<Date>,
    },
    /// `allow=LINT reason="…" until=2027-01-31`: this finding is accepted here.
    Allow {
        /// The lint.
        lint: String,
        /// Why.
        reason: Option<String>,
        /// The last day on which it counts.
        until: Option<Date>,
    },
}

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// What it does.
    pub kind: AnnotationKind,
    /// Where it stands.
    pub span: Span,
}

/// `key=value` or `key`, with its place in the comment.
struct Word<'text> {
    key: &'text str,
    value: Option<&'text str>,
    range: Range<usize>,
}

/// Reads a comment; `None` when it is not addressed to specc.
pub(super) fn annotation(source: SourceId, comment: &Text, diagnostics: &mut Vec<Diagnostic>) -> Option<Annotation> {
    let body = comment.masked.trim_start().strip_prefix("specc:")?;
    let start = comment.base + comment.masked.len() - body.len();
    let span = Span::new(source, comment.base..comment.end());
    let at = |range: Range<usize>| Span::new(source, start + range.start..start + range.end);
    let words = match words(body) {
        Ok(words) => words,
        Err(range) => {
            let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, at(range), "this quoted text is never closed");
            diagnostics.push(finding.help("close it with the same quotation mark"));
            return None;
        }
    };
    let Some((first, rest)) = words.split_first() else {
        let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, span, "this annotation says nothing");
        diagnostics.push(finding.help(format!("begin it with {}", one_of(WORDS))));
        return None;
    };
    let allowed: &[&str] = match (first.key, first.value) {
        ("as", Some(_)) => &[],
        ("manual", None) => &["owner", "evidence"],
        ("waive", None) => &["reason", "until"],
        ("allow", Some(_)) => &["reason", "until"],
        (key, value) => {
            diagnostics.push(unknown_word(key, value.is_some(), at(first.range.clone())));
            return None;
        }
    };
    for word in rest {
        let wrong =
            if first.key == "as" { word.value.is_none() } else { word.value.is_none() || !allowed.contains(&word.key) };
        if wrong {
            diagnostics.push(unknown_argument(first.key, word, allowed, at(word.range.clone())));
        }
    }
    let get = |key: &str| rest.iter().find(|word| word.key == key).and_then(|word| word.value).map(str::to_owned);
    let is_waiver = matches!(first.key, "waive" | "allow");
    let until = rest.iter().find(|word| is_waiver && word.key == "until");
    let date = until.and_then(|word| word.value).and_then(|text| text.parse::<Date>().ok());
    if let Some(word) = until.filter(|_| date.is_none()) {
        let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, at(word.range.clone()), "this is not a date");
        diagnostics.push(finding.help("write it as `until=2027-01-31`"));
    }
    if is_waiver && get("reason").is_none_or(|reason| reason.trim().is_empty()) {
        let finding = Diagnostic::new(
            &WAIVER_WITHOUT_REASON,
            at(first.range.clone()),
            format!("`{}` without a reason", first.key),
        );
        diagnostics.push(finding.help("add `reason=\"…\"`"));
    }
    let value = first.value.unwrap_or_default().to_owned();
    let kind = match first.key {
        "as" => {
            let facts =
                rest.iter().map(|word| (word.key.to_owned(), word.value.unwrap_or_default().to_owned())).collect();
            AnnotationKind::As { capability: value, facts }
        }
        "manual" => AnnotationKind::Manual { owner: get("owner"), evidence: get("evidence") },
        "waive" => AnnotationKind::Waive { reason: get("reason"), until: date },
        _ => AnnotationKind::Allow { lint: value, reason: get("reason"), until: date },
    };
    Some(Annotation { kind, span })
}

fn unknown_word(key: &str, has_value: bool, span: Span) -> Diagnostic {
    let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, span, format!("`{key}` is no annotation"));
    match (key, has_value) {
        ("as", false) => finding.help("name the capability: `as=firewall`"),
        ("allow", false) => finding.help("name the lint: `allow=open-question`"),
        ("manual" | "waive", true) => finding.help(format!("write `{key}` alone, then its arguments")),
        _ => match suggest(key, WORDS.iter().copied()) {
            Some(word) => finding.help(format!("did you mean `{word}`?")),
            None => finding.help(format!("write {}", one_of(WORDS))),
        },
    }
}

fn unknown_argument(annotation: &str, word: &Word<'_>, allowed: &[&str], span: Span) -> Diagnostic {
    let key = word.key;
    if allowed.is_empty() || allowed.contains(&key) {
        let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, span, format!("`{key}` has no value"));
        return finding.help(format!("write `{key}=…`; a value with blanks goes into quotation marks"));
    }
    let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, span, format!("`{annotation}` has no argument `{key}`"));
    match suggest(key, allowed.iter().copied()) {
        Some(word) => finding.help(format!("did you mean `{word}`?")),
        None => finding.help(format!("it knows {}", one_of(allowed))),
    }
}

/// Splits into words; a value may be quoted. The error is the place of a quotation mark that is never closed.
fn words(body: &str) -> Result<Vec<Word<'_>>, Range<usize>> {
    let mut words = Vec::new();
    let mut offset = 0;
    loop {
        offset += body[offset..].len() - body[offset..].trim_start().len();
        let rest = &body[offset..];
        if rest.is_empty() {
            return Ok(words);
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let equals = rest[..end].find('=');
        let quote =
            equals.and_then(|equals| rest[equals + 1..].chars().next()).filter(|quote| matches!(quote, '"' | '\''));
        let (value, end) = match (equals, quote) {
            (Some(equals), Some(quote)) => {
                let start = equals + 2;
                let Some(close) = rest[start..].find(quote) else {
                    return Err(offset + equals + 1..body.trim_end().len());
                };
                (Some(&rest[start..start + close]), start + close + 1)
            }
            (Some(equals), None) => (Some(&rest[equals + 1..end]), end),
            (None, _) => (None, end),
        };
        words.push(Word { key: &rest[..equals.unwrap_or(end)], value, range: offset..offset + end });
        offset += end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn read(comment: &str) -> (Option<AnnotationKind>, Vec<String>) {
        let text = Text { masked: comment.into(), ..Text::default() };
        let mut diagnostics = Vec::new();
        let annotation = annotation(SourceId(0), &text, &mut diagnostics);
        let texts = diagnostics.iter().map(|finding| {
            format!("{}: {}", finding.message, finding.help_words(&Sources::default()).unwrap_or_default())
        });
        (annotation.map(|annotation| annotation.kind), texts.collect())
    }

    #[test]
    fn each_annotation_is_read() {
        let facts = vec![("allow".to_owned(), "22,80".to_owned())];
        assert_eq!(
            read(" specc: as=firewall allow=22,80 ").0,
            Some(AnnotationKind::As { capability: "firewall".into(), facts })
        );
        let manual = AnnotationKind::Manual { owner: Some("night shift".into()), evidence: None };
        assert_eq!(read("specc: manual owner=\"night shift\""), (Some(manual), vec![]));
        let waive = AnnotationKind::Waive { reason: Some("new disk".into()), until: "2028-02-29".parse().ok() };
        assert_eq!(read("specc: waive reason='new disk' until=2028-02-29"), (Some(waive), vec![]));
        assert_eq!(read(" an ordinary remark "), (None, vec![]));
    }

    #[test]
    fn mistakes_are_named_with_what_to_write() {
        for (comment, expected) in [
            ("specc: manaul", "`manaul` is no annotation: did you mean `manual`?"),
            ("specc: waive raison=x reason=y", "`waive` has no argument `raison`: did you mean `reason`?"),
            ("specc: waive reason=y until=2027-02-29", "this is not a date: write it as `until=2027-01-31`"),
            ("specc: waive", "`waive` without a reason: add `reason=\"…\"`"),
            ("specc: manual owner=\"x", "this quoted text is never closed: close it with the same quotation mark"),
            ("specc: as firewall", "`as` is no annotation: name the capability: `as=firewall`"),
            ("specc:", "this annotation says nothing: begin it with `as`, `manual`, `waive` or `allow`"),
        ] {
            assert_eq!(read(comment).1, [expected], "{comment}");
        }
    }
}
