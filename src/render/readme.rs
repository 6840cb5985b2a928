//! `README.md` of a package: ship, deploy, validate, roll back.

use askama::Template;

use super::artifact::Artifact;
use super::escape::{markdown_block, markdown_code};
use super::origin::ids;
use crate::plan::{Action, DeploymentPlan, Provenance};
use crate::spec::Spec;

#[derive(Template)]
#[template(path = "package_readme.markdown")]
struct Readme<'a> {
    service: &'a str,
    description: &'a str,
    platforms: String,
    has_transactions: bool,
    environment: Option<Environment>,
    steps: Vec<Step>,
    drills: String,
    ship: String,
    deploy: String,
    confirm: String,
    validate: String,
    drill: String,
    rollback: String,
}

struct Environment {
    path: String,
    example: String,
}

struct Step {
    title: &'static str,
    requirements: String,
}

/// The page.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let service = plan.service.as_str();
    let platforms: Vec<&str> = plan.target.releases().iter().map(|release| release.title()).collect();
    let drills: Vec<&str> = plan.drills.iter().map(crate::plan::Drill::name).collect();
    let transactional = |action: &Action| matches!(action, Action::Firewall { .. } | Action::Sshd { .. });
    let readme = Readme {
        service,
        description: &plan.description,
        platforms: platforms.join(", "),
        has_transactions: plan.operations.iter().any(|operation| transactional(&operation.action)),
        environment: environment(plan),
        steps: steps(spec, plan),
        drills: drills.join(", "),
        ship: markdown_block(
            "sh",
            &format!(
                "tar -c . | ssh root@HOST 'rm -rf {service}-package && mkdir {service}-package &&\n  \
                 tar -x --no-same-owner -C {service}-package'"
            ),
        ),
        deploy: markdown_block(
            "sh",
            "./deploy.sh --dry-run   # what would be done; writes nothing\n./deploy.sh\n./deploy.sh --check     # later: is the host still as deployed?",
        ),
        confirm: markdown_block(
            "sh",
            &format!("ssh root@HOST bash /var/lib/specc/{service}/current/deploy.sh --confirm"),
        ),
        validate: markdown_block(
            "sh",
            "./validate-deployment.sh\n./validate-deployment.sh --list                  # every check and the requirement that it proves\n\
             ./validate-deployment.sh --format json --output result.json",
        ),
        drill: markdown_block("sh", "./validate-deployment.sh --drill all --host \"$(hostname)\""),
        rollback: markdown_block(
            "sh",
            "./deploy.sh --rollback    # the last package that was healthy\n./deploy.sh --uninstall   # keeps data, secrets and the user; see --help",
        ),
    };
    let mut artifact = Artifact::new("README.md", 0o644);
    // Writing to a string cannot fail; a template ends before its last line break.
    artifact.push(readme.render().unwrap_or_default());
    artifact.push("\n");
    artifact
}

fn environment(plan: &DeploymentPlan) -> Option<Environment> {
    plan.operations.iter().find_map(|operation| match &operation.action {
        Action::EnvironmentFile { path, .. } => Some(Environment {
            path: markdown_code(path.as_str()),
            example: format!("[config/{0}.env.example](config/{0}.env.example)", plan.service),
        }),
        _ => None,
    })
}

fn steps(spec: &Spec, plan: &DeploymentPlan) -> Vec<Step> {
    let steps = plan.operations.chunk_by(|a, b| a.step == b.step);
    steps
        .map(|operations| {
            let mut all = Provenance::default();
            operations.iter().for_each(|operation| all.merge(&operation.provenance));
            let ids = ids(spec, &all).join(", ");
            Step {
                title: operations.first().map_or("", |operation| operation.step.title()),
                requirements: if ids.is_empty() { "by default".to_owned() } else { ids },
            }
        })
        .collect()
}
