//! Levels and acceptance of findings.
//!
//! In: all findings, and what command line, front matter and annotations say of them. Out: the findings that count, each at
//! its level, those that a waiver accepts marked as such; and findings about waivers that are of no use any more.

use std::collections::BTreeMap;

use super::waivers::{self, Waivers};
use crate::diagnostics::{Diagnostic, Level, Lint, LintGroup};
use crate::spec::Spec;
use crate::value::Date;

/// What the command line says of the findings.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `--deny`, `--warn`, `--allow`: lint or group → level. Stronger than the front matter.
    pub levels: BTreeMap<String, Level>,
    /// The day on which waivers are judged; without it none has ended. A build is a pure function of the specification and
    /// has no day.
    pub today: Option<Date>,
}

/// The group of this name.
#[must_use]
pub fn group_named(name: &str) -> Option<LintGroup> {
    LintGroup::ALL.into_iter().find(|group| group.name() == name)
}

/// Settles what counts: the command line over the front matter over the lint's own level; what is allowed is dropped. What
/// an annotation allows or waives with a reason, and not past its day, is marked as accepted: machines are told of it.
pub fn settle(spec: &Spec, settings: &Settings, diagnostics: &mut Vec<Diagnostic>) {
    let mut waivers = Waivers::new(spec, settings.today);
    for diagnostic in diagnostics.iter_mut() {
        diagnostic.accepted = waivers.acceptance(diagnostic);
    }
    diagnostics.extend(waivers::findings(spec, &waivers, settings.today));
    for diagnostic in diagnostics.iter_mut() {
        diagnostic.level = level(spec, settings, diagnostic.lint);
    }
    diagnostics.retain(|diagnostic| diagnostic.level != Level::Allow);
}

/// The level of a lint. A group is a coarse tool: it never softens what keeps a package from being right.
fn level(spec: &Spec, settings: &Settings, lint: &Lint) -> Level {
    let configured = |name: &str| {
        let in_front_matter = || spec.configuration.lints.get(name).map(|(level, _)| *level);
        settings.levels.get(name).copied().or_else(in_front_matter)
    };
    let own = || if lint.level == Level::Error { None } else { configured(lint.group.name()) };
    configured(lint.name).or_else(own).unwrap_or(lint.level)
}
