//! Automatic updates: the distribution's security updates are installed without anybody's doing.
//!
//! In: clauses that ask for unattended or automatic updates of the system. Out: unattended-upgrades with apt's periodic
//! settings, its timers, and checks of what takes effect. Not here: updates of the application (`runbook`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Action, Expectation, FileContent, InstalledFile, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, Setting, Step,
};
use crate::value::{FileMode, Owner};

/// The capability.
pub struct AutomaticUpdates;

/// What a statement says about updates of the system.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Whether the host is rebooted where an update needs it.
    pub reboot: Option<Reboot>,
}

/// What happens where an update takes effect only after a reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reboot {
    /// The host reboots by itself.
    Automatic,
    /// People reboot it.
    Manual,
}

static NO_AUTOMATIC_REBOOT: NamedDefault = NamedDefault {
    name: "no-automatic-reboot",
    reason: "the specification does not ask for it: when the host may be down is for people to say",
};

const ENABLED: &str = "APT::Periodic::Unattended-Upgrade";
const LISTS: &str = "APT::Periodic::Update-Package-Lists";
const REBOOT: &str = "Unattended-Upgrade::Automatic-Reboot";

/// apt's own: the lists, then the updates.
const TIMERS: [&str; 2] = ["apt-daily.timer", "apt-daily-upgrade.timer"];

impl Capability for AutomaticUpdates {
    type Facts = Facts;

    const NAME: &'static str = "automatic-updates";
    const SUMMARY: &'static str = "Security updates of the distribution are installed daily by unattended-upgrades.";
    const CUES: &'static [&'static str] = &[
        "unattended upgrades|updates|upgrade",
        "automatic|automated|unattended security updates|upgrades|patches|patching",
        "automatic system|os updates|upgrades",
        "security updates|upgrades|patches … automatically|unattended",
        "security updates|upgrades|patches … installed|applied automatically",
        "(automatic) updates:",
        "security updates:",
        "automatic updates enabled|configured|active",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "automatic",
        "automatically",
        "automated",
        "unattended",
        "security",
        "system",
        "os",
        "operating",
        "update",
        "updates",
        "upgrade",
        "upgrades",
        "patches",
        "patching",
        "installed",
        "install",
        "applied",
        "apply",
        "enabled",
        "configured",
        "active",
        "daily",
        "distribution",
        "distribution's",
        "debian",
        "ubuntu",
        "package",
        "packages",
        "via",
        "by",
        "through",
        "are",
        "get",
        "host",
        "server",
        "without",
        "reboot",
        "reboots",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Security updates are installed automatically", r"{}"),
        example("**Automatic updates**: unattended-upgrades", r"{}"),
        example("Unattended upgrades are enabled (no automatic reboot)", r#"{"reboot": "manual"}"#),
        example("Automatic security updates with automatic reboot", r#"{"reboot": "automatic"}"#),
        criterion("Automatic updates configured", r"{}"),
        example("Automatic security updates are disabled", NOT_MINE),
        example("Regular security updates applied", NOT_MINE),
        example("The dashboard updates automatically", NOT_MINE),
        example("Updates of the application are automatic", NOT_MINE),
        example("Automatic updates configured (optional)", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&NO_AUTOMATIC_REBOOT];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("application|app|service|dashboard|certificate(s)|dependencies|all updates").is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        // The remark in parentheses is a clause of its own, without a cue; what it says belongs here.
        let text = context.statement.text.masked.to_lowercase();
        let here = clause.affirms("(automatic) reboot(s)").map(|place| (Reboot::Automatic, place));
        let denied = clause.denies("(automatic) reboot(s)").map(|place| (Reboot::Manual, place));
        if let Some((reboot, place)) = denied.or(here) {
            reading.facts.reboot = Some(reboot);
            reading = reading.place("reboot", place);
        } else if let Some(start) = text.find("(no automatic reboot)") {
            reading.facts.reboot = Some(Reboot::Manual);
            reading = reading.place("reboot", start..start + "(no automatic reboot)".len());
        } else if text.contains("reboot") {
            return None;
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let why = binding.provenance();
        if let Ok(name) = "unattended-upgrades".parse() {
            plan.package(name, why.clone());
        }
        let mut reboot = binding.provenance_of(&["reboot"]);
        if binding.facts.reboot.is_none() {
            plan.default(Self::NAME, &NO_AUTOMATIC_REBOOT);
            reboot.default = Some(&NO_AUTOMATIC_REBOOT);
        }
        let restarts = binding.facts.reboot == Some(Reboot::Automatic);
        add_settings(plan, restarts, &why, &reboot);
        for timer in TIMERS {
            plan.operation(Step::Monitoring, 60, Action::Timer(timer.to_owned()), why.clone());
        }
        add_probes(plan, restarts, &why, &reboot);
        plan.runbook(RunbookEntry {
            anchor: "updates-missing",
            title: "Security updates are not installed".to_owned(),
            symptom: Some("updates that are days old are still offered (`apt list --upgradable`)".to_owned()),
            checks: vec![
                ProbeId("automatic-updates.enabled".to_owned()),
                ProbeId("automatic-updates.apt-daily-upgrade".to_owned()),
            ],
            steps: vec![
                RunbookStep::run(
                    "See what the last runs did.",
                    "journalctl -u apt-daily-upgrade.service -n 50 --no-pager",
                ),
                RunbookStep::run(
                    "See what would be installed now, and why something is kept.",
                    "unattended-upgrade --dry-run --debug",
                ),
                RunbookStep::run("See whether a reboot is due: without that file none is.", "cat /run/reboot-required"),
                RunbookStep::run("Put the settings back.", "./deploy.sh"),
            ],
            verify: Some(RunbookStep::run("They take effect.", "./validate-deployment.sh --check automatic-updates")),
            provenance: why,
        });
    }
}

/// Sorts after the distribution's `20auto-upgrades` and `50unattended-upgrades`: the last value counts (apt.conf(5)).
fn add_settings(plan: &mut PlanBuilder, restarts: bool, why: &Provenance, reboot: &Provenance) {
    let Ok(path) = format!("/etc/apt/apt.conf.d/60specc-{}", plan.service).parse() else { return };
    let setting = |name: &str, value: &str, comment: &str, provenance: &Provenance| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        comment: comment.to_owned(),
        provenance: provenance.clone(),
    };
    let settings = vec![
        setting(LISTS, "1", "the package lists are read anew once a day", why),
        setting(ENABLED, "1", "security updates are installed once a day", why),
        setting(
            REBOOT,
            if restarts { "true" } else { "false" },
            "whether the host reboots where an update needs it",
            reboot,
        ),
    ];
    let mut provenance = why.clone();
    provenance.merge(reboot);
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o644),
            owner: Owner::root(),
            purpose: "security updates are installed without anybody's doing".to_owned(),
            content: FileContent::AptSettings(settings),
            provenance,
        },
    );
}

