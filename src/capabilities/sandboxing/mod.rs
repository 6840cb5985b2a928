//! Sandboxing: what the service cannot do, even when it is broken into.
//!
//! In: systemd's sandbox directives, and sentences that ask for one of them. Out: a default set that web services,
//! scripts and JIT compilers live well in, changed where the specification says otherwise; checks of the running
//! process. Not here: the account (`system_user`), limits of memory and processor.

mod directives;
mod weakened;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};

/// The capability.
pub struct Sandboxing;

/// What a statement says about the sandbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// systemd's directives and their values.
    pub directives: BTreeMap<String, String>,
    /// Set when a statement asks for a sandbox without saying which.
    pub sandboxed: bool,
}

static SANDBOX: NamedDefault = NamedDefault {
    name: "sandbox",
    reason: "a service that is broken into should find nothing but its own files; the set leaves out what breaks \
             just-in-time compilers (MemoryDenyWriteExecute=) and tools that look at the machine (ProcSubset=)",
};

declare_lint! {
    /// *What it does*: reports a sandbox directive that the service cannot live with.
    ///
    /// *Why is this bad?* The service would not start, or would start and answer nobody: V8 and the JVM write machine
    /// code at run time, and a service without a network listens for nobody.
    ///
    /// *Instead*: leave the directive out; the default set is as strict as the runtime bears.
    pub static SANDBOX_BREAKS_SERVICE = "sandbox-breaks-service", Error, Consistency, "a sandbox directive that the service cannot live with";
}

declare_lint! {
    /// *What it does*: reports a directive that the target's systemd does not know, or that is no sandbox directive.
    ///
    /// *Why is this bad?* systemd ignores what it does not know, with a line in the journal that nobody reads: the
    /// protection is written down and not there.
    ///
    /// *Instead*: name a newer target in the front matter, or leave the directive out.
    pub static DIRECTIVE_UNKNOWN_TO_TARGET = "directive-unknown-to-target", Warn, Platform, "the target's systemd ignores a directive";
}

/// Phrases that ask for one directive.
const PHRASES: &[(&str, &str, &str)] = &[
    ("no new privileges", "NoNewPrivileges", "yes"),
    ("NoNewPrivileges", "NoNewPrivileges", "yes"),
    ("new privileges", "NoNewPrivileges", "yes"),
    ("private tmp|temp|temporary (directory|directories)", "PrivateTmp", "yes"),
    ("private devices", "PrivateDevices", "yes"),
    ("file system|filesystem is|mounted read only", "ProtectSystem", "strict"),
    ("read only file system|filesystem", "ProtectSystem", "strict"),
    ("read only root file system|filesystem", "ProtectSystem", "strict"),
    ("home directories are inaccessible|hidden|protected", "ProtectHome", "yes"),
    ("no capabilities", "CapabilityBoundingSet", ""),
    ("all capabilities (are) dropped", "CapabilityBoundingSet", ""),
    ("drops all capabilities", "CapabilityBoundingSet", ""),
];

impl Capability for Sandboxing {
    type Facts = Facts;

