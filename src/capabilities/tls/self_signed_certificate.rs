//! HTTPS for which the specification brings no certificate.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports HTTPS for which no statement names a certificate.
    ///
    /// *Why is this bad?* The host signs a certificate of its own. It encrypts, but no client trusts it: browsers warn,
    /// programs refuse, and whoever gets used to clicking the warning away cannot tell an attacker from the service.
    ///
    /// *Instead*: name the host and where its certificate comes from: `TLS certificate /etc/ssl/shop/fullchain.pem, key
    /// /etc/ssl/shop/privkey.pem`. Where a self-signed one is meant, write `HTTPS with a self-signed certificate`.
    pub static SELF_SIGNED_CERTIFICATE = "self-signed-certificate", Warn, Security, "HTTPS without a certificate that clients trust";
}

/// Reports it.
pub(super) fn report(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let fields = ["https", "method", "host", "min_version", "renewal"];
    let Some(span) = fields.iter().find_map(|field| binding.span_of(field)) else { return };
    let host = if binding.facts.host.is_some() { "" } else { " no host and" };
    plan.report(
        Diagnostic::new(&SELF_SIGNED_CERTIFICATE, span, "the certificate will be self-signed: no client trusts it")
            .at(format!("this names{host} no certificate"))
            .help("name the certificate: TLS certificate /etc/ssl/NAME/fullchain.pem, key /etc/ssl/NAME/privkey.pem"),
    );
}
