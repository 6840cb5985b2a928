//! Quoting, one function for each language that a value can land in.
//!
//! In: any text. Out: the text as one word, one value or one cell of the language, such that it means itself and nothing
//! else. Everything that comes from a specification or a values file passes through here on its way into an artifact.

use std::borrow::Cow;
use std::fmt;

use askama::filters::Escaper;

/// One word of a shell command. Plain words stay as they are; everything else is single-quoted. Text with `$` or a
/// backtick stands in double quotes with each escaped; control characters are written as `$'…'` so that a reader sees
/// them.
#[must_use]
pub fn shell(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) && !text.starts_with(['=', '~']) {
        return Cow::Borrowed(text);
    }
    if text.chars().any(char::is_control) {
        let mut quoted = String::from("$'");
        for character in text.chars() {
            match character {
                '\'' => quoted.push_str("\\'"),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                // A NUL can stand in no argument.
                '\0' => {}
                control if control.is_control() => quoted
                    .push_str(&control.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>()),
                other => quoted.push(other),
            }
        }
        quoted.push('\'');
        return Cow::Owned(quoted);
    }
    if text.contains(['$', '`']) {
        // In single quotes a reader (and ShellCheck) would ask whether an expansion was meant.
        let escaped = text
            .chars()
            .flat_map(|character| "\\\"$`".contains(character).then_some('\\').into_iter().chain([character]));
        return Cow::Owned(format!("\"{}\"", escaped.collect::<String>()));
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

/// Text of a comment in a script or a configuration file: one line.
#[must_use]
pub fn comment(text: &str) -> Cow<'_, str> {
    if text.contains(|character: char| character.is_control() || character == '\u{2028}' || character == '\u{2029}') {
        let spaced = text.replace(
            |character: char| character.is_control() || character == '\u{2028}' || character == '\u{2029}',
            " ",
        );
        Cow::Owned(spaced)
    } else {
        Cow::Borrowed(text)
    }
}

/// The value of a systemd directive: `%` starts a specifier, a trailing backslash continues the line (systemd.syntax(7)).
#[must_use]
pub fn systemd(text: &str) -> String {
    comment(text).replace('%', "%%").trim().trim_end_matches('\\').to_owned()
}

/// One word of a systemd command line or of `Environment=`: `%` and, in commands, `$` are doubled, the rest is quoted
/// (systemd.service(5), "Command lines").
#[must_use]
pub fn systemd_word(text: &str, command: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    let mut quote = text.is_empty();
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%%"),
            '$' if command => escaped.push_str("$$"),
            '\\' | '"' => {
                quote = true;
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => {
                quote = true;
                escaped.push_str("\\n");
            }
            '\t' => {
                quote = true;
                escaped.push_str("\\t");
            }
            control if control.is_control() => {}
            other => {
                quote |= other.is_whitespace() || "';#*?".contains(other);
                escaped.push(other);
            }
        }
    }
    if quote { format!("\"{escaped}\"") } else { escaped }
}

/// A path before a block of logrotate(8): one word, in which no character is a pattern. What its reader would need escaped
/// for itself as well (quotes, backslashes) becomes `?`, which matches that character.
#[must_use]
pub fn logrotate_path(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len() + 2);
    for character in comment(path).chars() {
        match character {
            '"' | '\'' | '\\' => escaped.push('?'),
            '*' | '?' | '[' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    format!("\"{escaped}\"")
}

/// One word of a configuration of nginx, which unquotes `\"` and `\\` in quotation marks. For `$` it knows no escape: the plan's
/// texts have none, and one that comes here is left out.
#[must_use]
pub fn nginx(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+,=?&*".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    let line = comment(text).replace('$', "");
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Text in a Markdown paragraph or table cell: what would be structure is escaped; one line.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in comment(text).chars() {
        if "\\`*_[]<>|~".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Inline code in Markdown, also in a table cell: fenced by more backticks than it holds.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = comment(text).replace('|', "\\|");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A statement's text in Markdown: its inline code stays code, everything else means itself.
#[must_use]
pub fn markdown_statement(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let written = parts.map(|(index, part)| match index % 2 {
        1 if !part.trim().is_empty() => markdown_code(part),
        _ => markdown(part),
    });
    written.collect()
}

/// A block of code in Markdown, fenced by more backticks than it holds.
#[must_use]
pub fn markdown_block(language: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

/// The escaper of `*.markdown` templates.
#[derive(Debug, Clone, Copy)]
pub struct MarkdownEscaper;

impl Escaper for MarkdownEscaper {
    fn write_escaped_str<W: fmt::Write>(&self, mut destination: W, text: &str) -> fmt::Result {
        destination.write_str(&markdown(text))
    }
}

/// The escaper of `*.html` templates.
#[derive(Debug, Clone, Copy)]
pub struct HtmlEscaper;

impl Escaper for HtmlEscaper {
    fn write_escaped_str<W: fmt::Write>(&self, mut destination: W, text: &str) -> fmt::Result {
        destination.write_str(&html(text))
    }
}

/// Text in HTML, inside elements and quoted attributes.
#[must_use]
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A field of a CSV file (RFC 4180). What a spreadsheet would take for a formula gets a leading apostrophe.
#[must_use]
pub fn csv(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_words_stay_readable() {
        assert_eq!(shell("/opt/agent-prod"), "/opt/agent-prod");
        assert_eq!(shell("it's"), r"'it'\''s'");
        assert_eq!(shell(""), "''");
        assert_eq!(shell("~root"), "'~root'");
        assert_eq!(systemd_word("a b", true), "\"a b\"");
        assert_eq!(systemd("50%"), "50%%");
        assert_eq!(nginx("max-age=5; preload"), "\"max-age=5; preload\"");
        assert_eq!(nginx(r#"a\"b{$x}"#), r#""a\\\"b{x}""#);
        assert_eq!(csv("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn bash_gives_every_text_back(text in "[^\0]{0,40}") {
            let script = format!("printf '%s' {}", shell(&text));
            let output = Command::new("bash").arg("-c").arg(&script).env("LC_ALL", "C.UTF-8").output().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }

        #[test]
        fn comments_stay_on_their_line(text in any::<String>()) {
            prop_assert!(!comment(&text).contains(['\n', '\r', '\0']));
        }
    }
}
