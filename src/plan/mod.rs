//! The deployment plan: everything that a package will hold, decided, before a line of it is written.
//!
//! In: contributions of the capabilities, through [`PlanBuilder`]. Out: a [`DeploymentPlan`] of typed files, operations,
//! probes, drills and runbook entries, each with its [`Provenance`]. No shell, no Markdown and no quoting here: that is
//! the business of `render`.

mod answer;
mod builder;
mod drill;
mod file;
mod log;
mod manual;
mod observed_field;
mod operation;
mod oversight;
mod probe;
mod provenance;
mod proxy;
mod runbook;
mod site;
mod unit;

pub use answer::{AnswerObserver, Statistic};
pub use builder::PlanBuilder;
pub use drill::{Drill, DrillKind};
pub use file::{FileContent, InstalledFile, Setting, TmpfilesEntry};
pub use log::{LogAction, LogObserver, RotationBlock};
pub use manual::ManualCheck;
pub use observed_field::{BackupField, FileField, MachinePart, ProcessField, TimeSyncPart, UserField};
pub use operation::{Action, Call, FirewallRule, HealthGate, Operation, Step};
pub use oversight::{Audited, OversightAction, OversightObserver};
pub use probe::{Expectation, Layer, Observer, Probe, ProbeId, UNIT_FILE_CHECK};
pub use provenance::{Deviation, NamedDefault, Provenance};
pub use proxy::{ProxyAction, ProxyObserver};
pub use runbook::{CONFIRMATION_SECONDS, RunbookEntry, RunbookStep, chapters};
pub use site::{SiteDirective, SiteText, SiteWord};
pub use unit::{Directive, DirectiveValue, Unit, UnitSection};

use std::collections::BTreeMap;

use crate::target::Target;
use crate::value::{Endpoint, PackageName, ServiceName, UnixPath, UserName};

/// A complete plan.
#[derive(Debug, Clone)]
pub struct DeploymentPlan {
    /// The service.
    pub service: ServiceName,
    /// One line about it, for `Description=`.
    pub description: String,
    /// The platforms that preflight accepts.
    pub target: Target,
    /// The user that the service runs as.
    pub user: UserName,
    /// Its primary group.
    pub group: UserName,
    /// Where the application is installed.
    pub working_directory: UnixPath,
    /// The port that it listens on, when there is one.
    pub endpoint: Option<Endpoint>,
    /// What the spec says about tools on the target: tool → lowest version.
    pub tool_versions: BTreeMap<String, (String, Provenance)>,
    /// Debian packages that must be there, with who asked for them.
    pub packages: BTreeMap<PackageName, Provenance>,
    /// Files to install, by path.
    pub files: Vec<InstalledFile>,
    /// What deploy.sh does, in order.
    pub operations: Vec<Operation>,
    /// How the deployment is seen to be healthy.
    pub health: HealthGate,
    /// What validate-deployment.sh checks, in order.
    pub probes: Vec<Probe>,
    /// What only people can prove.
    pub manual: Vec<ManualCheck>,
    /// What is drilled on request.
    pub drills: Vec<Drill>,
    /// What the operators' handbook says.
    pub runbook: Vec<RunbookEntry>,
    /// Variables that the environment file must set, with what they are for.
    pub environment: Vec<(crate::value::VariableName, String, Provenance)>,
    /// Named defaults in use.
    pub defaults: Vec<&'static NamedDefault>,
    /// Named defaults that would be in use, and that the front matter switches off.
    pub switched_off: Vec<&'static NamedDefault>,
    /// Where the text was overruled.
    pub deviations: Vec<Deviation>,
    /// Statements that were understood and need no machine: statement → how they are met ("checked when compiling").
    pub settled: Vec<(crate::spec::StatementIndex, String)>,
    /// Statements of which a part is not done: statement → why.
    pub partial: Vec<(crate::spec::StatementIndex, String)>,
}

impl DeploymentPlan {
    /// The name of the main unit: `agent-prod.service`.
    #[must_use]
    pub fn unit_name(&self) -> String {
        format!("{}.service", self.service)
    }
}
