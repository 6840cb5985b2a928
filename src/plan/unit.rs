//! systemd unit files and other files in that format (journald.conf).

use super::Provenance;

/// A section of a unit file, in the order in which sections are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitSection {
    /// `[Unit]`
    Unit,
    /// `[Service]`
    Service,
    /// `[Timer]`
    Timer,
    /// `[Journal]`, in journald.conf drop-ins.
    Journal,
    /// `[Install]`
    Install,
}

impl UnitSection {
    /// The name between the brackets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "Unit",
            Self::Service => "Service",
            Self::Timer => "Timer",
            Self::Journal => "Journal",
            Self::Install => "Install",
        }
    }
}

/// The value of a directive; `render` quotes it as its kind needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectiveValue {
    /// Text that means itself: `%` is doubled.
    Text(String),
    /// A value in systemd's own notation, written as it is: the percentage of `CPUQuota=`, in which `%` is no specifier.
    Verbatim(String),
    /// Words separated by spaces, each meaning itself: `After=a.service b.service`.
    Words(Vec<String>),
    /// A command line: each word is quoted (systemd.service(5), "Command lines").
    Command(Vec<String>),
    /// `NAME=value` of `Environment=`.
    Assignment(String, String),
}

/// One line of a unit file, with the comment above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The section.
    pub section: UnitSection,
    /// `MemoryMax`
    pub name: &'static str,
    /// Its value.
    pub value: DirectiveValue,
    /// What it does, one line for the operator. Directives with the same comment and provenance stand together.
    pub comment: String,
    /// Why.
    pub provenance: Provenance,
}

/// A unit file, or a drop-in of the same format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// Its directives; written by section, in the order of contribution.
    pub directives: Vec<Directive>,
}

impl Unit {
    /// Adds a directive.
    pub fn set(
        &mut self,
        section: UnitSection,
        name: &'static str,
        value: DirectiveValue,
        comment: impl Into<String>,
        provenance: Provenance,
    ) {
        self.directives.push(Directive { section, name, value, comment: comment.into(), provenance });
    }

    /// The directives of this name.
    pub fn get<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.directives.iter().filter(move |directive| directive.name == name)
    }
}
