//! Certificate monitor: a warning before the proxy's certificate ends.
//!
//! In: clauses that ask for a warning so many days before, or for the certificate to be watched. Out: a timer and a small program
//! that looks at what is served and at what lies on the disk, warns through the journal, and fails, so that alerts of failures
//! tell of it. How long the served certificate must last is a check of `tls`, which asks here. Not here: the certificate
//! itself, and its renewal (`tls`).

mod contribution;
mod warning_at_renewal;

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::frequency::frequency;
use super::reverse_proxy::front;
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::Seconds;

/// The capability.
pub struct CertificateMonitor;

/// What a statement says about the end of a certificate.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// How many days before it a warning is given.
    pub days: Option<u32>,
}

static CERTIFICATE_DAYS: NamedDefault = NamedDefault {
    name: "certificate-days",
    reason: "the specification does not say how long before the end of a certificate a warning is given; in two weeks another one can be brought",
};

static CERTIFICATE_INTERVAL: NamedDefault = NamedDefault {
    name: "certificate-interval",
    reason: "the certificate is looked at once a day, in the morning, when somebody is there who can see to it",
};

/// How many days must be left where nobody says it.
pub(super) const DAYS: u32 = 14;

/// Words that ask for somebody to be told in time.
pub(super) const WARNS: &str = "alert(s|ed|ing)|alarm(s)|warn(s|ed|ing|ings)|notify|notifies|notified|notification(s)|\
    remind(s|ed|er|ers)|monitor(s|ed|ing)|watch(es|ed)";

/// Words for the end.
const ENDS: &str = "expire(s|d)|expiring|expiry|expiration|end(s|ing)|left|remain(s|ing)|valid|validity";

/// Certificates that the proxy does not serve, and what else is told of its own.
const ELSEWHERE: &str = "client|ssh|signing|jwt|saml|ca|root|intermediate|partner(s)|vendor(s)|provider(s)|customer(s)|upstream|\
    external|third|renew(s|ed|al)|replaced|revoked|mismatch|invalid";

/// Words after and before a time that make it the time that is left.
const AFTER: &[&str] =
    &["before", "beforehand", "prior", "ahead", "left", "remain", "remaining", "until", "in", "or", "away"];
const BEFORE: &[&str] = &[
    "within",
    "than",
    "in",
    "under",
    "below",
    "at",
    "threshold",
    "remaining",
    "alert",
    "alerts",
    "alerting",
    "warn",
    "warns",
    "warning",
    "warnings",
    "monitored",
    "monitoring",
    "expiry",
    "expiration",
];

const DAY: f64 = 86_400.0;

impl Capability for CertificateMonitor {
    type Facts = Facts;

