//! System user: the account that the service runs as.
//!
//! In: clauses that name the account, its group or its login shell, or that say that the service is not root. Out: the
//! account, `User=` and `Group=`, and checks of the account and of all processes. Not here: who owns files
//! (`file_permissions`), people's accounts, what sudo allows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, clause::Placed, criterion, example,
};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Action, Deviation, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, Step, UnitSection, UserField,
};
use crate::value::{UnixPath, UserName};

/// The capability.
pub struct SystemUser;

/// What a statement says about the account.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The user.
    pub user: Option<UserName>,
    /// Its primary group.
    pub group: Option<UserName>,
    /// Its login shell.
    pub shell: Option<UnixPath>,
    /// Whether it is a system account: no person's, numbered below 1000.
    pub system: Option<bool>,
    /// Set when a statement says that nothing runs as root.
    pub not_root: bool,
    /// The user ID that a statement wants the account's to be above.
    pub uid_above: Option<u32>,
}

static SERVICE_USER: NamedDefault = NamedDefault {
    name: "service-user",
    reason: "the specification names no user; a service never runs as root, so it gets a system user of its own name",
};

static NO_LOGIN: NamedDefault = NamedDefault {
    name: "no-login-shell",
    reason: "nobody logs in as a service; /usr/sbin/nologin refuses the attempt",
};

static LOCKED_PASSWORD: NamedDefault = NamedDefault {
    name: "locked-password",
    reason: "an account without a password is entered by its service only; a password would open it to guessing",
};

declare_lint! {
    /// *What it does*: reports a service that is asked to run as root.
    ///
    /// *Why is this bad?* A mistake in the program, or in any library of it, is then a mistake with all rights on the
    /// machine.
    ///
    /// *Instead*: name a user of its own: `- **System user**: billing-api (no login shell)`. A port below 1024 needs no
    /// root either; the unit gets that one capability.
    pub static RUNS_AS_ROOT = "runs-as-root", Error, Security, "the service would run as root";
}

const NOLOGIN: &str = "/usr/sbin/nologin";

/// Labels whose value is the account's name.
const LABELS: &str = "system user|user|account|service user|service account|system account|unix user|dedicated user|\
                      dedicated system user|run as|runs as";
/// Words beside "user" that are no name.
const NO_NAMES: &[&str] = &[
    "the",
    "a",
    "an",
    "user",
    "account",
    "dedicated",
    "system",
    "service",
    "named",
    "called",
    "unprivileged",
    "non-root",
    "is",
    "unix",
    "linux",
    "own",
    "its",
    "group",
    "by",
    "as",
    "under",
    "separate",
    "specific",
    "correct",
    "current",
    "regular",
    "normal",
    "restricted",
    "limited",
    "low-privilege",
    "least-privilege",
    "exists",
];
/// Words that make a sentence one about people, or about other ways to act as root.
const OTHER_ACCOUNTS: &str = "ssh|sshd|password|passwords|sudo|backup|backups|admin|administrator|administrative|\
                              administration|operator|operators|operational|deploy|deployer|human|people";
/// Words that say "nobody can log in"; they carry their negation.
const NO_SHELL: &str = "no login shell|no shell|no login|nologin shell|no interactive shell|no interactive login";
/// Words that say "not root"; they carry their negation.
const NOT_ROOT: &str = "non root|nonroot|unprivileged";

impl Capability for SystemUser {
    type Facts = Facts;

