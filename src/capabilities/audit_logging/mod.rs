//! Audit logging: the kernel writes down who does what as root, and who changes files that matter.
//!
//! In: clauses that ask for administrative actions or changes to files to be recorded, or for auditd. Out: auditd with rules of
//! our own, and checks that the kernel has them. Not here: what an application writes down of its own users' doings, logs of
//! logins (`ssh-hardening`), files that are put back when they differ (`deploy.sh --check`).

mod contribution;
mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::UnixPath;

/// The capability.
pub struct AuditLogging;

/// Something that is recorded and has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// What people who have logged in do as root, and changes to who may.
    Administration,
    /// Changes to the files that the package installs.
    Configuration,
    /// Changes to the service's unit.
    UnitFile,
    /// Changes to the environment file.
    EnvironmentFile,
    /// Changes to the rules of sudo.
    Sudoers,
    /// Changes to the configuration of the SSH server.
    SshServer,
}

/// What a statement says about recording.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What is recorded.
    pub subjects: Vec<Subject>,
    /// Files and directories whose changes are recorded.
    pub paths: Vec<UnixPath>,
}

static AUDIT_SUBJECTS: NamedDefault = NamedDefault {
    name: "audit-subjects",
    reason: "the specification does not say what is recorded: what people do as root, and changes to the files that the package installs",
};

/// Phrases for what people do as root.
const ADMINISTRATION: &[&str] = &[
    "administrative|administrator|admin|privileged|root action(s)|command(s)|operation(s)|activity|activities",
    "sudo command(s)|usage|use|call(s)|invocation(s)|session(s)",
    "use of sudo",
    "command(s) … run|executed|issued as root",
    "command(s) run|executed|issued with|via|through|using sudo|root",
];

/// Phrases for files that have a name. "Configuration" alone comes last: the SSH server's is one, too.
const SUBJECTS: &[(Subject, &[&str])] = &[
    (Subject::Sudoers, &["sudoers (file|files|rules|configuration)", "sudo rules|configuration|policy"]),
    (Subject::SshServer, &["ssh|sshd (server) configuration|config|settings"]),
    (Subject::UnitFile, &["(systemd) unit file(s)", "systemd unit(s)"]),
    (Subject::EnvironmentFile, &["environment file"]),
    (Subject::Configuration, &["(service|installed|deployed) configuration (file|files)"]),
];

/// The same kernel by its other names.
const DAEMON: &[&str] =
    &["auditd", "kernel|system|host|server|linux auditing", "kernel|linux audit (log|logs|logging|rules)"];

/// Sentences about what an application records, and about reading instead of changing.
const ELSEWHERE: &[&str] = &[
    "by|in|inside|within|through (the|our|its) application|app|api|agent|service|bot|backend|program|website|panel|dashboard|ui",
    "customer(s)|order(s)|payment(s)|tenant(s)|transaction(s)|ticket(s)|document(s)",
    "access|accesses|read|reads|reading|opened|reviewed|rotated|kept|retained|sent|forwarded|shipped",
];

impl Capability for AuditLogging {
    type Facts = Facts;

