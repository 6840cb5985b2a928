//! Failure alert: somebody is told when systemd gives the service up.
//!
//! In: clauses that ask for an alert when the service fails, and where it goes. Out: a handler unit and its program,
//! `OnFailure=`, the target's address as a secret of the environment file, a test alert at deployment, checks. Not here:
//! seeing crashes later (`crash_detection`), warnings about disks and certificates.

mod handler;
mod reading;

pub(super) use handler::told;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{NamedDefault, PlanBuilder, Provenance};
use crate::value::{UnixPath, VariableName};

/// The capability.
pub struct FailureAlert;

/// What an alert is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The service has failed, and systemd has given it up.
    Failure,
    /// It crashed, whether a restart heals it or not.
    Crash,
}

/// How an alert gets to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A request with JSON.
    Webhook,
    /// A webhook of Slack, or of what understands its messages.
    Slack,
    /// Mail.
    Mail,
    /// A program of the host.
    Command,
}

/// What a statement says about alerts.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What they are sent for.
    pub event: Vec<Event>,
    /// How they are sent.
    pub channel: Option<Channel>,
    /// The program, where one is run.
    pub command: Option<UnixPath>,
    /// The variable of the environment file that holds the address.
    pub variable: Option<VariableName>,
}

static ALERT_WEBHOOK: NamedDefault = NamedDefault {
    name: "alert-webhook",
    reason: "the specification does not say how alerts are sent; nearly everything that pages people takes a webhook",
};

static ALERT_TARGET: NamedDefault = NamedDefault {
    name: "alert-target",
    reason: "whoever knows the address of an alert can send some: it is kept with the secrets, as ALERT_WEBHOOK_URL, or ALERT_SMTP_URL and ALERT_MAIL_TO",
};

static TEST_ALERT: NamedDefault = NamedDefault {
    name: "test-alert",
    reason: "an alert that never arrived is none: a deployment sends one for a test, once for each address",
};

impl Capability for FailureAlert {
    type Facts = Facts;

