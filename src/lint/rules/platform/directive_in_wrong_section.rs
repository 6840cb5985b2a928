//! Directives of a unit that stand in a section in which systemd does not read them.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a directive that is asked for in a section of the unit where it does not belong:
    /// `OnFailure=` or `StartLimitBurst=` in `[Service]`.
    ///
    /// *Why is this bad?* systemd ignores it there, with a line in the journal that nobody reads: nobody is told of a
    /// failure, and a start limit of its own choice applies.
    ///
    /// *Instead*: the section that systemd reads it from: `OnFailure=` and `StartLimitBurst=` belong in `[Unit]`. The
    /// package writes each directive where it belongs, whatever the text says.
    static DIRECTIVE_IN_WRONG_SECTION = "directive-in-wrong-section", Warn, Platform, "a directive in a section where systemd ignores it";
}

pub(super) static RULE: Rule = Rule { lints: &[&DIRECTIVE_IN_WRONG_SECTION], check };

/// Directives, and the section that systemd reads them from.
const HOMES: &[(&str, &[&str])] = &[
    (
        "[Unit]",
        &[
            "After",
            "Before",
            "BindsTo",
            "Conflicts",
            "Description",
            "OnFailure",
            "OnSuccess",
            "PartOf",
            "Requires",
            "RequiresMountsFor",
            "StartLimitAction",
            "StartLimitBurst",
            "StartLimitInterval",
            "StartLimitIntervalSec",
            "Wants",
        ],
    ),
    (
        "[Service]",
        &[
            "Environment",
            "EnvironmentFile",
            "ExecStart",
            "ExecStartPre",
            "ExecStop",
            "Group",
            "MemoryMax",
            "Restart",
            "RestartSec",
            "TimeoutStartSec",
            "TimeoutStopSec",
            "Type",
            "User",
            "WorkingDirectory",
        ],
    ),
    ("[Install]", &["Alias", "RequiredBy", "WantedBy"]),
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements() {
        let text = &statement.text.masked;
        // Where two sections are named, which one is meant is nobody's guess.
        let mut named = HOMES.iter().map(|(section, _)| *section).filter(|section| text.contains(section));
        let (Some(section), None) = (named.next(), named.next()) else { continue };
        for (equals, _) in text.match_indices('=') {
            let before = text[..equals].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
            let range = equals - before..equals;
            let name = &text[range.clone()];
            let Some((home, _)) = HOMES.iter().find(|(_, names)| names.contains(&name)) else { continue };
            if *home != section {
                found.push(
                    Diagnostic::new(
                        &DIRECTIVE_IN_WRONG_SECTION,
                        statement.span_of(range),
                        format!("systemd reads {name}= in {home}, and ignores it in {section}"),
                    )
                    .at(format!("belongs in {home}"))
                    .help(format!("write {home}, or leave the section out: the package knows it")),
                );
            }
        }
    }
}
