//! Environment variables: settings that the service gets from its unit.
//!
//! In: variables with their values. Out: `Environment=` in the unit, and a check of what the manager has. Not here:
//! secrets and the file that holds them (`environment_file`): whatever stands in a unit can be read by everybody on the
//! host (`systemctl show`), so the value of a secret is never taken from the specification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::declare_lint;
use crate::diagnostics::{Diagnostic, Lint};
use crate::plan::{
    Directive, DirectiveValue, Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep,
    UnitSection,
};
use crate::spec::SectionKind;
use crate::spec::mention::Mention;
use crate::value::VariableName;

/// The capability.
pub struct EnvironmentVariable;

/// What a statement says about one variable.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Its name.
    pub name: Option<VariableName>,
    /// Its value.
    pub value: Option<String>,
}

declare_lint! {
    /// *What it does*: reports a secret whose value stands in the specification.
    ///
    /// *Why is this bad?* The specification is reviewed, versioned and shipped with the package. A value in a unit can be
    /// read by everybody on the host.
    ///
    /// *Instead*: name the variable only: `- Required variables: API_KEY`. Its value goes into the environment file on
    /// the server, which the deployment creates and waits for.
    pub static SECRET_IN_SPECIFICATION = "secret-in-specification", Warn, Security, "the value of a secret stands in the specification";
}

impl Capability for EnvironmentVariable {
    type Facts = Facts;

    const NAME: &'static str = "environment-variable";
    const SUMMARY: &'static str = "Settings in the service's environment, set in its unit. Secrets are kept out of it.";
    const CUES: &'static [&'static str] = &["<variable>", "environment variable(s)", "env var(s)"];
    const VOCABULARY: &'static [&'static str] = &[
        "environment",
        "variable",
        "variables",
        "env",
        "var",
        "vars",
        "value",
        "default",
        "set",
        "sets",
        "to",
        "process",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Environment variable `LOG_LEVEL=info`", r#"{"name": "LOG_LEVEL", "value": "info"}"#),
        example(
            "The service sets TZ_NAME=Europe/Berlin in its environment",
            r#"{"name": "TZ_NAME", "value": "Europe/Berlin"}"#,
        ),
        example("**Environment**: WORKER_COUNT=4", r#"{"name": "WORKER_COUNT", "value": "4"}"#),
        example(
            "The environment variable APP_MODE is set to `production`",
            r#"{"name": "APP_MODE", "value": "production"}"#,
        ),
        example("env var HTTP_TIMEOUT_S=30 (seconds)", r#"{"name": "HTTP_TIMEOUT_S", "value": "30"}"#),
        criterion("Its environment contains LOG_FORMAT=json", r#"{"name": "LOG_FORMAT", "value": "json"}"#),
        example(
            "Required environment variable RELAY_MODE is set to `live`",
            r#"{"name": "RELAY_MODE", "value": "live"}"#,
        ),
        example("Required environment variables: API_KEY, DATABASE_URL", NOT_MINE),
        example("DEBUG_MODE=1 must not be set in the environment", NOT_MINE),
        example("Set up the environment variables before the first start", NOT_MINE),
        example("`kubectl get pods -n KUBE_SYSTEM=x`", NOT_MINE),
        example("The limit MAX_RETRIES is documented", NOT_MINE),
    ];
    const LINTS: &'static [&'static Lint] = &[&SECRET_IN_SPECIFICATION];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let is_environment = context.section.kind == SectionKind::Environment
            || clause.find("environment|env|variable(s)|export(s|ed)").is_some();
        if !is_environment {
            return None;
        }
        let mut assigned = clause.directives().filter(|((name, _), _)| is_variable(name));
        if let Some(((name, value), range)) = assigned.next() {
            if assigned.next().is_some() {
                return None;
            }
            let facts = Facts { name: name.parse().ok(), value: Some(value.to_owned()) };
            return facts
                .name
                .is_some()
                .then(|| Reading::new(facts, []).place("name", range.clone()).place("value", range));
        }
        let (name, name_range) = only_name(clause)?;
        let set = clause.affirms("set to").or_else(|| clause.label().map(|_| name_range.clone()))?;
        let (value, value_range) = value_after(clause, set.end.max(name_range.end))?;
        let facts = Facts { name: Some(name), value: Some(value) };
        Some(Reading::new(facts, []).claim(set).place("name", name_range).place("value", value_range))
    }

    fn subject(facts: &Facts) -> String {
        facts.name.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let unit = plan.unit_name();
        for binding in own {
            let (Some(name), Some(value)) = (&binding.facts.name, &binding.facts.value) else { continue };
            if is_secret(name, value) {
                report_secret(binding, name, plan);
                continue;
            }
            let why = binding.provenance();
            plan.typed_directive(Directive {
                section: UnitSection::Service,
                name: "Environment",
                value: DirectiveValue::Assignment(name.to_string(), value.clone()),
                comment: "settings".to_owned(),
                provenance: why.clone(),
            });
            plan.probe(
                Probe::new(
                    format!("environment-variable.{}", name.as_str().to_lowercase().replace('_', "-")),
                    Layer::Service,
                    format!("{name} is set for the service"),
                    Observer::UnitProperty { unit: unit.clone(), property: "Environment" },
                    Expectation::Contains(format!("{name}={value}")),
                    why,
                )
                .advice(format!("systemctl show {unit} -p Environment -p DropInPaths"))
                .runbook("environment-variable"),
            );
        }
        let mut why = crate::plan::Provenance { capability: Self::NAME, ..crate::plan::Provenance::default() };
        own.iter().for_each(|binding| why.merge(&binding.provenance()));
        if !own.is_empty() {
            plan.runbook(entry(&unit, why));
        }
    }
}