    const NAME: &'static str = "failure-alert";
    const SUMMARY: &'static str = "A handler unit sends an alert when systemd gives the service up, once, and a test alert proves that it arrives.";
    const CUES: &'static [&'static str] = &[
        "failure|crash|outage alert(s|ing)",
        "failure|crash|outage notification(s)",
        "alert(s|ed|ing) … fails|failure(s)|failed|crash(es|ed)|dies",
        "alert(s|ed|ing) … gives|give up",
        "notify|notifies|notified|notification(s)|message(s) … fails|failure(s)|failed|crash(es|ed)|dies",
        "notify|notifies|notified|notification(s)|message(s) … gives|give up",
        "sent|called|posted|triggered … fails|failure(s)|failed|crash(es|ed)|dies",
        "sent|called|posted|triggered … gives|give up",
        "webhook|slack|email|mail … fails|failure(s)|failed|crash(es|ed)|dies",
        "webhook|slack|email|mail … gives|give up",
        "fails|failure(s)|failed|crash(es|ed)|dies … alert(s|ed)|notification(s)|notified|webhook|slack",
        "gives|give up … alert(s|ed)|notification(s)|notified|webhook|slack",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "alert",
        "alerts",
        "alerted",
        "alerting",
        "notification",
        "notifications",
        "notified",
        "notify",
        "notifies",
        "message",
        "sent",
        "send",
        "sends",
        "goes",
        "go",
        "webhook",
        "slack",
        "channel",
        "email",
        "mail",
        "e",
        "fails",
        "failure",
        "failures",
        "crash",
        "crashes",
        "unit",
        "url",
        "address",
        "posted",
        "called",
        "people",
        "team",
        "operator",
        "operators",
        "call",
        "via",
        "delivered",
        "systemd",
        "incoming",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "An alert is sent to a webhook when the service fails",
            r#"{"event": ["failure"], "channel": "webhook"}"#,
        ),
        example("**Failure alerts**: Slack", r#"{"event": ["failure"], "channel": "slack"}"#),
        example(
            "The operators are notified by e-mail when systemd gives up",
            r#"{"event": ["failure"], "channel": "mail"}"#,
        ),
        example("Alert on failure", r#"{"event": ["failure"]}"#),
        example("Alert if the service crashes (Slack)", r#"{"event": ["crash"], "channel": "slack"}"#),
        example(
            "A failure notification is posted to the webhook in `PAGER_URL`",
            r#"{"event": ["failure"], "channel": "webhook", "variable": "PAGER_URL"}"#,
        ),
        example(
            "Alert by `/usr/local/bin/page` when it fails",
            r#"{"event": ["failure"], "channel": "command", "command": "/usr/local/bin/page"}"#,
        ),
        criterion("A failure alert arrives at the webhook", r#"{"event": ["failure"], "channel": "webhook"}"#),
        example("Alert when the nightly backup fails", NOT_MINE),
        example("No alert on failure", NOT_MINE),
        example("An alert is sent when the disk is 90% full", NOT_MINE),
        example("Customers are notified when a payment fails", NOT_MINE),
        example("The webhook of the payment provider is called", NOT_MINE),
        example("Alert when PostgreSQL fails", NOT_MINE),
        example("Alert by Slack or e-mail when the service fails", NOT_MINE),
        example("Alerts on failure are planned", NOT_MINE),
        example("The service restarts on failure", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&ALERT_WEBHOOK, &ALERT_TARGET, &TEST_ALERT];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause, context)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first().filter(|binding| !binding.facts.event.is_empty()) else { return };
        let Some(target) = target(all, plan) else { return };
        let crashes = binding.places.get("event").into_iter().flatten();
        if binding.facts.event.contains(&Event::Crash) {
            for (statement, _) in crashes {
                plan.partial(
                    *statement,
                    "told when systemd gives up; a crash that a restart heals is in the restart counter and the journal",
                );
            }
        }
        handler::contribute(binding, &target, plan);
    }
}

/// Where alerts go, decided.
struct Target {
    channel: Channel,
    command: Option<UnixPath>,
    variables: Vec<VariableName>,
    provenance: Provenance,
}

fn target(all: &Bindings, plan: &mut PlanBuilder) -> Option<Target> {
    let binding = all.one::<FailureAlert>().filter(|binding| !binding.facts.event.is_empty())?;
    let mut provenance = binding.provenance();
    let channel = match binding.facts.channel {
        Some(channel) => channel,
        None => {
            provenance.default = plan.default(FailureAlert::NAME, &ALERT_WEBHOOK)?.default;
            Channel::Webhook
        }
    };
    let names: Vec<VariableName> = match (channel, &binding.facts.variable) {
        (Channel::Command, _) => Vec::new(),
        (Channel::Mail, _) => named(&["ALERT_SMTP_URL", "ALERT_MAIL_TO"]),
        (Channel::Webhook | Channel::Slack, Some(name)) => vec![name.clone()],
        (Channel::Webhook | Channel::Slack, None) => named(&["ALERT_WEBHOOK_URL"]),
    };
    if binding.facts.variable.is_none() && !names.is_empty() {
        provenance.default = plan.default(FailureAlert::NAME, &ALERT_TARGET)?.default.or(provenance.default);
    }
    Some(Target { channel, command: binding.facts.command.clone(), variables: names, provenance })
}

fn named(names: &[&str]) -> Vec<VariableName> {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

/// The variables that must have a value in the environment file for alerts to be sent.
pub(super) fn variables(all: &Bindings, plan: &mut PlanBuilder) -> Vec<(VariableName, Provenance)> {
    let Some(target) = target(all, plan) else { return Vec::new() };
    target.variables.into_iter().map(|name| (name, target.provenance.clone())).collect()
}
