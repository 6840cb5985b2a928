//! `README.md` of a package: the page with which it is handed over.
//!
//! In: the plan. Out: what is handed over, what must be there first, how it is shipped, deployed, accepted, changed and removed.

mod facts;

use askama::Template;

use self::facts::Row;
use super::absences::absences;
use super::artifact::Artifact;
use super::escape::{markdown_block, markdown_code};
use super::origin::ids;
use crate::plan::{Action, CONFIRMATION_SECONDS, DeploymentPlan, FileContent, Provenance};
use crate::spec::Spec;

#[derive(Template)]
#[template(path = "package_readme.markdown")]
struct Readme<'a> {
    service: &'a str,
    description: &'a str,
    platforms: String,
    overview: Vec<Row>,
    absences: Vec<&'static str>,
    prerequisites: Vec<String>,
    has_application: bool,
    has_transactions: bool,
    environment: Option<Environment>,
    steps: Vec<Step>,
    drills: String,
    has_reboot_drill: bool,
    outside: bool,
    left_to_people: Vec<String>,
    main_unit: String,
    site: String,
    ship: String,
    deploy: String,
    only: String,
    confirm: String,
    confirm_within: u32,
    validate: String,
    from_outside: String,
    drill: String,
    after_reboot: String,
    rollback: String,
    compile: String,
}

struct Environment {
    path: String,
    example: String,
    /// Whether it has names that must be set: only then does the first run stop for them.
    is_gate: bool,
}

struct Step {
    title: &'static str,
    name: String,
    purpose: &'static str,
    requirements: String,
}

/// The page.
#[must_use]
pub fn render(spec: &Spec, plan: &DeploymentPlan) -> Artifact {
    let service = plan.service.as_str();
    let current = format!("/var/lib/specc/{service}/current");
    let platforms: Vec<&str> = plan.target.releases().iter().map(|release| release.title()).collect();
    let drills: Vec<&str> = plan.drills.iter().map(crate::plan::Drill::name).collect();
    let transactional = |action: &Action| matches!(action, Action::Firewall { .. } | Action::Sshd { .. });
    let steps = steps(spec, plan);
    let last = steps.last().map_or_else(String::new, |step| step.name.clone());
    let has_application = plan.operations.iter().any(|it| matches!(it.action, Action::Application { .. }));
    let app = if has_application { " --app DIR" } else { "" };
    let readme = Readme {
        service,
        description: &plan.description,
        platforms: platforms.join(", "),
        overview: facts::overview(plan),
        absences: absences(plan),
        prerequisites: facts::prerequisites(plan),
        has_application,
        has_transactions: plan.operations.iter().any(|operation| transactional(&operation.action)),
        environment: environment(plan),
        steps,
        has_reboot_drill: drills.contains(&"reboot"),
        drills: drills.join(", "),
        outside: plan.probes.iter().any(|probe| probe.outside),
        left_to_people: facts::left_to_people(plan),
        main_unit: markdown_code(&format!("rootfs/etc/systemd/system/{}", plan.unit_name())),
        site: site(plan),
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
        only: markdown_block("sh", &format!("./deploy.sh --list\n./deploy.sh --only {last}")),
        confirm: markdown_block(
            "sh",
            &format!(
                "ssh root@HOST bash {current}/deploy.sh --confirm\n\
                 ssh -t USER@HOST sudo bash {current}/deploy.sh --confirm   # as an account with sudo"
            ),
        ),
        confirm_within: CONFIRMATION_SECONDS,
        compile: markdown_block("sh", &format!("specc build DEPLOYMENT-SPEC.md{app} -o out/")),
        validate: markdown_block(
            "sh",
            &format!(
                "./validate-deployment.sh\n./validate-deployment.sh --list                  # every check and the requirement that it proves\n\
             ./validate-deployment.sh --format json --output /root/{service}-result.json"
            ),
        ),
        from_outside: markdown_block("sh", "./validate-deployment.sh --from-outside HOST"),
        drill: markdown_block("sh", "./validate-deployment.sh --drill all --host \"$(uname -n)\""),
        after_reboot: markdown_block("sh", &format!("{current}/validate-deployment.sh --after-reboot")),
        rollback: markdown_block(
            "sh",
            &format!(
                "{current}/deploy.sh --rollback    # the last package that was healthy\n\
                 {current}/deploy.sh --uninstall   # keeps data, secrets and the user; see --help"
            ),
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
        Action::EnvironmentFile { path, required, .. } => Some(Environment {
            path: markdown_code(path.as_str()),
            example: format!("[config/{0}.env.example](config/{0}.env.example)", plan.service),
            is_gate: !required.is_empty(),
        }),
        _ => None,
    })
}

/// Where the site of nginx lies in the package; empty where there is none.
fn site(plan: &DeploymentPlan) -> String {
    let site = plan.files.iter().find(|file| matches!(file.content, FileContent::Site(_)));
    site.map(|file| markdown_code(&format!("rootfs{}", file.path))).unwrap_or_default()
}

fn steps(spec: &Spec, plan: &DeploymentPlan) -> Vec<Step> {
    let steps = plan.operations.chunk_by(|a, b| a.step == b.step);
    steps
        .map(|operations| {
            let mut all = Provenance::default();
            operations.iter().for_each(|operation| all.merge(&operation.provenance));
            let ids = ids(spec, &all).join(", ");
            let step = operations[0].step;
            Step {
                title: step.title(),
                name: step.name(),
                purpose: step.purpose(),
                requirements: if ids.is_empty() { "by default".to_owned() } else { ids },
            }
        })
        .collect()
}
