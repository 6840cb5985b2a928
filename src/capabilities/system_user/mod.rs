//! System user: the account that the service runs as.
//!
//! In: clauses that name the account, its group or its login shell, or that say that the service is not root. Out: the
//! account, `User=` and `Group=`, and checks of the account and of all processes. Not here: who owns files
//! (`file_permissions`), people's accounts, what is asked about sudo (`least_privilege`).

mod account;
mod login_shell;
mod reading;
mod uid_of_a_person;

pub(super) use account::sudo_probe;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
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

static NO_WAY_TO_ROOT: NamedDefault = NamedDefault {
    name: "no-way-to-root",
    reason: "an account of its own protects nothing where sudo, or a command that its unit runs as root, leads out of it",
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

/// The shell that refuses a login.
const NOLOGIN: &str = "/usr/sbin/nologin";

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
        "group:",
        "primary group:",
        "service group:",
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
        "check(ed) (with|via) <command>",
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
        example(
            "The service SHALL run as user quote-service and MUST NOT run as root.",
            r#"{"user": "quote-service", "not_root": true}"#,
        ),
        example("The relay runs as `relay-user`, not as `root`", r#"{"user": "relay-user", "not_root": true}"#),
        example("Runs as `courier:couriers`", r#"{"user": "courier", "group": "couriers"}"#),
        example("User=ledger, Group=ledger", r#"{"user": "ledger", "group": "ledger"}"#),
        example("The account has no login shell (/bin/false)", r#"{"shell": "/bin/false"}"#),
        example("The service never runs as root", r#"{"not_root": true}"#),
        example("Nothing runs as root", r#"{"not_root": true}"#),
        example("The daemon must not run as root", r#"{"not_root": true}"#),
        example("A dedicated system user `scraper` is created", r#"{"user": "scraper", "system": true}"#),
        example("Runs under a dedicated non-root user", r#"{"not_root": true}"#),
        example("The service never runs as root", r#"{"not_root": true}"#),
        example("The worker does not run as root", r#"{"not_root": true}"#),
        criterion("Not root: the service runs as agent-prod, NOT root", r#"{"user": "agent-prod", "not_root": true}"#),
        criterion("The worker runs as agent-prod user, not root", r#"{"user": "agent-prod", "not_root": true}"#),
        criterion(
            "`id agent-prod` shows a system user with UID > 1000",
            r#"{"user": "agent-prod", "system": true, "uid_above": 1000}"#,
        ),
        example("Runs as user relay, group relay", r#"{"user": "relay", "group": "relay"}"#),
        example("The unit runs as the `courier` user and group", r#"{"user": "courier", "group": "courier"}"#),
        example("Runs as user relay, group membership is minimal", r#"{"user": "relay"}"#),
        example("**Group**: parcel", r#"{"group": "parcel"}"#),
        example("The user must not have no shell", NOT_MINE),
        example("In development the service runs as root", NOT_MINE),
        criterion("`systemctl show agent-prod -p User` shows User=agent-prod", r#"{"user": "agent-prod"}"#),
        example("Migrations run as user migrator", NOT_MINE),
        example("The helper runs as root", NOT_MINE),
        example("Users have no shell access", NOT_MINE),
        example("SSH: no passwords, no root", NOT_MINE),
        example("Deploy_User is created as a non-root user with `sudo` rights", NOT_MINE),
        example("Migrations run as a separate step", NOT_MINE),
        example("The unit must not say User=root", NOT_MINE),
        example("Users must have no passwords older than 90 days", NOT_MINE),
        example("The API runs as fast as the hardware allows", NOT_MINE),
        example("The service runs as root only during installation", NOT_MINE),
        example("SSH: no root login", NOT_MINE),
        example("Create a dedicated user (e.g., `mailer:mailer`)", NOT_MINE),
        example("PostgreSQL runs as user postgres", NOT_MINE),
        example("Run as many workers as there are cores", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SERVICE_USER, &NO_LOGIN, &LOCKED_PASSWORD, &NO_WAY_TO_ROOT];
    const LINTS: &'static [&'static Lint] =
        &[&RUNS_AS_ROOT, &login_shell::SERVICE_USER_LOGS_IN, &uid_of_a_person::UID_OF_A_PERSON];
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        // Root's own login is a matter of SSH; accounts in general are nobody's.
        reading::recognise(clause, context)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        if let Some(binding) = own.first() {
            login_shell::check(binding, plan);
        }
        account::contribute(own, plan);
    }
}
