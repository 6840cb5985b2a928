//! Helper programs of the package: a unit that may do little besides its work.
//!
//! In: a unit under construction. Out: the same with the sandbox of a helper: it reads what its account can read, writes only
//! where it is told, reaches no network, gains no rights. Not here: the sandbox of the service itself (`sandboxing`).

use crate::plan::{DirectiveValue, Provenance, Unit, UnitSection};
use crate::value::UnixPath;

/// What every helper does without. All of it is known to systemd 249.
const TAKEN_AWAY: &[(&str, &str)] = &[
    ("NoNewPrivileges", "yes"),
    ("CapabilityBoundingSet", ""),
    ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
    ("PrivateNetwork", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectControlGroups", "yes"),
    ("ProtectClock", "yes"),
    ("ProtectHostname", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX"),
    ("RestrictNamespaces", "yes"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("LockPersonality", "yes"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
    ("SystemCallErrorNumber", "EPERM"),
];

/// Confines a helper that writes below this directory and nowhere else.
pub(super) fn confine(unit: &mut Unit, writes: &UnixPath, why: &Provenance) {
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let only = "it writes here and nowhere else";
    unit.set(UnitSection::Service, "ReadWritePaths", text(writes.as_str()), only, why.clone());
    let closed = "no network, no rights of root, nothing of the host but what its account may read";
    for &(name, value) in TAKEN_AWAY {
        unit.set(UnitSection::Service, name, text(value), closed, why.clone());
    }
}
