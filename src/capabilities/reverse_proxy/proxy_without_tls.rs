//! A proxy that speaks plain HTTP.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a reverse proxy for which no statement asks for HTTPS.
    ///
    /// *Why is this bad?* Passwords, tokens and answers cross the network in clear text, and whoever stands in between can
    /// change them.
    ///
    /// *Instead*: say that the proxy takes HTTPS, under which name, and where its certificate comes from: `nginx forwards HTTPS
    /// traffic for api.example.com to localhost:8000`.
    pub static PROXY_WITHOUT_TLS = "proxy-without-tls", Warn, Security, "the proxy takes requests over plain HTTP";
}

/// Reports it.
pub(super) fn report(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let fields = ["server", "in_front", "upstream"];
    let Some(span) = fields.iter().find_map(|field| binding.span_of(field)) else { return };
    plan.report(
        Diagnostic::new(&PROXY_WITHOUT_TLS, span, "the proxy takes requests over plain HTTP")
            .at("no statement asks for HTTPS here")
            .help("write that it takes HTTPS: nginx forwards HTTPS traffic to the service"),
    );
}
