//! Helper programs of the package: a unit that may do little besides its work.
//!
//! In: a unit under construction. Out: the same with the sandbox of a helper: it reads what its account can read, writes only
//! where it is told, reaches no network, gains no rights; or it may be started as often as its timer wants. Not here: the sandbox of the service itself (`sandboxing`).

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

/// Lets a timer start a helper as often as it wants: `OnActiveSec=` elapses again whenever the manager reads its units anew
/// (systemd #16186), a deployment makes it do so often, and a start limit would leave the helper failed.
pub(super) fn lift_start_limit(unit: &mut Unit, why: &Provenance) {
    let again = "however often systemd reads its units anew, and looks again";
    unit.set(UnitSection::Unit, "StartLimitIntervalSec", DirectiveValue::Text("0".to_owned()), again, why.clone());
}
