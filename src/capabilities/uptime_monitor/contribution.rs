//! The uptime monitor in the plan: its program, the service that runs it, and the timer.
//!
//! In: what the statements together say, and the health check. Out: the files, the timer, and, through `proof`, the checks. Where
//! nobody can be asked, the reason.

use super::{Facts, UPTIME_INTERVAL, UPTIME_MEASUREMENT, UptimeMonitor, interval_too_coarse, proof};
use crate::capabilities::backup::{alert, text};
use crate::capabilities::confined::lift_start_limit;
use crate::capabilities::failure_alert::told;
use crate::capabilities::own_request::{Request, request};
use crate::capabilities::{Binding, Capability as _};
use crate::plan::{Action, FileContent, HealthGate, InstalledFile, PlanBuilder, Provenance, Step, Unit, UnitSection};
use crate::value::{FileMode, Owner, Percent, Seconds};

const MINUTE: Seconds = Seconds(60.0);

/// A monitor, decided.
pub(super) struct Monitor {
    /// Name of the program and its units.
    pub name: String,
    /// What is asked.
    pub request: Request,
    /// How often.
    pub every: Seconds,
    /// The availability that is promised, and who promises it.
    pub target: Option<(Percent, Provenance)>,
    /// Who asks for the monitor.
    pub why: Provenance,
    /// Who says how often.
    pub when: Provenance,
    /// The unit that tells people of a failure, and who asks for it.
    pub handler: Option<(String, Provenance)>,
}

impl Monitor {
    /// Where the program stands.
    pub(super) fn program(&self) -> String {
        format!("/usr/local/lib/{}", self.name)
    }
}

pub(super) fn contribute(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    let request = match request(facts.url.as_deref(), facts.port, plan) {
        Ok(request) => request,
        Err(reason) => {
            for statement in binding.provenance().statements {
                plan.partial(statement, reason);
            }
            return;
        }
    };
    let mut why = binding.provenance();
    if !facts.monitored && facts.interval.is_none() {
        for (statement, _) in binding.places.get("target").into_iter().flatten() {
            let reason = "an availability shows over time: a deployment can only measure it, as it does from now on";
            plan.partial(*statement, reason);
        }
        let Some(default) = plan.default(UptimeMonitor::NAME, &UPTIME_MEASUREMENT) else { return };
        why.default = default.default;
    }
    let mut when = binding.provenance_of(&["interval", "monitored"]);
    if facts.interval.is_none()
        && let Some(default) = plan.default(UptimeMonitor::NAME, &UPTIME_INTERVAL)
    {
        when.default = default.default;
    }
    interval_too_coarse::check(binding, plan);
    let name = format!("{}-uptime-monitor", plan.service);
    let monitor = Monitor {
        handler: alert(&name, plan),
        name,
        request,
        every: facts.interval.unwrap_or(MINUTE),
        target: facts.target.map(|target| (target, binding.provenance_of(&["target"]))),
        why,
        when,
    };
    add_program(&monitor, plan);
    add_units(&monitor, plan);
    proof::add(&monitor, plan);
}

fn add_program(monitor: &Monitor, plan: &mut PlanBuilder) {
    let Ok(path) = monitor.program().parse() else { return };
    if let Ok(curl) = "curl".parse() {
        plan.package(curl, monitor.why.clone());
    }
    let Request { method, url, status, .. } = &monitor.request;
    let start = if let HealthGate::Http { within, .. } = &plan.health { within.whole() } else { 0 };
    let remembered = monitor.handler.as_ref().map(|_| told(&monitor.name, plan)).unwrap_or_default();
    let constants = vec![
        ("SERVICE", plan.service.to_string()),
        ("UNIT", plan.unit_name()),
        ("METHOD", method.clone()),
        ("URL", url.clone()),
        ("STATUS", status.map_or_else(|| "any".to_owned(), |status| status.to_string())),
        ("INTERVAL", monitor.every.whole().to_string()),
        ("GRACE", start.max(monitor.every.whole()).to_string()),
        ("TOLD", remembered),
    ];
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "asks whether the service is there, journals outages, and counts".to_owned(),
            content: FileContent::Program { template: "uptime-monitor", constants },
            provenance: monitor.why.clone(),
        },
    );
}

fn add_units(monitor: &Monitor, plan: &mut PlanBuilder) {
    let (name, why, when) = (&monitor.name, &monitor.why, &monitor.when);
    let described = "asks whether the service is there";
    let mut service = Unit::default();
    let mut set = |section, name, value: &str, comment: &str| {
        service.set(section, name, text(value), comment, why.clone());
    };
    set(UnitSection::Unit, "Description", &format!("{}: {described}", plan.service), described);
    set(UnitSection::Service, "Type", "oneshot", "runs to its end, started by the timer");
    let asks = match monitor.handler {
        Some(_) => "asks once; fails where people are to be told of an outage",
        None => "asks once; an outage is no failure of the monitor",
    };
    set(UnitSection::Service, "ExecStart", &monitor.program(), asks);
    set(UnitSection::Service, "TimeoutStartSec", "30", "a look that hangs ends");
    set(UnitSection::Service, "LogLevelMax", "notice", "outages are journaled, and not that somebody looked");
    let small = "what serves people comes first";
    set(UnitSection::Service, "Nice", "10", small);
    set(UnitSection::Service, "MemoryMax", "64M", small);
    let closed = "a user that exists only meanwhile, this host and no other, and one directory to count in";
    set(UnitSection::Service, "DynamicUser", "yes", closed);
    set(UnitSection::Service, "StateDirectory", name.as_str(), closed);
    for (name, value) in [
        ("IPAddressDeny", "any"),
        ("IPAddressAllow", "localhost"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
        ("CapabilityBoundingSet", ""),
        ("PrivateDevices", "yes"),
        ("ProtectHome", "yes"),
        ("ProtectKernelTunables", "yes"),
    ] {
        set(UnitSection::Service, name, value, closed);
    }
    lift_start_limit(&mut service, why);
    if let Some((handler, asked)) = &monitor.handler {
        let mut asked = asked.clone();
        asked.merge(why);
        let comment = "who is told, once, of a service that runs and does not answer";
        service.set(UnitSection::Unit, "OnFailure", text(handler), comment, asked);
    }
    let mut timer = Unit::default();
    let mut tick = |section, name, value: &str, comment: &str| {
        timer.set(section, name, text(value), comment, when.clone());
    };
    let described = "when the service is asked";
    tick(UnitSection::Unit, "Description", &format!("{}: is the service there?", plan.service), described);
    let often = format!("at once, then every {}", monitor.every);
    tick(UnitSection::Timer, "OnActiveSec", "0", &often);
    tick(UnitSection::Timer, "OnUnitActiveSec", &monitor.every.systemd(), &often);
    tick(UnitSection::Timer, "AccuracySec", "1s", &often);
    tick(UnitSection::Install, "WantedBy", "timers.target", "waits from boot on");
    plan.unit_file(&format!("{name}.service"), "asks whether the service is there", service, why.clone());
    plan.unit_file(&format!("{name}.timer"), described, timer, when.clone());
    plan.operation(Step::Monitoring, 20, Action::Timer(format!("{name}.timer")), when.clone());
}
