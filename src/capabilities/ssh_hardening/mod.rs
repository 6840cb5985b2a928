//! SSH hardening: how people may log in to the host.
//!
//! In: clauses that allow or forbid ways of logging in. Out: a drop-in that sorts before all others, the transaction
//! that puts it into effect, checks of sshd's effective settings and of what it offers. Not here: the port's firewall
//! rule (`firewall`), and bans (`intrusion-prevention`).

mod lockout;
mod password_login;
mod root_login;
mod settings;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{
    Action, Expectation, FileContent, InstalledFile, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance,
    RunbookEntry, RunbookStep, Setting, Step,
};
use crate::value::{FileMode, Owner, Port};

/// The capability.
pub struct SshHardening;

/// Whether something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// How root may log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RootLogin {
    /// Not at all.
    No,
    /// With a key.
    ProhibitPassword,
    /// In any way.
    Yes,
}

/// What a statement says about SSH.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Logging in with a password.
    pub password_authentication: Option<Switch>,
    /// Logging in by answering questions, which are usually a password.
    pub keyboard_interactive_authentication: Option<Switch>,
    /// Logging in with a key.
    pub pubkey_authentication: Option<Switch>,
    /// Logging in as root.
    pub permit_root_login: Option<RootLogin>,
    /// Empty passwords.
    pub permit_empty_passwords: Option<Switch>,
    /// Forwarding of X11.
    pub x11_forwarding: Option<Switch>,
    /// Attempts a connection.
    pub max_auth_tries: Option<u64>,
    /// Where the server listens; checked, never moved.
    pub port: Option<Port>,
}

static NO_KEYBOARD_INTERACTIVE: NamedDefault = NamedDefault {
    name: "no-keyboard-interactive",
    reason: "with keyboard-interactive left on, the server still asks for passwords",
};

impl Capability for SshHardening {
    type Facts = Facts;

