//! Memory limits that the machine cannot keep all at once.

use crate::capabilities::{CAPABILITIES, Capability, MemoryLimit, Platform, RefusalReason};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::rules::place;
use crate::lint::{Rule, View};
use crate::plan::{DeploymentPlan, DirectiveValue, FileContent};
use crate::source::Span;
use crate::spec::lexer::lex;
use crate::spec::mention::Mention;
use crate::value::Bytes;

declare_lint! {
    /// *What it does*: adds up the memory limits of everything on the host that the specification speaks of: the
    /// service, the units that the package puts beside it, and other software, such as `PostgreSQL memory limit: 1 GB`.
    /// It reports where they leave the system less than 128 MiB of the machine's memory.
    ///
    /// *Why is this bad?* Every one of them may grow up to its limit, and all of them together cannot: the machine runs
    /// out of memory while each limit is kept. The kernel then kills what it likes, the SSH server included.
    ///
    /// *Instead*: smaller limits, or a larger machine.
    static MEMORY_OVERCOMMITTED = "memory-overcommitted", Warn, Consistency, "all memory limits together are larger than the machine";
}

pub(super) static RULE: Rule = Rule { lints: &[&MEMORY_OVERCOMMITTED], check };

/// What a small system needs beside its services: the kernel, systemd, the journal, the SSH server.
const SYSTEM: u64 = 128 << 20;

/// Other software that runs on the same host when a specification limits its memory, as `other-subject` names it.
const BESIDE: &[&str] = &[
    "postgresql",
    "postgres",
    "mysql",
    "mariadb",
    "mongodb",
    "mongo",
    "redis",
    "memcached",
    "rabbitmq",
    "kafka",
    "elasticsearch",
    "opensearch",
    "database",
    "nginx",
    "apache",
    "caddy",
    "haproxy",
    "traefik",
    "varnish",
    "proxy",
    "prometheus",
    "grafana",
    "loki",
    "worker",
    "workers",
    "scheduler",
    "celery",
];

/// What may use memory, up to how much, and where it is said.
struct Share {
    who: String,
    limit: Bytes,
    place: Span,
}

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let mut machines = view.bindings.of::<Platform>().iter();
    let machine = machines.find_map(|machine| machine.facts.memory.zip(machine.span_of("memory")));
    let Some((memory, whole)) = machine else { return };
    let mut shares: Vec<Share> = service(view).into_iter().collect();
    // One that alone is too large is the finding of `memory-exceeds-machine`.
    if shares.iter().any(|share| share.limit >= memory) {
        return;
    }
    shares.extend(beside(view));
    let own_units = view.plan.map_or(0, companions);
    let total = shares.iter().fold(own_units, |sum, share| sum.saturating_add(share.limit.0));
    let Some((first, others)) = shares.split_first() else { return };
    if total.saturating_add(SYSTEM) <= memory.0 {
        return;
    }
    let sum = Bytes(total);
    let message = match memory.0.checked_sub(total) {
        Some(rest) => format!("all memory limits together, {sum}, leave the system {} of {memory}", Bytes(rest)),
        None => format!("all memory limits together, {sum}, are more than the machine's {memory}"),
    };
    let units =
        if own_units > 0 { format!(" ({} are for the package's own units)", Bytes(own_units)) } else { String::new() };
    let mut diagnostic = Diagnostic::new(&MEMORY_OVERCOMMITTED, first.place, message)
        .at(format!("{} may use {}", first.who, first.limit))
        .help(format!("leave the system at least 128 MiB: smaller limits, or a larger machine{units}"));
    for share in others {
        diagnostic = diagnostic.label(share.place, format!("{} may use {}", share.who, share.limit));
    }
    found.push(diagnostic.label(whole, "the whole machine"));
}

fn service(view: &View<'_>) -> Option<Share> {
    let binding = view.bindings.one::<MemoryLimit>()?;
    let (limit, place) = binding.facts.max.zip(binding.span_of("max"))?;
    Some(Share { who: "the service".to_owned(), limit, place })
}

/// What sentences about other software give it: they are understood, and no limits of the service.
fn beside(view: &View<'_>) -> Vec<Share> {
    let own = CAPABILITIES.iter().position(|entry| entry.name == MemoryLimit::NAME);
    let mut shares: Vec<Share> = Vec::new();
    for (statement, reading) in view.statements().filter(|(statement, _)| statement.kind.is_requirement()) {
        let software = reading.refusals.iter().find_map(|refusal| match &refusal.reason {
            RefusalReason::ForeignSubject(software) if Some(refusal.capability) == own => Some(software),
            _ => None,
        });
        let Some(software) = software.filter(|software| BESIDE.contains(&software.as_str())) else { continue };
        let lexed = lex(&statement.text);
        let mut sizes = lexed.mentions.iter().filter_map(size);
        let (Some(limit), None) = (sizes.next(), sizes.next()) else { continue };
        // Said twice, it is the same memory.
        match shares.iter_mut().find(|share| share.who == *software) {
            Some(known) => known.limit = known.limit.max(limit),
            None => shares.push(Share { who: software.clone(), limit, place: place(statement) }),
        }
    }
    shares
}

fn size(mention: &Mention) -> Option<Bytes> {
    match mention {
        Mention::Quantity(quantity) => quantity.bytes(),
        Mention::Directive { value, .. } => value.parse().ok(),
        _ => None,
    }
}

/// The limits of the units that the package brings besides the service.
fn companions(plan: &DeploymentPlan) -> u64 {
    let own = plan.unit_name();
    let units = plan.files.iter().filter(|file| file.path.file_name() != own).filter_map(|file| match &file.content {
        FileContent::Unit(unit) => Some(unit),
        _ => None,
    });
    let limits = units.flat_map(|unit| unit.get("MemoryMax")).filter_map(|directive| match &directive.value {
        DirectiveValue::Text(value) | DirectiveValue::Verbatim(value) => value.parse::<Bytes>().ok(),
        _ => None,
    });
    limits.fold(0, |sum, limit| sum.saturating_add(limit.0))
}
