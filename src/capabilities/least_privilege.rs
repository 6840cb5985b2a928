//! Least privilege: the service's account may do nothing beyond what the service needs.
//!
//! In: clauses that ask for minimal permissions of the account, or say what sudo and groups give it. Out: checks of what
//! sudo allows, of the account's and the processes' groups, and of the rights of root that the sandbox takes away. Not
//! here: the account itself (`system_user`), modes of files (`file_permissions`), people who administer the host.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example, system_user,
};
use crate::plan::{
    Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, ProcessField, Provenance, RunbookEntry, RunbookStep,
    UserField,
};
use crate::spec::mention::Mention;

/// The capability.
pub struct LeastPrivilege;

/// How much an account is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Nothing.
    None,
    /// What the service needs. A generated service needs nothing, so it is checked as nothing.
    Minimal,
}

/// What a statement says about the rights of the account.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What sudo lets it do.
    pub sudo: Option<Grant>,
    /// Groups besides its own.
    pub groups: Option<Grant>,
}

/// Words that make a sentence one about something else than the account that the service runs as.
const OTHERS: &str = "ssh|sshd|admin|admins|administrator(s)|operator(s)|deploy|deployer|people|human(s)|users|team|iam|\
                      role(s)|token(s)|key(s)|file(s)|directory|directories|folder(s)|bucket(s)|container(s)|rationale|\
                      documented|reviewed|reviews|audit(ed)|migration(s)|backup(s)|ci|pipeline";

impl Capability for LeastPrivilege {
    type Facts = Facts;

