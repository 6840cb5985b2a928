//! What deploy.sh does: operations that observe first and then apply.

use super::{LogAction, OversightAction, Provenance, ProxyAction};
use crate::value::{Endpoint, FileMode, Network, Owner, PackageName, Seconds, UnixPath, UserName, VariableName};

/// A step of the deployment, in the order in which steps run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Debian packages.
    Packages,
    /// The user that the service runs as.
    SystemUser,
    /// Directories with their owners and modes.
    Directories,
    /// The application and what it needs.
    Application,
    /// Unit files and other configuration, verified before anything is live.
    Configuration,
    /// The environment file: the secrets gate.
    Secrets,
    /// Firewall rules, as a transaction.
    Firewall,
    /// The service: enabled, running what is installed, healthy.
    Service,
    /// The proxy in front of the service, as a transaction.
    Proxy,
    /// Timers and other watchers.
    Monitoring,
    /// Backups, and the first of them.
    Backup,
    /// SSH, as a transaction, last.
    Ssh,
}

impl Step {
    /// Its name on the command line: `--only system-user`. The script makes it of the title in the same way.
    #[must_use]
    pub fn name(self) -> String {
        self.title().to_ascii_lowercase().replace(|character: char| !character.is_ascii_alphanumeric(), "-")
    }

    /// What it is about, with the tool by whose name somebody may look for it.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Packages => "Debian packages, with apt; the lowest versions of tools",
            Self::SystemUser => "the account that the service runs as",
            Self::Directories => "directories, and log files in them, with owners and modes",
            Self::Application => "the program, and the packages that it needs",
            Self::Configuration => {
                "unit files, programs, certificate, settings: installed and verified; nothing is live yet"
            }
            Self::Secrets => "the environment file: private and complete",
            Self::Firewall => "ufw: what may come in; a transaction",
            Self::Service => "systemd: the service is enabled, runs what is installed, and is healthy",
            Self::Proxy => "nginx: its site is tested and loaded; a transaction",
            Self::Monitoring => "timers, watchers and alerts",
            Self::Backup => "timers of backups and of restores on trial; the first backup",
            Self::Ssh => "sshd: how people may log in; a transaction, last",
        }
    }

    /// Its title in the script and its output; `--only` takes it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Packages => "Packages",
            Self::SystemUser => "System user",
            Self::Directories => "Directories",
            Self::Application => "Application",
            Self::Configuration => "Configuration",
            Self::Secrets => "Secrets",
            Self::Firewall => "Firewall",
            Self::Service => "Service",
            Self::Proxy => "Proxy",
            Self::Monitoring => "Monitoring",
            Self::Backup => "Backup",
            Self::Ssh => "SSH",
        }
    }
}

/// A firewall rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirewallRule {
    /// What is let in.
    pub endpoint: Endpoint,
    /// From where; everywhere when `None`.
    pub source: Option<Network>,
}

impl std::fmt::Display for FirewallRule {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.source {
            Some(source) => write!(formatter, "{} from {source}", self.endpoint),
            None => self.endpoint.fmt(formatter),
        }
    }
}

/// How the deployment is seen to be healthy after a start.
#[derive(Debug, Clone, PartialEq)]
pub enum HealthGate {
    /// A request that must be answered.
    Http {
        /// `GET` or `HEAD`.
        method: String,
        /// On the loopback interface.
        url: String,
        /// The exact status.
        status: u16,
        /// What the JSON body must contain.
        json: Option<serde_json::Value>,
        /// What the body must contain.
        text: Option<String>,
        /// How long to wait.
        within: Seconds,
    },
    /// No end point: active, with a stable MainPID and restart counter.
    Stable {
        /// How long it must hold.
        window: Seconds,
    },
}

