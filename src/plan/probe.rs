//! What validate-deployment.sh checks: an observer and an expectation.

use std::net::IpAddr;

use super::observed_field::{BackupField, FileField, MachinePart, ProcessField, TimeSyncPart, UserField};
use super::{AnswerObserver, Call, FirewallRule, LogObserver, OversightObserver, Provenance, ProxyObserver};
use crate::value::{Endpoint, HostName, Network, Owner, Port, Protocol, Seconds, UnixPath, UserName};

/// The name of a check: `memory-limit.in-kernel`; the part before the dot is the capability.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProbeId(pub String);

/// The check that the service's unit file is there.
pub const UNIT_FILE_CHECK: &str = "service-identity.unit-file";

/// The layer of a check; layers run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Users, files and packages are there.
    Existence,
    /// Owners and modes.
    Permissions,
    /// The unit and its process.
    Service,
    /// Sockets and answers.
    Network,
    /// What must stay closed.
    Security,
    /// Logs and watchers.
    Monitoring,
    /// Limits in the kernel.
    Resources,
    /// Drills.
    Resilience,
}

impl Layer {
    /// The name that `--layer` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Existence => "existence",
            Self::Permissions => "permissions",
            Self::Service => "service",
            Self::Network => "network",
            Self::Security => "security",
            Self::Monitoring => "monitoring",
            Self::Resources => "resources",
            Self::Resilience => "resilience",
        }
    }
}

