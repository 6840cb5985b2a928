//! Services that give up within seconds.

use crate::capabilities::{RestartPolicy, StartLimit};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a start limit that is reached in less than ten seconds, the pauses between the restarts
    /// added up.
    ///
    /// *Why is this bad?* A database that restarts, a network that is away for a moment, take longer. The service is
    /// then down for good, and waits for a person.
    ///
    /// *Instead*: a longer pause, or more restarts: so that the service outlives what it depends on.
    static START_LIMIT_TRIPS_EARLY = "start-limit-trips-early", Info, Consistency, "the service gives up within seconds";
}

pub(super) static RULE: Rule = Rule { lints: &[&START_LIMIT_TRIPS_EARLY], check };

/// What a dependency may take to come back.
const OUTAGE: f64 = 10.0;

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(limit), Some(restart)) = (view.bindings.one::<StartLimit>(), view.bindings.one::<RestartPolicy>()) else {
        return;
    };
    let (Some(burst), Some(delay)) = (limit.facts.burst, restart.facts.delay) else { return };
    let (Some(place), Some(span)) = (limit.span_of("burst"), restart.span_of("delay")) else { return };
    let lasts = f64::from(burst) * delay.0;
    if lasts < OUTAGE {
        let enough = (OUTAGE * 2.0 / f64::from(burst)).ceil();
        found.push(
            Diagnostic::new(&START_LIMIT_TRIPS_EARLY, place, format!("the service gives up for good after {lasts} s"))
                .at(format!("… {burst} restarts are over in {lasts} s"))
                .label(span, format!("with {delay} between them …"))
                .help(format!(
                    "write a delay of {enough} seconds, so that it outlives a restart of what it depends on"
                )),
        );
    }
}