    const NAME: &'static str = "system-user";
    const SUMMARY: &'static str =
        "The account of the service: a system user without a login shell, proven from all processes of the unit.";
    const CUES: &'static [&'static str] = &[
        "system user|account",
        "service user|account",
        "dedicated (system) user|account|group",
        "user:",
        "account:",
        "system account:",
        "unix user:",
        "run as:",
        "runs as:",
        "run as (the) user",
        "run(s|ning) as",
        "run(s|ning) under",
        "executes|executed as|under",
        "process(es) owned by",
        "user has",
        "user exists",
        "users exist",
        "login shell",
        "no login shell",
        "no interactive shell|login",
        "nologin",
        "no shell",
        "no root execution|processes|process",
        "no root",
        "not root",
        "not as root",
        "never root",
        "never (runs) as root",
        "non root (system) (user)",
        "nonroot",
        "unprivileged (system) user|account",
        "User=",
        "Group=",
        "root execution",
        "as root",
        "uid",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "dedicated",
        "user",
        "users",
        "account",
        "system",
        "root",
        "group",
        "process",
        "processes",
        "unprivileged",
        "created",
        "login",
        "shell",
        "interactive",
        "main",
        "worker",
        "workers",
        "executed",
        "execution",
        "named",
        "called",
        "only",
        "least",
        "privilege",
        "unix",
        "linux",
        "id",
        "shows",
        "owned",
        "exists",
        "own",
        "owner",
        "security",
        "runs",
        "under",
        "as",
        "regular",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "**System user**: agent-prod (dedicated, no login shell)",
            r#"{"user": "agent-prod", "shell": "/usr/sbin/nologin", "system": true}"#,
        ),
        example("The service runs as user `mailer` and never as root", r#"{"user": "mailer", "not_root": true}"#),
        example("Runs as `courier:couriers`", r#"{"user": "courier", "group": "couriers"}"#),
        example("User=ledger, Group=ledger", r#"{"user": "ledger", "group": "ledger"}"#),
        example("The account has no login shell (/bin/false)", r#"{"shell": "/bin/false"}"#),
        example("The daemon must not run as root", r#"{"not_root": true}"#),
        example("A dedicated system user `scraper` is created", r#"{"user": "scraper", "system": true}"#),
        example("Runs under a dedicated non-root user", r#"{"not_root": true}"#),
        criterion("The worker runs as agent-prod user, not root", r#"{"user": "agent-prod", "not_root": true}"#),
        criterion(
            "`id agent-prod` shows a system user with UID > 1000",
            r#"{"user": "agent-prod", "system": true, "uid_above": 1000}"#,
        ),
        example("Migrations run as a separate step", NOT_MINE),
        example("Users must have no passwords older than 90 days", NOT_MINE),
        example("The API runs as fast as the hardware allows", NOT_MINE),
        example("SSH: no root login", NOT_MINE),
        example("PostgreSQL runs as user postgres", NOT_MINE),
        example("Run as many workers as there are cores", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SERVICE_USER, &NO_LOGIN, &LOCKED_PASSWORD];
    const LINTS: &'static [&'static Lint] = &[&RUNS_AS_ROOT];
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        // Root's own login is a matter of SSH; accounts in general are nobody's.
        if clause.find(OTHER_ACCOUNTS).or_else(|| clause.find("root login|access|account|password")).is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        read_names(clause, context, &mut reading)?;
        read_shell(clause, &mut reading);
        read_class(clause, &mut reading);
        let facts = &reading.facts;
        let says_something = facts.user.is_some()
            || facts.group.is_some()
            || facts.shell.is_some()
            || facts.not_root
            || facts.uid_above.is_some();
        let commands = clause.commands().filter(|(words, _)| matches!(words[0].as_str(), "id" | "getent" | "ps"));
        reading.claims.extend(commands.map(|(_, range)| range));
        says_something.then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let empty = Binding { capability: Self::NAME, ..Binding::default() };
        let binding = own.first().unwrap_or(&empty);
        let mut why = binding.provenance_of(&["user", "group", "not_root"]);
        if binding.facts.user.is_none() {
            why.default = plan.default(Self::NAME, &SERVICE_USER).and_then(|default| default.default);
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
            None => (nologin, plan.default(Self::NAME, &NO_LOGIN).unwrap_or_else(|| why.clone())),
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
        note_uid(binding, plan);
        plan.runbook(entry(&unit, &user, why));
    }
}

/// The names of the account; `None` where the clause is about something else that "runs as".
fn read_names(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    for (field, directive) in [("user", "User"), ("group", "Group")] {
        if let Some((value, range)) = clause.directive(directive) {
            let name: UserName = value.parse().ok()?;
            let slot = if field == "user" { &mut reading.facts.user } else { &mut reading.facts.group };
            *slot = Some(name);
            *reading = std::mem::take(reading).place(if field == "user" { "user" } else { "group" }, range);
            return Some(());
        }
    }
    let owner = clause.owners().next().filter(|_| clause.find("files|file|directory|directories|tree").is_none());
    let Some((owner, range)) = owner else { return read_name(clause, context, reading) };
    reading.facts.user = Some(owner.user.clone());
    reading.facts.group = Some(owner.group.clone());
    *reading = std::mem::take(reading).place("user", range.clone()).place("group", range);
    Some(())
}

fn read_name(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let Some((name, range)) = named_user(clause, context) else { return Some(()) };
    let user: UserName = name.parse().ok()?;
    if user.is_root() && clause.denied() {
        reading.facts.not_root = true;
        *reading = std::mem::take(reading).place("not_root", range);
        return Some(());
    }
    if clause.denied() {
        return None;
    }
    reading.facts.user = Some(user);
    *reading = std::mem::take(reading).place("user", range);
    Some(())
}

/// A name counts where the sentence marks it as one: after a label, in code, next to "user", or when it is known
/// already. A bare word after "runs as" may be anything ("runs as expected").
fn named_user<'a>(clause: &Clause<'a>, context: &Context<'_>) -> Option<Placed<&'a str>> {
    if clause.label_is(LABELS) {
        return clause.leading_name();
    }
    if let Some((words, range)) = clause.commands().find(|(words, _)| matches!(words[0].as_str(), "id" | "getent")) {
        return words.last().filter(|_| words.len() > 1).map(|name| (name.as_str(), range));
    }
    let cue = clause.cue_range();
    let (name, range) = clause.name_after(cue.end, NO_NAMES).or_else(|| clause.name_after(cue.start, NO_NAMES))?;
    let is_known = context.user.is_some_and(|user| user.as_str() == name)
        || context.service.is_some_and(|service| service.as_str() == name)
        || name == "root";
    let before = clause.text(0..range.start).trim_end().to_lowercase();
    let after = clause.text(range.end..clause.range().end).trim_start().to_lowercase();
    let is_marked = clause.is_atom(&range)
        || ["as user", "as the user", "under user", "under the user", "by user"]
            .iter()
            .any(|end| before.ends_with(end))
        || name.contains(['-', '_']) && (after.starts_with("user") || before.ends_with("user"));
    (is_known || is_marked).then_some((name, range))
}

fn read_shell(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    let shell = clause
        .paths()
        .find(|(path, _)| matches!(path.file_name(), "nologin" | "false" | "bash" | "sh" | "zsh" | "dash" | "true"));
    let says_none = NO_SHELL.split('|').find_map(|phrase| clause.find(phrase)).or_else(|| clause.find("nologin"));
    let denied = clause.find("login shell").filter(|_| clause.denied());
    match (shell, says_none.or(denied)) {
        (Some((path, range)), none) => {
            // "no login shell (/usr/sbin/nologin)" names the shell that refuses; "no /bin/bash" would name a refused one.
            let refuses = matches!(path.file_name(), "nologin" | "false" | "true");
            if refuses || none.is_none() && !clause.denied() {
                reading.facts.shell = Some(path.clone());
                *reading = std::mem::take(reading).place("shell", range);
            }
        }
        (None, Some(range)) => {
            reading.facts.shell = NOLOGIN.parse().ok();
            *reading = std::mem::take(reading).place("shell", range);
        }
        (None, None) => {}
    }
}

fn read_class(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    let denies_root = NOT_ROOT
        .split('|')
        .chain(["no root", "not root", "not as root", "never root", "never as root", "never runs as root"])
        .find_map(|phrase| clause.find(phrase))
        .or_else(|| clause.denies("root execution"))
        .or_else(|| clause.denies("as root"));
    if let Some(range) = denies_root {
        reading.facts.not_root = true;
        *reading = std::mem::take(reading).place("not_root", range);
    }
    if let Some(range) = clause.affirms("system user|account") {
        reading.facts.system = Some(true);
        *reading = std::mem::take(reading).place("system", range);
    }
    if let Some(uid) = clause.affirms("uid")
        && let Some((number, range)) = clause.counts().find(|(number, _)| (100..60_000).contains(number))
        && clause.text(uid.end..range.start).contains(['>', '≥'])
    {
        reading.facts.uid_above = u32::try_from(number).ok();
        *reading = std::mem::take(reading).place("uid_above", range).claim(uid);
    }
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
        checks: ["processes", "exists", "shell", "class"].map(|name| ProbeId(format!("system-user.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("Look for drop-ins that override the user.", format!("systemctl cat {unit}")),
            RunbookStep::run(
                "See which processes run, and as whom.",
                format!("systemd-cgls --unit {unit}; ps -o user:32,pid,args -u {user}"),
            ),
            RunbookStep::run(
                "Remove the drop-in that does not belong to the package, then deploy again.",
                "sudo ./deploy.sh",
            ),
        ],
        verify: Some(RunbookStep::run(
            "All of it is as it should be.",
            "sudo ./validate-deployment.sh --check system-user.processes",
        )),
        provenance,
    }
}
