//! `deploy.sh`: a fixed run-time, and the plan as a flat list of calls.

use std::fmt::Write as _;

use super::artifact::Artifact;
use super::escape;
use super::origin::ids;
use super::script::{call_text, constants, fill};
use super::shell_library;
use crate::plan::{DeploymentPlan, Operation, Provenance, Step};
use crate::spec::Spec;

const SKELETON: &str = include_str!("../../templates/deploy.bash");

/// The script.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let mut artifact = Artifact::new("deploy.sh", 0o755);
    let called: Vec<&str> = plan.operations.iter().map(|operation| operation.call().function).collect();
    let functions = shell_library::closure(std::iter::once("main").chain(called), SKELETON);
    fill(&mut artifact, SKELETON, |artifact, name| match name {
        "constants" => artifact.push(constants(plan, &functions)),
        "functions" => artifact.push(functions.as_str()),
        "plan" => push_plan(artifact, spec, plan),
        _ => {}
    });
    artifact
}

fn push_plan(artifact: &mut Artifact, spec: &Spec, plan: &DeploymentPlan) {
    artifact.push(purposes(plan));
    artifact.push("# What is made true, in this order.\nplan() {\n");
    let mut first = true;
    for step in plan.operations.chunk_by(|a, b| a.step == b.step) {
        if !std::mem::take(&mut first) {
            artifact.push("\n");
        }
        push_step(artifact, spec, step[0].step, step);
    }
    artifact.push("}\n");
}

/// What each step is about, for those who look for it in the help.
fn purposes(plan: &DeploymentPlan) -> String {
    let mut text =
        String::from("# step_purpose TITLE: what a step is about, for --help.\nstep_purpose() {\n  case $1 in\n");
    for step in plan.operations.chunk_by(|a, b| a.step == b.step).map(|operations| operations[0].step) {
        let _ = writeln!(text, "    '{}') printf '%s' {} ;;", step.title(), escape::shell(step.purpose()));
    }
    text.push_str("  esac\n}\n\n");
    text
}

fn push_step(artifact: &mut Artifact, spec: &Spec, step: Step, operations: &[Operation]) {
    let mut all = Provenance::default();
    operations.iter().for_each(|operation| all.merge(&operation.provenance));
    let ids: String = ids(spec, &all).iter().map(|id| format!(" {}", escape::shell(id))).collect();
    artifact.push(format!("  if step '{}'{ids}; then\n", step.title()));
    for operation in operations {
        artifact.push_for(format!("    {}\n", call_text(&operation.call())), operation.provenance.clone());
    }
    artifact.push("  fi\n");
}
