//! Reboot survival: after a reboot of the host the service is back within a time.
//!
//! In: clauses that say what a reboot leaves running. Out: nothing of its own: the drill that `start_on_boot` brings reboots
//! the host and judges that time. Not here: that the boot starts the service (`start_on_boot`).

use serde_json::Value;

use super::well_again::{self, Facts, Failure};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{DrillKind, PlanBuilder};

/// The capability.
pub struct RebootSurvival;

const REBOOT: Failure = Failure {
    names: &[
        "reboot(s|ed|ing)",
        "restart of the host|server|machine|vm|vps",
        "host|server|machine|vm|vps restart(s|ed)",
        "boot(s|ed)",
    ],
    condition: "if … reboot(s|ed)|boots",
    commands: &["reboot"],
    outcomes: &["drill|test", "tested|exercised|drilled"],
};

impl Capability for RebootSurvival {
    type Facts = Facts;

    const NAME: &'static str = "reboot-survival";
    const SUMMARY: &'static str = "The reboot drill reboots the host; the service must come back by itself within the time that the sentence names.";
    const CUES: &'static [&'static str] = &[
        "reboot survival|recovery|drill|test",
        "reboot (is|was|has) (been) tested|exercised|drilled",
        "survive(s|d) (a|an|the|any) (system|server|vps|host|machine) reboot(s)",
        "survive(s|d) (a|the) restart of the host|machine|server",
        "recover(s|ed|y) … reboot(s)",
        "reboot(s|ed) … back|again",
        "reboot(s|ed) … is|are (up) (and) running|healthy|reachable|available|online",
        "is|are|be|come|comes|it back",
        "running|healthy|active|reachable|available|online|up|operational again",
        "running|healthy|active|reachable|available|online|up|operational within|under #",
        "recover(s|ed) (fully) (itself) within|under #",
    ];
    const VOCABULARY: &'static [&'static str] = well_again::WORDS;
    const EXAMPLES: &'static [Example] = &[
        criterion("After a reboot all services are running within 2 minutes", r#"{"within": 120.0}"#),
        criterion("The service is back within 90 seconds after a reboot", r#"{"within": 90.0}"#),
        criterion("Survives reboot: after `reboot`, the service starts by itself", "{}"),
        example("The service survives reboots", "{}"),
        criterion("WHEN the host reboots THEN the service is reachable within 3 minutes", r#"{"within": 180.0}"#),
        criterion("If the server is rebooted, it is back within 4 minutes", r#"{"within": 240.0}"#),
        criterion(
            "After a reboot the service comes back within 60 seconds without manual intervention",
            r#"{"within": 60.0}"#,
        ),
        criterion("The reboot was tested", "{}"),
        example("The service starts at boot", NOT_MINE),
        example("Reboot the server once a month", NOT_MINE),
        criterion("After a reboot the service is not running", NOT_MINE),
        criterion("The database is back within 60 seconds after a reboot", NOT_MINE),
        criterion("Docker is running again after a reboot", NOT_MINE),
        example("The server is rebooted every month", NOT_MINE),
        example("The service is available within 60 seconds", NOT_MINE),
        criterion("The service is back within 30 seconds after a crash", NOT_MINE),
        example("Security updates are active again after a reboot", NOT_MINE),
    ];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;
    const ALONGSIDE: &'static [&'static str] = &["start-on-boot", "crash-recovery", "memory-kill"];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        well_again::read(clause, context, &REBOOT)
    }

    fn satisfies(_: &str, given: &Value, least: &Value) -> bool {
        well_again::satisfies(given, least)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let is_it = |kind: &DrillKind| matches!(kind, DrillKind::Reboot { .. });
        let why_not = "there is no drill: the boot does not start the service";
        well_again::require_drill(own, is_it, why_not, plan);
    }
}
