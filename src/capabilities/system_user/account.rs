//! The account in the plan.
//!
//! In: the merged facts of `system_user`. Out: the operation that makes the account, `User=` and `Group=`, checks of the
//! account and of all processes, and what is done instead where the text asks for a person's user ID.

use super::{
    Facts, LOCKED_PASSWORD, NO_LOGIN, NO_WAY_TO_ROOT, NOLOGIN, RUNS_AS_ROOT, SERVICE_USER, SystemUser, uid_of_a_person,
};
use crate::capabilities::{Binding, Capability};
use crate::diagnostics::Diagnostic;
use crate::plan::{
    Action, Deviation, Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep, Step, UnitSection, UserField,
};
use crate::value::{UnixPath, UserName};

/// Adds the account to the plan.
pub(super) fn contribute(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    let empty = Binding { capability: SystemUser::NAME, ..Binding::default() };
    let binding = own.first().unwrap_or(&empty);
    let mut why = binding.provenance_of(&["user", "group", "not_root"]);
    if binding.facts.user.is_none() {
        why.default = plan.default(SystemUser::NAME, &SERVICE_USER).and_then(|default| default.default);
    }
    if plan.user.is_root() {
        report_root(binding, plan);
        return;
    }
    let (user, group, unit) = (plan.user.clone(), plan.group.clone(), plan.unit_name());
    plan.directive(UnitSection::Service, "User", user.as_str(), "never root", why.clone());
    plan.directive(UnitSection::Service, "Group", group.as_str(), "never root", why.clone());
    let Ok(nologin) = NOLOGIN.parse::<UnixPath>() else { return };
    let (shell, shell_why) = match &binding.facts.shell {
        Some(shell) => (shell.clone(), binding.provenance_of(&["shell"])),
        None => (nologin, plan.default(SystemUser::NAME, &NO_LOGIN).unwrap_or_else(|| why.clone())),
    };
    let mut account = why.clone();
    account.merge(&shell_why);
    let home = plan.working_directory.clone();
    plan.operation(
        Step::SystemUser,
        10,
        Action::User { user: user.clone(), group: group.clone(), shell: shell.clone(), home },
        account,
    );
    account_probes(binding, &shell, shell_why, plan);
    plan.probe(
        Probe::new(
            "system-user.processes",
            Layer::Security,
            format!("every process of {unit} runs as {user}:{group}"),
            Observer::ProcessUser { unit: unit.clone() },
            Expectation::Equals(format!("{user}:{group}")),
            why.clone(),
        )
        .after("service-active.active")
        .advice(format!("systemctl show {unit} -p User -p Group -p DropInPaths; ps -o user:32,pid,args -u {user}"))
        .runbook("system-user"),
    );
    if let Some(default) = plan.default(SystemUser::NAME, &NO_WAY_TO_ROOT) {
        no_way_to_root(&user, &unit, &default, plan);
    }
    note_uid(binding, plan);
    plan.runbook(entry(&unit, &user, why));
}

/// What undoes an account of its own: the right to become root, or commands of the unit that are run as root anyway.
fn no_way_to_root(user: &UserName, unit: &str, why: &Provenance, plan: &mut PlanBuilder) {
    plan.probe(sudo_probe(user, why.clone()));
    plan.probe(
        Probe::new(
            "system-user.root-commands",
            Layer::Security,
            format!("no command of {unit} runs as root"),
            Observer::RootCommands { unit: unit.to_owned() },
            Expectation::Equals("none".to_owned()),
            why.clone(),
        )
        .advice(format!("systemctl cat {unit}"))
        .runbook("system-user"),
    );
}

/// What sudo lets the account do: nothing.
pub(in crate::capabilities) fn sudo_probe(user: &UserName, why: Provenance) -> Probe {
    Probe::new(
        "system-user.sudo",
        Layer::Security,
        format!("{user} may run nothing by sudo"),
        Observer::SudoRights { user: user.clone() },
        Expectation::Equals("none".to_owned()),
        why,
    )
    .after("system-user.exists")
    .needs("root")
    .advice(format!("sudo -l -U {user}; ls /etc/sudoers.d"))
    .runbook("system-user")
}

