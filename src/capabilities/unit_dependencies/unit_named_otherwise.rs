//! Units that have another name on Debian and Ubuntu.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports dependencies on units by the names that they have on other distributions:
    /// `httpd.service`, `crond.service`, `redis.service`.
    ///
    /// *Why is this bad?* systemd ignores an ordering after a unit that does not exist, and fails the start for a
    /// required one.
    ///
    /// *Instead*: the name that Debian and Ubuntu use: `apache2.service`, `cron.service`, `redis-server.service`.
    pub(super) static UNIT_NAMED_OTHERWISE = "unit-named-otherwise", Warn, Platform, "Debian knows this unit by another name";
}

/// Names of other distributions, and Debian's.
const NAMES: &[(&str, &str)] = &[
    ("chronyd.service", "chrony.service"),
    ("crond.service", "cron.service"),
    ("firewalld.service", "ufw.service"),
    ("httpd.service", "apache2.service"),
    ("mongodb.service", "mongod.service"),
    ("mysqld.service", "mysql.service"),
    ("network.service", "network-online.target"),
    ("network.target.service", "network.target"),
    ("php-fpm.service", "php8.2-fpm.service"),
    ("postgres.service", "postgresql.service"),
    ("redis.service", "redis-server.service"),
    ("sshd.service", "ssh.service"),
];

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let fields =
        [("after", &facts.after), ("requires", &facts.requires), ("wants", &facts.wants), ("part_of", &facts.part_of)];
    for (field, units) in fields {
        for unit in units {
            let Some((_, name)) = NAMES.iter().find(|(other, _)| other == unit) else { continue };
            let Some(place) = binding.span_of(field) else { continue };
            plan.report(
                Diagnostic::new(&UNIT_NAMED_OTHERWISE, place, format!("Debian and Ubuntu have no {unit}"))
                    .at("systemd would look for it in vain")
                    .help(format!("write {name}")),
            );
        }
    }
}
