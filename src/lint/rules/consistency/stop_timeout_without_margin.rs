//! Programs that are killed while they still end their work.

use crate::capabilities::{Application, GracefulStop};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::value::Seconds;

declare_lint! {
    /// *What it does*: compares the time that the command line gives the server to end its requests
    /// (`--timeout-graceful-shutdown` of uvicorn, `--graceful-timeout` of gunicorn) with the time after which systemd
    /// kills it.
    ///
    /// *Why is this bad?* Both clocks start at the same moment. With equal times the kill races the last requests, with
    /// a shorter one of systemd's it wins: answers are lost at each restart, and a clean stop counts as a failure.
    ///
    /// *Instead*: give systemd some seconds more than the program: 35 s for a program that takes 30.
    static STOP_TIMEOUT_WITHOUT_MARGIN = "stop-timeout-without-margin", Warn, Consistency, "systemd kills the program while it still ends its work";
}

pub(super) static RULE: Rule = Rule { lints: &[&STOP_TIMEOUT_WITHOUT_MARGIN], check };

/// How servers are told how long they may take.
const OPTIONS: &[&str] = &["--timeout-graceful-shutdown", "--graceful-timeout"];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let stop = view.bindings.one::<GracefulStop>();
    let Some((limit, place)) = stop.and_then(|stop| stop.facts.timeout.zip(stop.span_of("timeout"))) else { return };
    let Some(application) = view.bindings.one::<Application>() else { return };
    let Some((takes, span)) = shutdown(&application.facts.command).zip(application.span_of("command")) else { return };
    if limit.0 <= takes.0 {
        let enough = Seconds(takes.0 + 5.0);
        found.push(
            Diagnostic::new(
                &STOP_TIMEOUT_WITHOUT_MARGIN,
                place,
                format!("systemd kills the program after {limit}, and it may take {takes} to end its requests"),
            )
            .at(format!("killed after {limit}"))
            .label(span, format!("told to take up to {takes}"))
            .help(format!("write {enough} here, or give the program less")),
        );
    }
}

/// The time that a command line gives the server.
fn shutdown(command: &[String]) -> Option<Seconds> {
    let mut words = command.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        if OPTIONS.contains(&name) {
            let seconds: f64 = value.or_else(|| words.next().map(String::as_str))?.parse().ok()?;
            return (seconds.is_finite() && seconds > 0.0).then_some(Seconds(seconds));
        }
    }
    None
}
