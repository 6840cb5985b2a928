//! How it is proven that the host is validated by the clock, and what to do when that finds something.

use super::Order;
use crate::capabilities::backup::{alert, elapses, times};
use crate::plan::{
    Expectation, Layer, Observer, OversightObserver, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep,
};

/// Adds the checks and the chapter of the runbook.
pub(super) fn add(order: &Order, plan: &mut PlanBuilder) {
    let (timer, service) = (order.timer(), order.service());
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    // A run that is under way, this one perhaps, has not failed; and the first waits for the end of the deployment.
    let fine = Expectation::OneOf(vec!["success".to_owned(), "running".to_owned()]);
    let last = OversightObserver::Validation { unit: service.clone(), oldest: order.oldest };
    let mut checks = vec![
        (
            "timer",
            "the timer of the validation waits for its time".to_owned(),
            Observer::Timer { unit: timer.clone() },
            equals("active"),
        ),
        ("schedule", format!("this host is validated at {}", order.calendar), times(&timer), elapses(&order.calendar)),
        (
            "enabled",
            "validations by the clock start at boot".to_owned(),
            Observer::UnitEnabled { unit: timer.clone() },
            equals("enabled"),
        ),
        (
            "last-run",
            format!("the last validation by the clock, at most {} ago, found nothing wrong", order.oldest),
            Observer::Oversight(last),
            fine,
        ),
    ];
    if let Some((handler, _)) = alert(&order.name, plan) {
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        let title = "somebody is told when a validation finds something".to_owned();
        checks.push(("alert", title, observer, equals(&handler)));
    }
    for (id, title, observer, expectation) in checks {
        let is_secret = matches!(observer, Observer::Oversight(_));
        let id = format!("scheduled-validation.{id}");
        let probe = Probe::new(id, Layer::Monitoring, title, observer, expectation, order.why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -p warning -n 20"))
            .runbook("validation-fails");
        plan.probe(if is_secret { probe.needs("root") } else { probe });
    }
    let entry = entry(order, plan);
    plan.runbook(entry);
}

fn entry(order: &Order, plan: &PlanBuilder) -> RunbookEntry {
    let service = order.service();
    let current = format!("/var/lib/specc/{}/current", plan.service);
    RunbookEntry {
        anchor: "validation-fails",
        title: "The validation by the clock finds something".to_owned(),
        symptom: Some(format!("{service} has failed")),
        checks: ["last-run", "timer"].map(|id| ProbeId(format!("scheduled-validation.{id}"))).to_vec(),
        steps: vec![
            RunbookStep::run(
                "See which checks did not pass: a line each, with what was expected and what was seen.",
                format!("journalctl -u {service} -p warning -n 30 --no-pager"),
            ),
            RunbookStep::run(
                "Look again, now; each failure names its chapter of this handbook.",
                format!("{current}/validate-deployment.sh"),
            ),
            RunbookStep::run(
                "See whether a file is not as it was deployed, and by whom it was changed.",
                format!("{current}/deploy.sh --check"),
            ),
            RunbookStep::say(
                "Mend it as that chapter says, or deploy again: `deploy.sh` puts back what differs. A check that only fails by \
                 the clock, and not by hand, is kept from looking by the sandbox of the unit.",
            ),
            RunbookStep::say(
                "It waits for up to an hour while a deployment or a drill is at work, while a change waits for its confirmation, \
                 and for two minutes after a boot: what it would find then would be no fault.",
            ),
            RunbookStep::run("Let it look again.", format!("systemctl start {service}")),
        ],
        verify: Some(RunbookStep::run(
            "The last one found nothing wrong.",
            "./validate-deployment.sh --check scheduled-validation",
        )),
        provenance: order.why.clone(),
    }
}