/// What is observed. Each kind has one shell function that prints one value.
#[allow(missing_docs, reason = "the fields of a kind say no more than their names and types")]
#[derive(Debug, Clone, PartialEq)]
pub enum Observer {
    /// `systemctl show`.
    UnitProperty { unit: String, property: &'static str },
    /// Whether a unit starts at boot.
    UnitEnabled { unit: String },
    /// An account.
    User { user: UserName, field: UserField },
    /// A file.
    File { path: UnixPath, field: FileField },
    /// The first path below a directory with another owner, or `none`.
    TreeOwner { path: UnixPath, owner: Owner },
    /// Distinct `user:group` of all processes of a unit.
    ProcessUser { unit: String },
    /// A property of a unit's main process.
    Process { unit: String, field: ProcessField },
    /// A file of the unit's control group.
    ControlGroup { unit: String, file: &'static str },
    /// Addresses that listen on a port.
    Listener { port: Port, protocol: Protocol },
    /// Whether the listener belongs to the unit.
    ListenerUnit { port: Port, protocol: Protocol, unit: String },
    /// The status code of a request.
    HttpStatus { method: String, url: String },
    /// The body of a response.
    HttpBody { method: String, url: String },
    /// Whether an answer is made of metrics.
    Metrics { url: String },
    /// An effective setting of sshd.
    SshdSetting { name: String },
    /// What the kernel lets in beyond the list and the SSH server.
    FirewallOpen { allowed: Vec<FirewallRule> },
    /// Whether the kernel lets an end point in.
    FirewallAllowed { endpoint: Endpoint, source: Option<Network> },
    /// The effective input policy.
    FirewallPolicy,
    /// Whether the firewall comes back after a reboot.
    FirewallAtBoot,
    /// Whether the SSH server answers from outside, on the ports where it listens.
    SshReachable,
    /// The ways of logging in that the SSH server offers.
    SshMethods,
    /// A size of the machine.
    Machine { part: MachinePart },
    /// Whether a port answers from outside, judged from a network namespace.
    Reachable { endpoint: Endpoint },
    /// Journal entries in the window; requests the URL first.
    JournalRecent { unit: String, window: Seconds, or_this_run: bool, url: Option<String> },
    /// An effective setting of journald.
    JournaldSetting { key: &'static str },
    /// `persistent` or `volatile`.
    JournalStorage,
    /// Whether a timer is waiting.
    Timer { unit: String },
    /// The last result of a oneshot unit.
    UnitResult { unit: String },
    /// What came of the last alert of a handler, given the file that holds its address.
    AlertDelivery { name: String, environment: Option<UnixPath> },
    /// Used space in percent.
    DiskPercent { path: UnixPath },
    /// Output of a command that the specification gives.
    Command { user: UserName, timeout: Seconds, arguments: Vec<String> },
    /// A Debian package's version.
    Package { name: String },
    /// A tool's version.
    ToolVersion { tool: String },
    /// The platform.
    Platform,
    /// Whole days since a file was changed.
    FileAge { path: UnixPath },
    /// What lies beside a secret file and looks like a copy of it, or `none`.
    FileCopies { path: UnixPath },
    /// Names of required variables without a value, or `none`.
    EnvironmentUnset { path: UnixPath, required: Vec<String> },
    /// The first path below a directory that everybody can write, or `none`.
    TreeWritable { path: UnixPath },
    /// `none`, or what sudo lets the user do.
    SudoRights { user: UserName },
    /// Commands of a unit that run as root in spite of its user, or `none`.
    RootCommands { unit: String },
    /// Whether the running process uses what is installed.
    Current { unit: String },
    /// `stable`, where the process has run this long or was never restarted automatically.
    Stable { unit: String, window: Seconds },
    /// Units that a unit requires and that are not active, or `none`.
    FailedDependencies { unit: String },
    /// The verified backups in a directory.
    Backup { directory: UnixPath, field: BackupField },
    /// How the last run of a unit that makes or tries backups ended, also before the last boot.
    BackupRun { unit: String, stamp: UnixPath },
    /// Whether a time service is switched on, or the clock in step.
    TimeSync { part: TimeSyncPart },
    /// Whether a name leads to an address, or to this host.
    DnsRecord { host: HostName, address: Option<IpAddr> },
    /// A setting of apt, `unset` where none is given.
    AptSetting { name: &'static str },
    /// A number of the rule by which fail2ban bans.
    BanRule { jail: &'static str, key: &'static str },
    /// Something about a log file.
    Log(LogObserver),
    /// The proxy in front of the service, or its certificate.
    Proxy(ProxyObserver),
    /// How the service answers, over time and how fast.
    Answer(AnswerObserver),
    /// What looks after the host when nobody does.
    Oversight(OversightObserver),
}

impl Observer {
    /// The unit whose definition is observed; not one whose process, control group or socket is.
    #[must_use]
    pub fn unit(&self) -> Option<&String> {
        match self {
            Self::UnitProperty { unit, .. }
            | Self::UnitEnabled { unit }
            | Self::RootCommands { unit }
            | Self::FailedDependencies { unit } => Some(unit),
            _ => None,
        }
    }

    /// The shell function that prints it.
    #[must_use]
    pub fn call(&self) -> Call {
        match self {
            Self::UnitProperty { unit, property } => Call::new("observe_unit_property", [unit, *property]),
            Self::UnitEnabled { unit } => Call::new("observe_unit_enabled", [unit]),
            Self::User { user, field } => Call::new("observe_user_field", [user.as_str(), field.name()]),
            Self::File { path, field } => Call::new("observe_file_field", [path.as_str(), field.name()]),
            Self::TreeOwner { path, owner } => Call::new("observe_tree", [path.as_str(), "owner", &owner.to_string()]),
            Self::TreeWritable { path } => Call::new("observe_tree", [path.as_str(), "mode", "0002"]),
            Self::ProcessUser { unit } => Call::new("observe_process_user", [unit]),
            Self::Process { unit, field } => Call::new("observe_process_field", [unit, field.name()]),
            Self::ControlGroup { unit, file } => Call::new("observe_cgroup", [unit, *file]),
            Self::Listener { port, protocol } => {
                Call::new("observe_listener", [port.to_string(), protocol.to_string()])
            }
            Self::ListenerUnit { port, protocol, unit } => {
                Call::new("observe_listener_unit", [&port.to_string(), &protocol.to_string(), unit])
            }
            Self::HttpStatus { method, url } => Call::new("observe_http", [method, url]),
            Self::HttpBody { method, url } => Call::new("observe_http_body", [method, url]),
            Self::Metrics { url } => Call::new("observe_metrics", [url]),
            Self::SshdSetting { name } => Call::new("observe_sshd_setting", [name]),
            Self::FirewallOpen { allowed } => Call::new(
                "observe_firewall_open",
                allowed.iter().map(ToString::to_string).chain(std::iter::once("ssh".to_owned())),
            ),
            Self::FirewallAllowed { endpoint, source } => Call::new(
                "observe_firewall_allowed",
                std::iter::once(endpoint.to_string()).chain(source.map(|source| source.to_string())),
            ),
            Self::FirewallPolicy => Call::new("observe_firewall_policy", [] as [&str; 0]),
            Self::FirewallAtBoot => Call::new("observe_firewall_at_boot", [] as [&str; 0]),
            Self::SshReachable => Call::new("observe_ssh_reachable", [] as [&str; 0]),
            Self::SshMethods => Call::new("observe_ssh_methods", ["root"]),
            Self::Machine { part } => Call::new("observe_machine", [part.name()]),
            Self::Reachable { endpoint } => Call::new("observe_reachable", [endpoint]),
            Self::JournalRecent { unit, window, or_this_run, url } => {
                let others = if *or_this_run { "or-this-run" } else { "no-others" };
                let words = [unit.clone(), window.whole().to_string(), others.to_owned()];
                Call::new("observe_journal_recent", words.into_iter().chain(url.clone()))
            }
            Self::JournaldSetting { key } => Call::new("observe_journald_setting", [key]),
            Self::JournalStorage => Call::new("observe_journal_storage", [] as [&str; 0]),
            Self::Timer { unit } => Call::new("observe_timer", [unit]),
            Self::UnitResult { unit } => Call::new("observe_unit_result", [unit]),
            Self::AlertDelivery { name, environment } => Call::new(
                "observe_alert_delivery",
                std::iter::once(name.clone()).chain(environment.iter().map(ToString::to_string)),
            ),
            Self::DiskPercent { path } => Call::new("observe_disk_percent", [path]),
            Self::Command { user, timeout, arguments } => Call::new(
                "observe_command",
                [user.to_string(), timeout.whole().to_string(), "--".to_owned()]
                    .into_iter()
                    .chain(arguments.iter().cloned()),
            ),
            Self::Package { name } => Call::new("observe_package", [name]),
            Self::ToolVersion { tool } => Call::new("observe_command_version", [tool]),
            Self::Platform => Call::new("observe_platform", [] as [&str; 0]),
            Self::FileAge { path } => Call::new("observe_file_age", [path]),
            Self::FileCopies { path } => Call::new("observe_file_copies", [path]),
            Self::EnvironmentUnset { path, required } => Call::new(
                "observe_environment_unset",
                std::iter::once(path.to_string()).chain(required.iter().cloned()),
            ),
            Self::SudoRights { user } => Call::new("observe_sudo_rights", [user]),
            Self::RootCommands { unit } => Call::new("observe_root_commands", [unit]),
            Self::Current { unit } => Call::new("observe_current", [unit]),
            Self::Stable { unit, window } => Call::new("observe_stable", [unit.clone(), window.whole().to_string()]),
            Self::FailedDependencies { unit } => Call::new("observe_failed_dependencies", [unit]),
            Self::Backup { directory, field } => Call::new("observe_backup", [directory.as_str(), field.name()]),
            Self::BackupRun { unit, stamp } => Call::new("observe_backup_run", [unit.as_str(), stamp.as_str()]),
            Self::TimeSync { part } => Call::new("observe_time_sync", [part.name()]),
            Self::DnsRecord { host, address } => Call::new(
                "observe_dns_record",
                std::iter::once(host.to_string()).chain(address.map(|address| address.to_string())),
            ),
            Self::AptSetting { name } => Call::new("observe_apt_setting", [name]),
            Self::BanRule { jail, key } => Call::new("observe_ban_rule", [jail, key]),
            Self::Log(observer) => observer.call(),
            Self::Proxy(observer) => observer.call(),
            Self::Answer(observer) => observer.call(),
            Self::Oversight(observer) => observer.call(),
        }
    }
}

/// What an observed value must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// Exactly this.
    Equals(String),
    /// One of these.
    OneOf(Vec<String>),
    /// This text occurs.
    Contains(String),
    /// An extended regular expression, anchored by its author.
    Matches(String),
    /// A number no greater.
    AtMost(f64),
    /// A number no smaller.
    AtLeast(f64),
    /// A version no older.
    VersionAtLeast(String),
    /// A JSON document that contains this one.
    JsonSubset(serde_json::Value),
    /// Nothing.
    Empty,
    /// Something.
    Nonempty,
    /// The command ended with this code.
    ExitCode(u8),
}

impl Expectation {
    /// The matcher and its arguments, as `--expect` takes them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let (matcher, argument) = match self {
            Self::Equals(text) => ("equals", Some(text.clone())),
            Self::OneOf(values) => ("one-of", Some(values.join(" "))),
            Self::Contains(text) => ("contains", Some(text.clone())),
            Self::Matches(pattern) => ("matches", Some(pattern.clone())),
            Self::AtMost(number) => ("at-most", Some(number.to_string())),
            Self::AtLeast(number) => ("at-least", Some(number.to_string())),
            Self::VersionAtLeast(version) => ("version-at-least", Some(version.clone())),
            Self::JsonSubset(json) => ("json-subset", Some(json.to_string())),
            Self::Empty => ("empty", None),
            Self::Nonempty => ("nonempty", None),
            Self::ExitCode(code) => ("exit-code", Some(code.to_string())),
        };
        std::iter::once(matcher.to_owned()).chain(argument).collect()
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Its name.
    pub id: ProbeId,
    /// Its layer.
    pub layer: Layer,
    /// What holds when it passes: "memory limit is 512 MiB in the kernel".
    pub title: String,
    /// What is observed.
    pub observer: Observer,
    /// What the observed value must be.
    pub expectation: Expectation,
    /// Checks that must have passed for this one to make sense.
    pub after: Vec<ProbeId>,
    /// A command that helps after a failure; shown, never run.
    pub advice: String,
    /// The runbook entry for its failure.
    pub runbook: Option<&'static str>,
    /// What the check cannot do without: `root`, tools.
    pub needs: Vec<&'static str>,
    /// Whether it can also be made from a workstation.
    pub outside: bool,
    /// Why.
    pub provenance: Provenance,
}

impl Probe {
    /// A check that depends on nothing and needs nothing special.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        layer: Layer,
        title: impl Into<String>,
        observer: Observer,
        expectation: Expectation,
        provenance: Provenance,
    ) -> Self {
        Self {
            id: ProbeId(id.into()),
            layer,
            title: title.into(),
            observer,
            expectation,
            after: Vec::new(),
            advice: String::new(),
            runbook: None,
            needs: Vec::new(),
            outside: false,
            provenance,
        }
    }

    /// Makes sense only when this other check has passed.
    #[must_use]
    pub fn after(mut self, id: &str) -> Self {
        self.after.push(ProbeId(id.to_owned()));
        self
    }

    /// A command that helps after a failure; shown, never run.
    #[must_use]
    pub fn advice(mut self, command: impl Into<String>) -> Self {
        self.advice = command.into();
        self
    }

    /// The runbook entry for its failure.
    #[must_use]
    pub fn runbook(mut self, anchor: &'static str) -> Self {
        self.runbook = Some(anchor);
        self
    }

    /// What the check cannot do without: `root`, a tool.
    #[must_use]
    pub fn needs(mut self, what: &'static str) -> Self {
        self.needs.push(what);
        self
    }
}
