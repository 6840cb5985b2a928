//! Service identity: what the service is called, and what it is.
//!
//! In: labels that name or describe the service. Out: its name (which names the unit, files and state) and the
//! description that `systemctl status` shows. Not here: the user it runs as (`system_user`), what it runs
//! (`application`). A name is only taken from a label: a name in a sentence may be anybody's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::service_active::SERVICE_IS_PROVEN;
use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, ServiceActive, criterion, example,
};
use crate::plan::{
    Expectation, FileField, Layer, NamedDefault, Observer, PlanBuilder, Probe, Provenance, UNIT_FILE_CHECK, UnitSection,
};
use crate::spec::SectionKind;
use crate::value::{ServiceName, UnixPath};

/// The capability.
pub struct ServiceIdentity;

/// What a statement says about the service's identity.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Its name, also that of its unit.
    pub name: Option<ServiceName>,
    /// One line about it.
    pub description: Option<String>,
}

static DESCRIPTION: NamedDefault = NamedDefault {
    name: "unit-description",
    reason: "`systemctl status` and the journal show a description; the specification's title is one",
};

/// Cues up to this one are labels of a name; the others are labels of a description.
const FIRST_DESCRIPTION: usize = 17;
const IN_A_SENTENCE: usize = 21;
const BARE_NAME: usize = 2;

impl Capability for ServiceIdentity {
    type Facts = Facts;

    const NAME: &'static str = "service-identity";
    const SUMMARY: &'static str = "The service's name, which names its unit, files and state, and its description.";
    const CUES: &'static [&'static str] = &[
        "service name:",
        "agent name:",
        "name:",
        "service:",
        "app name:",
        "application name:",
        "unit name:",
        "unit:",
        "agent:",
        "systemd unit:",
        "systemd service:",
        "service unit:",
        "daemon name:",
        "bot name:",
        "worker name:",
        "site name:",
        "project name:",
        "description:",
        "service description:",
        "unit description:",
        "purpose:",
        "service|agent|application|daemon|bot|unit is named|called",
    ];
    const VOCABULARY: &'static [&'static str] = &["systemd", "unit", "called", "named", "name"];
    const EXAMPLES: &'static [Example] = &[
        example("**Service name**: billing-api", r#"{"name": "billing-api"}"#),
        example("**Agent name**: `night-watch`", r#"{"name": "night-watch"}"#),
        example("Unit name: mailer.service", r#"{"name": "mailer"}"#),
        example("**Name**: ledger (a systemd unit)", r#"{"name": "ledger"}"#),
        example("**Service**: price_feed", r#"{"name": "price_feed"}"#),
        example("**Description**: Sends invoices by mail", r#"{"description": "Sends invoices by mail"}"#),
        example("The service is named `ticket-desk`", r#"{"name": "ticket-desk"}"#),
        example("The service is called by the billing system", NOT_MINE),
        example("The daemon is called nightly", NOT_MINE),
        example("The name of the service is not important", NOT_MINE),
        example("**Service**: runs as a systemd unit", NOT_MINE),
        example("**Name**: Alice Example, on call", NOT_MINE),
        criterion("Service: `systemctl is-active mailer` returns \"active\"", NOT_MINE),
        example("**Server name**: api.example.org", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&DESCRIPTION];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let value = clause.value_range();
        // A "Name" outside of a definition may be anybody's: a key's, a repository's.
        if clause.has_cue(BARE_NAME) && context.section.kind == SectionKind::Unknown {
            return None;
        }
        if clause.has_cue(IN_A_SENTENCE) {
            let (name, range) = clause.name_after(clause.cue_range().end, &[])?;
            let is_last = clause.text(range.end..clause.range().end).trim_matches(['.', '`', ' ']).is_empty();
            // "Called nightly" says when, not what.
            let is_name = clause.cue_text().ends_with("named") || clause.is_atom(&range) || name.contains(['-', '_']);
            let facts = Facts { name: name.parse().ok().filter(|_| is_last && is_name), description: None };
            return facts.name.is_some().then(|| Reading::new(facts, []).place("name", range));
        }
        if (FIRST_DESCRIPTION..IN_A_SENTENCE).any(|cue| clause.has_cue(cue)) {
            let text = context.statement.display_text();
            let text = text.split_once(':').map_or(text.as_str(), |(_, value)| value);
            let description = text.replace('`', "").trim().trim_end_matches('.').to_owned();
            let facts = Facts { name: None, description: Some(description).filter(|text| !text.is_empty()) };
            return facts.description.is_some().then(|| Reading::new(facts, []).place("description", value));
        }
        // The value is the name and nothing else; a remark in parentheses may follow.
        let (name, range) = clause.leading_name()?;
        let name = name.trim_end_matches(".service").parse().ok()?;
        Some(Reading::new(Facts { name: Some(name), description: None }, []).place("name", range))
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let binding = own.first();
        let unit = plan.unit_name();
        let described = binding.and_then(|binding| {
            binding.facts.description.clone().map(|text| (text, binding.provenance_of(&["description"])))
        });
        if let Some((text, _)) = &described {
            plan.description.clone_from(text);
        }
        let why = match described {
            Some((_, why)) => Some(why),
            None => plan.default(Self::NAME, &DESCRIPTION),
        };
        if let Some(why) = why {
            let description = plan.description.clone();
            plan.directive(UnitSection::Unit, "Description", description, "shown by systemctl and in the journal", why);
        }
        let named =
            binding.filter(|binding| binding.facts.name.is_some()).map(|binding| binding.provenance_of(&["name"]));
        if let Some(named) = &named {
            plan.unit_file_provenance.merge(named);
        }
        // Not to be switched off: the checks of the unit name this one as the one to pass first.
        let why = named
            .or_else(|| plan.default(ServiceActive::NAME, &SERVICE_IS_PROVEN))
            .unwrap_or_else(|| Provenance::of_default(ServiceActive::NAME, &SERVICE_IS_PROVEN));
        let Ok(path) = format!("/etc/systemd/system/{unit}").parse::<UnixPath>() else { return };
        plan.probe(
            Probe::new(
                UNIT_FILE_CHECK,
                Layer::Existence,
                format!("the unit {unit} is installed"),
                Observer::File { path, field: FileField::Type },
                Expectation::Equals("file".to_owned()),
                why,
            )
            .advice(format!("systemctl cat {unit}"))
            .runbook("service-down"),
        );
    }
}
