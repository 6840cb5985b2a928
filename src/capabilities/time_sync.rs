//! Time synchronisation: the clock follows servers on the network.
//!
//! In: clauses that ask for NTP, or for a clock that is in step. Out: a time service that is switched on, and checks that it
//! is and that the clock is in step. Not here: time zones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Action, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep, Step,
    TimeSyncPart,
};
use crate::value::PackageName;

/// The capability.
pub struct TimeSync;

/// What a statement says about the clock.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The Debian package of the time service, where one is named.
    pub package: Option<PackageName>,
}

static ANY_TIME_SERVICE: NamedDefault = NamedDefault {
    name: "any-time-service",
    reason: "the specification names no time service: the one that the host has goes on, systemd-timesyncd where there is none",
};

/// Time services as people name them, and their packages.
const SERVICES: &[(&str, &str)] = &[("chrony|chronyd", "chrony"), ("timesyncd", "systemd-timesyncd")];

impl Capability for TimeSync {
    type Facts = Facts;

    const NAME: &'static str = "time-sync";
    const SUMMARY: &'static str = "A time service is switched on, and the clock is in step.";
    const CUES: &'static [&'static str] = &[
        "time synchronisation|synchronization|sync",
        "clock synchronisation|synchronization|sync",
        "clock|time … synchronised|synchronized|synced",
        "NTP",
        "chrony|chronyd",
        "systemd timesyncd",
        "timesyncd",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "time",
        "clock",
        "system",
        "server",
        "servers",
        "host",
        "host's",
        "machine",
        "kept",
        "keeps",
        "in",
        "sync",
        "step",
        "accurate",
        "synchronised",
        "synchronized",
        "synced",
        "synchronisation",
        "synchronization",
        "systemd",
        "enabled",
        "active",
        "running",
        "runs",
        "service",
        "ntp",
        "via",
        "by",
        "with",
        "through",
        "over",
        "network",
        "using",
        "uses",
        "automatically",
        "date",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The system clock is synchronised over NTP", r"{}"),
        example("**Time synchronisation**: chrony", r#"{"package": "chrony"}"#),
        example("Time sync is enabled (systemd-timesyncd)", r#"{"package": "systemd-timesyncd"}"#),
        example("NTP must be active", r"{}"),
        criterion("The clock of the host is synchronized", r"{}"),
        example("The clock is not synchronised", NOT_MINE),
        example("The time zone is UTC", NOT_MINE),
        example("Files are synchronised with the archive at a time of low load", NOT_MINE),
        example("UDP port 123 is open", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&ANY_TIME_SERVICE];
    const STRICT: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let denied = clause.denies("synchronised|synchronized|synced|enabled|active|running");
        if denied.is_some() || clause.find("file(s)|data|database(s)|replica(s)|clock speed").is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        for (words, package) in SERVICES {
            let Some(place) = clause.find(words) else { continue };
            if reading.facts.package.is_some() {
                return None;
            }
            reading.facts.package = Some(package.parse().ok()?);
            reading = reading.place("package", place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let mut why = binding.provenance();
        let package = binding.facts.package.clone();
        if package.is_none() {
            plan.default(Self::NAME, &ANY_TIME_SERVICE);
            why.default = Some(&ANY_TIME_SERVICE);
        }
        plan.operation(Step::Packages, 60, Action::TimeSync(package), why.clone());
        let mut probe = |id: &str, title: &str, part, after: Option<&str>| {
            let probe = Probe::new(
                id,
                Layer::Monitoring,
                title,
                Observer::TimeSync { part },
                Expectation::Equals("yes".to_owned()),
                why.clone(),
            )
            .advice("timedatectl status")
            .runbook("clock-wrong");
            plan.probe(if let Some(after) = after { probe.after(after) } else { probe });
        };
        probe("time-sync.enabled", "a time service is switched on", TimeSyncPart::Enabled, None);
        probe(
            "time-sync.synchronised",
            "the clock is in step with a time server",
            TimeSyncPart::Synchronised,
            Some("time-sync.enabled"),
        );
        plan.runbook(RunbookEntry {
            anchor: "clock-wrong",
            title: "The clock is wrong".to_owned(),
            symptom: Some("certificates are not valid yet or any more, log entries come in the wrong order".to_owned()),
            checks: vec![ProbeId("time-sync.enabled".to_owned()), ProbeId("time-sync.synchronised".to_owned())],
            steps: vec![
                RunbookStep::run("See what the host knows about its clock.", "timedatectl status"),
                RunbookStep::run(
                    "See whether a time server answers.",
                    "timedatectl timesync-status || chronyc sources",
                ),
                RunbookStep::say("Servers answer on UDP port 123: a firewall in front of the host must let that out."),
                RunbookStep::run("Switch the time service on again.", "./deploy.sh --only packages"),
            ],
            verify: Some(RunbookStep::run("The clock is in step.", "./validate-deployment.sh --check time-sync")),
            provenance: why,
        });
    }
}
