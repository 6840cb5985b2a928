//! HTML in Markdown: comments are taken out, tags that only format are blanked, everything else is text.

use std::ops::Range;

/// How far the end of a tag is looked for, in bytes.
const LONGEST_TAG: usize = 512;

/// A part of an HTML block, as a range into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The content of a comment, without `<!--` and `-->`.
    Comment(Range<usize>),
    /// What stands outside comments.
    Text(Range<usize>),
}

/// Splits HTML into comments and the rest. A comment that is never closed goes on to the end.
pub(super) fn parts(html: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut offset = 0;
    while let Some(open) = html[offset..].find("<!--").map(|found| offset + found) {
        parts.push(Part::Text(offset..open));
        let start = open + 4;
        let end = html[start..].find("-->").map_or(html.len(), |found| start + found);
        parts.push(Part::Comment(start..end));
        offset = (end + 3).min(html.len());
    }
    parts.push(Part::Text(offset..html.len()));
    parts.retain(|part| !matches!(part, Part::Text(range) if html[range.clone()].trim().is_empty()));
    parts
}

/// The content of `<!-- … -->`, as a range into the tag.
pub(super) fn comment(tag: &str) -> Option<Range<usize>> {
    (tag.starts_with("<!--") && tag.ends_with("-->") && tag.len() >= 7).then(|| 4..tag.len() - 3)
}

/// Whether a tag only formats. Anything else in angle brackets, such as `<app>`, is a word of the text.
pub(super) fn is_formatting(tag: &str) -> bool {
    const NAMES: &[&str] = &[
        "a", "abbr", "b", "br", "center", "code", "del", "details", "div", "em", "font", "h1", "h2", "h3", "h4", "h5",
        "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "s", "small", "span", "strong", "sub",
        "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
    ];
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(name.len())];
    let rest = &tag[tag.find(name).unwrap_or(0) + name.len()..];
    rest.starts_with([' ', '\t', '\n', '/', '>']) && NAMES.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether a block holds no prose at all.
pub(super) fn is_verbatim(html: &str) -> bool {
    let start = html.trim_start().get(..10).unwrap_or(html.trim_start()).to_ascii_lowercase();
    ["<pre", "<script", "<style", "<textarea"].iter().any(|tag| start.starts_with(tag))
}

/// The pieces of a line that are no formatting tags.
pub(super) fn without_tags(line: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut offset = 0;
    while let Some(open) = line[offset..].find('<').map(|found| offset + found) {
        // A tag is short; looking further for its end would make `<<<<…` quadratic.
        let close = line.as_bytes()[open..].iter().take(LONGEST_TAG).position(|&byte| byte == b'>');
        match close.map(|found| open + found + 1) {
            Some(close) if is_formatting(&line[open..close]) => {
                pieces.push(start..open);
                start = close;
                offset = close;
            }
            _ => offset = open + 1,
        }
    }
    pieces.push(start..line.len());
    pieces.retain(|piece| !line[piece.clone()].trim().is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_told_from_words() {
        for tag in ["<br>", "<br/>", "</b>", "<a id=\"x\">", "<IMG src=x>", "<details>"] {
            assert!(is_formatting(tag), "{tag}");
        }
        for tag in ["<app>", "<service-name>", "<a-b>", "<port>", "<>"] {
            assert!(!is_formatting(tag), "{tag}");
        }
    }

    #[test]
    fn comments_are_taken_out() {
        let html = "<!-- one --> two <!-- three";
        let texts: Vec<_> = parts(html)
            .into_iter()
            .map(|part| match part {
                Part::Comment(range) => format!("comment{}", &html[range]),
                Part::Text(range) => html[range].to_owned(),
            })
            .collect();
        assert_eq!(texts, ["comment one ", " two ", "comment three"]);
    }
}