    const NAME: &'static str = "sandboxing";
    const SUMMARY: &'static str = "What systemd takes away from the service: new privileges, capabilities, devices, most \
                                   system calls, and everything of the file system but its own directories.";
    const CUES: &'static [&'static str] = &[
        "NoNewPrivileges=",
        "PrivateTmp=",
        "PrivateDevices=",
        "PrivateNetwork=",
        "PrivateUsers=",
        "PrivateMounts=",
        "PrivateIPC=",
        "ProtectSystem=",
        "ProtectHome=",
        "ProtectKernelTunables=",
        "ProtectKernelModules=",
        "ProtectKernelLogs=",
        "ProtectControlGroups=",
        "ProtectClock=",
        "ProtectHostname=",
        "ProtectProc=",
        "ProcSubset=",
        "RestrictNamespaces=",
        "RestrictRealtime=",
        "RestrictSUIDSGID=",
        "RestrictAddressFamilies=",
        "RestrictFileSystems=",
        "LockPersonality=",
        "MemoryDenyWriteExecute=",
        "RemoveIPC=",
        "KeyringMode=",
        "SystemCallArchitectures=",
        "SystemCallFilter=",
        "SystemCallErrorNumber=",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "UMask=",
        "DevicePolicy=",
        "no new privileges",
        "new privileges",
        "NoNewPrivileges",
        "private tmp|temp|temporary (directory|directories)",
        "private devices",
        "file system|filesystem is|mounted read only",
        "read only file system|filesystem",
        "read only root file system|filesystem",
        "home directories are inaccessible|hidden|protected",
        "no capabilities",
        "all capabilities (are) dropped",
        "drops all capabilities",
        "sandbox(ed|ing)",
        "systemd hardening",
        "unit is hardened",
        "hardened unit|service (file)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "systemd",
        "sandbox",
        "hardening",
        "hardened",
        "directives",
        "options",
        "process",
        "enabled",
        "gets",
        "gain",
        "gained",
        "unit",
        "file",
        "own",
        "private",
        "kernel",
        "isolated",
        "gained",
        "nonewprivileges",
        "privatetmp",
        "protectsystem",
        "protecthome",
        "isolation",
        "directory",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "The unit sets `NoNewPrivileges=true`, `PrivateTmp=true` and `ProtectSystem=full`",
            r#"{"directives": {"NoNewPrivileges": "yes", "PrivateTmp": "yes", "ProtectSystem": "full"}}"#,
        ),
        example("No new privileges can be gained (NoNewPrivileges)", r#"{"directives": {"NoNewPrivileges": "yes"}}"#),
        example("The process gets no new privileges", r#"{"directives": {"NoNewPrivileges": "yes"}}"#),
        example("NoNewPrivileges=yes (hardening)", r#"{"directives": {"NoNewPrivileges": "yes"}}"#),
        example("The service has a private temporary directory", r#"{"directives": {"PrivateTmp": "yes"}}"#),
        example("Runs with a read-only file system", r#"{"directives": {"ProtectSystem": "strict"}}"#),
        example("All capabilities are dropped", r#"{"directives": {"CapabilityBoundingSet": ""}}"#),
        example("The service is sandboxed by systemd", r#"{"sandboxed": true}"#),
        criterion("`systemctl show` reports ProtectHome=yes", r#"{"directives": {"ProtectHome": "yes"}}"#),
        example("PrivateTmp: true", r#"{"directives": {"PrivateTmp": "yes"}}"#),
        example("**ProtectSystem**: strict", r#"{"directives": {"ProtectSystem": "strict"}}"#),
        example("PrivateTmp: still to be discussed", NOT_MINE),
        example("PayPal runs in sandbox mode", NOT_MINE),
        example("The service needs no sandboxing", NOT_MINE),
        example("PROTECT_HOME=1 is set in the environment", NOT_MINE),
        example("Private keys are kept in the vault", NOT_MINE),
        example("SSH hardening follows the company's guide", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SANDBOX];
    const LINTS: &'static [&'static Lint] =
        &[&SANDBOX_BREAKS_SERVICE, &DIRECTIVE_UNKNOWN_TO_TARGET, &weakened::SANDBOX_WEAKENED];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("too|breaks|conflicts|avoid").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        for ((name, value), range) in clause.directives() {
            if directives::known(name).is_some() {
                reading.facts.directives.insert(name.to_owned(), directives::canonical(name, value));
                reading = reading.place("directives", range);
            }
        }
        for (phrase, name, value) in PHRASES {
            if let Some(range) = clause.affirms(phrase) {
                reading.facts.directives.insert((*name).to_owned(), (*value).to_owned());
                reading = reading.place("directives", range);
            }
        }
        // A sandbox of a payment provider is none of systemd's.
        let general = clause.affirms("sandbox(ed|ing)|hardening|hardened");
        let is_of_systemd =
            clause.find("systemd|unit|service|process").is_some() && clause.find("mode|ssh|account|test").is_none();
        if let Some(range) = general.filter(|_| is_of_systemd && reading.facts.directives.is_empty()) {
            reading.facts.sandboxed = true;
            reading = reading.place("sandboxed", range);
        }
        (reading.facts.sandboxed || !reading.facts.directives.is_empty()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        if let Some(binding) = own.first() {
            weakened::check(binding, plan);
        }
        directives::contribute(own.first(), all, plan);
    }
}
