//! Start on boot: the service comes back by itself when the machine does.
//!
//! In: clauses that say that it starts, or does not start, at boot. Out: `WantedBy=`, the enabled unit, a check that the
//! boot reaches it, the reboot drill. Not here: restarts after a crash (`restart_policy`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::own_unit::asks_systemctl;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, RebootSurvival, criterion, example,
    well_again,
};
use crate::plan::{
    Action, Drill, DrillKind, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, Step, UnitSection,
};

/// The capability.
pub struct StartOnBoot;

/// What a statement says about the boot.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Whether the boot starts it.
    pub state: Option<BootState>,
}

/// As `systemctl is-enabled` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BootState {
    /// The boot starts it.
    Enabled,
    /// Somebody else does.
    Disabled,
}

static STARTS_AT_BOOT: NamedDefault = NamedDefault {
    name: "starts-at-boot",
    reason: "a deployed service that stays away after a reboot is an outage; say \"does not start at boot\" to have that",
};

impl Capability for StartOnBoot {
    type Facts = Facts;

    const NAME: &'static str = "start-on-boot";
    const SUMMARY: &'static str =
        "The unit is enabled for `multi-user.target`, the boot reaches it, and the reboot drill proves it.";
    const CUES: &'static [&'static str] = &[
        "<command>",
        "WantedBy=",
        "start(s|ed|ing) … boot|boots|reboot|reboots|rebooting",
        "come(s) … after (a) reboot",
        "restart(s|ed) … boot|reboot|reboots",
        "boot start(s)",
        "start on|at boot:",
        "starts on|at boot:",
        "enable(d) on|at boot:",
        "autostart:",
        "auto start:",
        "start on|at boot",
        "auto start(s|ed) … boot|reboot",
        "auto start(s|ed)",
        "autostart(s|ed)",
        "service auto starts",
        "enable(s|d) on|at|for (system) boot|startup",
        "survive(s) (a|system|server|vps|host) reboot(s)",
        "survive(s) (a) restart of the host|machine|server",
        "reboot survival",
        "service enabled|enables",
        "is enabled",
        "reboot(s|ed)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "boot",
        "boots",
        "reboot",
        "reboots",
        "enabled",
        "enables",
        "enable",
        "automatically",
        "automatic",
        "auto",
        "start",
        "starts",
        "started",
        "survives",
        "survive",
        "systemd",
        "unit",
        "returns",
        "prints",
        "shows",
        "says",
        "status",
        "target",
        "multi",
        "user",
        "on",
        "without",
        "manual",
        "manually",
        "intervention",
        "action",
        "login",
        "again",
        "itself",
        "back",
        "comes",
        "resume",
        "resumes",
        "up",
        "online",
        "active",
        "full",
        "restart",
        "rebooted",
        "vm",
        "vps",
        "exit",
        "code",
        "autostart",
        "disabled",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The service starts automatically when the system boots", r#"{"state": "enabled"}"#),
        example("**Autostart**: enabled at boot", r#"{"state": "enabled"}"#),
        example("Auto-starts after a reboot, without manual intervention", r#"{"state": "enabled"}"#),
        example("The unit has WantedBy=multi-user.target", r#"{"state": "enabled"}"#),
        example("The service must survive reboots", r#"{"state": "enabled"}"#),
        criterion("`systemctl is-enabled agent-prod` prints \"enabled\"", r#"{"state": "enabled"}"#),
        criterion("The service is enabled and active", r#"{"state": "enabled"}"#),
        criterion("After `reboot`, the service auto-starts", r#"{"state": "enabled"}"#),
        example(
            "The service SHALL start on boot and SHALL restart on failure with a 2s delay.",
            r#"{"state": "enabled"}"#,
        ),
        example("The service does not start at boot", r#"{"state": "disabled"}"#),
        criterion(
            "WHEN the host reboots THEN the unit `agent-prod.service` starts automatically",
            r#"{"state": "enabled"}"#,
        ),
        criterion("The service restarts automatically after a reboot", r#"{"state": "enabled"}"#),
        criterion("After a reboot the service resumes without manual action", r#"{"state": "enabled"}"#),
        example("Optional: a systemd unit (for auto-start)", NOT_MINE),
        example("Start on boot: yes", r#"{"state": "enabled"}"#),
        example("**Start on boot**: no", r#"{"state": "disabled"}"#),
        criterion("Reboot: the service is not started", r#"{"state": "disabled"}"#),
        example("The service is enabled for all customers", NOT_MINE),
        example("The feature is enabled at boot of the device", NOT_MINE),
        example("Start on boot: to be decided", NOT_MINE),
        example("Docker starts on boot", NOT_MINE),
        example("The service starts right after installation, without requiring a reboot", NOT_MINE),
        criterion("`systemctl is-enabled nginx` prints \"enabled\"", NOT_MINE),
        example("Database migrations are applied on startup", NOT_MINE),
        example("Reboot the server once a month", NOT_MINE),
        example("SSH password login is enabled", NOT_MINE),
        example("The service restarts after a crash", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&STARTS_AT_BOOT];
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let yes = || Facts { state: Some(BootState::Enabled) };
        let command = clause.commands().next();
        if let Some((words, range)) = &command
            && (asks_systemctl(words, "is-enabled", context) || asks_systemctl(words, "enable", context))
        {
            let answers: Vec<_> = clause.quotes().collect();
            let status: Vec<_> = clause.counts().collect();
            let expected =
                answers.iter().all(|(answer, _)| *answer == "enabled") && status.iter().all(|(code, _)| *code == 0);
            let claims = answers.into_iter().map(|(_, place)| place).chain(status.into_iter().map(|(_, place)| place));
            return expected.then(|| Reading::new(yes(), claims).claim(range.clone()));
        }
        if let Some((target, range)) = clause.directive("WantedBy") {
            return (target == "multi-user.target").then(|| Reading::new(yes(), []).place("state", range));
        }
        // Only `reboot` itself may stand there as a command: it is what the drill does.
        let reboot = command.filter(|(words, _)| words.last().is_some_and(|word| word == "reboot"));
        if reboot.is_none() && clause.commands().next().is_some() {
            return None;
        }
        if let Some(reading) = read_switch(clause) {
            return Some(reading);
        }
        let starts = clause.find(
            "start(s|ed|ing)|restart(s|ed)|resume(s|d)|autostart(s|ed)|survive(s)|survival|enable(s|d)|come(s)",
        )?;
        let boots =
            clause.find_any(&["boot|boots|reboot(s)|rebooted|rebooting|autostart(s|ed)|startup", "auto start(s|ed)"]);
        let enabled = clause.find("service|unit|daemon (is) enabled");
        if (boots.is_none() && reboot.is_none() && enabled.is_none())
            || boots.is_none() && clause.find("enabled for|by|in|to").is_some()
            || clause.find("migration(s)|script(s)|password(s)|login|monthly|month|feature(s)|device(s)").is_some()
        {
            return None;
        }
        // "Without a reboot" says nothing about the boot; only a denied start does.
        let denied = clause.find_any(&[
            "not|never (be) (automatically) start(s|ed)|enabled|autostart(s|ed)",
            "not|never auto start(s|ed)",
        ]);
        if clause.find("without (requiring|needing) (a) reboot|restart").is_some()
            || (clause.denied() && denied.is_none())
        {
            return None;
        }
        let is_denied = clause.denied() || denied.is_some();
        let claims = reboot.map(|(_, range)| range).into_iter().chain(boots).chain(denied);
        let facts = Facts { state: Some(if is_denied { BootState::Disabled } else { BootState::Enabled }) };
        Some(Reading::new(facts, claims).place("state", starts))
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let unit = plan.unit_name();
        let asked = own.first();
        if let Some(binding) = asked.filter(|binding| binding.facts.state == Some(BootState::Disabled)) {
            plan.probe(
                Probe::new(
                    "start-on-boot.enabled",
                    Layer::Service,
                    "unit does not start at boot",
                    Observer::UnitEnabled { unit: unit.clone() },
                    Expectation::OneOf(vec!["static".to_owned(), "disabled".to_owned()]),
                    binding.provenance(),
                )
                .advice(format!(
                    "systemctl show {unit} -p UnitFileState; systemctl list-dependencies --reverse --no-pager {unit}"
                ))
                .runbook("starts-unasked"),
            );
            plan.runbook(starts_unasked(&unit, binding.provenance()));
            return;
        }
        // What is to be back after a reboot has to be started by it, also where no statement says so.
        let survival = all.one::<RebootSurvival>();
        let survives = survival.filter(|survival| survival.is_required()).map(Binding::provenance);
        let Some(why) =
            asked.map(Binding::provenance).or(survives).or_else(|| plan.default(Self::NAME, &STARTS_AT_BOOT))
        else {
            return;
        };
        plan.directive(UnitSection::Install, "WantedBy", "multi-user.target", "starts at boot", why.clone());
        plan.operation(Step::Service, 20, Action::UnitEnabled(unit.clone()), why.clone());
        plan.probe(
            Probe::new(
                "start-on-boot.enabled",
                Layer::Service,
                "unit starts at boot",
                Observer::UnitEnabled { unit: unit.clone() },
                Expectation::Equals("enabled".to_owned()),
                why.clone(),
            )
            .advice(format!("systemctl status {unit}; systemctl get-default; systemctl show {unit} -p UnitFileState"))
            .runbook("after-reboot"),
        );
        let health = plan.health.clone();
        let within = survival.and_then(|survival| survival.facts.within);
        let in_time = within.map(|within| format!(" within {within}")).unwrap_or_default();
        plan.drill(Drill {
            kind: DrillKind::Reboot { within },
            title: format!("after a reboot the service is back{in_time}, and healthy, by itself"),
            health,
            provenance: well_again::drilled(survival, why.clone()),
        });
        plan.runbook(RunbookEntry {
            anchor: "after-reboot",
            title: "The service is not back after a reboot".to_owned(),
            symptom: Some(format!("the host is up, {unit} is inactive")),
            checks: vec![ProbeId("start-on-boot.enabled".to_owned())],
            steps: vec![
                RunbookStep::run(
                    "See whether it is enabled, and whether something masks it.",
                    format!("systemctl is-enabled {unit}; systemctl status {unit}"),
                ),
                RunbookStep::run(
                    "See what the boot said about it.",
                    format!("journalctl -b -u {unit}; systemctl list-jobs"),
                ),
                RunbookStep::run(
                    "Enable and start it.",
                    format!("systemctl unmask {unit}; systemctl enable --now {unit}"),
                ),
            ],
            verify: Some(RunbookStep::run(
                "The boot reaches it.",
                "./validate-deployment.sh --check start-on-boot.enabled",
            )),
            provenance: why,
        });
    }
}

/// What to do when it is there after a boot, and nobody has started it.
fn starts_unasked(unit: &str, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "starts-unasked",
        title: "The service starts at boot, and should not".to_owned(),
        symptom: Some(format!("the host has booted, and {unit} runs")),
        checks: Vec::new(),
        steps: vec![
            RunbookStep::run(
                "See what wants it: a target, or another unit.",
                format!("systemctl is-enabled {unit}; systemctl list-dependencies --reverse --no-pager {unit}"),
            ),
            RunbookStep::run("Take it out of the boot.", format!("systemctl disable {unit}")),
        ],
        verify: Some(RunbookStep::run("No boot starts it.", "./validate-deployment.sh --check start-on-boot")),
        provenance,
    }
}

/// `Start on boot: no`. `None` where the value is another word.
fn read_switch(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let labels = "start on boot|start at boot|starts on boot|starts at boot|enable on boot|enabled on boot|\
                  enabled at boot|autostart|auto-start|auto start";
    let (value, place) = clause.leading_name().filter(|_| clause.label_is(labels))?;
    let state = match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => BootState::Enabled,
        "no" | "false" | "off" => BootState::Disabled,
        _ => return None,
    };
    Some(Reading::new(Facts { state: Some(state) }, []).place("state", place))
}
