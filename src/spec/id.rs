//! Statement IDs: `[A-Z]+(-[A-Z0-9]+)*-[0-9]+`.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::syntax::Text;

/// Prefixes that say what a statement is for. Such an ID needs no colon behind it.
const PREFIXES: &[&str] = &["FR", "NFR", "SR", "OR", "VC", "CN", "IN"];

/// Names of standards and algorithms that look like IDs.
const NOT_PREFIXES: &[&str] =
    &["AES", "CVE", "CWE", "HTTP", "IEC", "IPV", "ISO", "MD", "RFC", "RSA", "SHA", "SSL", "TLS", "UTF", "UTC", "WCAG"];

/// An ID, such as `FR-001`, `NFR-SEC-01` or `SD-DEP-001`. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(Arc<str>);

impl StatementId {
    /// The ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A derived ID: `FR-007`.
    #[must_use]
    pub fn derived(prefix: &str, number: u32) -> Self {
        Self(format!("{prefix}-{number:03}").into())
    }

    /// No ID yet; numbering replaces it.
    pub(super) fn none() -> Self {
        Self(Arc::default())
    }

    /// The ID that a text consists of.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (length(text)? == text.len()).then(|| Self(text.into()))
    }

    /// The first part: `NFR` of `NFR-SEC-01`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The number, where nothing stands between prefix and number: 7 of `FR-007`, none of `NFR-SEC-01`.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.0.split_once('-').and_then(|(_, number)| number.parse().ok())
    }

    /// Whether the prefix says what the statement is for.
    #[must_use]
    pub fn has_known_prefix(&self) -> bool {
        PREFIXES.contains(&self.prefix())
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for StatementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An ID in leading position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeadingId {
    pub id: StatementId,
    /// The ID itself, in the masked text.
    pub range: Range<usize>,
    /// Where the statement's own words begin: behind brackets and separator.
    pub end: usize,
}

/// The bytes of an ID at the beginning of a text.
fn length(text: &str) -> Option<usize> {
    let run =
        text.bytes().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-').count();
    let id = text[..run].trim_end_matches('-');
    let next = text[id.len()..].chars().next();
    if next.is_some_and(|character| character.is_alphanumeric() || character == '_') {
        return None;
    }
    let mut parts = id.as_bytes().split(|byte| *byte == b'-');
    let prefix = parts.next()?;
    let well_formed = !prefix.is_empty()
        && prefix.iter().all(u8::is_ascii_uppercase)
        && parts.clone().all(|part| !part.is_empty())
        && parts.next_back()?.iter().all(u8::is_ascii_digit)
        && !NOT_PREFIXES.contains(&&id[..prefix.len()]);
    well_formed.then_some(id.len())
}

/// The ID at the beginning of a statement: `FR-001: …`, `**FR-001** …`, `[FR-001] …`, `FR-001 — …`. A list of IDs
/// (`FR-001, FR-002: …`) names other statements and is none.
pub(crate) fn leading(text: &Text) -> Option<LeadingId> {
    let (range, end) = leading_places(text)?;
    Some(LeadingId { id: StatementId(text.masked[range.clone()].into()), range, end })
}

/// Where the statement's own words begin: behind an ID in leading position.
pub(super) fn after_leading(text: &Text) -> usize {
    leading_places(text).map_or(0, |(_, end)| end)
}

/// [`LeadingId::range`] and [`LeadingId::end`].
fn leading_places(text: &Text) -> Option<(Range<usize>, usize)> {
    let masked = &text.masked;
    let first = masked.len() - masked.trim_start().len();
    let bracket = masked[first..].starts_with(['[', '(']);
    let start = first + usize::from(bracket);
    if !masked.as_bytes().get(start)?.is_ascii_uppercase() {
        return None;
    }
    let range = start..start + length(&masked[start..])?;
    let mut end = range.end;
    if bracket {
        end += masked[end..].starts_with([']', ')']).then_some(1)?;
    }
    let is_known = || PREFIXES.contains(&masked[range.clone()].split('-').next().unwrap_or_default());
    let covers = |other: &Range<usize>| other.start <= range.start && range.end <= other.end;
    let marked = bracket || text.strong.iter().any(covers) || text.code.iter().any(covers);
    let rest = masked[end..].trim_start();
    if rest.starts_with([',', '/', '&', '+']) || rest.starts_with("and ") {
        return None;
    }
    let separator = separator(&masked[end..]);
    if separator.is_none() && !marked && !rest.is_empty() && !is_known() {
        return None;
    }
    end += separator.unwrap_or(0);
    end += masked[end..].len() - masked[end..].trim_start().len();
    Some((range, end))
}

/// The ID that a table cell consists of, brackets aside.
pub(super) fn only(cell: &str) -> Option<StatementId> {
    StatementId::parse(cell.trim_matches(['[', ']', '(', ')', ' ', ':']))
}

/// The bytes up to the end of what separates an ID from its text.
fn separator(rest: &str) -> Option<usize> {
    let trimmed = rest.trim_start();
    let before = rest.len() - trimmed.len();
    let mut characters = trimmed.chars();
    let first = characters.next()?;
    let spaced = characters.next().is_none_or(char::is_whitespace);
    let separates = match first {
        ':' | '–' | '—' | '|' => true,
        '-' => before > 0 && spaced,
        '.' | ')' => spaced,
        _ => false,
    };
    separates.then_some(before + first.len_utf8())
}

/// All IDs in a text, with their places in it.
pub(super) fn all(masked: &str) -> Vec<(StatementId, Range<usize>)> {
    let bytes = masked.as_bytes();
    let part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let mut found = Vec::new();
    let mut offset = 0;
    while let Some(hyphen) = masked[offset..].find('-').map(|at| offset + at) {
        let start = hyphen - bytes[offset..hyphen].iter().rev().take_while(|byte| part(byte)).count();
        let bounded =
            start == 0 || !(bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'_' | b'-' | b'/'));
        offset = hyphen + 1;
        if bounded && let Some(length) = length(&masked[start..]) {
            offset = offset.max(start + length);
            found.push((StatementId(masked[start..start + length].into()), start..start + length));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(masked: &str) -> Text {
        Text { masked: masked.into(), ..Text::default() }
    }

    #[test]
    fn an_id_leads_in_many_ways() {
        for (masked, id, rest) in [
            ("FR-001: it runs", "FR-001", "it runs"),
            ("FR-001 it runs", "FR-001", "it runs"),
            ("FR-001 - it runs", "FR-001", "it runs"),
            ("[NFR-SEC-01] it runs", "NFR-SEC-01", "it runs"),
            ("(SR-2) it runs", "SR-2", "it runs"),
            ("SD-DEP-001 — it runs", "SD-DEP-001", "it runs"),
            ("  OR-9. it runs", "OR-9", "it runs"),
            ("FR-001", "FR-001", ""),
        ] {
            let found = leading(&text(masked)).unwrap_or_else(|| panic!("{masked}"));
            assert_eq!((found.id.as_str(), &masked[found.end..]), (id, rest));
        }
    }

    #[test]
    fn words_that_look_like_ids_are_none() {
        for masked in [
            "UTF-8: encoding",
            "SHA-256 sums",
            "ABC-1 something",
            "FR-001, FR-002: both",
            "FR-001a: x",
            "fr-001: x",
            "FR: x",
        ] {
            assert_eq!(leading(&text(masked)), None, "{masked}");
        }
        let bold = Text { strong: std::iter::once(0..5).collect(), ..text("ABC-1 something") };
        assert_eq!(leading(&bold).map(|found| found.id.to_string()), Some("ABC-1".into()));
    }

    #[test]
    fn ids_are_found_anywhere() {
        let ids = |masked| all(masked).into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids("restarts (FR-001, NFR-SEC-02), see FR-3."), ["FR-001", "NFR-SEC-02", "FR-3"]);
        assert_eq!(ids("on-failure, UTF-8, xFR-1, a-FR-1, 2024-01-01"), Vec::<String>::new());
    }
}
