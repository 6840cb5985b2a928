//! Capabilities: the kinds of things that a deployment specification can ask for, one file each.
//!
//! In: clauses of statements. Out: typed readings, and contributions of plan items. A capability's file holds all that
//! is known about it: the phrases that announce it, examples that are its tests and its documentation, its facts, its
//! defaults and lints, and what it adds to the plan. Capabilities never render, never touch files, and never know the
//! command line.

mod bindings;
mod clause;
mod cue_index;
mod entry;
mod forced;
mod gates;
mod names;
mod reader;
mod reading;
mod second_look;
mod subject;
#[cfg(test)]
mod tests;

mod app_dependencies;
mod application;
mod audit_logging;
mod automatic_updates;
mod backup;
mod certificate_monitor;
mod command_check;
mod confined;
mod contacts;
mod cpu_limit;
mod crash_detection;
mod crash_recovery;
mod directories;
mod disk_monitor;
mod dns_record;
mod environment_file;
mod environment_variable;
mod failure_alert;
pub mod file_permissions;
mod firewall;
mod frequency;
mod graceful_stop;
mod health_check;
mod https_redirect;
mod intrusion_prevention;
mod invalid_config;
mod journal_logging;
mod least_privilege;
pub mod listen_port;
mod log_file;
mod log_rotation;
mod log_rotation_drill;
mod memory_kill;
mod memory_limit;
mod metrics_endpoint;
mod network_loss;
mod own_request;
mod own_unit;
mod ownership;
mod packages;
pub mod platform;
pub mod private_port;
mod rate_limit;
mod reboot_survival;
mod recovery_objectives;
mod resource_monitoring;
mod response_time;
pub mod restart_policy;
mod restore_test;
pub mod reverse_proxy;
mod runbook;
mod sandboxing;
mod scheduled_validation;
mod scope;
mod secret_rotation;
mod security_headers;
mod service_active;
mod service_identity;
mod ssh_hardening;
mod start_limit;
mod start_on_boot;
mod start_timeout;
mod system_user;
mod task_limits;
mod time_sync;
mod tls;
mod unit_dependencies;
mod uptime_monitor;
mod well_again;
mod working_directory;

pub use bindings::{Binding, Bindings, CONFLICTING_REQUIREMENTS, CRITERION_CONTRADICTS_REQUIREMENT, bind};
pub use clause::Clause;
pub use entry::Entry;
pub use forced::{INVALID_READING, check_annotations};
pub use names::{InferredNames, NameOrigin, SERVICE_LABELS, USER_LABELS, infer};
pub use reader::{Names, Reader, read};
pub use reading::{AcceptedReading, Reading, Refusal, RefusalReason, StatementReading};

pub use app_dependencies::AppDependencies;
pub use application::{Application, Runtime, Server};
pub use audit_logging::AuditLogging;
pub use automatic_updates::AutomaticUpdates;
pub use backup::Backup;
pub use certificate_monitor::CertificateMonitor;
pub use command_check::CommandCheck;
pub use contacts::Contacts;
pub use cpu_limit::CpuLimit;
pub use crash_detection::CrashDetection;
pub use crash_recovery::CrashRecovery;
pub use directories::Directories;
pub use disk_monitor::DiskMonitor;
pub use dns_record::DnsRecord;
pub use environment_file::EnvironmentFile;
pub use environment_variable::EnvironmentVariable;
pub use failure_alert::FailureAlert;
pub use file_permissions::FilePermissions;
pub use firewall::Firewall;
pub use graceful_stop::GracefulStop;
pub use health_check::HealthCheck;
pub use https_redirect::HttpsRedirect;
pub use intrusion_prevention::IntrusionPrevention;
pub use invalid_config::InvalidConfig;
pub use journal_logging::JournalLogging;
pub use least_privilege::LeastPrivilege;
pub use listen_port::ListenPort;
pub use log_file::LogFile;
pub use log_rotation::LogRotation;
pub use log_rotation_drill::LogRotationDrill;
pub use memory_kill::MemoryKill;
pub use memory_limit::MemoryLimit;
pub use metrics_endpoint::MetricsEndpoint;
pub use network_loss::NetworkLoss;
pub use packages::Packages;
pub use platform::Platform;
pub use private_port::PrivatePort;
pub use rate_limit::RateLimit;
pub use reboot_survival::RebootSurvival;
pub use recovery_objectives::RecoveryObjectives;
pub use resource_monitoring::ResourceMonitoring;
pub use response_time::ResponseTime;
pub use restart_policy::RestartPolicy;
pub use restore_test::RestoreTest;
pub use reverse_proxy::ReverseProxy;
pub use runbook::Runbook;
pub use sandboxing::Sandboxing;
pub use scheduled_validation::ScheduledValidation;
pub use scope::Scope;
pub use secret_rotation::SecretRotation;
pub use security_headers::SecurityHeaders;
pub use service_active::ServiceActive;
pub use service_identity::ServiceIdentity;
pub use ssh_hardening::SshHardening;
pub use start_limit::StartLimit;
pub use start_on_boot::StartOnBoot;
pub use start_timeout::StartTimeout;
pub use system_user::SystemUser;
pub use task_limits::TaskLimits;
pub use time_sync::TimeSync;
pub use tls::Tls;
pub use unit_dependencies::UnitDependencies;
pub use uptime_monitor::UptimeMonitor;
pub use working_directory::WorkingDirectory;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::spec::{Section, SectionKind, Statement, StatementKind};
use crate::value::{ServiceName, UserName};