    const NAME: &'static str = "least-privilege";
    const SUMMARY: &'static str = "The account of the service has no rights that the service does not need: nothing by \
                                   sudo, no groups but its own, none of root's rights; proven from the kernel.";
    const CUES: &'static [&'static str] = &[
        "minimal|minimum|least permission(s)|privilege(s)|rights",
        "minimal|minimum|limited sudo (access|rights|privileges|permissions)",
        "no sudo (access|rights|privileges|permissions)",
        "sudo access|rights|privileges|permissions",
        "sudo group",
        "no (additional|supplementary|other|further|extra) group(s)",
        "group membership(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "dedicated",
        "user",
        "account",
        "system",
        "process",
        "processes",
        "permissions",
        "privileges",
        "privilege",
        "rights",
        "principle",
        "follows",
        "sudo",
        "groups",
        "group",
        "member",
        "membership",
        "minimal",
        "own",
        "created",
        "non",
        "nonroot",
        "unprivileged",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("A dedicated account `agent-prod` with minimal rights", r#"{"sudo": "minimal", "groups": "minimal"}"#),
        example(
            "The service user follows the principle of least privilege",
            r#"{"sudo": "minimal", "groups": "minimal"}"#,
        ),
        example("The process runs with the least privileges", r#"{"sudo": "minimal", "groups": "minimal"}"#),
        example("The service account has no sudo rights", r#"{"sudo": "none"}"#),
        example("The account must not be in the sudo group", r#"{"sudo": "none"}"#),
        example("The user agent-prod is a member of no other group", r#"{"groups": "none"}"#),
        example("**Groups**: the account has no supplementary groups", r#"{"groups": "none"}"#),
        example("The group memberships of the account are minimal", r#"{"groups": "minimal"}"#),
        criterion("`sudo -l -U agent-prod` shows no sudo access", r#"{"sudo": "none"}"#),
        criterion(
            "Rights: `sudo -l -U agent-prod` lists minimal sudo rights for the account",
            r#"{"sudo": "minimal"}"#,
        ),
        example("The deploy user has no sudo rights", NOT_MINE),
        example("The service account has sudo access", NOT_MINE),
        example("Files are created with minimal permissions", NOT_MINE),
        example("IAM roles follow least privilege", NOT_MINE),
        example("A database role with the least privileges", NOT_MINE),
        example("The least-privilege rationale is written down and reviewed", NOT_MINE),
        example("The user `page-bot` has no sudo rights", NOT_MINE),
        example("Least privilege", NOT_MINE),
        criterion("`sudo -l -U page-bot` shows no sudo access", NOT_MINE),
        example("The operators have minimal sudo rights", NOT_MINE),
    ];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find(OTHERS).is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        let is_subject = names_the_account(clause, context, &mut reading)?;
        if let Some(place) = clause.affirms("minimal|minimum|least permission(s)|privilege(s)|rights") {
            reading.facts = Facts { sudo: Some(Grant::Minimal), groups: Some(Grant::Minimal) };
            reading = reading.place("sudo", place.clone()).place("groups", place);
        }
        if let Some(place) = clause.affirms("minimal|minimum|limited sudo") {
            reading.facts.sudo = Some(Grant::Minimal);
            reading = reading.place("sudo", place);
        } else if let Some(place) = clause
            .find("no sudo")
            .or_else(|| clause.denies("sudo access|rights|privileges|permissions"))
            .or_else(|| clause.denies("sudo group"))
        {
            reading.facts.sudo = Some(Grant::None);
            reading = reading.place("sudo", place);
        }
        if let Some(place) = clause.find("no (additional|supplementary|other|further|extra) group(s)") {
            reading.facts.groups = Some(Grant::None);
            reading = reading.place("groups", place);
        } else if let Some(place) =
            clause.find("group membership(s)").filter(|_| clause.affirms("minimal|minimum").is_some())
        {
            reading.facts.groups = Some(Grant::Minimal);
            reading = reading.place("groups", place);
        }
        for (field, grant) in [("sudo", reading.facts.sudo), ("groups", reading.facts.groups)] {
            if grant == Some(Grant::Minimal) {
                reading.at_least.push(field);
            }
        }
        let says_something = reading.facts.sudo.is_some() || reading.facts.groups.is_some();
        (is_subject && says_something).then_some(reading)
    }

    /// Who is given nothing is given no more than is needed.
    fn satisfies(_: &str, given: &serde_json::Value, least: &serde_json::Value) -> bool {
        given == "none" && least == "minimal"
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        if plan.user.is_root() {
            return;
        }
        if binding.facts.sudo.is_some() {
            plan.probe(system_user::sudo_probe(&plan.user, binding.provenance_of(&["sudo"])));
        }
        if binding.facts.groups.is_some() {
            let why = binding.provenance_of(&["groups"]);
            for probe in group_probes(plan, &why) {
                plan.probe(probe);
            }
        }
        let entry = entry(plan, binding);
        plan.runbook(entry);
    }
}

/// What `sandboxing` sets for it: the directives that take rights away, whoever asks for them.
pub(super) const DIRECTIVES: &[&str] = &["NoNewPrivileges", "CapabilityBoundingSet"];

/// Who wants rights to be minimal, for those directives.
pub(super) fn asked(all: &Bindings) -> Option<Provenance> {
    let binding = all.one::<LeastPrivilege>().filter(|binding| binding.facts.groups.is_some())?;
    Some(binding.provenance_of(&["groups"]))
}

/// Whether the clause is about the account of the service; `None` when it names another one.
fn names_the_account(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) -> Option<bool> {
    let is_own = |name: &str| {
        context.user.is_some_and(|user| user.as_str() == name)
            || context.service.is_some_and(|service| service.as_str() == name)
    };
    let mut is_subject =
        clause.find("user|account|process|processes|service|daemon|agent|unit|program|application").is_some();
    for (mention, place) in clause.mentions() {
        match mention {
            Mention::Command(words) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                // What sudo lists for somebody: the account is the last word.
                let ["sudo", options @ .., name] = words.as_slice() else { return None };
                if !is_own(name) || !options.iter().any(|option| option.starts_with("-l") || *option == "--list") {
                    return None;
                }
                is_subject = true;
                reading.claims.push(place);
            }
            Mention::Code(name) | Mention::Quoted(name) if is_own(name) => is_subject = true,
            Mention::Code(_) | Mention::Quoted(_) => return None,
            _ => {}
        }
    }
    Some(is_subject)
}

/// The groups of the account, and those that the processes really have: a drop-in can give them more.
fn group_probes(plan: &PlanBuilder, why: &Provenance) -> [Probe; 2] {
    let (user, group, unit) = (&plan.user, &plan.group, plan.unit_name());
    let only_own = Expectation::Equals(group.to_string());
    let account = Probe::new(
        "least-privilege.groups",
        Layer::Security,
        format!("{user} belongs to no group but {group}"),
        Observer::User { user: user.clone(), field: UserField::Groups },
        only_own.clone(),
        why.clone(),
    );
    let process = Probe::new(
        "least-privilege.process-groups",
        Layer::Security,
        format!("the process has no group but {group}"),
        Observer::Process { unit: unit.clone(), field: ProcessField::Groups },
        only_own,
        why.clone(),
    );
    [
        account.after("system-user.exists").advice(format!("id {user}")).runbook("least-privilege"),
        process
            .after("service-active.active")
            .after("least-privilege.groups")
            .advice(format!("systemctl show {unit} -p SupplementaryGroups -p DropInPaths"))
            .runbook("least-privilege"),
    ]
}

fn entry(plan: &PlanBuilder, binding: &Binding<Facts>) -> RunbookEntry {
    let (user, unit) = (&plan.user, plan.unit_name());
    // By the account's own check, and those of this capability, as far as they are there.
    let checks = plan.probes.iter().map(|probe| probe.id.0.as_str());
    let mut verify: Vec<&str> =
        checks.filter(|id| id.starts_with("least-privilege.") || *id == "system-user.sudo").collect();
    verify.sort_unstable();
    let verify: String = verify.iter().map(|id| format!(" --check {id}")).collect();
    RunbookEntry {
        anchor: "least-privilege",
        title: "The account may do more than the service needs".to_owned(),
        symptom: Some(format!("`id {user}` shows a group besides its own, or sudo lists commands for it")),
        checks: ["least-privilege.groups", "least-privilege.process-groups", "system-user.sudo"]
            .map(|name| ProbeId(name.to_owned()))
            .to_vec(),
        steps: vec![
            RunbookStep::run("See its groups.", format!("id {user}")),
            RunbookStep::run(
                "See what sudo, where it is installed, lets it do, and which file says so.",
                format!("sudo -l -U {user}; grep -rls {user} /etc/sudoers /etc/sudoers.d"),
            ),
            RunbookStep::run(
                "See whether a drop-in gives its processes a group.",
                format!("systemctl show {unit} -p SupplementaryGroups -p DropInPaths"),
            ),
            RunbookStep::say(format!(
                "Take it out of the group (`gpasswd --delete {user} GROUP`), or remove the rule with `visudo -f FILE`. A process keeps the groups with which it was started: restart {unit}."
            )),
        ],
        verify: Some(RunbookStep::run("Nothing is left.", format!("./validate-deployment.sh{verify}"))),
        provenance: binding.provenance(),
    }
}
