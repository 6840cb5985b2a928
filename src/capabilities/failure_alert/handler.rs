//! The handler of a failure in the plan: its unit, its program, and the proof that it works.
//!
//! In: where alerts go. Out: `SERVICE-alert@.service`, which `OnFailure=` starts with the name of what failed, the
//! program, the operation that sends a test alert, checks, the runbook entry. Nothing is read here.

use super::{Channel, Facts, FailureAlert, TEST_ALERT, Target};
use crate::capabilities::{Binding, Capability};
use crate::plan::{
    Action, Directive, DirectiveValue, Expectation, FileContent, InstalledFile, Layer, Observer, PlanBuilder, Probe,
    ProbeId, Provenance, RunbookEntry, RunbookStep, Step, Unit, UnitSection,
};
use crate::value::{FileMode, Owner, UnixPath, UserName};

/// Adds the handler to the plan.
pub(super) fn contribute(binding: &Binding<Facts>, target: &Target, plan: &mut PlanBuilder) {
    let why = &target.provenance;
    let environment = plan.environment_file().cloned().filter(|_| !target.variables.is_empty());
    add_program(target, plan);
    add_unit(environment.as_ref(), why, plan);
    let handler = format!("{service}-alert@{service}.service", service = plan.service);
    plan.directive(
        UnitSection::Unit,
        "OnFailure",
        handler.clone(),
        "who is told when systemd gives the service up (this belongs in [Unit])",
        binding.provenance_of(&["event"]),
    );
    let tested = plan.default(FailureAlert::NAME, &TEST_ALERT).is_some();
    if tested {
        let name = format!("{}-alert", plan.service);
        let mut tested = why.clone();
        tested.default = tested.default.or(Some(&TEST_ALERT));
        plan.operation(Step::Monitoring, 30, Action::TestAlert { name, environment: environment.clone() }, tested);
    }
    add_probes(&handler, environment.as_ref(), binding, why, plan);
    let entry = entry(&handler, environment.as_ref(), target, plan);
    plan.runbook(entry);
}

fn program(plan: &PlanBuilder) -> String {
    format!("/usr/local/lib/{}-alert", plan.service)
}

/// The file that the handler writes once somebody was told that a unit, named without its ".service", has failed.
pub(in crate::capabilities) fn told(unit: &str, plan: &PlanBuilder) -> String {
    format!("/var/lib/{}-alert/told-{unit}", plan.service)
}

fn add_program(target: &Target, plan: &mut PlanBuilder) {
    let Ok(path) = program(plan).parse() else { return };
    if let Ok(curl) = "curl".parse() {
        plan.package(curl, target.provenance.clone());
    }
    let channel = match target.channel {
        Channel::Webhook => "webhook",
        Channel::Slack => "slack",
        Channel::Mail => "mail",
        Channel::Command => "command",
    };
    let variable = target.variables.first().map(ToString::to_string).unwrap_or_default();
    let command = target.command.as_ref().map(ToString::to_string).unwrap_or_default();
    let constants = vec![
        ("SERVICE", plan.service.to_string()),
        ("CHANNEL", channel.to_owned()),
        ("ADDRESS_VARIABLE", variable),
        ("COMMAND", command),
    ];
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "tells people that a unit has failed".to_owned(),
            content: FileContent::Program { template: "alert", constants },
            provenance: target.provenance.clone(),
        },
    );
}

/// The account that sends. One that exists only while it is used (`DynamicUser=`) would not do: the daemon of D-Bus turns such
/// accounts away on hosts where it cannot look them up, and the handler asks the manager how a unit has ended.
fn add_account(why: &Provenance, plan: &mut PlanBuilder) -> Option<UserName> {
    let account: UserName = format!("{}-alert", plan.service).parse().ok()?;
    let home = format!("/var/lib/{account}").parse().ok()?;
    let shell = "/usr/sbin/nologin".parse().ok()?;
    plan.operation(
        Step::SystemUser,
        20,
        Action::User { user: account.clone(), group: account.clone(), shell, home },
        why.clone(),
    );
    Some(account)
}

