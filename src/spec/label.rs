//! Labels: `**Label**: value` and `Label: value`.

use std::ops::Range;

use crate::syntax::Text;

/// Words that a label without bold type may have: more than that is a sentence.
const PLAIN_WORDS: usize = 5;

/// Words that a bold label may have.
const BOLD_WORDS: usize = 10;

/// The label of a text whose own words begin at `from`, without its colon.
pub(super) fn label(text: &Text, from: usize) -> Option<Range<usize>> {
    let masked = &text.masked;
    let start = from + masked[from..].len() - masked[from..].trim_start().len();
    bold(text, start).or_else(|| plain(text, start))
}

/// A label in bold type at the beginning of a text.
pub(super) fn bold(text: &Text, start: usize) -> Option<Range<usize>> {
    let masked = &text.masked;
    let strong = text.strong.iter().find(|strong| strong.start <= start && start < strong.end)?;
    let inner = masked[start..strong.end].trim_end();
    let label = match inner.strip_suffix([':', '：']) {
        Some(label) => label,
        None => {
            let after = masked[strong.end..].trim_start();
            let dashed = after.starts_with("- ") || after.starts_with(['–', '—']);
            (dashed || after.starts_with([':', '：'])).then_some(inner)?
        }
    };
    in_words(label, BOLD_WORDS).then(|| start..start + label.trim_end().len())
}

/// A label in plain type: few words before the first colon that is followed by a blank.
fn plain(text: &Text, start: usize) -> Option<Range<usize>> {
    let masked = &text.masked;
    let mut offset = start;
    let colon = loop {
        let colon = offset + masked[offset..].find(':')?;
        if masked.as_bytes().get(colon + 1) == Some(&b' ') && text.code_at(colon).is_none() {
            break colon;
        }
        offset = colon + 1;
    };
    let label = &masked[start..colon];
    let sentence = label.contains([',', ';', '?', '!']) || label.contains(". ");
    let value = masked[colon + 1..].trim();
    (!sentence && !value.is_empty() && in_words(label, PLAIN_WORDS)).then(|| start..start + label.trim_end().len())
}

/// Whether there is a word, and not too many.
fn in_words(label: &str, most: usize) -> bool {
    let words = label.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    (1..=most).contains(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::parse;

    fn labelled(line: &str) -> Option<String> {
        let document = parse(SourceId(0), line);
        let text = &document.blocks[0].text;
        label(text, 0).map(|range| text.masked[range].trim().to_owned())
    }

    #[test]
    fn labels_are_bold_or_short() {
        assert_eq!(labelled("- **Listen port**: 9000"), Some("Listen port".into()));
        assert_eq!(labelled("- **Listen port:** 9000"), Some("Listen port".into()));
        assert_eq!(labelled("- **Listen port** — 9000"), Some("Listen port".into()));
        assert_eq!(labelled("- **Variables**:\n  - A"), Some("Variables".into()));
        assert_eq!(labelled("- Listen port: 9000"), Some("Listen port".into()));
        assert_eq!(labelled("- Layer 1 — Process: it runs"), Some("Layer 1 — Process".into()));
        assert_eq!(labelled("- `/etc/shop.env`: mode 0600"), Some("/etc/shop.env".into()));
        assert_eq!(labelled("- 22/tcp: open"), Some("22/tcp".into()));
    }

    #[test]
    fn sentences_urls_times_and_code_have_none() {
        for line in [
            "- the page at https://example.org answers",
            "- backup runs at 03:30",
            "- reply has `{\"state\": \"up\"}`",
            "- when the worker has stopped for any reason: restart it",
            "- First this, then that: done",
            "- these must exist:",
            "- **Very important**",
        ] {
            assert_eq!(labelled(line), None, "{line}");
        }
    }
}
