//! Packages that have another name on Debian and Ubuntu.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports packages by the names that they have on other distributions: `httpd`, `python3-devel`,
    /// `redis`.
    ///
    /// *Why is this bad?* apt finds no such package, and the deployment stops at its first step.
    ///
    /// *Instead*: the name that Debian and Ubuntu use: `apache2`, `python3-dev`, `redis-server`.
    pub(super) static PACKAGE_NAMED_OTHERWISE = "package-named-otherwise", Error, Platform, "Debian knows this package by another name";
}

/// Names of other distributions, and Debian's.
const NAMES: &[(&str, &str)] = &[
    ("bind", "bind9"),
    ("cronie", "cron"),
    ("epel-release", "nothing: it is a repository of another distribution"),
    ("firewalld", "ufw"),
    ("gcc-c++", "g++"),
    ("httpd", "apache2"),
    ("libpq-devel", "libpq-dev"),
    ("mysql-server", "mariadb-server"),
    ("nodejs-npm", "npm"),
    ("openssl-devel", "libssl-dev"),
    ("postgresql-server", "postgresql"),
    ("python", "python3"),
    ("python3-devel", "python3-dev"),
    ("python3-virtualenv", "python3-venv"),
    ("redis", "redis-server"),
    ("vim-enhanced", "vim"),
];

/// Reports it.
pub(super) fn check(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    for binding in own {
        for package in &binding.facts.name {
            let Some((_, name)) = NAMES.iter().find(|(other, _)| *other == package.as_str()) else { continue };
            let Some(place) = binding.span_of("name") else { continue };
            plan.report(
                Diagnostic::new(
                    &PACKAGE_NAMED_OTHERWISE,
                    place,
                    format!("Debian and Ubuntu have no package {package}"),
                )
                .at("apt would not find it")
                .help(format!("write {name}")),
            );
        }
    }
}
