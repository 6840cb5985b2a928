//! Certificates of Let's Encrypt, through certbot.
//!
//! In: the front, whose names are to be signed. Out: the request, made once nginx serves the site, certbot's timer, and a hook
//! that makes nginx load what was renewed. Until a certificate is there a self-signed one is served.

use super::{Facts, RENEWAL, Tls};
use crate::capabilities::reverse_proxy::Front;
use crate::capabilities::{Binding, Capability as _};
use crate::plan::{
    Action, Expectation, FileContent, FileField, InstalledFile, Layer, Observer, PlanBuilder, Probe, Provenance,
    ProxyAction, Step,
};
use crate::value::{FileMode, Owner, ServiceName, UnixPath};

const TIMER: &str = "certbot.timer";

/// Where the answers to the authority's questions lie; nginx's workers must be able to read it.
pub(in crate::capabilities) fn webroot(service: &ServiceName) -> Option<UnixPath> {
    format!("/var/www/{service}-acme").parse().ok()
}

pub(super) fn contribute(front: &Front, binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let mut why = binding.provenance_of(&["method", "renewal"]);
    for package in ["certbot", "ca-certificates"] {
        if let Ok(name) = package.parse() {
            plan.package(name, why.clone());
        }
    }
    let Some(webroot) = webroot(&plan.service) else { return };
    let (mode, owner) = (FileMode::new(0o755), Owner::root());
    plan.operation(Step::Directories, 60, Action::Directory { mode, owner, path: webroot.clone() }, why.clone());
    if let Some(default) = plan.default(Tls::NAME, &RENEWAL) {
        why.merge(&default);
        hook(&why, plan);
    }
    let issued = ProxyAction::IssuedCertificate {
        certificate: front.certificate.clone(),
        key: front.key.clone(),
        webroot,
        names: front.names.clone(),
    };
    plan.operation(Step::Proxy, 70, Action::Proxy(issued), why.clone());
    let equals = |text: &str| Expectation::Equals(text.to_owned());
    for (name, title, observer, expectation) in [
        (
            "renewal-timer",
            "certbot's timer waits for its time",
            Observer::Timer { unit: TIMER.to_owned() },
            equals("active"),
        ),
        (
            "renewal-at-boot",
            "certbot's timer starts at boot",
            Observer::UnitEnabled { unit: TIMER.to_owned() },
            equals("enabled"),
        ),
    ] {
        let id = format!("{}.{name}", Tls::NAME);
        plan.probe(
            Probe::new(id, Layer::Monitoring, title, observer, expectation, why.clone())
                .advice("systemctl status certbot.timer; certbot certificates")
                .runbook("certificate"),
        );
    }
}

/// What certbot runs after each renewal.
fn hook(why: &Provenance, plan: &mut PlanBuilder) {
    let path = format!("/etc/letsencrypt/renewal-hooks/deploy/specc-{}", plan.service);
    let Ok(path) = path.parse::<UnixPath>() else { return };
    plan.file(
        Step::Configuration,
        60,
        InstalledFile {
            path: path.clone(),
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "makes nginx load a certificate that was renewed".to_owned(),
            content: FileContent::Program { template: "load-certificate", constants: Vec::new() },
            provenance: why.clone(),
        },
    );
    plan.probe(
        Probe::new(
            format!("{}.renewal-hook", Tls::NAME),
            Layer::Permissions,
            "certbot can run what makes nginx load a renewed certificate",
            Observer::File { path: path.clone(), field: FileField::Mode },
            Expectation::Equals("0755".to_owned()),
            why.clone(),
        )
        .advice(format!("ls -l {path}"))
        .runbook("certificate"),
    );
}