    const NAME: &'static str = "ssh-hardening";
    const SUMMARY: &'static str = "Ways of logging in over SSH, as they take effect for everybody; changed as a transaction \
        that reverts itself unless a new login confirms it.";
    const CUES: &'static [&'static str] = settings::CUES;
    const VOCABULARY: &'static [&'static str] = &[
        "ssh",
        "sshd",
        "openssh",
        "login",
        "logins",
        "password",
        "passwords",
        "authentication",
        "auth",
        "access",
        "key",
        "keys",
        "based",
        "public",
        "root",
        "user",
        "users",
        "remote",
        "direct",
        "directly",
        "connections",
        "connection",
        "accept",
        "accepts",
        "accepted",
        "accessible",
        "vps",
        "enforced",
        "enforce",
        "possible",
        "value",
        "setting",
        "effective",
        "attempts",
        "attempt",
        "tries",
        "max",
        "maximum",
        "most",
        "at",
        "limited",
        "limit",
        "reduced",
        "pubkey",
        "method",
        "methods",
        "profile",
        "drop",
        "in",
        "hardened",
        "hardening",
        "mandatory",
        "log",
        "via",
        "account",
        "x11",
        "forwarding",
        "permitted",
        "allowed",
        "enabled",
        "interactive",
        "keyboard",
        "empty",
        "administrators",
        "operators",
        "allow",
        "allows",
        "prints",
        "returns",
        "reports",
        "prohibit",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Password logins over SSH are disabled", r#"{"password_authentication": "no"}"#),
        example(
            "SSH: keys only, never passwords",
            r#"{"password_authentication": "no", "pubkey_authentication": "yes"}"#,
        ),
        example("No password-based SSH (see L3)", r#"{"password_authentication": "no"}"#),
        example("Root login over SSH is forbidden", r#"{"permit_root_login": "no"}"#),
        example("`PermitRootLogin prohibit-password`", r#"{"permit_root_login": "prohibit-password"}"#),
        example(
            "sshd: PasswordAuthentication no, MaxAuthTries 3",
            r#"{"password_authentication": "no", "max_auth_tries": 3}"#,
        ),
        example("Disable SSH root login", r#"{"permit_root_login": "no"}"#),
        example("SSH allows at most 4 authentication attempts", r#"{"max_auth_tries": 4}"#),
        example("SSH password authentication is enabled", r#"{"password_authentication": "yes"}"#),
        criterion(
            "SSH passwords off: `grep PasswordAuthentication /etc/ssh/sshd_config` prints \"no\"",
            r#"{"password_authentication": "no"}"#,
        ),
        criterion("`sshd -T | grep permitrootlogin` prints \"permitrootlogin no\"", r#"{"permit_root_login": "no"}"#),
        example("Root cannot log in via SSH", r#"{"permit_root_login": "no"}"#),
        example("SSH allows no more than 3 authentication attempts", r#"{"max_auth_tries": 3}"#),
        example("SSH: no passwords, no root", r#"{"password_authentication": "no", "permit_root_login": "no"}"#),
        example("Root must not log in over SSH", r#"{"permit_root_login": "no"}"#),
        example("SSH key-based authentication enabled", r#"{"pubkey_authentication": "yes"}"#),
        example("SSH key authentication was reviewed", NOT_MINE),
        example("SSH root login with keys only", r#"{"permit_root_login": "prohibit-password"}"#),
        example("MaxAuthTries is more than 3", NOT_MINE),
        example("Runs as relay, no root", NOT_MINE),
        example("SSH password authentication is not disabled", NOT_MINE),
        example("Do not disable password authentication", NOT_MINE),
        example("SSH password authentication was reviewed", NOT_MINE),
        example("Password authentication is disabled in the admin console", NOT_MINE),
        example("fail2ban bans addresses after 5 failed SSH login attempts", NOT_MINE),
        example("Password authentication disabled if possible", NOT_MINE),
        example("The service has no root login shell", NOT_MINE),
        example("SSH access to the server works", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&NO_KEYBOARD_INTERACTIVE];
    const LINTS: &'static [&'static Lint] =
        &[&lockout::SSH_LOCKOUT, &password_login::SSH_PASSWORD_LOGIN, &root_login::SSH_ROOT_LOGIN];
    const STRICT: bool = true;
    const ALL_OR_NOTHING: bool = true;
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        settings::read(clause, context)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        lockout::check(binding, plan);
        password_login::check(binding, plan);
        root_login::check(binding, plan);
        let mut settings = settings::of(binding);
        let facts = &binding.facts;
        if facts.password_authentication == Some(Switch::No)
            && facts.keyboard_interactive_authentication.is_none()
            && let Some(default) = plan.default(Self::NAME, &NO_KEYBOARD_INTERACTIVE)
        {
            settings.push(Setting {
                name: "KbdInteractiveAuthentication".to_owned(),
                value: "no".to_owned(),
                comment: "these questions are passwords by another name".to_owned(),
                provenance: Provenance {
                    statements: binding.provenance_of(&["password_authentication"]).statements,
                    ..default
                },
            });
        }
        for setting in &settings {
            plan.probe(probe_of(setting));
        }
        if facts.password_authentication == Some(Switch::No) {
            plan.probe(offered_methods(binding.provenance_of(&["password_authentication"])));
        }
        if let Some(port) = facts.port {
            check_port(port, binding, plan);
        }
        if !settings.is_empty() {
            install(&settings, plan);
        }
        if !settings.is_empty() || facts.port.is_some() {
            plan.runbook(runbook(&settings, binding.provenance()));
        }
    }
}

/// The drop-in and the transaction that puts it into effect.
fn install(settings: &[Setting], plan: &mut PlanBuilder) {
    let mut why = Provenance::default();
    settings.iter().for_each(|setting| why.merge(&setting.provenance));
    let Ok(path) = format!("/etc/ssh/sshd_config.d/00-specc-{}.conf", plan.service).parse() else { return };
    plan.packaged_file(InstalledFile {
        path,
        mode: FileMode::new(0o600),
        owner: Owner::root(),
        purpose: "how people may log in over SSH; sorts first, because sshd takes the first value that it meets"
            .to_owned(),
        content: FileContent::SshdSettings(settings.to_vec()),
        provenance: why.clone(),
    });
    let settings =
        settings.iter().map(|setting| (setting.name.to_lowercase(), setting.value.clone())).collect::<Vec<_>>();
    plan.operation(Step::Ssh, 50, Action::Sshd { settings }, why);
}

fn probe_of(setting: &Setting) -> Probe {
    let keyword = setting.name.to_lowercase();
    // sshd prints the older of the two names of this value.
    let expectation = if setting.value == "prohibit-password" {
        Expectation::OneOf(vec!["prohibit-password".to_owned(), "without-password".to_owned()])
    } else {
        Expectation::Equals(setting.value.clone())
    };
    Probe::new(
        format!("ssh-hardening.{}", settings::probe_name(&setting.name)),
        Layer::Security,
        format!("SSH: {} is {} for everybody", setting.name, setting.value),
        Observer::SshdSetting { name: keyword.clone() },
        expectation,
        setting.provenance.clone(),
    )
    .advice(format!("sshd -T | grep -i {keyword}; ls /etc/ssh/sshd_config.d/"))
    .runbook("ssh-hardening")
    .needs("root")
}

/// What the running server really offers, whatever its files say.
fn offered_methods(why: Provenance) -> Probe {
    let mut probe = Probe::new(
        "ssh-hardening.offered-methods",
        Layer::Security,
        "the SSH server offers keys and nothing else",
        Observer::SshMethods,
        Expectation::Equals("publickey".to_owned()),
        why,
    )
    .advice("sshd -t && sshd -T | grep -i authentication; systemctl status ssh --no-pager")
    .runbook("ssh-hardening")
    .needs("ssh");
    probe.outside = true;
    probe
}

/// The port is checked and never moved: a new port that the network in between does not let through locks everybody out.
fn check_port(port: Port, binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let why = binding.provenance_of(&["port"]);
    for statement in &why.statements {
        plan.partial(*statement, "the SSH server's port is checked, not moved: that needs somebody at a console");
    }
    plan.probe(
        Probe::new(
            "ssh-hardening.port",
            Layer::Security,
            format!("the SSH server listens on port {port}"),
            Observer::SshdSetting { name: "port".to_owned() },
            Expectation::Equals(port.to_string()),
            why,
        )
        .advice("sshd -T | grep -i ^port; ss -ltnp | grep sshd")
        .runbook("ssh-hardening")
        .needs("root"),
    );
}

fn runbook(settings: &[Setting], provenance: Provenance) -> RunbookEntry {
    let mut steps = vec![
        RunbookStep::say("Keep one session open until another login has succeeded."),
        in_effect(settings),
        RunbookStep::run("See which files there are, and in which order.", "ls -l /etc/ssh/sshd_config.d/"),
        RunbookStep::run("See why a login was refused.", "journalctl -u ssh.service -n 50 --no-pager"),
    ];
    if !settings.is_empty() {
        steps.push(RunbookStep::run("Undo a change that waits for its confirmation.", "./deploy.sh --revert-now"));
        steps.push(RunbookStep::run(
            "Put the settings of the specification back. They revert themselves unless they are confirmed from a new connection; the \
             command for that is printed.",
            "./deploy.sh --only ssh",
        ));
    }
    RunbookEntry {
        anchor: "ssh-hardening",
        title: "SSH lets people in in a way that it should not, or lets nobody in".to_owned(),
        symptom: Some("a check of the SSH server fails, or a login with a key is refused".to_owned()),
        checks: Vec::new(),
        steps,
        verify: Some(RunbookStep::run(
            "The settings of the specification are in effect.",
            "./validate-deployment.sh --check ssh-hardening",
        )),
        provenance,
    }
}

/// What the server holds of what was asked for.
fn in_effect(settings: &[Setting]) -> RunbookStep {
    let first = "the first value in the order of the files wins";
    if settings.is_empty() {
        return RunbookStep::run(format!("See what takes effect; {first}."), "sshd -T | grep '^port '");
    }
    let keywords: Vec<String> = settings.iter().map(|setting| setting.name.to_lowercase()).collect();
    let expected = keywords.iter().zip(settings).map(|(keyword, Setting { value, .. })| match value.as_str() {
        "prohibit-password" => format!("`{keyword} {value}` (or its older name, `without-password`)"),
        _ => format!("`{keyword} {value}`"),
    });
    let expected: Vec<String> = expected.collect();
    RunbookStep::run(
        format!("See what takes effect: expect {}; {first}.", expected.join(", ")),
        format!("sshd -T | grep -E '^({}) '", keywords.join("|")),
    )
}
