//! Scope: what a specification says it does not do.
//!
//! In: the statements under "Out of scope" headings, whole. Out: nothing on the machine; the statements are settled. That
//! no requirement asks for what is excluded is the lint `out-of-scope-requirement`. Not here: technical constraints
//! (`platform`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, example};
use crate::plan::PlanBuilder;
use crate::spec::{SectionKind, StatementKind};

/// The capability.
pub struct Scope;

/// What a statement excludes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The topics as written, in small letters.
    pub excluded: Vec<String>,
}

const fn out_of_scope(sentence: &'static str, facts: &'static str) -> Example {
    Example { sentence, kind: StatementKind::Constraint, facts }
}

impl Capability for Scope {
    type Facts = Facts;

    const NAME: &'static str = "scope";
    const SUMMARY: &'static str =
        "What is out of scope is not built; a requirement that asks for it all the same is a finding.";
    const CUES: &'static [&'static str] = &[];
    const EXAMPLES: &'static [Example] = &[
        out_of_scope("Container images", r#"{"excluded": ["container images"]}"#),
        out_of_scope("Clustering (one host is enough)", r#"{"excluded": ["clustering"]}"#),
        out_of_scope("**Blue/green deployment**: a restart is fine", r#"{"excluded": ["blue/green deployment"]}"#),
        out_of_scope("Tracing – logs will do", r#"{"excluded": ["tracing"]}"#),
        out_of_scope("A second data centre; active-active", r#"{"excluded": ["a second data centre"]}"#),
        out_of_scope("No IPv6: the provider has none", r#"{"excluded": ["ipv6"]}"#),
        out_of_scope("Windows support.", r#"{"excluded": ["windows support"]}"#),
        example("Containers are out of scope", NOT_MINE),
        example("Memory is limited to 512 MB", NOT_MINE),
        example("The scope of the backup is /var/lib", NOT_MINE),
        example("No containers", NOT_MINE),
    ];
    const OWN_SECTION: Option<SectionKind> = Some(SectionKind::OutOfScope);
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let text = clause.text(clause.range());
        let end = [" - ", " – ", " — ", "(", ";", ": ", ":*"].iter().filter_map(|mark| text.find(mark)).min();
        let topic = text[..end.unwrap_or(text.len())].trim_matches(|character: char| {
            character.is_whitespace() || matches!(character, '*' | '_' | ':' | '.' | ',')
        });
        let topic = topic.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let topic = topic.strip_prefix("no ").unwrap_or(&topic).to_owned();
        (!topic.is_empty()).then(|| Reading::new(Facts { excluded: vec![topic] }, []))
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        for binding in own {
            plan.settle(&binding.provenance().statements, "checked when compiling: no requirement asks for it");
        }
    }
}
