//! Warnings that come while the certificate is renewed as it should be.

use super::Facts;
use crate::capabilities::Binding;
use crate::capabilities::reverse_proxy::Method;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a warning 30 days or more before the end of a certificate that certbot renews.
    ///
    /// *Why is this bad?* certbot renews a certificate when 30 days of its 90 are left. At that time the warning is given for
    /// each of them, while nothing is wrong, until nobody reads it any more.
    ///
    /// *Instead*: warn later than certbot renews: `An alert is raised 14 days before the certificate expires`. Then a warning
    /// means that the renewal has been failing for two weeks.
    pub static CERTIFICATE_WARNING_AT_RENEWAL = "certificate-warning-at-renewal", Warn, Consistency, "a warning that each healthy renewal sets off";
}

/// certbot renews when so many days are left.
const RENEWED_AT: u32 = 30;

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, method: Method, plan: &mut PlanBuilder) {
    let (Some(days), Some(place)) = (binding.facts.days, binding.span_of("days")) else { return };
    if method == Method::LetsEncrypt && days >= RENEWED_AT {
        plan.report(
            Diagnostic::new(
                &CERTIFICATE_WARNING_AT_RENEWAL,
                place,
                format!("with {days} days left certbot has only just begun to renew the certificate"),
            )
            .at("every healthy renewal sets this off")
            .help("warn later: 14 days before"),
        );
    }
}
