//! How the uptime monitor is proven, what it has counted, and what to do after an outage.

use super::UptimeMonitor;
use super::contribution::Monitor;
use super::interval_too_coarse::allowed;
use crate::capabilities::Capability as _;
use crate::plan::{
    AnswerObserver, Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::value::Seconds;

const ANCHOR: &str = "outages";

/// Adds the checks and the chapter.
pub(super) fn add(monitor: &Monitor, plan: &mut PlanBuilder) {
    let (timer, service) = (format!("{}.timer", monitor.name), format!("{}.service", monitor.name));
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let mut probe = |id: &str, title: String, observer: Observer, expectation, why: &Provenance| {
        let counted = matches!(observer, Observer::Answer(_));
        let id = format!("{}.{id}", UptimeMonitor::NAME);
        let probe = Probe::new(id, Layer::Monitoring, title, observer, expectation, why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -n 10"))
            .runbook(ANCHOR);
        // Only root can enter the directory of a user that exists only meanwhile.
        plan.probe(if counted { probe.needs("root") } else { probe });
    };
    let title = "the timer of the uptime monitor waits for its time".to_owned();
    probe("timer", title, Observer::Timer { unit: timer.clone() }, equals("active"), &monitor.when);
    let title = "the uptime monitor starts at boot".to_owned();
    probe("enabled", title, Observer::UnitEnabled { unit: timer.clone() }, equals("enabled"), &monitor.when);
    let title = "the uptime monitor could ask and count when it last ran".to_owned();
    let observer = Observer::UnitResult { unit: service.clone() };
    let expected = match &monitor.handler {
        // 3 tells people of an outage, which other checks see; they may look before the next run.
        Some(_) => Expectation::Matches(r"^success$|\(exit status 3\)$".to_owned()),
        None => equals("success"),
    };
    probe("last-run", title, observer, expected, &monitor.why);
    if let Some((handler, asked)) = &monitor.handler {
        let mut asked = asked.clone();
        asked.merge(&monitor.why);
        let title = "somebody is told when the service runs and does not answer".to_owned();
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        probe("alert", title, observer, equals(handler), &asked);
    }
    let limit = 2.0 * monitor.every.0 + 30.0;
    let title = format!("the service was last asked at most {} ago", Seconds(limit));
    let observer = Observer::Answer(AnswerObserver::LastAsked { monitor: monitor.name.clone() });
    probe("recent", title, observer, Expectation::AtMost(limit), &monitor.when);
    if let Some((target, promised)) = &monitor.target {
        let title =
            format!("the outages of the last 30 days leave an availability of at least {target}, seen from this host");
        let observer = AnswerObserver::Availability { monitor: monitor.name.clone(), interval: monitor.every };
        probe("availability", title, Observer::Answer(observer), Expectation::AtLeast(target.0), promised);
    }
    plan.runbook(entry(monitor, plan));
}

fn entry(monitor: &Monitor, plan: &PlanBuilder) -> RunbookEntry {
    let (service, unit, url) = (format!("{}.service", monitor.name), plan.unit_name(), &monitor.request.url);
    let mut checks = vec![ProbeId("uptime-monitor.recent".to_owned())];
    let mut symptom = format!("{service} journals \"outage begins\"");
    if monitor.handler.is_some() {
        symptom += ", and fails, which people are told of, where the service runs and does not answer";
    }
    let mut steps = vec![
        RunbookStep::run(
            "See when it was not there: each outage with its begin and end.",
            format!("journalctl -u {service} -p notice -n 30 --no-pager"),
        ),
        RunbookStep::run(
            "See what was counted, day by day (UTC). Time in which the host was off counts as not answered; time in which only the monitor was stopped is not counted.",
            format!("{} --report", monitor.program()),
        ),
        RunbookStep::run("Ask it yourself.", format!("curl -q --noproxy '*' -i {url}")),
        RunbookStep::run(
            "Read what the service logged at that time (put the begin of the outage here).",
            format!("journalctl -u {unit} --since '2026-01-31 12:00:00' -n 50 --no-pager"),
        ),
        RunbookStep::say(
            "The monitor asks from this host. What lies between users and the host, a proxy included, it does not see.",
        ),
    ];
    if let Some((target, _)) = &monitor.target {
        checks.push(ProbeId("uptime-monitor.availability".to_owned()));
        let allowed = allowed(*target);
        steps.insert(0, RunbookStep::say(format!("{target} of 30 days allow outages of {allowed} together.")));
    }
    RunbookEntry {
        anchor: ANCHOR,
        title: "The service was not there".to_owned(),
        symptom: Some(symptom),
        checks,
        steps,
        verify: Some(RunbookStep::run("It is asked, and answers.", "./validate-deployment.sh --check uptime-monitor")),
        provenance: monitor.why.clone(),
    }
}
