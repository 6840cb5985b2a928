//! Files of the distribution: what the service does not own.
//!
//! In: a path, and the owner and mode that a sentence gives it. Out: whether the path is Debian's own, and whether the
//! values are those with which Debian ships it. A deployment of one service never changes them.

use super::Facts;
use crate::value::{ServiceName, UnixPath};

/// Files whose owner and mode people write into specifications: path, mode, owner, group; the same on all supported
/// releases.
const SHIPPED: &[(&str, &str, &str, &str)] = &[
    ("/etc/passwd", "0644", "root", "root"),
    ("/etc/group", "0644", "root", "root"),
    ("/etc/shadow", "0640", "root", "shadow"),
    ("/etc/gshadow", "0640", "root", "shadow"),
    ("/etc/sudoers", "0440", "root", "root"),
    ("/etc/ssh/sshd_config", "0644", "root", "root"),
    ("/etc/crontab", "0644", "root", "root"),
    ("/etc/hosts", "0644", "root", "root"),
    ("/etc/fstab", "0644", "root", "root"),
    ("/root", "0700", "root", "root"),
    ("/tmp", "1777", "root", "root"),
    ("/var/tmp", "1777", "root", "root"),
];

/// Directories that are the distribution's with all that lies below them.
const TREES: &[&str] = &[
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/share",
    "/boot",
    "/dev",
    "/proc",
    "/sys",
    "/etc/ssh",
    "/etc/pam.d",
    "/etc/apt",
    "/etc/sudoers.d",
    "/etc/security",
    "/etc/cron.d",
    "/etc/cron.daily",
];

/// Directories that many share; what lies below them may be the service's.
const SHARED: &[&str] =
    &["/etc", "/usr", "/usr/local", "/var", "/var/log", "/var/lib", "/var/cache", "/run", "/opt", "/srv", "/home"];

/// Whether a path is the distribution's.
pub(super) fn owns(path: &UnixPath, service: Option<&ServiceName>) -> bool {
    let text = path.as_str();
    let named_after_service = service.is_some_and(|service| text.contains(service.as_str()));
    let shipped = SHIPPED.iter().any(|(known, ..)| *known == text);
    let below =
        TREES.iter().any(|tree| text.strip_prefix(tree).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    shipped || SHARED.contains(&text) || below && !named_after_service
}

/// Whether the facts are what the distribution ships; then they are a check that holds.
pub(super) fn agrees(path: &UnixPath, facts: &Facts) -> bool {
    SHIPPED.iter().find(|(known, ..)| *known == path.as_str()).is_some_and(|(_, mode, owner, group)| {
        facts.mode.is_none_or(|asked| asked.to_string() == *mode)
            && facts.owner.as_ref().is_none_or(|asked| asked.as_str() == *owner)
            && facts.group.as_ref().is_none_or(|asked| asked.as_str() == *group)
    })
}
