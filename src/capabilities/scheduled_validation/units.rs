//! The program that validates, its unit with as little as its checks can do with, and its timer.
//!
//! In: an order. Out: the program, a service and a timer, and the first run, without which the next night would have to be
//! waited for.

use super::Order;
use crate::capabilities::backup::{alert, text, timer};
use crate::plan::{
    Action, DirectiveValue, FileContent, InstalledFile, OversightAction, PlanBuilder, Provenance, Step, Unit,
    UnitSection,
};
use crate::value::{FileMode, Owner};

/// What the checks do as root, each with the capability that it takes (capabilities(7)).
const RIGHTS: &[&str] = &[
    // Whatever belongs to whom: what is looked at, and the logs that `nginx -t` opens.
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    // Commands of the specification run as nobody, and are ended when they hang.
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_KILL",
    // What processes run, where, and on which sockets they listen; the file system as the service sees it.
    "CAP_SYS_PTRACE",
    "CAP_SYS_ADMIN",
    "CAP_SYS_CHROOT",
    // The packet filter, and the network namespace from which a port is seen as the world sees it.
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_NET_BIND_SERVICE",
    // The rules of the kernel's audit, and sudo, which reports there what it is asked.
    "CAP_AUDIT_CONTROL",
    "CAP_AUDIT_WRITE",
];

/// What no check needs. All of it is known to systemd 249.
const TAKEN_AWAY: &[(&str, &str)] = &[
    ("NoNewPrivileges", "yes"),
    ("ProtectSystem", "full"),
    ("ProtectHome", "read-only"),
    ("PrivateDevices", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectClock", "yes"),
    ("ProtectHostname", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
    ("RestrictNamespaces", "mnt net"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("LockPersonality", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service @mount"),
    ("SystemCallErrorNumber", "EPERM"),
];

/// What of a helper's usual sandbox cannot be, and why; it stands in the unit.
const CLOSED: &str = "closed as far as its checks allow: they look at this host's own network, processes and files (no PrivateNetwork, PrivateTmp, PrivateUsers, ProtectProc), and nginx -t opens its logs (no ProtectSystem=strict)";

/// Adds them.
pub(super) fn add(order: &Order, plan: &mut PlanBuilder) {
    let described = "compares this host with its specification";
    add_program(order, plan);
    let service = service(order, described, plan);
    let spread = Some(order.every).filter(|_| order.spread);
    let timer = timer(&format!("{}: {described}", plan.service), &order.calendar, spread, &order.why);
    plan.unit_file(&order.service(), described, service, order.why.clone());
    plan.unit_file(&order.timer(), "when this host is compared with its specification", timer, order.why.clone());
    plan.operation(Step::Monitoring, 70, Action::Timer(order.timer()), order.why.clone());
    let first = OversightAction::Validated { unit: order.service(), oldest: order.oldest };
    plan.operation(Step::Monitoring, 80, Action::Oversight(first), order.why.clone());
}

fn program(order: &Order) -> String {
    format!("/usr/local/lib/{}", order.name)
}

fn add_program(order: &Order, plan: &mut PlanBuilder) {
    let Ok(path) = program(order).parse() else { return };
    let constants = vec![
        ("SERVICE", plan.service.to_string()),
        // Where deploy.sh keeps the packages that it verified, for root alone.
        ("STATE", format!("/var/lib/specc/{}", plan.service)),
        ("LOCK", "/run/specc-deploy.lock".to_owned()),
    ];
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "runs the validation of the deployed package, and tells the journal what no longer holds"
                .to_owned(),
            content: FileContent::Program { template: "scheduled-validation", constants },
            provenance: order.why.clone(),
        },
    );
}

fn service(order: &Order, described: &str, plan: &PlanBuilder) -> Unit {
    let mut service = Unit::default();
    let why = &order.why;
    let title = format!("{}: {described}", plan.service);
    service.set(UnitSection::Unit, "Description", text(title), described, why.clone());
    if let Some((handler, mut asked)) = alert(&order.name, plan) {
        asked.merge(why);
        service.set(UnitSection::Unit, "OnFailure", text(handler), "who is told when something no longer holds", asked);
    }
    let mut set = |name, value: DirectiveValue, comment: &str| {
        service.set(UnitSection::Service, name, value, comment, Provenance::clone(why));
    };
    set("Type", text("oneshot"), "runs to its end, started by the timer");
    let command = DirectiveValue::Command(vec![program(order)]);
    set("ExecStart", command, "the package that is deployed; all of its checks, none of its drills");
    set("TimeoutStartSec", text("7200"), "it waits for an hour at most while a deployment is at work");
    set("Nice", text("5"), "what serves people comes first");
    let rights = "what its checks take: files and processes of others, other accounts, the packet filter, a network namespace to look from, the audit";
    set("CapabilityBoundingSet", text(RIGHTS.join(" ")), rights);
    for &(name, value) in TAKEN_AWAY {
        set(name, text(value), CLOSED);
    }
    service
}
