//! How a certificate is renewed, as a chapter of the runbook.
//!
//! In: the front and how it comes by its certificate. Out: the task, step by step. That a certificate ends is noticed elsewhere:
//! by a check of this capability, and by `certificate_monitor` where the specification asks for it.

use crate::capabilities::reverse_proxy::{Front, Method};
use crate::plan::{PlanBuilder, Provenance, RunbookEntry, RunbookStep};
use crate::value::{HostName, UnixPath};

/// Where a new certificate and its key are brought to.
const NEW: &str = "/root/new-certificate";

const LOAD: &str = "nginx -t && systemctl reload nginx";

/// The chapter.
pub(super) fn chapter(front: &Front, method: Method, plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    let mut steps = vec![RunbookStep::run(
        "See until when the present one is valid, and who has signed it.",
        format!("openssl x509 -noout -subject -issuer -enddate -in {}", front.certificate),
    )];
    match method {
        Method::Given => steps.extend(replaced(front)),
        Method::LetsEncrypt => steps.extend(renewed_by_itself(plan)),
        Method::SelfSigned => steps.extend(signed_by_the_host(front)),
    }
    steps.push(RunbookStep::run(
        "From a workstation, see that clients trust it, and for this name: expect any answer, and no complaint. One that the host has \
         signed itself is complained of.",
        format!("curl -q --silent --show-error --head https://{}/", front.names.first().map_or("HOST", HostName::as_str)),
    ));
    RunbookEntry {
        anchor: "renew-the-certificate",
        title: "Renew the certificate".to_owned(),
        symptom: None,
        checks: Vec::new(),
        steps,
        verify: Some(RunbookStep::run(
            "The new certificate is served, for the right name, and lasts.",
            "./validate-deployment.sh --check tls",
        )),
        provenance,
    }
}

/// The files are exchanged, looked at, loaded.
fn replaced(front: &Front) -> Vec<RunbookStep> {
    let Front { certificate, key, .. } = front;
    let mut steps = vec![RunbookStep::run(
        "Keep the old files: they are the way back.",
        format!("cp -a {certificate} {certificate}.old && cp -a {key} {key}.old"),
    )];
    steps.extend(installed(certificate, key));
    steps.extend([
        RunbookStep::run("Load them. No connection is cut.", LOAD),
        RunbookStep::run(
            "When the new one is served, remove the old key.",
            format!("rm -- {certificate}.old {key}.old"),
        ),
    ]);
    steps
}

/// From where they were copied to, to where nginx reads them, with the owners and modes that a deployment gives them.
fn installed(certificate: &UnixPath, key: &UnixPath) -> Vec<RunbookStep> {
    vec![
        RunbookStep::run(
            format!(
                "Make a directory {NEW}, for root alone. Bring the new certificate into it as fullchain.pem, followed by the chain \
                 of its authority, and its key as privkey.pem. See that they belong together: expect the same two lines."
            ),
            format!(
                "openssl x509 -noout -pubkey -in {NEW}/fullchain.pem | sha256sum; openssl pkey -pubout -in {NEW}/privkey.pem | sha256sum"
            ),
        ),
        RunbookStep::run(
            "Install them; nobody but root reads the key.",
            format!(
                "install -m 0644 -o root -g root {NEW}/fullchain.pem {certificate} && \
                 install -m 0600 -o root -g root {NEW}/privkey.pem {key} && rm -r {NEW}"
            ),
        ),
    ]
}

/// certbot does it; this is for the day on which it does not.
fn renewed_by_itself(plan: &PlanBuilder) -> Vec<RunbookStep> {
    vec![
        RunbookStep::say("certbot renews it by itself, a month before its end, and nginx then loads it."),
        RunbookStep::run("See when certbot looks next.", "systemctl list-timers --all --no-pager certbot.timer"),
        RunbookStep::run(
            "See whether it could renew now; nothing is changed. It fails where port 80 cannot be reached from the internet, or the name \
             leads elsewhere.",
            format!("certbot renew --cert-name {} --dry-run", plan.service),
        ),
        RunbookStep::run(
            "Renew now. Not as a habit: the authority limits how often it signs.",
            format!("certbot renew --cert-name {} --force-renewal", plan.service),
        ),
    ]
}

/// The host signs; an authority's certificate may take its place at any time.
fn signed_by_the_host(front: &Front) -> Vec<RunbookStep> {
    let Front { certificate, key, .. } = front;
    let mut steps = vec![RunbookStep::say(
        "This host has signed it, and no client trusts it. To end that, install the certificate of an authority, as follows; or name its \
         files in the specification, and compile again. A certificate that somebody else has signed is never replaced by a deployment.",
    )];
    steps.extend(installed(certificate, key));
    steps.extend([
        RunbookStep::run("Load what you have put there. No connection is cut.", LOAD),
        RunbookStep::run(
            "Where the host is to sign a new one: a deployment does so in the last 30 days of the old one; at once, when that is put aside.",
            format!("mv {certificate} {certificate}.old && mv {key} {key}.old && ./deploy.sh"),
        ),
    ]);
    steps
}