/// What an operation makes true.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Packages are installed.
    Packages(Vec<PackageName>),
    /// A tool is at least of this version; too old refuses before the first change.
    ToolVersion {
        /// The command.
        tool: String,
        /// The lowest version.
        version: String,
    },
    /// A system user exists with this shell and home.
    User {
        /// The user.
        user: UserName,
        /// Its group.
        group: UserName,
        /// Its login shell.
        shell: UnixPath,
        /// Its home; not created.
        home: UnixPath,
    },
    /// A directory exists.
    Directory {
        /// Its mode.
        mode: FileMode,
        /// Its owner.
        owner: Owner,
        /// Where.
        path: UnixPath,
    },
    /// A file of the package stands at its place.
    File {
        /// Its mode.
        mode: FileMode,
        /// Its owner.
        owner: Owner,
        /// Where; the content is `rootfs/PATH`.
        path: UnixPath,
    },
    /// The application is installed.
    Application {
        /// Mode of directories.
        directory_mode: FileMode,
        /// Mode of files.
        file_mode: FileMode,
        /// Owner of both.
        owner: Owner,
        /// Where.
        path: UnixPath,
        /// The file that must be in it.
        entry: String,
    },
    /// A Python virtual environment holds the packages.
    VirtualEnvironment {
        /// Its owner.
        owner: Owner,
        /// Where.
        path: UnixPath,
        /// A requirements file in `app/`, when the spec or the application brings one.
        requirements: Option<String>,
        /// Packages by name.
        packages: Vec<String>,
    },
    /// The environment file exists and sets its variables.
    EnvironmentFile {
        /// Its mode.
        mode: FileMode,
        /// Its owner.
        owner: Owner,
        /// Where.
        path: UnixPath,
        /// Names that must have a value.
        required: Vec<VariableName>,
    },
    /// journald runs with the installed configuration.
    JournaldCurrent,
    /// The clock follows the network, by this package; by any when none is named.
    TimeSync(Option<PackageName>),
    /// fail2ban runs with the rules on disk, for these jails.
    BanRules(Vec<&'static str>),
    /// `systemd-analyze verify` finds nothing.
    UnitValid(String),
    /// A unit starts at boot.
    UnitEnabled(String),
    /// A timer is enabled and waiting.
    Timer(String),
    /// A test alert was delivered to where alerts go now.
    TestAlert {
        /// The handler: `NAME@.service`.
        name: String,
        /// The file that holds the address.
        environment: Option<UnixPath>,
    },
    /// The service runs what is installed; restarted only where its stamp differs.
    Service {
        /// The unit.
        unit: String,
        /// Files and trees that the running process depends on.
        stamp: Vec<UnixPath>,
    },
    /// The health gate is passed.
    Healthy(HealthGate),
    /// Something about log files.
    Log(LogAction),
    /// The firewall lets the rules in.
    Firewall {
        /// Whether everything else is denied.
        only: bool,
        /// What is let in.
        rules: Vec<FirewallRule>,
    },
    /// The directory of the backups exists, for root alone.
    BackupDirectory(UnixPath),
    /// There is a backup, made by this unit.
    FirstBackup {
        /// The unit.
        unit: String,
        /// Where backups are kept.
        directory: UnixPath,
    },
    /// sshd's effective settings.
    Sshd {
        /// Keyword (lower case, as `sshd -T` prints it) and value.
        settings: Vec<(String, String)>,
    },
    /// The proxy in front of the service, or its certificate.
    Proxy(ProxyAction),
    /// What looks after the host when nobody does.
    Oversight(OversightAction),
}

/// A shell function and its arguments. Data: `render` quotes the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function; its file in `templates/shell/` has the same name unless `file` says otherwise.
    pub function: &'static str,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Call {
    /// A call with these arguments.
    #[must_use]
    pub fn new(function: &'static str, arguments: impl IntoIterator<Item = impl ToString>) -> Self {
        Self { function, arguments: arguments.into_iter().map(|argument| argument.to_string()).collect() }
    }
}

/// One operation with its place and its reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The step that it belongs to.
    pub step: Step,
    /// Order within the step.
    pub order: u32,
    /// What it makes true.
    pub action: Action,
    /// Why.
    pub provenance: Provenance,
}

