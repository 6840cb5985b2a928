//! What the two scripts share: calls as shell text, constants, and a skeleton cut at its insertions.

use super::artifact::Artifact;
use super::escape;
use crate::plan::{Call, DeploymentPlan};

/// A call as one line of shell, without indentation.
#[must_use]
pub fn call_text(call: &Call) -> String {
    let mut text = call.function.to_owned();
    for argument in &call.arguments {
        text.push(' ');
        text.push_str(&escape::shell(argument));
    }
    text
}

/// The constants that a script uses.
#[must_use]
pub fn constants(plan: &DeploymentPlan, script: &str) -> String {
    let platforms: Vec<&str> = plan.target.releases().iter().map(|release| release.os_release()).collect();
    [
        ("SERVICE", plan.service.to_string()),
        ("UNIT", plan.unit_name()),
        ("DESCRIPTION", plan.description.clone()),
        ("SUPPORTED_PLATFORMS", platforms.join(" ")),
        ("STATE_DIRECTORY", format!("/var/lib/specc/{}", plan.service)),
    ]
    .iter()
    .filter(|(name, _)| [format!("${name}"), format!("${{{name}")].iter().any(|use_of| script.contains(use_of)))
    .map(|(name, value)| format!("readonly {name}={}\n", quoted(value)))
    .collect()
}

/// As [`escape::shell`], but quoted even where it need not be: constants read alike.
fn quoted(value: &str) -> String {
    let word = escape::shell(value);
    if word.starts_with(['\'', '$']) { word.into_owned() } else { format!("'{word}'") }
}

/// Fills a skeleton: `fill` is called with the name of each `{{ name }}` in turn, and the artifact.
pub fn fill(artifact: &mut Artifact, skeleton: &str, mut insert: impl FnMut(&mut Artifact, &str)) {
    let mut rest = skeleton;
    while let Some((before, after)) = rest.split_once("{{ ") {
        let Some((name, after)) = after.split_once(" }}") else { break };
        artifact.push(before);
        insert(artifact, name);
        rest = after;
    }
    artifact.push(rest);
}