/// A sentence and what must be read from it; run as a test and printed in the book.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The sentence, as it would stand after `- `, Markdown.
    pub sentence: &'static str,
    /// The section that it stands in.
    pub kind: StatementKind,
    /// The facts as JSON, or [`NOT_MINE`].
    pub facts: &'static str,
}

/// The facts of an [`Example`] that this capability must not claim.
pub const NOT_MINE: &str = "";

/// An example in a functional section.
#[must_use]
pub const fn example(sentence: &'static str, facts: &'static str) -> Example {
    Example { sentence, kind: StatementKind::Functional, facts }
}

/// An example of a success criterion.
#[must_use]
pub const fn criterion(sentence: &'static str, facts: &'static str) -> Example {
    Example { sentence, kind: StatementKind::Criterion, facts }
}

/// What is known around a clause.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Its section.
    pub section: &'a Section,
    /// The service, when its name is known already.
    pub service: Option<&'a ServiceName>,
    /// The service's user, when the spec names it under a label.
    pub user: Option<&'a UserName>,
}

/// One kind of thing that a specification can ask for.
pub trait Capability: 'static {
    /// Its typed reading: every field optional or a list. Serialized, it is what `specc show` prints.
    type Facts: Serialize + DeserializeOwned + JsonSchema + Clone + Default + Send + Sync + 'static;

    /// Kebab-case; a contract.
    const NAME: &'static str;
    /// One sentence for the book: what it is and what is generated.
    const SUMMARY: &'static str;
    /// The phrases that announce it; see [`crate::spec::cue`].
    const CUES: &'static [&'static str];
    /// Words that carry no further meaning in its sentences, lower case.
    const VOCABULARY: &'static [&'static str] = &[];
    /// Sentences and their facts.
    const EXAMPLES: &'static [Example];
    /// What it adds without being asked.
    const DEFAULTS: &'static [&'static NamedDefault] = &[];
    /// Lints that it declares.
    const LINTS: &'static [&'static Lint] = &[];
    /// Refuses a clause with any word that nobody claimed. For what must not be opened by a misreading.
    const STRICT: bool = false;
    /// Takes its readings back where anything of the statement is left over that could change them: a number, a *not*,
    /// a clause of its own that was refused. For lists in which each item counts.
    const ALL_OR_NOTHING: bool = false;
    /// Whether `recognise` handles denied cues itself (it looks at [`Clause::denied`]); otherwise such clauses are not
    /// compiled.
    const READS_NEGATION: bool = false;
    /// Whether criteria alone, without a requirement, are contributed (checks that need nothing to be made true).
    const CRITERIA_SUFFICE: bool = false;
    /// Reads only statements that nobody else read.
    const FALLBACK: bool = false;
    /// Names of capabilities that may read a phrase together with this one: "nginx forwards HTTPS" asks for both.
    const ALONGSIDE: &'static [&'static str] = &[];
    /// Reads every statement in sections of this kind, with or without a cue; nobody else reads there.
    const OWN_SECTION: Option<SectionKind> = None;

    /// Reads a clause in which a cue stands. `None`: the cue was misleading. Cues are claimed without saying so.
    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Self::Facts>>;

    /// What distinguishes several of its kind: the path, the variable's name. Facts with the same subject are merged
    /// field by field, and their disagreement is a conflict.
    fn subject(_facts: &Self::Facts) -> String {
        String::new()
    }

    /// Whether a value that one statement gives to a field also fulfils another, which asks for the least of it:
    /// "restarts on a crash" holds under `Restart=always`. Both are facts as JSON.
    fn satisfies(_field: &str, _given: &serde_json::Value, _least: &serde_json::Value) -> bool {
        false
    }

    /// Adds plan items. Called once, also when nothing was read.
    fn contribute(own: &[Binding<Self::Facts>], all: &Bindings, plan: &mut PlanBuilder);
}