impl Operation {
    /// The shell function that does it.
    #[must_use]
    pub fn call(&self) -> Call {
        match &self.action {
            Action::Packages(packages) => Call::new("ensure_packages", packages),
            Action::ToolVersion { tool, version } => Call::new("require_version", [tool, version]),
            Action::User { user, group, shell, home } => {
                Call::new("ensure_user", [user.as_str(), group.as_str(), shell.as_str(), home.as_str()])
            }
            Action::Directory { mode, owner, path } => Call::new(
                "ensure_directory",
                [&mode.to_string(), owner.user.as_str(), owner.group.as_str(), path.as_str()],
            ),
            Action::File { mode, owner, path } => {
                Call::new("ensure_file", [&mode.to_string(), owner.user.as_str(), owner.group.as_str(), path.as_str()])
            }
            Action::Application { directory_mode, file_mode, owner, path, entry } => Call::new(
                "ensure_application",
                [
                    &directory_mode.to_string(),
                    &file_mode.to_string(),
                    owner.user.as_str(),
                    owner.group.as_str(),
                    path.as_str(),
                    entry,
                ],
            ),
            Action::VirtualEnvironment { owner, path, requirements, packages } => {
                let place = [owner.user.to_string(), owner.group.to_string(), path.to_string()];
                let from_file = requirements.iter().flat_map(|file| ["--requirements".to_owned(), file.clone()]);
                Call::new("ensure_virtualenv", place.into_iter().chain(from_file).chain(packages.iter().cloned()))
            }
            Action::EnvironmentFile { mode, owner, path, required } => {
                let place = [mode.to_string(), owner.user.to_string(), owner.group.to_string(), path.to_string()];
                Call::new("ensure_environment_file", place.into_iter().chain(required.iter().map(ToString::to_string)))
            }
            Action::JournaldCurrent => Call::new("ensure_journald_current", [] as [&str; 0]),
            Action::TimeSync(package) => Call::new("ensure_time_sync", package),
            Action::BanRules(jails) => Call::new("ensure_ban_rules", jails),
            Action::UnitValid(unit) => Call::new("ensure_unit_valid", [unit]),
            Action::UnitEnabled(unit) => Call::new("ensure_unit_enabled", [unit]),
            Action::Timer(unit) => Call::new("ensure_timer", [unit]),
            Action::TestAlert { name, environment } => Call::new(
                "ensure_alert",
                std::iter::once(name.clone()).chain(environment.iter().map(ToString::to_string)),
            ),
            Action::Service { unit, stamp } => {
                Call::new("ensure_service", std::iter::once(unit.clone()).chain(stamp.iter().map(ToString::to_string)))
            }
            Action::Healthy(gate) => gate.call(),
            Action::Log(action) => action.call(),
            Action::Firewall { only, rules } => {
                let mode = if *only { "only" } else { "also" };
                let rules = rules.iter().map(ToString::to_string);
                Call::new("ensure_firewall", std::iter::once(mode.to_owned()).chain(rules))
            }
            Action::BackupDirectory(path) => Call::new("ensure_backup_directory", [path]),
            Action::FirstBackup { unit, directory } => {
                Call::new("ensure_first_backup", [unit.as_str(), directory.as_str()])
            }
            Action::Sshd { settings } => {
                Call::new("ensure_sshd", settings.iter().map(|(name, value)| format!("{name}={value}")))
            }
            Action::Proxy(action) => action.call(),
            Action::Oversight(action) => action.call(),
        }
    }
}

impl HealthGate {
    /// The shell function that waits for it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::Http { method, url, status, json, text, within } => {
                let json = json.as_ref().map(ToString::to_string).unwrap_or_default();
                let text = text.clone().unwrap_or_default();
                Call::new("await_health", [method, url, &status.to_string(), &json, &text, &within.whole().to_string()])
            }
            Self::Stable { window } => Call::new("await_stable", [window.whole()]),
        }
    }
}