fn report_root(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    if let Some(span) = binding.span_of("user") {
        plan.report(
            Diagnostic::new(&RUNS_AS_ROOT, span, "the service would run as root")
                .at("a mistake in the program becomes a mistake with all rights")
                .help(format!("name a user of its own, for example {}; a port below 1024 needs no root", plan.service)),
        );
    }
}

fn account_probes(binding: &Binding<Facts>, shell: &UnixPath, shell_why: Provenance, plan: &mut PlanBuilder) {
    let user = plan.user.clone();
    let why = binding.provenance_of(&["user", "system"]);
    let advice = format!("getent passwd {user}");
    let account = |field| Observer::User { user: user.clone(), field };
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    let exists = Probe::new(
        "system-user.exists",
        Layer::Existence,
        format!("the user {user} exists"),
        account(UserField::Exists),
        equals("yes"),
        why.clone(),
    );
    let shell_refuses = Probe::new(
        "system-user.shell",
        Layer::Security,
        format!("the login shell of {user} is {shell}"),
        account(UserField::Shell),
        equals(shell.as_str()),
        shell_why,
    );
    let class = Probe::new(
        "system-user.class",
        Layer::Security,
        format!("{user} is a system account, not root and nobody's"),
        account(UserField::UidClass),
        equals("system"),
        binding.provenance_of(&["system", "not_root", "uid_above"]),
    );
    plan.probe(exists.advice(&advice).runbook("system-user"));
    plan.probe(shell_refuses.after("system-user.exists").advice(&advice).runbook("system-user"));
    plan.probe(class.after("system-user.exists").advice(&advice).runbook("system-user"));
    if let Some(default) = plan.default(SystemUser::NAME, &LOCKED_PASSWORD) {
        plan.probe(
            Probe::new(
                "system-user.password",
                Layer::Security,
                format!("{user} has no password"),
                account(UserField::Password),
                equals("locked"),
                default,
            )
            .after("system-user.exists")
            .needs("root")
            .advice(format!("passwd --status {user}"))
            .runbook("system-user"),
        );
    }
}

/// System users are numbered below 1000 by definition (adduser.conf, login.defs).
fn note_uid(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(above) = binding.facts.uid_above else { return };
    uid_of_a_person::check(binding, above, plan);
    for (statement, _) in binding.places.get("uid_above").into_iter().flatten() {
        plan.deviate(Deviation {
            statement: *statement,
            asked: format!("a user ID above {above}"),
            done: "a system account, with a user ID below 1000".to_owned(),
            reason: "IDs from 1000 on are people's; a service's account is a system account, which login screens and \
                     quota tools leave alone"
                .to_owned(),
        });
    }
}

fn entry(unit: &str, user: &UserName, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "system-user",
        title: "The service runs as the wrong user".to_owned(),
        symptom: Some(format!("a process of {unit} belongs to somebody other than {user}, or {user} can log in")),
        checks: ["processes", "exists", "shell", "class", "sudo", "root-commands"]
            .map(|name| ProbeId(format!("system-user.{name}")))
            .to_vec(),
        steps: vec![
            RunbookStep::run("Look for drop-ins that override the user.", format!("systemctl cat {unit}")),
            RunbookStep::run(
                "See which processes run, and as whom.",
                format!("systemd-cgls --unit {unit}; ps -o user:32,pid,args -u {user}"),
            ),
            RunbookStep::run(
                "Remove the drop-in that does not belong to the package, then deploy again.",
                "./deploy.sh",
            ),
        ],
        verify: Some(RunbookStep::run(
            "All of it is as it should be.",
            "./validate-deployment.sh --check system-user.processes",
        )),
        provenance,
    }
}
