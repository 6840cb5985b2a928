//! Directives that systemd has renamed or dropped.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::{Edit, Fix};
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports directives by names that systemd no longer has: `MemoryLimit=`, `CPUShares=`,
    /// `StartLimitInterval=`.
    ///
    /// *Why is this bad?* Some are still understood for a while, some are ignored with a line in the journal that
    /// nobody reads.
    ///
    /// *Instead*: the present name: `MemoryMax=`, `CPUWeight=`, `StartLimitIntervalSec=`; `specc lint --fix` writes it.
    static OBSOLETE_DIRECTIVE = "obsolete-directive", Warn, Platform, "a directive that systemd has renamed or dropped";
}

pub(super) static RULE: Rule = Rule { lints: &[&OBSOLETE_DIRECTIVE], check };

/// Old names and present ones that take the same values.
const RENAMED: &[(&str, &str)] = &[
    ("BlockIOWeight", "IOWeight"),
    ("InaccessibleDirectories", "InaccessiblePaths"),
    ("MemoryLimit", "MemoryMax"),
    ("ReadOnlyDirectories", "ReadOnlyPaths"),
    ("ReadWriteDirectories", "ReadWritePaths"),
    ("StartLimitInterval", "StartLimitIntervalSec"),
];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, _) in view.statements() {
        let text = &statement.text.masked;
        for (equals, _) in text.match_indices('=') {
            let before = text[..equals].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
            let range = equals - before..equals;
            let Some((_, name)) = RENAMED.iter().find(|(old, _)| *old == &text[range.clone()]) else { continue };
            let span = statement.span_of(range.clone());
            let message = format!("systemd calls {}= {name}= now", &text[range]);
            let edits = vec![Edit { span, replacement: (*name).to_owned() }];
            found.push(
                Diagnostic::new(&OBSOLETE_DIRECTIVE, span, message)
                    .at("an old name")
                    .help(format!("write {name}="))
                    .fix(Fix { title: format!("write {name}="), edits }),
            );
        }
    }
}
