//! How TLS is proven: by the certificate that is served, not by files.
//!
//! In: the front and how it comes by its certificate. Out: checks, what people must see to, the runbook entry.

use super::{Facts, Tls, Version, renewal};
use crate::capabilities::reverse_proxy::{Front, Method};
use crate::capabilities::{Binding, Bindings, Capability as _, CertificateMonitor, certificate_monitor};
use crate::plan::{
    Expectation, FileField, Layer, ManualCheck, Observer, PlanBuilder, Probe, ProbeId, Provenance, ProxyObserver,
    RunbookEntry, RunbookStep,
};

const ACTIVE: &str = "reverse-proxy.active";
const SERVED: &str = "tls.served";
const ANCHOR: &str = "certificate";

/// Adds the checks and the chapter.
pub(super) fn contribute(
    front: &Front,
    method: Method,
    own: Option<&Binding<Facts>>,
    all: &Bindings,
    why: &Provenance,
    plan: &mut PlanBuilder,
) {
    key_file(front, why, plan);
    served(front, all, why, plan);
    match method {
        Method::SelfSigned => plan.manual(ManualCheck {
            id: ProbeId("tls.trusted".to_owned()),
            layer: Layer::Security,
            title: "warning: the certificate is self-signed; clients trust it only when one from an authority is in its place"
                .to_owned(),
            who: "whoever brings the certificate: name its files in the specification".to_owned(),
            provenance: why.clone(),
        }),
        Method::Given | Method::LetsEncrypt => {
            let observer = ProxyObserver::CertificateTrust { host: front.host().to_owned() };
            let title = "the served chain is complete and leads to an authority that this host trusts";
            plan.probe(probe(front, "trusted", Layer::Security, title, observer, "yes", why).after(SERVED));
        }
    }
    let version = own.filter(|binding| binding.facts.min_version.is_some());
    let why = version.map_or_else(|| why.clone(), |binding| binding.provenance_of(&["min_version"]));
    let newest_only = version.is_some_and(|binding| binding.facts.min_version == Some(Version::V1_3));
    let oldest = if newest_only { "1.3" } else { "1.2" };
    let observer = ProxyObserver::OutdatedTls { host: front.host().to_owned(), oldest };
    let title = format!("nginx speaks no version of TLS before {oldest}");
    plan.probe(probe(front, "versions", Layer::Security, &title, observer, "refused", &why).after(ACTIVE));
    let renewal = renewal::chapter(front, method, plan, why.clone());
    plan.runbook(renewal);
    plan.runbook(runbook(front, method, why));
}

fn probe(
    front: &Front,
    name: &str,
    layer: Layer,
    title: &str,
    observer: ProxyObserver,
    expected: &str,
    why: &Provenance,
) -> Probe {
    let host = front.host();
    Probe::new(
        format!("{}.{name}", Tls::NAME),
        layer,
        title,
        Observer::Proxy(observer),
        Expectation::Equals(expected.to_owned()),
        why.clone(),
    )
    .advice(format!(
        "openssl s_client -connect 127.0.0.1:443 -servername {host} </dev/null | openssl x509 -noout -subject -issuer -dates"
    ))
    .runbook(ANCHOR)
    .needs("openssl")
}

/// Nobody but root reads the key.
fn key_file(front: &Front, why: &Provenance, plan: &mut PlanBuilder) {
    // Where certbot keeps its keys they are links into a directory that only root can enter.
    let certbot = front.key.as_str().starts_with("/etc/letsencrypt/");
    let modes = if front.method == Some(Method::SelfSigned) { "0600" } else { "0600 0640 0400 0440" };
    for (name, field, expected) in
        [("key-mode", FileField::Mode, modes), ("key-parents", FileField::WritableParents, "none")]
    {
        if (certbot || front.method == Some(Method::LetsEncrypt)) && field == FileField::Mode {
            continue;
        }
        let allowed = expected.split(' ').map(str::to_owned).collect();
        let title = match field {
            FileField::Mode => format!("not everybody can read {}", front.key),
            _ => format!("nobody but root can replace {}", front.key),
        };
        let observer = Observer::File { path: front.key.clone(), field };
        plan.probe(
            Probe::new(
                format!("{}.{name}", Tls::NAME),
                Layer::Permissions,
                title,
                observer,
                Expectation::OneOf(allowed),
                why.clone(),
            )
            .advice(format!("namei -l {}", front.key))
            .runbook(ANCHOR)
            .needs("root"),
        );
    }
}