/// The unit that sends: an account of its own, and nothing but the network.
fn add_unit(environment: Option<&UnixPath>, why: &Provenance, plan: &mut PlanBuilder) {
    let account = add_account(why, plan);
    let mut unit = Unit::default();
    let service = plan.service.to_string();
    let mut set = |section, name, value: DirectiveValue, comment: &str| {
        unit.directives.push(Directive { section, name, value, comment: comment.to_owned(), provenance: why.clone() });
    };
    let text = |value: &str| DirectiveValue::Text(value.to_owned());
    let described = "tells people that a unit has failed";
    // %i is what stands after the @: the name of what failed.
    let title = format!("{service}: tells people about %i");
    set(UnitSection::Unit, "Description", DirectiveValue::Verbatim(title), described);
    set(UnitSection::Unit, "After", text("network-online.target"), "it needs the network");
    set(UnitSection::Service, "Type", text("oneshot"), "runs to its end, started by OnFailure= of what failed");
    set(
        UnitSection::Service,
        "ExecStart",
        DirectiveValue::Verbatim(format!("{} %i", program(plan))),
        "the name of what failed, or test",
    );
    set(UnitSection::Service, "TimeoutStartSec", text("180"), "long enough to try several times");
    if let Some(path) = environment {
        set(UnitSection::Service, "EnvironmentFile", text(path.as_str()), "where alerts go");
    }
    let closed = "an account of its own; the network, and one directory to remember what was told";
    match &account {
        Some(account) => set(UnitSection::Service, "User", text(account.as_str()), closed),
        // The name of the service leaves no room for another one.
        None => set(UnitSection::Service, "DynamicUser", text("yes"), closed),
    }
    set(UnitSection::Service, "StateDirectory", text(&format!("{service}-alert")), closed);
    for (name, value) in [
        ("CapabilityBoundingSet", ""),
        ("NoNewPrivileges", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateTmp", "yes"),
        ("ProtectHome", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectSystem", "strict"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ] {
        set(UnitSection::Service, name, text(value), closed);
    }
    plan.unit_file(&format!("{service}-alert@.service"), described, unit, why.clone());
}

fn add_probes(
    handler: &str,
    environment: Option<&UnixPath>,
    binding: &Binding<Facts>,
    why: &Provenance,
    plan: &mut PlanBuilder,
) {
    let unit = plan.unit_name();
    let name = format!("{}-alert", plan.service);
    let mut probe = |id: &str, title: String, observer, expectation, why: Provenance| {
        plan.probe(
            Probe::new(format!("failure-alert.{id}"), Layer::Monitoring, title, observer, expectation, why)
                .advice(format!(
                    "systemctl show {unit} -p OnFailure; systemctl status '{handler}'; journalctl -u '{name}@*' -n 20"
                ))
                .runbook("failure-alert"),
        );
    };
    probe(
        "wired",
        format!("a failure of {unit} starts its alert"),
        Observer::UnitProperty { unit: unit.clone(), property: "OnFailure" },
        Expectation::Contains(handler.to_owned()),
        binding.provenance_of(&["event"]),
    );
    probe(
        "handler",
        "the unit that sends the alert is there".to_owned(),
        Observer::UnitProperty { unit: handler.to_owned(), property: "LoadState" },
        Expectation::Equals("loaded".to_owned()),
        why.clone(),
    );
    probe(
        "delivered",
        "the last alert, a test included, was delivered to where alerts go now".to_owned(),
        Observer::AlertDelivery { name: name.clone(), environment: environment.cloned() },
        Expectation::Equals("delivered".to_owned()),
        why.clone(),
    );
}

fn entry(handler: &str, environment: Option<&UnixPath>, target: &Target, plan: &PlanBuilder) -> RunbookEntry {
    let (service, unit, program) = (&plan.service, plan.unit_name(), program(plan));
    let mut steps = vec![
        RunbookStep::run("Send a test alert; it says whether it was taken.", format!("{program} --test")),
        RunbookStep::run(
            "Read why alerts were not delivered.",
            format!("journalctl -u '{service}-alert@*' -n 20 --no-pager"),
        ),
    ];
    if let Some(path) = environment {
        let names: Vec<String> = target.variables.iter().map(|name| format!("`{name}`")).collect();
        steps
            .push(RunbookStep::run(format!("Change where alerts go: {}.", names.join(", ")), format!("editor {path}")));
    }
    steps.push(RunbookStep::run(
        "See what is started when the service fails.",
        format!("systemctl show {unit} -p OnFailure; systemctl cat '{handler}'"),
    ));
    RunbookEntry {
        anchor: "failure-alert",
        title: "Alerts do not arrive".to_owned(),
        symptom: Some(format!("{unit} has failed and nobody was told, or `{handler}` is failed")),
        checks: ["wired", "handler", "delivered"].map(|id| ProbeId(format!("failure-alert.{id}"))).to_vec(),
        steps,
        verify: Some(RunbookStep::run("Alerts arrive.", "./validate-deployment.sh --check failure-alert")),
        provenance: target.provenance.clone(),
    }
}
