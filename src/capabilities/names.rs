//! The names that must be known before the statements are read: the service's and its user's.
//!
//! In: a spec. Out: the service name from its label, else from the one name that all `systemctl` and `journalctl`
//! commands share; the user from its label. What is inferred is said so. Words of these names are no residue in a
//! sentence.

use crate::source::Span;
use crate::spec::lexer::lex;
use crate::spec::mention::Mention;
use crate::spec::{SectionKind, Spec, Statement, StatementIndex};
use crate::value::{ServiceName, UserName};

/// Labels that name the service.
pub const SERVICE_LABELS: &[&str] = &[
    "service name",
    "agent name",
    "name",
    "service",
    "app name",
    "application name",
    "unit name",
    "unit",
    "agent",
    "systemd unit",
    "systemd service",
    "service unit",
    "daemon name",
    "bot name",
    "worker name",
    "site name",
    "project name",
];

/// Labels that name the user.
pub const USER_LABELS: &[&str] = &[
    "system user",
    "user",
    "service user",
    "runs as",
    "run as",
    "dedicated user",
    "dedicated system user",
    "service account",
    "account",
    "unix user",
];

/// How a name came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrigin {
    /// A statement says it under a label.
    Label(StatementIndex, Span),
    /// All commands of the specification name this unit.
    Commands(Span),
}

/// The names found.
#[derive(Debug, Clone, Default)]
pub struct InferredNames {
    /// The service.
    pub service: Option<(ServiceName, NameOrigin)>,
    /// The user.
    pub user: Option<UserName>,
}

/// Looks for the names.
#[must_use]
pub fn infer(spec: &Spec) -> InferredNames {
    let labelled = spec.indexed().find_map(|(index, statement)| {
        // A bare "Name" outside of a definition may be anybody's: a key's, a repository's.
        if statement.label_text().is_some_and(|label| label.eq_ignore_ascii_case("name"))
            && spec.section(statement).kind == SectionKind::Unknown
        {
            return None;
        }
        let (name, span) = labelled_name::<ServiceName>(statement, SERVICE_LABELS)?;
        Some((name, NameOrigin::Label(index, span)))
    });
    let user = spec
        .statements
        .iter()
        .find_map(|statement| labelled_name::<UserName>(statement, USER_LABELS))
        .map(|(user, _)| user);
    InferredNames { service: labelled.or_else(|| from_commands(spec)), user }
}

/// The name after one of these labels, when the value is one name with nothing but a remark after it.
fn labelled_name<T: std::str::FromStr>(statement: &Statement, labels: &[&str]) -> Option<(T, Span)> {
    let label = statement.label_text()?;
    if !labels.iter().any(|known| known.eq_ignore_ascii_case(label)) {
        return None;
    }
    let label_end = statement.label.as_ref()?.end;
    let rest = statement.text.masked.get(label_end..)?;
    let start = label_end + rest.find(|character: char| character.is_ascii_alphanumeric() || character == '_')?;
    let value = &statement.text.masked[start..];
    let end = value
        .find(|character: char| !(character.is_ascii_alphanumeric() || "-_.".contains(character)))
        .unwrap_or(value.len());
    let after = value[end..].trim_start();
    let name = value[..end].trim_end_matches('.').trim_end_matches(".service");
    let alone = after.is_empty() || after.starts_with(['(', ',', ';', '.', '-', '\u{2013}', '\u{2014}', '<']);
    if !alone {
        return None;
    }
    Some((name.parse().ok()?, statement.span_of(start..start + name.len())))
}

/// The one unit that all commands name; `None` when they name several, or none.
fn from_commands(spec: &Spec) -> Option<(ServiceName, NameOrigin)> {
    let mut found: Option<(ServiceName, Span)> = None;
    for statement in &spec.statements {
        for mention in &lex(&statement.text).mentions {
            let Mention::Command(words) = mention else { continue };
            let Some(name) = commanded_unit(words) else { continue };
            match &found {
                Some((known, _)) if *known != name => return None,
                Some(_) => {}
                None => found = Some((name, statement.span)),
            }
        }
    }
    found.map(|(name, span)| (name, NameOrigin::Commands(span)))
}

/// Units that a specification looks at and that are not its service: the system's, and those of software that it uses.
const SYSTEM_UNITS: &[&str] = &[
    "apache2",
    "apparmor",
    "auditd",
    "caddy",
    "certbot",
    "chrony",
    "chronyd",
    "containerd",
    "cron",
    "crond",
    "daemon-reload",
    "docker",
    "fail2ban",
    "firewalld",
    "grafana-server",
    "haproxy",
    "httpd",
    "logrotate",
    "mariadb",
    "memcached",
    "mongod",
    "mysql",
    "mysqld",
    "nftables",
    "nginx",
    "ntp",
    "postfix",
    "postgresql",
    "prometheus",
    "rabbitmq-server",
    "redis",
    "redis-server",
    "rsyslog",
    "ssh",
    "sshd",
    "traefik",
    "ufw",
    "unattended-upgrades",
];

fn commanded_unit(words: &[String]) -> Option<ServiceName> {
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| *word == "sudo").collect();
    let unit = match *words.first()? {
        "systemctl" => words.iter().skip(2).find(|word| !word.starts_with('-'))?,
        "journalctl" => words.iter().skip_while(|word| !matches!(**word, "-u" | "--unit")).nth(1)?,
        _ => return None,
    };
    let name = unit.trim_end_matches(".service");
    if SYSTEM_UNITS.contains(&name) || name.starts_with("systemd-") {
        return None;
    }
    name.parse().ok()
}