/// What clients are shown is what lies on the disk, is for the right name, and lasts.
fn served(front: &Front, all: &Bindings, why: &Provenance, plan: &mut PlanBuilder) {
    let host = front.host().to_owned();
    let observer = ProxyObserver::ServedCertificate { host: host.clone(), certificate: front.certificate.clone() };
    let title = format!("the certificate that is served is the one in {}", front.certificate);
    plan.probe(probe(front, "served", Layer::Network, &title, observer, "yes", why).after(ACTIVE).needs("root"));
    let watched = all.one::<CertificateMonitor>();
    let days = watched.and_then(|binding| binding.facts.days).unwrap_or(certificate_monitor::DAYS);
    let mut asked = why.clone();
    if let Some(binding) = watched {
        asked.merge(&binding.provenance());
    }
    let observer = ProxyObserver::CertificateDays { host: host.clone() };
    let title = format!("the served certificate is valid for {days} days more");
    let mut lasting = probe(front, "lasting", Layer::Network, &title, observer, "", &asked).after(ACTIVE);
    lasting.expectation = Expectation::AtLeast(f64::from(days));
    lasting.outside = true;
    plan.probe(lasting);
    for (position, name) in front.names.iter().enumerate() {
        let check = if position == 0 { "name".to_owned() } else { format!("name-{}", position + 1) };
        let observer = ProxyObserver::CertificateName { host: name.to_string() };
        let title = format!("the certificate served for {name} is for that name");
        let mut named = probe(front, &check, Layer::Network, &title, observer, "yes", why).after(ACTIVE);
        named.outside = true;
        plan.probe(named);
    }
}

fn runbook(front: &Front, method: Method, provenance: Provenance) -> RunbookEntry {
    let (host, certificate) = (front.host(), &front.certificate);
    let renew = match method {
        Method::SelfSigned => RunbookStep::run(
            "A self-signed certificate that has ended is made anew by the next deployment.",
            "./deploy.sh",
        ),
        Method::LetsEncrypt => RunbookStep::run(
            "See when certbot runs next, and whether it can renew.",
            "systemctl list-timers certbot.timer --no-pager; certbot renew --dry-run",
        ),
        Method::Given => RunbookStep::run(
            "Install the new certificate and its key, with the commands of the chapter \"Renew the certificate\"; then load them.",
            "nginx -t && systemctl reload nginx",
        ),
    };
    RunbookEntry {
        anchor: ANCHOR,
        title: "The certificate is wrong, or ends".to_owned(),
        symptom: Some(format!("clients refuse https://{host}/, or a check of the certificate fails")),
        checks: ["served", "lasting", "versions"].map(|name| ProbeId(format!("{}.{name}", Tls::NAME))).to_vec(),
        steps: vec![
            RunbookStep::run(
                "See what is served: for whom, by whom, how long.",
                format!(
                    "openssl s_client -connect 127.0.0.1:443 -servername {host} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates"
                ),
            ),
            RunbookStep::run(
                "See what lies on the disk; where it is newer, nginx has not been reloaded since.",
                format!("openssl x509 -noout -subject -issuer -dates -in {certificate}"),
            ),
            renew,
            RunbookStep::run("Load what is on the disk.", "systemctl reload nginx"),
        ],
        verify: Some(RunbookStep::run("The new certificate is served.", "./validate-deployment.sh --check tls")),
        provenance,
    }
}
