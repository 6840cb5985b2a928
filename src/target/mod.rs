//! The supported platforms and what exists on them.
//!
//! In: a target name such as `debian-12`. Out: facts: systemd version, package names, users and groups of a fresh
//! installation. Nothing here reads a specification.

use std::fmt;
use std::str::FromStr;

/// A release of Debian or Ubuntu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    /// Ubuntu 22.04 LTS, jammy.
    Ubuntu2204,
    /// Debian 12, bookworm.
    Debian12,
    /// Ubuntu 24.04 LTS, noble.
    Ubuntu2404,
    /// Debian 13, trixie.
    Debian13,
}

impl Release {
    /// All of them, by the age of their systemd.
    pub const ALL: [Self; 4] = [Self::Ubuntu2204, Self::Debian12, Self::Ubuntu2404, Self::Debian13];

    /// `ID:VERSION_ID` of os-release(5).
    #[must_use]
    pub fn os_release(self) -> &'static str {
        match self {
            Self::Ubuntu2204 => "ubuntu:22.04",
            Self::Debian12 => "debian:12",
            Self::Ubuntu2404 => "ubuntu:24.04",
            Self::Debian13 => "debian:13",
        }
    }

    /// The name that front matter takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ubuntu2204 => "ubuntu-22.04",
            Self::Debian12 => "debian-12",
            Self::Ubuntu2404 => "ubuntu-24.04",
            Self::Debian13 => "debian-13",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ubuntu2204 => "Ubuntu 22.04",
            Self::Debian12 => "Debian 12",
            Self::Ubuntu2404 => "Ubuntu 24.04",
            Self::Debian13 => "Debian 13",
        }
    }

    /// The systemd that it ships.
    #[must_use]
    pub fn systemd_version(self) -> u32 {
        match self {
            Self::Ubuntu2204 => 249,
            Self::Debian12 => 252,
            Self::Ubuntu2404 => 255,
            Self::Debian13 => 257,
        }
    }

    /// The version of `python3`.
    #[must_use]
    pub fn python_version(self) -> &'static str {
        match self {
            Self::Ubuntu2204 => "3.10",
            Self::Debian12 => "3.11",
            Self::Ubuntu2404 => "3.12",
            Self::Debian13 => "3.13",
        }
    }
}

impl Release {
    /// The version of a tool that it ships, of those that are known here.
    #[must_use]
    pub fn ships(self, tool: &str) -> Option<String> {
        let of = |versions: [&str; 4]| {
            let position = Self::ALL.iter().position(|release| *release == self)?;
            versions.get(position).map(|version| (*version).to_owned())
        };
        match tool {
            "python" => Some(self.python_version().to_owned()),
            "systemd" => Some(self.systemd_version().to_string()),
            "node" => of(["12.22", "18.19", "18.19", "20.19"]),
            "nginx" => of(["1.18", "1.22", "1.24", "1.26"]),
            _ => None,
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Release {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.to_ascii_lowercase().replace([' ', ':'], "-");
        Self::ALL.into_iter().find(|release| release.name() == text).ok_or(())
    }
}

/// The releases that a package is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    releases: Vec<Release>,
}

impl Target {
    /// One release.
    #[must_use]
    pub fn only(release: Release) -> Self {
        Self { releases: vec![release] }
    }

    /// Several releases; `None` when the list is empty.
    #[must_use]
    pub fn of(mut releases: Vec<Release>) -> Option<Self> {
        releases.sort_unstable();
        releases.dedup();
        if releases.is_empty() { None } else { Some(Self { releases }) }
    }

    /// All supported releases: only what the oldest systemd knows is used.
    #[must_use]
    pub fn any() -> Self {
        Self { releases: Release::ALL.to_vec() }
    }

    /// The releases that preflight accepts.
    #[must_use]
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// The oldest systemd among them; newer directives must not be used.
    #[must_use]
    pub fn systemd_version(&self) -> u32 {
        self.releases.iter().map(|release| release.systemd_version()).min().unwrap_or(249)
    }
}