fn add_probes(plan: &mut PlanBuilder, restarts: bool, why: &Provenance, reboot: &Provenance) {
    let mut probe = |id: &str, title: &str, observer, expectation, why: &Provenance, advice: &str| {
        plan.probe(
            Probe::new(format!("automatic-updates.{id}"), Layer::Monitoring, title, observer, expectation, why.clone())
                .advice(advice)
                .runbook("updates-missing"),
        );
    };
    let once_a_day = || Expectation::Equals("1".to_owned());
    let dump = "apt-config dump APT::Periodic";
    probe(
        "package",
        "unattended-upgrades is installed",
        Observer::Package { name: "unattended-upgrades".to_owned() },
        Expectation::Matches("^[0-9]".to_owned()),
        why,
        "apt-get -s install unattended-upgrades",
    );
    probe("enabled", "updates are installed daily", Observer::AptSetting { name: ENABLED }, once_a_day(), why, dump);
    probe("lists", "the package lists are read daily", Observer::AptSetting { name: LISTS }, once_a_day(), why, dump);
    probe(
        "reboot",
        if restarts { "the host reboots where an update needs it" } else { "the host does not reboot by itself" },
        Observer::AptSetting { name: REBOOT },
        Expectation::Equals(if restarts { "true" } else { "false" }.to_owned()),
        reboot,
        "apt-config dump Unattended-Upgrade",
    );
    for timer in TIMERS {
        let name = timer.trim_end_matches(".timer");
        let advice = format!("systemctl status {timer}");
        let active = Expectation::Equals("active".to_owned());
        let observer = Observer::Timer { unit: timer.to_owned() };
        probe(name, &format!("{timer} waits for its time"), observer, active, why, &advice);
        let enabled = Expectation::Equals("enabled".to_owned());
        let observer = Observer::UnitEnabled { unit: timer.to_owned() };
        probe(&format!("{name}-at-boot"), &format!("{timer} waits from boot on"), observer, enabled, why, &advice);
    }
}
