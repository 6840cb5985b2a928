//! journald's settings: how long and how much the journal keeps.
//!
//! In: the merged facts of `journal-logging`. Out: the drop-in, and checks that journald runs with it. No sentences here.

use super::{
    ANCHOR, DEFAULT_MAX_USE, DEFAULT_RETENTION, Facts, JOURNAL_MAX_USE, JOURNAL_RETENTION, JournalLogging,
    PERSISTENT_JOURNAL,
};
use crate::capabilities::{Binding, Capability};
use crate::plan::{
    Action, DirectiveValue, Expectation, FileContent, InstalledFile, Layer, NamedDefault, Observer, PlanBuilder, Probe,
    Provenance, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner};

/// A drop-in with what is asked of journald; its settings hold for the whole host.
pub(super) fn add_settings(plan: &mut PlanBuilder, asked: Option<&Binding<Facts>>, reader: Provenance) {
    let named = |setting: &str| asked.filter(|binding| binding.facts.settings.iter().any(|name| name == setting));
    let mut settings: Vec<(&'static str, String, String, Provenance)> = Vec::new();
    if let Some(mut why) = plan.default(JournalLogging::NAME, &PERSISTENT_JOURNAL) {
        why.statements.clone_from(&reader.statements);
        settings.push(("Storage", "persistent".to_owned(), "entries survive a reboot".to_owned(), why));
    }
    let retention = match asked.and_then(|binding| Some((binding, binding.facts.retention?))) {
        Some((binding, retention)) => Some((retention, binding.provenance_of(&["retention", "settings"]))),
        None => named("MaxRetentionSec").and_then(|binding| {
            plan.default(JournalLogging::NAME, &JOURNAL_RETENTION)
                .map(|_| (DEFAULT_RETENTION, named_default(binding, &JOURNAL_RETENTION)))
        }),
    };
    if let Some((retention, why)) = retention {
        settings.push(("MaxRetentionSec", retention.systemd(), format!("entries are kept for {retention}"), why));
    }
    let max_use = match asked.and_then(|binding| Some((binding, binding.facts.max_use?))) {
        Some((binding, max_use)) => Some((max_use, binding.provenance_of(&["max_use", "settings"]))),
        None => named("SystemMaxUse").and_then(|binding| {
            plan.default(JournalLogging::NAME, &JOURNAL_MAX_USE)
                .map(|_| (DEFAULT_MAX_USE, named_default(binding, &JOURNAL_MAX_USE)))
        }),
    };
    if let Some((max_use, why)) = max_use {
        settings.push(("SystemMaxUse", max_use.systemd(), format!("the whole journal takes at most {max_use}"), why));
    }
    if settings.is_empty() {
        return;
    }
    let mut drop_in = Unit::default();
    let mut provenance = Provenance::default();
    for (name, value, comment, why) in settings {
        provenance.merge(&why);
        add_setting_probe(plan, name, &value, &comment, &why);
        drop_in.set(UnitSection::Journal, name, DirectiveValue::Text(value), comment, why);
    }
    let Ok(path) = format!("/etc/systemd/journald.conf.d/50-specc-{}.conf", plan.service).parse() else { return };
    plan.file(
        Step::Configuration,
        30,
        InstalledFile {
            path,
            mode: FileMode::new(0o644),
            owner: Owner::root(),
            purpose: "how long and how much the journal keeps, for all services of this host".to_owned(),
            content: FileContent::Unit(drop_in),
            provenance: provenance.clone(),
        },
    );
    plan.operation(Step::Configuration, 70, Action::JournaldCurrent, provenance);
}

fn named_default(binding: &Binding<Facts>, default: &'static NamedDefault) -> Provenance {
    Provenance { default: Some(default), ..binding.provenance_of(&["settings"]) }
}

fn add_setting_probe(plan: &mut PlanBuilder, name: &'static str, value: &str, comment: &str, why: &Provenance) {
    let (id, observer, expected) = match name {
        "Storage" => ("journal-logging.persistent", Observer::JournalStorage, "persistent"),
        "MaxRetentionSec" => ("journal-logging.retention", Observer::JournaldSetting { key: name }, value),
        _ => ("journal-logging.max-use", Observer::JournaldSetting { key: name }, value),
    };
    let probe = Probe::new(
        id,
        Layer::Monitoring,
        format!("journald: {comment}"),
        observer,
        Expectation::Equals(expected.to_owned()),
        why.clone(),
    )
    .advice("systemd-analyze cat-config systemd/journald.conf; systemctl status systemd-journald")
    .runbook(ANCHOR);
    plan.probe(if name == "Storage" { probe.needs("root") } else { probe });
}