/// All capabilities. Order is the order of contribution, and so of directives and checks within their groups.
pub static CAPABILITIES: &[Entry] = &[
    // First, for the checks of the others come after it.
    Entry::of::<ServiceActive>(),
    // Process
    Entry::of::<ServiceIdentity>(),
    Entry::of::<Application>(),
    Entry::of::<AppDependencies>(),
    Entry::of::<SystemUser>(),
    Entry::of::<WorkingDirectory>(),
    Entry::of::<Directories>(),
    Entry::of::<FilePermissions>(),
    Entry::of::<EnvironmentVariable>(),
    Entry::of::<EnvironmentFile>(),
    Entry::of::<Sandboxing>(),
    Entry::of::<LeastPrivilege>(),
    // Network; the port before the health check, which asks there.
    Entry::of::<ListenPort>(),
    // Lifecycle; the health check first, for the drills of the others wait for it.
    Entry::of::<UnitDependencies>(),
    Entry::of::<HealthCheck>(),
    Entry::of::<StartTimeout>(),
    Entry::of::<StartOnBoot>(),
    Entry::of::<RestartPolicy>(),
    Entry::of::<StartLimit>(),
    Entry::of::<GracefulStop>(),
    // Limits
    Entry::of::<MemoryLimit>(),
    Entry::of::<CpuLimit>(),
    Entry::of::<TaskLimits>(),
    // Observation
    Entry::of::<JournalLogging>(),
    // The rotation before its drill, which looks for it.
    Entry::of::<LogFile>(),
    Entry::of::<LogRotation>(),
    Entry::of::<LogRotationDrill>(),
    Entry::of::<CrashDetection>(),
    // Before whoever is to tell of failures, too.
    Entry::of::<FailureAlert>(),
    Entry::of::<DiskMonitor>(),
    Entry::of::<ResourceMonitoring>(),
    Entry::of::<UptimeMonitor>(),
    Entry::of::<ResponseTime>(),
    // Data; the backups before what tries them.
    Entry::of::<Backup>(),
    Entry::of::<RestoreTest>(),
    Entry::of::<ScheduledValidation>(),
    Entry::of::<MetricsEndpoint>(),
    Entry::of::<RecoveryObjectives>(),
    // The proxy, after the health check, which is asked through it, too.
    Entry::of::<ReverseProxy>(),
    Entry::of::<Tls>(),
    Entry::of::<CertificateMonitor>(),
    Entry::of::<HttpsRedirect>(),
    Entry::of::<SecurityHeaders>(),
    Entry::of::<RateLimit>(),
    // Network and host
    Entry::of::<Firewall>(),
    Entry::of::<PrivatePort>(),
    Entry::of::<DnsRecord>(),
    Entry::of::<SshHardening>(),
    Entry::of::<IntrusionPrevention>(),
    Entry::of::<Packages>(),
    Entry::of::<AutomaticUpdates>(),
    Entry::of::<TimeSync>(),
    Entry::of::<Platform>(),
    // Resilience; after those that bring their drills.
    Entry::of::<CrashRecovery>(),
    Entry::of::<RebootSurvival>(),
    Entry::of::<MemoryKill>(),
    Entry::of::<NetworkLoss>(),
    Entry::of::<InvalidConfig>(),
    // After everybody who installs files, whose changes are recorded.
    Entry::of::<AuditLogging>(),
    // Operation
    Entry::of::<SecretRotation>(),
    Entry::of::<Contacts>(),
    Entry::of::<Runbook>(),
    Entry::of::<Scope>(),
    Entry::of::<CommandCheck>(),
];
