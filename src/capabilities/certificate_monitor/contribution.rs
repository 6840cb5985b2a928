//! The certificate monitor in the plan: its program, the service that runs it, the timer, checks, and what to do.
//!
//! In: what the statements together say, and the front whose certificate is watched. Nothing is read here.

use super::{CERTIFICATE_DAYS, CERTIFICATE_INTERVAL, CertificateMonitor, DAYS, Facts};
use crate::capabilities::backup::{add_start, alert, text, timer};
use crate::capabilities::confined::lift_start_limit;
use crate::capabilities::reverse_proxy::Front;
use crate::capabilities::{Binding, Capability as _};
use crate::plan::{
    Action, DirectiveValue, Expectation, FileContent, InstalledFile, Layer, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner};

/// When it is looked at.
const MORNING: &str = "*-*-* 08:00:00";

pub(super) fn contribute(binding: &Binding<Facts>, front: &Front, plan: &mut PlanBuilder) {
    let why = binding.provenance();
    let mut threshold = binding.provenance_of(&["days"]);
    let days = match binding.facts.days {
        Some(days) => days,
        None => {
            threshold.default =
                plan.default(CertificateMonitor::NAME, &CERTIFICATE_DAYS).and_then(|default| default.default);
            DAYS
        }
    };
    add_program(plan, &why);
    add_units(plan, front, days, &why, &threshold);
    add_probes(plan, &why);
    add_runbook(plan, front, days, why);
}

/// The name of the program and its units.
fn name(plan: &PlanBuilder) -> String {
    format!("{}-certificate-monitor", plan.service)
}

fn program(plan: &PlanBuilder) -> String {
    format!("/usr/local/lib/{}", name(plan))
}

fn add_program(plan: &mut PlanBuilder, why: &Provenance) {
    let Ok(path) = program(plan).parse() else { return };
    if let Ok(openssl) = "openssl".parse() {
        plan.package(openssl, why.clone());
    }
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "warns through the journal before a certificate ends".to_owned(),
            content: FileContent::Program { template: "certificate-monitor", constants: Vec::new() },
            provenance: why.clone(),
        },
    );
}

/// The service that runs the program, and the timer that starts the service.
fn add_units(plan: &mut PlanBuilder, front: &Front, days: u32, why: &Provenance, threshold: &Provenance) {
    let unit = name(plan);
    let described = "warns before the certificate ends";
    let mut service = Unit::default();
    add_start(&mut service, &unit, described, plan, why);
    let mut set = |section, name, value: DirectiveValue, comment: &str, why: &Provenance| {
        service.set(section, name, value, comment, why.clone());
    };
    let comment = "at boot, nginx is asked once it runs";
    set(UnitSection::Unit, "After", text("nginx.service"), comment, why);
    let mut command = vec![program(plan), days.to_string(), front.certificate.to_string()];
    command.extend(front.names.iter().map(ToString::to_string));
    if front.names.is_empty() {
        command.push(front.host().to_owned());
    }
    let comment = "the days that must be left, the file, and the names under which the certificate is served";
    set(UnitSection::Service, "ExecStart", DirectiveValue::Command(command), comment, threshold);
    set(UnitSection::Service, "TimeoutStartSec", text("300"), "a look that hangs ends", why);
    let closed = "it only looks, wherever the certificate lies, and asks nobody but this host";
    for (name, value) in [
        ("CapabilityBoundingSet", "CAP_DAC_READ_SEARCH"),
        ("NoNewPrivileges", "yes"),
        ("PrivateTmp", "yes"),
        ("ProtectSystem", "strict"),
        ("IPAddressDeny", "any"),
        ("IPAddressAllow", "localhost"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ] {
        set(UnitSection::Service, name, text(value), closed, why);
    }
    lift_start_limit(&mut service, why);
    let mut every = why.clone();
    if let Some(default) = plan.default(CertificateMonitor::NAME, &CERTIFICATE_INTERVAL) {
        every.default = default.default;
    }
    let mut timer = timer(&format!("{}: look at the certificate", plan.service), MORNING, None, &every);
    timer.set(UnitSection::Timer, "OnActiveSec", text("0"), "and at once, also after each boot", every.clone());
    plan.unit_file(&format!("{unit}.service"), described, service, why.clone());
    plan.unit_file(&format!("{unit}.timer"), "when the certificate is looked at", timer, every);
    plan.operation(Step::Monitoring, 15, Action::Timer(format!("{unit}.timer")), why.clone());
}

fn add_probes(plan: &mut PlanBuilder, why: &Provenance) {
    let unit = name(plan);
    let (timer, service) = (format!("{unit}.timer"), format!("{unit}.service"));
    let handler = alert(&unit, plan);
    let probe = |id: &str, title: &str, observer, expected: &str, why: &Provenance| {
        let id = format!("{}.{id}", CertificateMonitor::NAME);
        Probe::new(id, Layer::Monitoring, title, observer, Expectation::Equals(expected.to_owned()), why.clone())
            .advice(format!("systemctl status {timer} {service}; journalctl -u {service} -n 10"))
            .runbook("certificate-ends")
    };
    let title = "the timer of the certificate monitor waits for its time";
    plan.probe(probe("timer", title, Observer::Timer { unit: timer.clone() }, "active", why));
    let title = "the certificate monitor starts at boot";
    plan.probe(probe("enabled", title, Observer::UnitEnabled { unit: timer.clone() }, "enabled", why));
    // Where the certificate itself is at fault, the checks of it say so.
    let title = "the certificate monitor's last look found nothing to warn of";
    let last_run = probe("last-run", title, Observer::UnitResult { unit: service.clone() }, "success", why);
    plan.probe(last_run.after("tls.served").after("tls.lasting"));
    if let Some((handler, mut asked)) = handler {
        asked.merge(why);
        let observer = Observer::UnitProperty { unit: service.clone(), property: "OnFailure" };
        plan.probe(probe("alert", "somebody is told when the certificate is about to end", observer, &handler, &asked));
    }
}

fn add_runbook(plan: &mut PlanBuilder, front: &Front, days: u32, provenance: Provenance) {
    let service = format!("{}.service", name(plan));
    let host = front.host();
    plan.runbook(RunbookEntry {
        anchor: "certificate-ends",
        title: "The certificate is about to end".to_owned(),
        symptom: Some(format!("{service} has failed, and warns in the journal that fewer than {days} days are left")),
        checks: vec![ProbeId("tls.lasting".to_owned()), ProbeId("certificate-monitor.last-run".to_owned())],
        steps: vec![
            RunbookStep::run(
                "See whether it is the served certificate that ends, or the file as well.",
                format!("journalctl -u {service} -n 10 --no-pager"),
            ),
            RunbookStep::run(
                "Where only the served one ends, nginx has not loaded the file since: load it.",
                "nginx -t && systemctl reload nginx",
            ),
            RunbookStep::say(format!(
                "Where the file ends, too, renew the certificate of {host} as the chapter \"Renew the certificate\" says."
            )),
            RunbookStep::run("Look again now.", format!("systemctl start {service}")),
        ],
        verify: Some(RunbookStep::run(
            "What is served lasts, and the monitor has seen it.",
            "./validate-deployment.sh --check tls.lasting --check certificate-monitor.last-run",
        )),
        provenance,
    });
}
