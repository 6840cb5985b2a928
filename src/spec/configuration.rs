//! What the front matter's `specc:` key configures.
//!
//! In: the YAML of the front matter. Out: a [`Configuration`], with the place of each entry, and findings for what is not
//! understood. All other keys of the front matter belong to other programs and are left alone.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Level};
use crate::source::{SourceId, Span};
use crate::suggestion::{one_of, suggest};

declare_lint! {
    /// ## What it does
    /// Finds keys and values under `specc:` in the front matter that specc does not know.
    ///
    /// ## Why is this bad?
    /// A misspelt setting has no effect, and nobody notices.
    ///
    /// ## Instead
    /// Use `target`, `lints` and `defaults`.
    pub static UNKNOWN_FRONT_MATTER_KEY = "unknown-front-matter-key", Error, Structure, "a setting that does not exist";
}

declare_lint! {
    /// ## What it does
    /// Finds front matter that is no YAML, or whose `specc:` key has another shape than it should.
    ///
    /// ## Why is this bad?
    /// None of its settings has any effect.
    ///
    /// ## Instead
    /// Write `specc:` as a mapping, indented by two blanks.
    pub static INVALID_FRONT_MATTER = "invalid-front-matter", Error, Structure, "front matter that cannot be read";
}

/// The `specc:` key of the front matter.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// `target: debian-12`, as written, with its place.
    pub target: Option<(String, Span)>,
    /// `lints: {name: level}`.
    pub lints: BTreeMap<String, (Level, Span)>,
    /// `defaults: {name: off}`: named defaults that are switched off.
    pub disabled_defaults: BTreeMap<String, Span>,
}

/// The keys under `specc:`.
const KEYS: &[&str] = &["target", "lints", "defaults"];

/// Entries of a mapping in their order, keys and values with their places.
type Entries = Vec<(Spanned<String>, Spanned<String>)>;

/// The front matter as far as it concerns specc.
#[derive(Deserialize)]
struct FrontMatter {
    #[serde(default)]
    specc: Option<Settings>,
}

