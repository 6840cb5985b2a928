//! `validate-deployment.sh`: a fixed run-time, and the checks as a flat list.

use super::artifact::Artifact;
use super::escape;
use super::origin::{ids, in_charge};
use super::script::{call_text, constants, fill};
use super::shell_library;
use crate::plan::{DeploymentPlan, Drill, Layer, ManualCheck, Probe, Provenance};
use crate::spec::{AnnotationKind, Spec, Statement, StatementKind};

const SKELETON: &str = include_str!("../../templates/validate-deployment.sh");

/// Functions that the skeleton itself calls.
const RUNTIME: [&str; 6] = [
    "check",
    "parse_validation_arguments",
    "select_checks",
    "prepare_validation",
    "run_selected_checks",
    "finish_validation",
];

/// The script.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("validate-deployment.sh", 0o755);
    let unit = plan.unit_name();
    let observers = plan.probes.iter().map(|probe| probe.observer.call().function);
    let drills = plan.drills.iter().map(|drill| drill.call(&unit).function);
    let functions = shell_library::closure(RUNTIME.into_iter().chain(observers).chain(drills), SKELETON);
    fill(&mut artifact, SKELETON, |artifact, name| match name {
        "explanation" => artifact.push(explanation(plan)),
        "constants" => artifact.push(constants(plan, &functions).trim_end()),
        "functions" => artifact.push(functions.trim_end()),
        "checks" => push_checks(artifact, spec, plan),
        _ => {}
    });
    artifact
}

fn explanation(plan: &DeploymentPlan) -> String {
    format!(
        "# Proves that this host is as the specification of {} says: one check a line in checks(), at the end.\n\
         # Reads only; drills (--drill) break things on purpose. Start with: validate-deployment.sh --help",
        plan.service
    )
}

fn push_checks(artifact: &mut Artifact, spec: &Spec, plan: &DeploymentPlan) {
    artifact.push("# What is proven, and for which requirements.\nchecks() {\n");
    for probe in &plan.probes {
        artifact.push_for(check(spec, probe), probe.provenance.clone());
    }
    for drill in &plan.drills {
        artifact.push_for(drill_call(spec, plan, drill), drill.provenance.clone());
    }
    for check in &plan.manual {
        artifact.push_for(manual_check(spec, check), check.provenance.clone());
    }
    for (index, statement) in spec.indexed() {
        if let Some(text) = left_to_people(spec, statement) {
            artifact.push_for(text, Provenance { statements: vec![index], ..Provenance::default() });
        }
    }
    artifact.push("}");
}

/// The entry of a statement that an annotation gives to people: counted and listed, never run.
fn left_to_people(spec: &Spec, statement: &Statement) -> Option<String> {
    let deciding = spec.annotations(statement).find_map(|annotation| match &annotation.kind {
        AnnotationKind::Manual { owner, evidence } => Some(Some(in_charge(owner.as_deref(), evidence.as_deref()))),
        AnnotationKind::Waive { .. } => Some(None),
        AnnotationKind::As { .. } | AnnotationKind::Allow { .. } => None,
    });
    let who = deciding.flatten()?;
    let layer = match statement.kind {
        StatementKind::Security => Layer::Security,
        StatementKind::Operational => Layer::Monitoring,
        _ => Layer::Service,
    };
    let id = statement.id.as_str();
    let name = format!("manual.{}", id.to_lowercase());
    let title = statement.display_text();
    let mut text = format!("  manual {} {} {}", escape::shell(&name), layer.name(), escape::shell(&title));
    push_option(&mut text, "--proves", id);
    push_option(&mut text, "--who", &who);
    text.push('\n');
    Some(text)
}

fn check(spec: &Spec, probe: &Probe) -> String {
    let mut text =
        format!("  check {} {} {}", escape::shell(&probe.id.0), probe.layer.name(), escape::shell(&probe.title));
    push_option(&mut text, "--proves", &ids(spec, &probe.provenance).join(" "));
    push_option(&mut text, "--after", &probe.after.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(" "));
    push_option(&mut text, "--needs", &probe.needs.join(" "));
    if probe.outside {
        text.push_str(" --outside");
    }
    let expected = probe.expectation.words();
    text.push_str(" \\\n    --expect");
    expected.iter().for_each(|word| push_word(&mut text, word));
    push_option(&mut text, "--try", &probe.advice);
    push_option(&mut text, "--runbook", probe.runbook.unwrap_or_default());
    text.push_str(" \\\n    -- ");
    text.push_str(&call_text(&probe.observer.call()));
    text.push('\n');
    text
}

fn manual_check(spec: &Spec, check: &ManualCheck) -> String {
    let words = [escape::shell(&check.id.0), check.layer.name().into(), escape::shell(&check.title)];
    let mut text = format!("  manual {}", words.join(" "));
    push_option(&mut text, "--proves", &ids(spec, &check.provenance).join(" "));
    push_option(&mut text, "--who", &check.who);
    text.push('\n');
    text
}

fn drill_call(spec: &Spec, plan: &DeploymentPlan, drill: &Drill) -> String {
    let mut text = format!("  drill {} {}", drill.name(), escape::shell(&drill.title));
    push_option(&mut text, "--proves", &ids(spec, &drill.provenance).join(" "));
    // A drill proves recovery: what is not well before it proves nothing after it.
    let well = ["service-active.active", "health-check.status"];
    let after: Vec<&str> = well.into_iter().filter(|id| plan.probes.iter().any(|probe| probe.id.0 == *id)).collect();
    push_option(&mut text, "--after", &after.join(" "));
    push_option(&mut text, "--runbook", drill.runbook());
    text.push_str(" \\\n    -- ");
    text.push_str(&call_text(&drill.call(&plan.unit_name())));
    text.push('\n');
    text
}

fn push_option(text: &mut String, option: &str, value: &str) {
    if !value.is_empty() {
        text.push(' ');
        text.push_str(option);
        push_word(text, value);
    }
}

fn push_word(text: &mut String, word: &str) {
    text.push(' ');
    text.push_str(&escape::shell(word));
}