    const NAME: &'static str = "audit-logging";
    const SUMMARY: &'static str = "The kernel's audit records the commands that people run as root, and changes to the files that the package installs or the specification names.";
    const CUES: &'static [&'static str] = &[
        "auditd",
        "is|are audited",
        "kernel|system|host|server|linux auditing",
        "kernel|linux audit (log|logs|logging|rules)",
        "change(s)|modification(s) … logged|recorded|tracked",
        "change(s)|modification(s) to|of|in|below|under <path>",
        "change(s)|modification(s) to|of|in (the) sudoers|sudo|sshd|ssh|systemd|unit|environment",
        "administrative|administrator|admin|privileged|root action(s)|command(s)|operation(s)|activity|activities",
        "sudo command(s)|usage|use|call(s)|invocation(s)|session(s)",
        "use of sudo",
        "command(s) … run|executed|issued as root",
        "command(s) run|executed|issued with|via|through|using sudo|root",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "auditd",
        "audit",
        "audits",
        "audited",
        "auditing",
        "kernel",
        "linux",
        "daemon",
        "logged",
        "recorded",
        "tracked",
        "captured",
        "records",
        "watches",
        "watch",
        "change",
        "changes",
        "modification",
        "modifications",
        "administrative",
        "administrator",
        "administrators",
        "admin",
        "privileged",
        "root",
        "sudo",
        "sudoers",
        "ssh",
        "sshd",
        "action",
        "actions",
        "command",
        "commands",
        "operation",
        "operations",
        "activity",
        "activities",
        "file",
        "files",
        "directory",
        "directories",
        "unit",
        "systemd",
        "configuration",
        "installed",
        "enabled",
        "active",
        "rules",
        "log",
        "logging",
        "below",
        "every",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("All administrative actions are logged", r#"{"subjects": ["administration"]}"#),
        example("Every sudo command is audited", r#"{"subjects": ["administration"]}"#),
        example("All commands that are run as root are recorded", r#"{"subjects": ["administration"]}"#),
        example("Changes to /etc/agent-prod are audited", r#"{"paths": ["/etc/agent-prod"]}"#),
        example(
            "Modifications of files below /etc/agent-prod and /etc/ssh are recorded by auditd",
            r#"{"paths": ["/etc/agent-prod", "/etc/ssh"]}"#,
        ),
        example("Changes to the sudoers file are logged", r#"{"subjects": ["sudoers"]}"#),
        example("Changes to the sshd configuration are audited", r#"{"subjects": ["ssh-server"]}"#),
        example("Changes to the environment file are audited", r#"{"subjects": ["environment-file"]}"#),
        example("Changes to the unit file are audited", r#"{"subjects": ["unit-file"]}"#),
        example("Configuration changes are audited", r#"{"subjects": ["configuration"]}"#),
        example("auditd watches /etc/agent-prod/.env", r#"{"paths": ["/etc/agent-prod/.env"]}"#),
        example("**Audit logging**: auditd", r"{}"),
        example("Kernel auditing is enabled", r"{}"),
        criterion("auditd is active", r"{}"),
        example("The application logs every payment", NOT_MINE),
        example("The API logs all administrative actions", NOT_MINE),
        example("Administrative actions are logged by the application", NOT_MINE),
        example("Administrative actions in the admin panel are logged", NOT_MINE),
        example("Administrative actions of tenants are recorded", NOT_MINE),
        example("Administrative actions require two people", NOT_MINE),
        example("Administrative actions are not logged", NOT_MINE),
        example("Audit trail of customer changes in the database", NOT_MINE),
        example("Changes to orders are audited", NOT_MINE),
        example("Changes to /etc/agent-prod are reviewed by two people", NOT_MINE),
        example("Access to /etc/agent-prod/.env is audited", NOT_MINE),
        example("PostgreSQL commands are audited by auditd", NOT_MINE),
        example("Dependencies are audited every week", NOT_MINE),
        example("The audit log is kept for 90 days", NOT_MINE),
        example("auditd is optional", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&AUDIT_SUBJECTS];
    const STRICT: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find_any(ELSEWHERE).is_some() {
            return None;
        }
        let daemon = clause.find_any(DAEMON).is_some();
        let recorded = clause.affirms("logged|audited|recorded|tracked|captured").is_some();
        if !daemon && !recorded {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        if let Some(place) = clause.find_any(ADMINISTRATION) {
            reading.facts.subjects.push(Subject::Administration);
            reading = reading.place("subjects", place);
        } else if let Some((subject, place)) =
            SUBJECTS.iter().find_map(|(subject, phrases)| Some((*subject, clause.find_any(phrases)?)))
        {
            reading.facts.subjects.push(subject);
            reading = reading.place("subjects", place);
        }
        for (path, place) in clause.paths() {
            if path.as_str() == "/" {
                return None;
            }
            reading.facts.paths.push(path.clone());
            reading = reading.place("paths", place);
        }
        let is_of_files = !reading.facts.paths.is_empty() || !reading.facts.subjects.is_empty();
        let acts = reading.facts.subjects.contains(&Subject::Administration);
        let changes = acts || clause.find("change(s)|modification(s)").is_some();
        // The daemon alone stands for auditing as such; files alone for nothing that is done to them.
        if !(daemon || is_of_files && changes) {
            return None;
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        contribution::add(binding, plan);
    }
}
