//! Units that mean something else as they are written.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::{Edit, Fix};
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports sizes written `512Mb`, `512mb` or `1gb` where a fact was read from them.
    ///
    /// *Why is this bad?* *Mb* is a megabit, an eighth of a megabyte, and *mb* a thousandth of a bit. specc reads
    /// megabytes, other readers may not.
    ///
    /// *Instead*: `512 MB`; `specc lint --fix` writes it.
    static UNIT_SPELLING = "unit-spelling", Info, Quality, "a unit that means something else as it is written";
}

pub(super) static RULE: Rule = Rule { lints: &[&UNIT_SPELLING], check };

/// Capitals and small letters as they should be, by the unit in small letters.
const UNITS: &[(&str, &str)] = &[
    ("kb", "kB"),
    ("mb", "MB"),
    ("gb", "GB"),
    ("tb", "TB"),
    ("kib", "KiB"),
    ("mib", "MiB"),
    ("gib", "GiB"),
    ("tib", "TiB"),
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.statements() {
        for (_, range) in reading.readings.iter().flat_map(|accepted| &accepted.places) {
            let Some(text) = statement.text.masked.get(range.clone()) else { continue };
            let value = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
            let unit = &text[value.len()..];
            let Some((_, right)) = UNITS.iter().find(|(lower, _)| unit.eq_ignore_ascii_case(lower)) else { continue };
            let number = value.trim_end();
            // Capitals alone (KB) are spelt by many standards so, and read one way only.
            if unit == *right || unit == "KB" || !number.ends_with(|last: char| last.is_ascii_digit()) {
                continue;
            }
            let start = range.start + value.len();
            let span = statement.span_of(start..range.end);
            let edits = vec![Edit { span, replacement: (*right).to_owned() }];
            found.push(
                Diagnostic::new(&UNIT_SPELLING, span, format!("\"{unit}\" is no unit of size"))
                    .at(format!("read as {right}"))
                    .help(format!("write {right}"))
                    .fix(Fix { title: format!("write {right}"), edits }),
            );
        }
    }
}
