//! Environment file: where the service's secrets are kept.
//!
//! In: clauses that name that file, its mode and owner, or the variables that must be set in it. Out: `EnvironmentFile=`,
//! the secrets gate of the deployment, checks that nobody else can read it and that nothing is missing. Not here: settings
//! that are no secrets (`environment_variable`). No value of a secret is ever read, printed or written by the package.

mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::proof::{File, entry, probes};
use super::environment_variable::secrets;
use super::ownership::ownership;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, backup, criterion, example,
    failure_alert,
};
use crate::plan::{Action, NamedDefault, PlanBuilder, Provenance, Step, UnitSection};
use crate::spec::mention::Mention;
use crate::value::{FileMode, Owner, UnixPath, VariableName};

/// The capability.
pub struct EnvironmentFile;

/// What a statement says about the file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Where it stands.
    pub path: Option<UnixPath>,
    /// Its mode.
    pub mode: Option<FileMode>,
    /// Its owner.
    pub owner: Option<Owner>,
    /// Variables that must have a value.
    pub required: Vec<VariableName>,
}

static PRIVATE_FILE: NamedDefault = NamedDefault {
    name: "private-environment-file",
    reason: "systemd reads the environment file as root before it changes the user, so nobody else needs to: root:root, mode 0600",
};

static FILE_PLACE: NamedDefault = NamedDefault {
    name: "environment-file-place",
    reason: "the specification names variables and no file; configuration of a service belongs below /etc",
};

/// Whether a clause is about the environment file: the only path of its statement is one, or its words speak of
/// variables and secrets. Other capabilities leave such clauses alone.
pub(super) fn is_subject(clause: &Clause<'_>, context: &Context<'_>) -> bool {
    let named = [
        "environment file",
        "env file",
        "environmentfile",
        "secrets file",
        "api key",
        "access key",
        "environment variable",
        "secrets",
        "credentials",
        "tokens",
    ];
    match clause.only_path_of_statement() {
        Some((path, _)) => is_environment_path(path) || says(context, &named[..7]),
        None => clause.paths().next().is_none() && says(context, &named),
    }
}

fn is_environment_path(path: &UnixPath) -> bool {
    let name = path.file_name();
    name.ends_with(".env") || name.starts_with(".env")
}