/// The secrets among the variables, by name: they are required in the environment file instead.
pub(super) fn secrets(all: &Bindings) -> impl Iterator<Item = (&VariableName, crate::plan::Provenance)> {
    all.of::<EnvironmentVariable>().iter().filter_map(|binding| {
        let (name, value) = (binding.facts.name.as_ref()?, binding.facts.value.as_deref()?);
        is_secret(name, value).then(|| (name, binding.provenance()))
    })
}

fn is_variable(name: &str) -> bool {
    name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A name that says that its value is secret, or a URL with a password in it.
fn is_secret(name: &VariableName, value: &str) -> bool {
    let marked = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS", "PWD"];
    let mut parts = name.as_str().split('_');
    let named = parts.clone().any(|part| marked.contains(&part));
    // KEY_FILE and the like name a place, not the secret.
    let is_place =
        parts.next_back().is_some_and(|last| matches!(last, "FILE" | "PATH" | "DIR" | "URL" | "ID" | "NAME" | "TTL"));
    let has_login =
        value.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')));
    named && !is_place || has_login
}

/// The only variable name of the clause.
fn only_name(clause: &Clause<'_>) -> Option<(VariableName, std::ops::Range<usize>)> {
    let in_words = clause.words().map(|(_, range)| (clause.text(range.clone()).to_owned(), range));
    let in_code = clause.mentions().filter_map(|(mention, range)| match mention {
        Mention::Code(code) => Some((code.clone(), range)),
        _ => None,
    });
    let mut names = in_words.chain(in_code).filter(|(word, _)| word.contains('_') && is_variable(word));
    let (name, range) = names.next()?;
    if names.next().is_some() { None } else { Some((name.parse().ok()?, range)) }
}

/// The value after a place: inline code, a quote, a number or a path; never a bare word, which may be prose.
fn value_after(clause: &Clause<'_>, from: usize) -> Option<(String, std::ops::Range<usize>)> {
    clause.mentions().filter(|(_, range)| range.start >= from).find_map(|(mention, range)| {
        let value = match mention {
            Mention::Code(text) | Mention::Quoted(text) | Mention::FileName(text) => text.clone(),
            Mention::Quantity(_) | Mention::Path(_) | Mention::Url(_) | Mention::Network(_) => {
                clause.text(range.clone()).to_owned()
            }
            _ => return None,
        };
        Some((value, range))
    })
}

fn report_secret(binding: &Binding<Facts>, name: &VariableName, plan: &mut PlanBuilder) {
    let Some(span) = binding.span_of("value") else { return };
    plan.report(
        Diagnostic::new(&SECRET_IN_SPECIFICATION, span, format!("the value of {name} stands in the specification"))
            .at("reviewed, versioned, and shipped with the package")
            .help(format!("write: Required variables: {name}; its value goes into the environment file on the server")),
    );
}

fn entry(unit: &str, provenance: crate::plan::Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "environment-variable",
        title: "A setting is not what it should be".to_owned(),
        symptom: Some(format!("{unit} behaves as if a variable had another value")),
        checks: vec![ProbeId("application.process".to_owned())],
        steps: vec![
            RunbookStep::run(
                "See what the manager sets, and which drop-ins change it.",
                format!("systemctl show {unit} -p Environment -p EnvironmentFiles -p DropInPaths"),
            ),
            RunbookStep::say(
                "A variable of the environment file wins over one of the unit: look there for the same name.",
            ),
            RunbookStep::say("Change the value in the specification and deploy again; never in the unit by hand."),
        ],
        verify: Some(RunbookStep::run("The settings are right.", "./validate-deployment.sh --layer service")),
        provenance,
    }
}
