//! Contacts: who is called when the operator cannot go on.
//!
//! In: items whose label is a role and whose value says how that person is reached. Out: a chapter of the runbook. Not
//! here: alerts that a program sends (`failure_alert`); names that stand in a sentence are nobody's contact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, example};
use crate::plan::{PlanBuilder, Provenance, RunbookEntry, RunbookStep};
use crate::spec::StatementKind;

/// The capability.
pub struct Contacts;

/// Somebody who can be reached.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The label, as written.
    pub role: Option<String>,
    /// How that person is reached, as written.
    pub reach: Option<String>,
}

const fn operational(sentence: &'static str, facts: &'static str) -> Example {
    Example { sentence, kind: StatementKind::Operational, facts }
}

impl Capability for Contacts {
    type Facts = Facts;

    const NAME: &'static str = "contacts";
    const SUMMARY: &'static str = "The runbook says whom to call, and in which order.";
    const CUES: &'static [&'static str] = &[
        "contact:",
        "emergency contact:",
        "primary contact:",
        "secondary contact:",
        "technical contact:",
        "security contact:",
        "admin contact:",
        "administrator contact:",
        "support contact:",
        "on call:",
        "on call engineer:",
        "on call phone:",
        "escalation:",
        "escalation contact:",
        "first escalation:",
        "second escalation:",
        "responsible:",
    ];
    const EXAMPLES: &'static [Example] = &[
        operational(
            "**On-call**: Mara Lindt, +49 30 5550100",
            r#"{"role": "On-call", "reach": "Mara Lindt, +49 30 5550100"}"#,
        ),
        operational("**Contact**: ops@tickets.example", r#"{"role": "Contact", "reach": "ops@tickets.example"}"#),
        operational(
            "**Escalation**: Jon Beck (phone 0030 555 0101) after 30 minutes",
            r#"{"role": "Escalation", "reach": "Jon Beck (phone 0030 555 0101) after 30 minutes"}"#,
        ),
        operational(
            "Emergency contact: #desk-alarm in the team chat",
            r##"{"role": "Emergency contact", "reach": "#desk-alarm in the team chat"}"##,
        ),
        operational(
            "**Security contact**: https://tickets.example/security",
            r#"{"role": "Security contact", "reach": "https://tickets.example/security"}"#,
        ),
        operational(
            "**Secondary contact**: Ada, extension 214",
            r#"{"role": "Secondary contact", "reach": "Ada, extension 214"}"#,
        ),
        operational("**Contact**: see the wiki", NOT_MINE),
        operational("**On-call**: rotation is defined", NOT_MINE),
        operational("The emergency contact list is kept up to date", NOT_MINE),
        example("The contact form is protected from robots", NOT_MINE),
        example("Contacts are stored in the database", NOT_MINE),
    ];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let role = clause.label()?.trim_end_matches(':').trim().to_owned();
        let text = &context.statement.text.masked;
        let start = context.statement.label.as_ref()?.end;
        let value = text.get(start..)?;
        let skipped = value.len() - value.trim_start_matches([':', '*', ' ']).len();
        let reach = value[skipped..].trim();
        // A way to reach somebody has an address or a number in it.
        let is_reachable = reach.contains('@')
            || reach.contains("://")
            || reach.contains('#')
            || reach.bytes().filter(u8::is_ascii_digit).count() >= 3;
        if !is_reachable {
            return None;
        }
        let place = start + skipped..start + skipped + reach.len();
        let facts = Facts { role: Some(role), reach: Some(reach.to_owned()) };
        Some(Reading::new(facts, []).place("reach", place))
    }

    fn subject(facts: &Facts) -> String {
        format!("{} {}", facts.role.as_deref().unwrap_or_default(), facts.reach.as_deref().unwrap_or_default())
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let mut why = Provenance { capability: Self::NAME, ..Provenance::default() };
        let mut people = Vec::new();
        for binding in own {
            let (Some(role), Some(reach)) = (&binding.facts.role, &binding.facts.reach) else { continue };
            why.merge(&binding.provenance());
            people.push(RunbookStep::say(format!("{role}: {reach}")));
        }
        if !people.is_empty() {
            let chapter = chapter(people, plan, why);
            plan.runbook(chapter);
        }
    }
}

/// The chapter of the runbook for it.
pub(super) const ANCHOR: &str = "contacts";

/// Who is called, in this order, and what they are told.
pub(super) fn chapter(people: Vec<RunbookStep>, plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    let (service, unit) = (&plan.service, plan.unit_name());
    let mut steps = people;
    if steps.is_empty() {
        steps.push(RunbookStep::say(
            "The specification names nobody. Add a line such as \"**On-call**: NAME, PHONE\" under a heading \"Contacts\", and \
             compile again; until then call whoever handed this package over.",
        ));
    }
    steps.extend([
        RunbookStep::run(
            "Before you call, collect what the other side will ask for, in one file. It holds log lines: read them before you send it.",
            format!(
                "{{ uname -n; date --utc; ./validate-deployment.sh --no-color; tail -n 20 /var/lib/specc/{service}/history; \
                 systemctl status --no-pager {unit}; journalctl -u {unit} -n 200 --no-pager; }} >/root/{service}-incident.txt 2>&1"
            ),
        ),
        RunbookStep::say(format!(
            "Say what you see, since when, and what you did; send /root/{service}-incident.txt to nobody but them."
        )),
        RunbookStep::say(
            "While you wait: users are better served by the version before. Where the last deployment broke it, roll back.",
        ),
    ]);
    RunbookEntry {
        anchor: ANCHOR,
        title: "Escalate: whom to call, and what to tell them".to_owned(),
        symptom: None,
        checks: Vec::new(),
        steps,
        verify: None,
        provenance,
    }
}