fn says(context: &Context<'_>, phrases: &[&str]) -> bool {
    let text = context.statement.text.masked.to_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

impl Capability for EnvironmentFile {
    type Facts = Facts;

    const NAME: &'static str = "environment-file";
    const SUMMARY: &'static str = "The file that holds the service's secrets: private, complete before the service is \
                                   started, its values never read by the package.";
    const CUES: &'static [&'static str] = &[
        "environment|env|dotenv file",
        "EnvironmentFile=",
        "api|access|secret|private key(s) (are) stored|kept|loaded|read|live",
        "api|access|secret key(s)",
        "secrets|credentials|tokens (are) stored|kept|loaded|read|live|come",
        "secrets|credentials|tokens|passwords in|from <path>",
        "secrets:",
        "secrets file",
        "load|loads|read|reads|takes (its) (the) environment (variables) from",
        "load|loads|read|reads|takes (its) (the) secrets|credentials from",
        "environment variables (are|is) loaded|read|stored|kept|set (in|from)",
        "environment (is) loaded|read from",
        "required (environment) variables",
        "required environment",
        "mandatory (environment) variables",
        "environment variables required",
        "<variable>",
        "permission(s)",
        "mode #",
        "owned by",
        "root owned",
        "owner",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "environment",
        "env",
        "file",
        "secrets",
        "secret",
        "keys",
        "key",
        "api",
        "credentials",
        "tokens",
        "stored",
        "kept",
        "loaded",
        "load",
        "loads",
        "read",
        "reads",
        "permissions",
        "permission",
        "mode",
        "owned",
        "required",
        "variables",
        "variable",
        "must",
        "set",
        "contains",
        "mandatory",
        "access",
        "systemd",
        "rw",
        "directive",
        "live",
        "owned",
        "its",
        "value",
        "values",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "API keys stored in /etc/mailer/mailer.env with permissions 600",
            r#"{"path": "/etc/mailer/mailer.env", "mode": "0600"}"#,
        ),
        example(
            "**Environment file**: `/etc/ledger/.env`, mode 0640, owned by root:ledger",
            r#"{"path": "/etc/ledger/.env", "mode": "0640", "owner": "root:ledger"}"#,
        ),
        example(
            "Secrets are stored in /etc/courier/courier.env (mode 600, owner root)",
            r#"{"path": "/etc/courier/courier.env", "mode": "0600", "owner": "root:root"}"#,
        ),
        example("EnvironmentFile=/etc/courier/courier.env", r#"{"path": "/etc/courier/courier.env"}"#),
        example(
            "Required environment variables: OPENAI_API_KEY, DATABASE_URL",
            r#"{"required": ["OPENAI_API_KEY", "DATABASE_URL"]}"#,
        ),
        example(
            "Secrets are read from /etc/price-feed/secrets.env (required: `FEED_TOKEN`)",
            r#"{"path": "/etc/price-feed/secrets.env", "required": ["FEED_TOKEN"]}"#,
        ),
        example("Environment variables are loaded from `/srv/bot/.env`", r#"{"path": "/srv/bot/.env"}"#),
        criterion(
            "API keys protected: `/etc/mailer/mailer.env` has mode 600",
            r#"{"path": "/etc/mailer/mailer.env", "mode": "0600"}"#,
        ),
        example(
            "Secrets (API_KEY, DB_TOKEN) are read from /etc/relay/relay.env",
            r#"{"path": "/etc/relay/relay.env", "required": ["API_KEY", "DB_TOKEN"]}"#,
        ),
        example(
            "Environment file /etc/finch/finch.env (0600) with API_KEY and DB_URL",
            r#"{"path": "/etc/finch/finch.env", "mode": "0600", "required": ["API_KEY", "DB_URL"]}"#,
        ),
        example("Secrets are kept out of /etc/crane/crane.env", NOT_MINE),
        example("API keys are stored in /etc/crane/keys.d", NOT_MINE),
        example("Required environment variable RELAY_MODE is set to `live`", NOT_MINE),
        example("No secrets (such as API_KEY) are stored in the repository", NOT_MINE),
        example("The unit SHALL load environment variables from `/opt/atlas/.env`", r#"{"path": "/opt/atlas/.env"}"#),
        example("The developer loads environment variables from `.env.example`", NOT_MINE),
        example("The `.env` file must not be committed", NOT_MINE),
        example("API keys are rotated every 90 days", NOT_MINE),
        example("SSH keys are stored in /root/.ssh/authorized_keys", NOT_MINE),
        example("No secrets are stored in /opt/mailer", NOT_MINE),
        example("Secrets come from a vault, not from /etc/mailer/mailer.env", NOT_MINE),
        example("Environment: production", NOT_MINE),
        example("TLS private keys stored in /etc/ssl/private/mailer.pem", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&PRIVATE_FILE, &FILE_PLACE];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("ssh|tls|ssl|certificate(s)|host|deploy|gpg|rotated|rotation|backup(s)|committed|git").is_some()
        {
            return None;
        }
        if clause.find("out of").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        if let Some((value, range)) = clause.directive("EnvironmentFile") {
            reading.facts.path = Some(value.trim_start_matches('-').parse().ok()?);
            return Some(reading.place("path", range));
        }
        if !is_subject(clause, context) {
            return None;
        }
        reading = read_file(clause, context, reading)?;
        // A variable with its value is a setting.
        if clause.find("set to").is_some() {
            return None;
        }
        if lists_secrets(clause, context)
            || says(context, &["required", "mandatory", "must be set", "needs", "requires"])
        {
            for (name, range) in names(clause) {
                if !reading.facts.required.contains(&name) {
                    reading.facts.required.push(name);
                }
                reading = reading.place("required", range);
            }
        }
        let facts = &reading.facts;
        let says_something = facts.path.is_some() || facts.mode.is_some() || facts.owner.is_some();
        (says_something || !facts.required.is_empty()).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let empty = Binding { capability: Self::NAME, ..Binding::default() };
        let binding = own.first().unwrap_or(&empty);
        let mut required: Vec<(VariableName, Provenance)> =
            binding.facts.required.iter().map(|name| (name.clone(), binding.provenance_of(&["required"]))).collect();
        required.extend(secrets(all).map(|(name, why)| (name.clone(), why)));
        required.extend(failure_alert::variables(all, plan));
        required.extend(backup::variables(all, plan));
        if binding.facts.path.is_none() && required.is_empty() {
            return;
        }
        let mut why = binding.provenance();
        required.iter().for_each(|(_, provenance)| why.merge(provenance));
        let Some(file) = place(binding, &mut why, plan) else { return };
        install(&file, &required, &why, plan);
        probes(&file, &required, &why, plan);
        plan.runbook(entry(&file, &required, plan, why));
    }
}

/// Path, mode and owner. `None` when the clause has a path that is no environment file, or two.
fn read_file(clause: &Clause<'_>, context: &Context<'_>, mut reading: Reading<Facts>) -> Option<Reading<Facts>> {
    let mut paths = clause.paths();
    if let Some((path, range)) = paths.next() {
        // A bare name without an ending is a directory, such as /etc/mailer.
        let name = path.file_name();
        let is_file = (name.contains('.') || name.contains("env")) && !name.ends_with(".d");
        if paths.next().is_some() || clause.denies("<path>").is_some() || !is_file {
            return None;
        }
        reading.facts.path = Some(path.clone());
        reading = reading.place("path", range);
    }
    if let Some((mode, range)) = clause.modes().next() {
        reading.facts.mode = Some(mode);
        reading = reading.place("mode", range);
        let others: Vec<_> = clause.modes().skip(1).collect();
        if others.iter().any(|(other, _)| *other != mode) {
            return None;
        }
        reading.claims.extend(others.into_iter().map(|(_, range)| range));
    }
    if let Some(owned) = ownership(clause, context) {
        let group = owned.group.unwrap_or_else(|| owned.user.clone());
        reading.facts.owner = Some(Owner { user: owned.user, group });
        reading = reading.claim(owned.phrase).place("owner", owned.place);
    }
    Some(reading)
}

/// "Secrets (API_KEY, DB_TOKEN) are read from …": the names are all that it can mean.
fn lists_secrets(clause: &Clause<'_>, context: &Context<'_>) -> bool {
    const KINDS: &[&str] =
        &["secrets", "credentials", "tokens", "keys", "variables", "passwords", "with", "contains", "holds"];
    let text = &context.statement.text.masked;
    let denied =
        text.split(|letter: char| !letter.is_alphabetic()).any(|word| crate::spec::clause::NEGATIONS.contains(word));
    let names = names(clause);
    let Some((_, first)) = names.first().filter(|_| !denied) else { return false };
    // Each name of a list is a clause of its own; what they are is said before the first of them.
    let mut before = text.get(..first.start).unwrap_or_default();
    loop {
        before = before.trim_end_matches([' ', '`', ':', '*', ',', '(']);
        let word = before.rsplit([' ', '`', '(', ',']).next().unwrap_or_default();
        if word != "and" && !crate::spec::cue::is_variable_name(word) {
            break;
        }
        before = &before[..before.len() - word.len()];
    }
    let follows = KINDS.iter().any(|kind| before.to_lowercase().ends_with(kind));
    let only_names = clause
        .words()
        .all(|(word, range)| matches!(word.as_str(), "and") || names.iter().any(|(_, name)| *name == range));
    follows && (only_names || !clause.is_parenthetical())
}

/// Variables by name, without values.
fn names<'a>(clause: &Clause<'a>) -> Vec<(VariableName, std::ops::Range<usize>)> {
    let in_words = clause.words().map(|(_, range)| (clause.text(range.clone()), range));
    let in_code = clause.mentions().filter_map(|(mention, range)| match mention {
        Mention::Code(code) => Some((code.as_str(), range)),
        _ => None,
    });
    let mut names: Vec<_> = in_words
        .chain(in_code)
        .filter(|(word, _)| crate::spec::cue::is_variable_name(word))
        .filter_map(|(word, range)| Some((word.parse().ok()?, range)))
        .collect();
    names.sort_by_key(|(_, range): &(VariableName, std::ops::Range<usize>)| range.start);
    names
}

fn place(binding: &Binding<Facts>, why: &mut Provenance, plan: &mut PlanBuilder) -> Option<File> {
    let path = match &binding.facts.path {
        Some(path) => path.clone(),
        None => {
            why.merge(&plan.default(EnvironmentFile::NAME, &FILE_PLACE)?);
            format!("/etc/{service}/{service}.env", service = plan.service).parse().ok()?
        }
    };
    if (binding.facts.mode.is_none() || binding.facts.owner.is_none())
        && let Some(default) = plan.default(EnvironmentFile::NAME, &PRIVATE_FILE)
    {
        why.merge(&default);
    }
    let mode = binding.facts.mode.unwrap_or(FileMode::new(0o600));
    let owner = binding.facts.owner.clone().unwrap_or_else(Owner::root);
    Some(File { path, mode, owner })
}

fn install(file: &File, required: &[(VariableName, Provenance)], why: &Provenance, plan: &mut PlanBuilder) {
    let directory = file
        .path
        .parent()
        .filter(|parent| parent.as_str().starts_with("/etc/") && parent.as_str().contains(plan.service.as_str()));
    if let Some(path) = directory {
        let action = Action::Directory { mode: FileMode::new(0o755), owner: Owner::root(), path };
        plan.operation(Step::Directories, 40, action, why.clone());
    }
    let names = required.iter().map(|(name, _)| name.clone()).collect();
    let action = Action::EnvironmentFile {
        mode: file.mode,
        owner: file.owner.clone(),
        path: file.path.clone(),
        required: names,
    };
    plan.operation(Step::Secrets, 10, action, why.clone());
    plan.directive(
        UnitSection::Service,
        "EnvironmentFile",
        file.path.as_str(),
        "secrets, read by systemd before the user is changed; without the file the start fails",
        why.clone(),
    );
    plan.restart_on_change(file.path.clone());
    for (name, provenance) in required {
        plan.variable(name.clone(), "required", provenance.clone());
    }
}
