//! Recovery times that the specification's own figures exceed.

use crate::capabilities::{Bindings, GracefulStop, RecoveryObjectives, RestartPolicy, StartLimit, StartTimeout};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::source::Span;
use crate::value::Seconds;

declare_lint! {
    /// *What it does*: adds up how long the ways back may take by the times that the specification gives: a restart
    /// after a crash (the pause, the start), a rollback (a new version that does not become healthy in its time, the
    /// stop, the start of the old one), and the restarts until systemd gives up and somebody is told. It reports the
    /// longest where it exceeds the recovery time objective.
    ///
    /// *Why is this bad?* The objective is missed by a service that does exactly what the specification asks of it.
    /// Nobody is at fault, and everybody is late.
    ///
    /// *Instead*: shorter times, or an objective that leaves room for them and for the person who decides.
    static RECOVERY_TIME_OUT_OF_REACH = "recovery-time-out-of-reach", Warn, Consistency, "recovery may take longer than its objective";
}

pub(super) static RULE: Rule = Rule { lints: &[&RECOVERY_TIME_OUT_OF_REACH], check };

/// A way back to a service that answers.
struct Way {
    name: &'static str,
    parts: Vec<Part>,
}

/// What a way back waits for, and where it is said.
struct Part {
    seconds: f64,
    place: Span,
    what: String,
}

impl Way {
    fn seconds(&self) -> f64 {
        self.parts.iter().map(|part| part.seconds).sum()
    }
}

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(objectives) = view.bindings.one::<RecoveryObjectives>() else { return };
    let Some((limit, place)) = objectives.facts.rto.zip(objectives.span_of("rto")) else { return };
    let slow = ways(view.bindings).into_iter().filter(|way| way.seconds() > limit.0);
    let Some(way) = slow.max_by(|one, other| one.seconds().total_cmp(&other.seconds())) else { return };
    let takes = Seconds(way.seconds());
    let message = format!("{} may take {takes}, and the service is to be back within {limit}", way.name);
    let mut diagnostic = Diagnostic::new(&RECOVERY_TIME_OUT_OF_REACH, place, message)
        .at(format!("back within {limit} …"))
        .help(format!("shorten these times, or write an objective of more than {takes}"));
    for part in way.parts {
        diagnostic = diagnostic.label(part.place, part.what);
    }
    found.push(diagnostic);
}

/// The ways back of which the specification says how long they may take.
fn ways(all: &Bindings) -> Vec<Way> {
    let restart = all.one::<RestartPolicy>();
    let pause = restart.and_then(|binding| binding.facts.delay.zip(binding.span_of("delay")));
    let promised = restart.and_then(|binding| binding.facts.within.zip(binding.span_of("within")));
    let start = all.one::<StartTimeout>().and_then(|binding| binding.facts.seconds.zip(binding.span_of("seconds")));
    let stop = all.one::<GracefulStop>().and_then(|binding| binding.facts.timeout.zip(binding.span_of("timeout")));
    let burst = all.one::<StartLimit>().and_then(|binding| binding.facts.burst.zip(binding.span_of("burst")));
    let part = |(time, place): (Seconds, Span), times: f64, what: String| Part { seconds: time.0 * times, place, what };
    let once = |said: Option<(Seconds, Span)>, what: &str| {
        said.map(|said| part(said, 1.0, format!("… and {what} may take {}", said.0)))
    };
    let mut ways = Vec::new();
    let crash = match promised {
        Some(_) => vec![once(promised, "a restart after a crash")],
        None => vec![once(pause, "the pause before a restart"), once(start, "the start")],
    };
    ways.push(Way { name: "a restart after a crash", parts: crash.into_iter().flatten().collect() });
    if let Some(start) = start {
        let twice = format!("… and a start may take {}: that of the new version, and that of the old one", start.0);
        let parts = [Some(part(start, 2.0, twice)), once(stop, "the stop in between")];
        ways.push(Way { name: "a rollback", parts: parts.into_iter().flatten().collect() });
    }
    if let (Some(pause), Some((burst, place))) = (pause, burst) {
        let counted = Part { seconds: 0.0, place, what: format!("… {burst} times …") };
        let paused = part(pause, f64::from(burst), format!("… with a pause of {}", pause.0));
        ways.push(Way {
            name: "restarting, before systemd gives up and somebody is told,",
            parts: vec![counted, paused],
        });
    }
    ways
}
