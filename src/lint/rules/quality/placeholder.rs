//! Placeholders that nobody has replaced.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::phrases::PhraseIndex;
use crate::lint::{Rule, View};
use crate::source::Span;
use crate::spec::StatementId;
use std::ops::Range;
use std::sync::LazyLock;

declare_lint! {
    /// *What it does*: finds `yourdomain.com`, `example.com`, `{app-name}`, `<your-domain>`, `[APP_NAME]`, `changeme`
    /// and the like in a statement.
    ///
    /// *Why is this bad?* It is deployed as it stands: a certificate for `yourdomain.com`, a password `changeme`.
    ///
    /// *Instead*: the real value; what differs from host to host is given with `--set`.
    static PLACEHOLDER = "placeholder", Warn, Quality, "a placeholder that nobody has replaced";
}

pub(super) static RULE: Rule = Rule { lints: &[&PLACEHOLDER], check };

/// Words that stand for a value, in small letters.
const WORDS: &[&str] = &[
    "yourdomain",
    "your-domain",
    "your_domain",
    "yourserver",
    "your-server",
    "your_server",
    "your-app",
    "your_app",
    "your-service",
    "your_service",
    "your-api",
    "your_api",
    "your-ip",
    "your_ip",
    "your-username",
    "your_username",
    "your-project",
    "your_project",
    "your-org",
    "yourapp",
    "yourname",
    "mydomain.",
    "example.com",
    "example.org",
    "example.net",
    "changeme",
    "change-me",
    "change_me",
    "lorem ipsum",
    "xxx.xxx",
    "x.x.x.x",
    "foobar",
];
/// Names that single words in brackets stand for.
const NAMES: &[&str] = &[
    "app",
    "application",
    "service",
    "name",
    "domain",
    "host",
    "hostname",
    "server",
    "user",
    "username",
    "group",
    "path",
    "port",
    "ip",
    "project",
    "password",
    "token",
    "database",
    "email",
    "date",
    "version",
    "value",
];

static INDEX: LazyLock<PhraseIndex> = LazyLock::new(|| PhraseIndex::new(WORDS.iter().copied()));

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements().filter(|(statement, _)| view.is_open(statement)) {
        let source = view.file.slice(statement.span);
        // The source text, not the masked one: `<your-domain>` is markup to Markdown.
        if statement.span.source != view.spec.source {
            continue;
        }
        let in_words = INDEX.find(source).find_map(|(_, hit)| whole_word(source, hit));
        let place = in_words.or_else(|| brackets(source).find_map(|hit| placeholder(source, hit)));
        if let Some(range) = place {
            let start = statement.span.start as usize;
            let span = Span::new(statement.span.source, start + range.start..start + range.end);
            let message = format!("nobody has replaced \"{}\"", &source[range]);
            found.push(
                Diagnostic::new(&PLACEHOLDER, span, message)
                    .at("this would be deployed as it stands")
                    .help("write the real value"),
            );
        }
    }
}

/// Where brackets open.
fn brackets(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.bytes().enumerate();
    bytes.filter(|(_, byte)| matches!(byte, b'{' | b'<' | b'[')).map(|(at, _)| at..at + 1)
}

/// The placeholder that a bracket opens, if it is one.
fn placeholder(text: &str, hit: Range<usize>) -> Option<Range<usize>> {
    let close = match &text[hit.clone()] {
        "{" => '}',
        "<" => '>',
        "[" => ']',
        _ => return None,
    };
    let inner = &text[hit.end..];
    let length = inner.find(close)?;
    let inner = &inner[..length];
    let named = inner.len() <= 40 && inner.starts_with(|first: char| first.is_ascii_alphabetic());
    let made_of = |character: char| character.is_ascii_alphanumeric() || "-_ .".contains(character);
    if !named || !inner.chars().all(made_of) {
        return None;
    }
    let before = text[..hit.start].chars().next_back();
    let after = &text[hit.end + length + 1..];
    let lower = inner.to_lowercase();
    let compound = lower.contains(['-', '_']);
    let yours = lower.starts_with("your") || lower.starts_with("insert ") || lower.starts_with("enter ");
    let meant = match close {
        // `${VAR}`, `%{http_code}` and `{id}` in a route are values of somebody else.
        '}' => before != Some('$') && before != Some('%') && (compound || yours || NAMES.contains(&lower.as_str())),
        // `git checkout <commit>` shows people a command; only what names a part of the host is meant to be replaced.
        '>' => {
            yours
                || before != Some('/') && lower.rsplit(['-', '_', ' ']).next().is_some_and(|last| NAMES.contains(&last))
        }
        // A link, a box, a footnote, or an ID in brackets.
        _ => {
            !after.starts_with(['(', '[', ':']) && (yours || compound && inner == inner.to_uppercase() && !is_id(inner))
        }
    };
    meant.then(|| hit.start..hit.end + length + 1)
}

fn is_id(text: &str) -> bool {
    StatementId::parse(text).is_some() || text.contains(' ')
}

/// The word around a hit, unless the hit is only a part of a longer one.
fn whole_word(text: &str, hit: Range<usize>) -> Option<Range<usize>> {
    let before = &text[..hit.start];
    if before.ends_with(char::is_alphanumeric) || before.contains("e.g.") {
        return None;
    }
    let rest = &text[hit.end..];
    let more = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
    let word = text[hit.start..hit.end + more].trim_end_matches(['.', '-', '_']);
    Some(hit.start..hit.start + word.len())
}
