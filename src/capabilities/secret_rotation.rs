//! Secret rotation: secrets are replaced before they are old.
//!
//! In: clauses that say how often secrets are replaced. Out: a check of the environment file's age, and a runbook entry
//! that replaces a secret without an outage longer than a restart. Not here: where secrets stand (`environment_file`), keys
//! of people, certificates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep};
use crate::value::{Seconds, UnixPath};

/// The capability.
pub struct SecretRotation;

/// What a statement says about the replacement of secrets.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How old they may become.
    pub every: Option<Seconds>,
    /// Set when the way to replace them is to be written down.
    pub documented: bool,
}

const DAY: f64 = 86_400.0;
const AGE: &str = "secret-rotation.age";

/// Intervals that have a name.
const NAMED: &[(&str, f64)] = &[
    ("weekly", 7.0),
    ("monthly", 31.0),
    ("quarterly", 92.0),
    ("yearly|annually", 366.0),
    ("every|each week", 7.0),
    ("every|each month", 31.0),
    ("every|each quarter", 92.0),
    ("every|each year", 366.0),
];

impl Capability for SecretRotation {
    type Facts = Facts;

    const NAME: &'static str = "secret-rotation";
    const SUMMARY: &'static str = "The runbook says how a secret is replaced, and a check turns red when the environment file is older than it may be.";
    const CUES: &'static [&'static str] = &[
        "secret(s)|credential(s)|password(s)|token(s) (must|shall|are|is) (to) (be) rotated|replaced|renewed|changed",
        "api|access|secret key(s) (must|shall|are|is) (to) (be) rotated|replaced|renewed|changed",
        "secret(s)|credential(s)|password(s)|token(s)|key rotation",
        "rotate(s) (the|all) secret(s)|credential(s)|password(s)|token(s)",
        "rotate(s) (the|all) api|access|secret key(s)",
        "rotation of (the|all) secret(s)|credential(s)|password(s)|token(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "secret",
        "secrets",
        "credentials",
        "passwords",
        "tokens",
        "keys",
        "key",
        "api",
        "rotated",
        "rotation",
        "replaced",
        "renewed",
        "plan",
        "procedure",
        "documented",
        "described",
        "runbook",
        "every",
        "each",
        "day",
        "days",
        "at",
        "least",
        "regularly",
        "written",
        "down",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("API keys are rotated every 90 days", r#"{"every": 7776000.0}"#),
        example("**Secret rotation**: every 30 days", r#"{"every": 2592000.0}"#),
        example("Secrets must be rotated quarterly", r#"{"every": 7948800.0}"#),
        example("The rotation of credentials is documented", r#"{"documented": true}"#),
        example("Rotate all tokens at least every 60 days", r#"{"every": 5184000.0}"#),
        criterion("The secret rotation procedure is written down", r#"{"documented": true}"#),
        example("SSH keys are rotated every 90 days", NOT_MINE),
        example("Secrets are never rotated", NOT_MINE),
        example("Logs are rotated every day", NOT_MINE),
        example("Session tokens are renewed every 15 minutes", NOT_MINE),
        example("Users' passwords are changed every 90 days", NOT_MINE),
        example("Secrets are rotated by the vault every hour", NOT_MINE),
    ];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let others = "ssh|sshd|tls|ssl|certificate(s)|session(s)|user(s)|users'|login(s)|vault|gpg|host|signing|refresh|jwt|\
                      database|automatic|automatically";
        if clause.find(others).is_some() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        let mut times = clause.durations();
        if let Some((time, place)) = times.next() {
            // What is replaced within hours is replaced by a program.
            if times.next().is_some() || time.0 < DAY {
                return None;
            }
            reading.facts.every = Some(time);
            reading = reading.place("every", place);
        } else if let Some((place, days)) = NAMED.iter().find_map(|(word, days)| Some((clause.find(word)?, *days))) {
            reading.facts.every = Some(Seconds(days * DAY));
            reading = reading.place("every", place);
        }
        if let Some(place) = clause.find("documented|described|written|runbook|procedure|plan") {
            reading.facts.documented = true;
            reading = reading.place("documented", place);
        }
        (reading.facts.every.is_some() || reading.facts.documented).then_some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let why = binding.provenance();
        let Some(path) = plan.environment_file().cloned() else {
            for statement in &why.statements {
                plan.partial(
                    *statement,
                    "the package knows of no secrets: the specification names no environment file",
                );
            }
            return;
        };
        if let Some(every) = binding.facts.every {
            let days = (every.0 / DAY).floor();
            plan.probe(
                Probe::new(
                    AGE,
                    Layer::Security,
                    format!("{path} was changed within the last {days} days"),
                    Observer::FileAge { path: path.clone() },
                    Expectation::AtMost(days),
                    binding.provenance_of(&["every"]),
                )
                .after("environment-file.exists")
                .advice(format!("sudo stat -c '%y %n' {path}"))
                .runbook(ANCHOR),
            );
        }
        let chapter = chapter(&path, plan, why);
        plan.runbook(chapter);
    }
}

/// The chapter of the runbook for it.
pub(super) const ANCHOR: &str = "rotate-secrets";

/// What a program logs when its secret is not taken. In small letters: the journal then looks for capitals, too.
const REFUSED: &str = r"denied|refused|unauthori[sz]ed|forbidden|authentication|\b40[13]\b";

/// How a secret is replaced, at any time: one day it is known to somebody who must not know it.
pub(super) fn chapter(path: &UnixPath, plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    let unit = plan.unit_name();
    let is_timed = plan.probes.iter().any(|probe| probe.id.0 == AGE);
    let age = if is_timed { "--check secret-rotation " } else { "" };
    RunbookEntry {
        anchor: ANCHOR,
        title: "Replace a secret".to_owned(),
        symptom: None,
        checks: vec![ProbeId(AGE.to_owned())],
        steps: vec![
            RunbookStep::say("Make the new secret where it comes from, and leave the old one valid for now."),
            RunbookStep::run(
                "See which there are; values are not shown.",
                format!("grep -oE '^[A-Za-z_][A-Za-z0-9_]*=' {path}"),
            ),
            RunbookStep::run(
                "Put the new value in the place of the old one. Leave no copy beside it.",
                format!("editor {path}"),
            ),
            RunbookStep::run(
                format!("Deploy: it checks the file, restarts {unit}, and waits until it is healthy."),
                "./deploy.sh",
            ),
            RunbookStep::say(
                "If it fails (exit code 1 or 4): put the old value back, which is still valid, and run the same again. The version before \
                 reads the same file, so it is no help.",
            ),
            RunbookStep::say("Only now make the old secret invalid, where it came from."),
            RunbookStep::run(
                "See that nothing still uses it: expect no line about a refused login.",
                format!("journalctl -u {unit} --since -10min --grep '{REFUSED}' --no-pager"),
            ),
        ],
        verify: Some(RunbookStep::run(
            "The file is private and complete, and the service runs with it.",
            format!("./validate-deployment.sh {age}--check environment-file --check service-active"),
        )),
        provenance,
    }
}
