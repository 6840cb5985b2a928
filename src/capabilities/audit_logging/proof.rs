//! How auditing is proven, how its records are read, and what to do where there are none.

use super::contribution::Order;
use crate::plan::{
    Audited, Expectation, FileField, Layer, Observer, OversightObserver, PlanBuilder, Probe, ProbeId, RunbookEntry,
    RunbookStep,
};

const UNIT: &str = "auditd.service";

/// Adds the checks and the chapter of the runbook.
pub(super) fn add(order: &Order, plan: &mut PlanBuilder) {
    let key = plan.service.clone();
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let rules =
        |audited: Vec<Audited>| Observer::Oversight(OversightObserver::AuditRules { key: key.clone(), audited });
    let mut checks = vec![
        (
            "active",
            "auditd runs".to_owned(),
            Observer::UnitProperty { unit: UNIT.to_owned(), property: "ActiveState" },
            equals("active"),
            order.why.clone(),
        ),
        (
            "at-boot",
            "auditd starts at boot".to_owned(),
            Observer::UnitEnabled { unit: UNIT.to_owned() },
            equals("enabled"),
            order.why.clone(),
        ),
        (
            "recording",
            "the kernel audits, and auditd takes what it records".to_owned(),
            Observer::Oversight(OversightObserver::Auditing),
            equals("recording"),
            order.why.clone(),
        ),
        (
            "rules-file",
            "only root can change the rules of the audit".to_owned(),
            Observer::File { path: order.rules.clone(), field: FileField::Mode },
            equals("0640"),
            order.why.clone(),
        ),
    ];
    if let Some(why) = &order.commands {
        let title = "commands that people run as root are recorded".to_owned();
        checks.push(("commands", title, rules(vec![Audited::Commands]), equals("all"), why.clone()));
    }
    if !order.watched.is_empty() {
        let title = match order.watched.keys().next() {
            Some(path) if order.watched.len() == 1 => format!("changes to {path} are recorded"),
            _ => format!("changes to {} files and directories are recorded", order.watched.len()),
        };
        let mut why = order.why.clone();
        order.watched.values().for_each(|(_, other)| why.merge(other));
        checks.push(("files", title, rules(order.paths()), equals("all"), why));
    }
    for (id, title, observer, expectation, why) in checks {
        let is_secret = matches!(observer, Observer::Oversight(_) | Observer::File { .. });
        let probe = Probe::new(format!("audit-logging.{id}"), Layer::Security, title, observer, expectation, why)
            .advice(format!("auditctl -s; auditctl -l; systemctl status {UNIT}"))
            .runbook("audit-log");
        plan.probe(if is_secret { probe.needs("root") } else { probe });
    }
    let entry = entry(order, plan);
    plan.runbook(entry);
}

fn entry(order: &Order, plan: &PlanBuilder) -> RunbookEntry {
    let key = &plan.service;
    RunbookEntry {
        anchor: "audit-log",
        title: "See who changed what, or find that nothing is recorded".to_owned(),
        symptom: None,
        checks: ["recording", "active", "rules-file"].map(|id| ProbeId(format!("audit-logging.{id}"))).to_vec(),
        steps: vec![
            RunbookStep::run(
                "Read what was recorded today. `auid` is who logged in, whatever account they used after that.",
                format!("ausearch -k {key} -i --start today"),
            ),
            RunbookStep::say(
                "The records are in /var/log/audit, which only root can read: command lines are among them, with whatever was \
                 typed there. Who is root can also delete them; where that matters, send them to another host.",
            ),
            RunbookStep::run(
                "See how long they are kept: that many files of that many megabytes.",
                "grep -E '^(max_log_file|num_logs|max_log_file_action) ' /etc/audit/auditd.conf",
            ),
            RunbookStep::run(
                "See whether the kernel records, to whom it gives it, and whether something was lost.",
                "auditctl -s",
            ),
            RunbookStep::run(
                "Load the rules of all files in /etc/audit/rules.d. An error names the line of /etc/audit/audit.rules; no rule \
                 behind it is loaded.",
                "augenrules --load",
            ),
            RunbookStep::run(
                "See whether auditd has stopped, for want of room on the disk perhaps.",
                format!("systemctl status {UNIT}; df -h /var/log"),
            ),
        ],
        verify: Some(RunbookStep::run(
            "The kernel records as asked.",
            "./validate-deployment.sh --check audit-logging",
        )),
        provenance: order.why.clone(),
    }
}