#[derive(Default)]
struct Settings {
    target: Option<Spanned<String>>,
    lints: Entries,
    defaults: Entries,
    unknown: Vec<Spanned<String>>,
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Settings;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a mapping with {}", one_of(KEYS))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Settings, A::Error> {
                let mut settings = Settings::default();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    match key.value.as_str() {
                        "target" => settings.target = Some(map.next_value()?),
                        "lints" => settings.lints = map.next_value::<Pairs>()?.0,
                        "defaults" => settings.defaults = map.next_value::<Pairs>()?.0,
                        _ => {
                            settings.unknown.push(key);
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(settings)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// A mapping of names to words.
struct Pairs(Entries);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Pairs;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a mapping of names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Pairs(entries))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

/// Reads front matter that stands at `span`.
pub(super) fn read(source: SourceId, yaml: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Configuration {
    if yaml.trim().is_empty() {
        return Configuration::default();
    }
    let place = |location: Location| {
        let offset = |offset: Option<u64>| offset.and_then(|offset| usize::try_from(offset).ok());
        let range = offset(location.span().byte_offset()).zip(offset(location.span().byte_len()));
        range.map_or(span, |(start, length)| {
            let start = (span.start as usize + start).min(span.end as usize);
            Span::new(source, start..(start + length).min(span.end as usize))
        })
    };
    match serde_saphyr::from_str::<FrontMatter>(yaml) {
        Ok(matter) => settings(matter.specc.unwrap_or_default(), place, diagnostics),
        Err(error) => {
            let at = error.location().map_or(span, place);
            let message = error.to_string();
            let message = message.lines().next().unwrap_or_default().to_owned();
            let finding =
                Diagnostic::new(&INVALID_FRONT_MATTER, at, format!("the front matter cannot be read: {message}"));
            diagnostics
                .push(finding.help("write it as YAML: `specc:`, then indented lines such as `target: debian-12`"));
            Configuration::default()
        }
    }
}

fn settings(settings: Settings, place: impl Fn(Location) -> Span, diagnostics: &mut Vec<Diagnostic>) -> Configuration {
    let mut configuration = Configuration::default();
    let mut unknown = |name: &Spanned<String>, what: &str, candidates: &[&str]| {
        let span = place(name.referenced);
        let finding = Diagnostic::new(&UNKNOWN_FRONT_MATTER_KEY, span, format!("`{}` is no {what}", name.value));
        diagnostics.push(match suggest(&name.value, candidates.iter().copied()) {
            Some(candidate) => finding.help(format!("did you mean `{candidate}`?")),
            None => finding.help(format!("write {}", one_of(candidates))),
        });
    };
    for key in &settings.unknown {
        unknown(key, "setting of specc", KEYS);
    }
    for (name, level) in settings.lints {
        let read = match level.value.as_str() {
            "allow" => Level::Allow,
            "info" => Level::Info,
            "warn" => Level::Warn,
            "error" => Level::Error,
            _ => {
                unknown(&level, "level", &["allow", "info", "warn", "error"]);
                continue;
            }
        };
        configuration.lints.insert(name.value, (read, place(name.referenced)));
    }
    for (name, state) in settings.defaults {
        match state.value.as_str() {
            "off" | "false" => drop(configuration.disabled_defaults.insert(name.value, place(name.referenced))),
            "on" | "true" => {}
            _ => unknown(&state, "state of a default", &["off", "on"]),
        }
    }
    configuration.target = settings.target.map(|target| (target.value, place(target.referenced)));
    configuration
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};
    use crate::syntax::front_matter;

    fn read_text(text: &str) -> (Configuration, Vec<(String, String)>) {
        let file = SourceFile::new("spec", text);
        let range = front_matter(text).unwrap().0;
        let mut diagnostics = Vec::new();
        let configuration = read(SourceId(0), &text[range.clone()], Span::new(SourceId(0), range), &mut diagnostics);
        let findings = diagnostics.iter().map(|finding| {
            (
                file.slice(finding.primary.span).to_owned(),
                format!("{}; {}", finding.message, finding.help_words(&Sources::default()).unwrap_or_default()),
            )
        });
        (configuration, findings.collect())
    }

    #[test]
    fn settings_are_read_with_their_places() {
        let text = "---\ntitle: shop\nspecc:\n  target: debian-12\n  lints: {open-question: error}\n  defaults:\n    journal: off\n    other: on\n---\n";
        let (configuration, findings) = read_text(text);
        assert_eq!(findings, []);
        let (target, span) = configuration.target.unwrap();
        assert_eq!((target.as_str(), &text[span.range()]), ("debian-12", "debian-12"));
        assert_eq!(configuration.lints["open-question"].0, Level::Error);
        assert_eq!(configuration.disabled_defaults.keys().collect::<Vec<_>>(), ["journal"]);
    }

    #[test]
    fn what_is_unknown_is_an_error_at_its_place() {
        let (_, findings) = read_text("---\nspecc:\n  taget: debian-12\n  lints: {open-question: wran}\n---\n");
        let expected = [
            ("taget", "`taget` is no setting of specc; did you mean `target`?"),
            ("wran", "`wran` is no level; did you mean `warn`?"),
        ];
        assert_eq!(findings, expected.map(|(at, text)| (at.to_owned(), text.to_owned())));
    }

    #[test]
    fn other_programs_keys_are_left_alone_and_broken_yaml_is_not() {
        assert_eq!(read_text("---\nlayout: page\ntags: [a, b]\n---\n").1, []);
        assert_eq!(read_text("---\n---\n").1, []);
        assert_eq!(read_text("---\nspecc: [a\n---\n").1.len(), 1);
        assert_eq!(read_text("---\nspecc: 5\n---\n").1.len(), 1);
    }
}