    const NAME: &'static str = "certificate-monitor";
    const SUMMARY: &'static str =
        "A timer looks at the certificate that is served, and at its file, and warns and fails before it ends.";
    const CUES: &'static [&'static str] = &[
        "certificate(s)|cert(s) … expire(s|d)|expiring|expiry|expiration|end(s|ing)",
        "expiry|expiration … certificate(s)|cert(s)",
        "expiring … certificate(s)|cert(s)",
        "certificate(s)|cert(s) … monitored|watched",
        "certificate(s)|cert(s) monitor(ing)|alert(s|ing)|alarm(s)|warning(s)",
        "monitor(s|ing)|watch(es) … certificate(s)|cert(s)",
        "certificate(s)|cert(s) … left|remain(s|ing)|valid",
        "left|remain(s|ing) … certificate(s)|cert(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "certificate",
        "certificates",
        "cert",
        "certs",
        "tls",
        "ssl",
        "https",
        "served",
        "nginx",
        "proxy",
        "site",
        "public",
        "expire",
        "expires",
        "expired",
        "expiring",
        "expiry",
        "expiration",
        "end",
        "ends",
        "date",
        "left",
        "remain",
        "remains",
        "remaining",
        "valid",
        "validity",
        "alert",
        "alerts",
        "alerted",
        "alerting",
        "alarm",
        "alarms",
        "warn",
        "warns",
        "warned",
        "warning",
        "warnings",
        "notify",
        "notifies",
        "notified",
        "notification",
        "notifications",
        "reminder",
        "reminders",
        "operator",
        "operators",
        "monitor",
        "monitors",
        "monitored",
        "monitoring",
        "watch",
        "watched",
        "watches",
        "raised",
        "sent",
        "given",
        "logged",
        "journal",
        "threshold",
        "before",
        "prior",
        "ahead",
        "advance",
        "beforehand",
        "fewer",
        "than",
        "below",
        "least",
        "latest",
        "automatically",
        "day",
        "days",
        "daily",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("An alert is raised 21 days before the certificate expires", r#"{"days": 21}"#),
        example("**Certificate monitoring**: 10 days", r#"{"days": 10}"#),
        example("Certificate expiry is monitored (warning at 30 days)", r#"{"days": 30}"#),
        example("Warn if fewer than 20 days are left on the TLS certificate", r#"{"days": 20}"#),
        example("Operators are notified two weeks before the SSL certificate expires", r#"{"days": 14}"#),
        example("The expiration of the TLS certificate is monitored daily", r"{}"),
        example("Monitor the certificates and warn 7 days before they end", r#"{"days": 7}"#),
        criterion("A warning is logged when the certificate expires within 30 days", r#"{"days": 30}"#),
        example("The certificate is renewed 30 days before it expires", NOT_MINE),
        example("Look at the expiry date of the TLS certificate", NOT_MINE),
        example("Certificates of Let's Encrypt are valid for 90 days", NOT_MINE),
        example("Monitor the certificates, which are valid for 90 days", NOT_MINE),
        example("The certificate is not monitored", NOT_MINE),
        example("An alert is raised when the certificate is replaced", NOT_MINE),
        example("SSL certificate is valid (no browser warnings)", NOT_MINE),
        example("Client certificates expire after 30 days, with an alert", NOT_MINE),
        example("Certificate monitoring is optional", NOT_MINE),
        example("Alert 30 days and 7 days before the certificate expires", NOT_MINE),
        example("An alert is sent when memory is above 90 %", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&CERTIFICATE_DAYS, &CERTIFICATE_INTERVAL];
    const LINTS: &'static [&'static Lint] = &[&warning_at_renewal::CERTIFICATE_WARNING_AT_RENEWAL];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find(ELSEWHERE).is_some() {
            return None;
        }
        clause.affirms(WARNS)?;
        let watched = clause.affirms("monitor(s|ed|ing)|watch(es|ed)").is_some();
        if !watched && clause.find(ENDS).is_none() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        let left =
            |(_, place): &(Seconds, Range<usize>)| !matches!(clause.word_before(place).as_str(), "every" | "each");
        let mut times = clause.durations().filter(left);
        if let Some((time, place)) = times.next() {
            if times.next().is_some() || !is_left(clause, &place) {
                return None;
            }
            reading.facts.days = Some(whole_days(time)?);
            reading = reading.place("days", place);
        }
        // Once a day is often enough for whoever asks for less; for more it is not.
        let frequency = frequency(clause)?;
        if frequency.every.is_some_and(|every| every.0 >= DAY) && frequency.time.is_none() {
            reading.claims.extend(frequency.places.into_iter().map(|(_, place)| place));
        }
        let conditions = ["if|when|once (the|a|any) (tls|ssl|https) certificate(s)|cert(s)", "if|when fewer|less than"];
        reading.claims.extend(clause.find_any(&conditions));
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let why = binding.provenance();
        let Some(front) = front(all, &why, plan) else { return };
        let Some(method) = front.method else {
            for statement in why.statements {
                plan.partial(statement, "the proxy answers over plain HTTP: there is no certificate to watch");
            }
            return;
        };
        warning_at_renewal::check(binding, method, plan);
        contribution::contribute(binding, &front, plan);
    }
}

/// Whether a time is what is left of a certificate's, and not all of it.
fn is_left(clause: &Clause<'_>, place: &Range<usize>) -> bool {
    let (before, after) = (clause.word_before(place), clause.word_after(place));
    AFTER.contains(&after.as_str())
        || BEFORE.contains(&before.as_str())
        || before.is_empty()
            && after.is_empty()
            && clause.text(0..place.start).trim_end().ends_with(['(', ':', ',', '<', '≤'])
}

/// `None` for less than a day, and for more than certificates are valid.
fn whole_days(time: Seconds) -> Option<u32> {
    u32::try_from(time.whole() / 86_400).ok().filter(|days| (1..=365).contains(days))
}
