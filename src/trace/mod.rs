//! The traceability matrix: what became of every statement.
//!
//! In: a compilation. Out: a [`Matrix`] with each statement exactly once, its coverage with the reason, and the
//! artifacts, checks and drills behind it; every named default in use; every deviation. Computed, never authored. How it
//! is written down is the business of `report`.

mod anchor;
mod contributions;
mod coverage;
#[cfg(test)]
mod tests;

pub use anchor::anchor;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::capabilities::StatementReading;
use crate::compile::Compiled;
use crate::parallel;
use crate::registry;
use crate::render::{ArtifactLine, ArtifactSet, Places, ids};
use crate::spec::{Form, Spec, Statement, StatementIndex, StatementKind};
use contributions::Contributions;

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// All of it was understood and is done or checked.
    Automated,
    /// A part of it is; the reason says what is not.
    Partial,
    /// People see to it.
    Manual,
    /// Known not to hold, with a reason.
    Waived,
    /// Not understood.
    Unrecognised,
    /// Says what the rest is for; asks for nothing.
    Context,
}

impl Coverage {
    /// All of them, in the order of summaries.
    pub const ALL: [Self; 6] =
        [Self::Automated, Self::Partial, Self::Manual, Self::Waived, Self::Unrecognised, Self::Context];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Automated => "automated",
            Self::Partial => "partial",
            Self::Manual => "manual",
            Self::Waived => "waived",
            Self::Unrecognised => "unrecognised",
            Self::Context => "context",
        }
    }
}

/// What a capability read from a statement.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReadFacts {
    /// The capability.
    pub name: &'static str,
    /// Its facts in canonical units: bytes, seconds, percent, octal modes as text.
    pub facts: Map<String, Value>,
}

/// A statement and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// Its ID, written or derived.
    pub id: String,
    /// Whether the ID was derived from section and order.
    pub derived_id: bool,
    /// What it is for.
    pub kind: StatementKind,
    /// The titles of its section and of those around it, outermost first.
    pub section: String,
    /// Its line in the specification; `null` when it stands on the command line.
    pub line: Option<usize>,
    /// Its text on one line.
    pub text: String,
    /// What became of it.
    pub coverage: Coverage,
    /// Why it is not automated; for automated ones, how it is met where that is not plain.
    pub reason: Option<String>,
    /// What was read from it.
    pub capabilities: Vec<ReadFacts>,
    /// Words that nobody read.
    pub unread: Vec<String>,
    /// Where it ended up.
    pub artifacts: Vec<ArtifactLine>,
    /// Checks that prove it.
    pub checks: Vec<String>,
    /// Drills that prove it.
    pub drills: Vec<String>,
    /// Named defaults that fill in what it leaves open.
    pub defaults: Vec<&'static str>,
}

impl Row {
    /// The lines that make the statement true on the host; where nothing is done, those that check it.
    #[must_use]
    pub fn implemented_by(&self) -> Vec<&ArtifactLine> {
        let lines = |wanted: fn(&Utf8Path) -> bool| {
            self.artifacts.iter().filter(move |place| wanted(&place.path)).collect::<Vec<_>>()
        };
        let deployed = lines(|path| path == "deploy.sh" || path.starts_with("rootfs") || path.starts_with("config"));
        if deployed.is_empty() { lines(|path| path == "validate-deployment.sh") } else { deployed }
    }
}

/// A named default in use.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DefaultRow {
    /// Its name; the front matter's `defaults:` switches it off.
    pub name: &'static str,
    /// What it does and why.
    pub reason: &'static str,
    /// Where it ended up.
    pub artifacts: Vec<ArtifactLine>,
}

/// Where the field overruled the text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeviationRow {
    /// The statement.
    pub id: String,
    /// What it asks for.
    pub asked: String,
    /// What is done instead.
    pub done: String,
    /// Why.
    pub reason: String,
}

/// What people see to beside what a statement already leaves to them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ManualRow {
    /// The statements that it belongs to.
    pub ids: Vec<String>,
    /// What holds once somebody has seen to it.
    pub title: String,
    /// Who, and how.
    pub who: String,
}

/// The whole matrix.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Matrix {
    /// The service; `null` when the specification does not name it.
    pub service: Option<String>,
    /// The title of the specification.
    pub title: String,
    /// Every statement, in source order.
    #[serde(rename = "statements")]
    pub rows: Vec<Row>,
    /// Every default in use.
    pub defaults: Vec<DefaultRow>,
    /// Every deviation.
    pub deviations: Vec<DeviationRow>,
    /// What people see to, although the statement itself is proven by a script.
    pub manual: Vec<ManualRow>,
}

impl Matrix {
    /// How many statements have this coverage.
    #[must_use]
    pub fn count(&self, coverage: Coverage) -> usize {
        self.rows.iter().filter(|row| row.coverage == coverage).count()
    }

    /// The counts in words: "27 automated, 2 partial", without those that are zero.
    #[must_use]
    pub fn summary(&self) -> String {
        let counted = Coverage::ALL.map(|coverage| (self.count(coverage), coverage.name()));
        let said = counted.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
        said.collect::<Vec<_>>().join(", ")
    }

    /// Rows in runs of one section.
    pub fn by_section(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|a, b| a.section == b.section)
    }
}

/// Traces a compilation.
#[must_use]
pub fn trace(compiled: &Compiled) -> Matrix {
    trace_into(compiled, &compiled.artifacts)
}

/// Traces an analysis into artifacts that were rendered apart from it.
#[must_use]
pub fn trace_into(compiled: &Compiled, artifacts: &ArtifactSet) -> Matrix {
    let spec = &compiled.spec;
    let places = Places::of(artifacts);
    let contributions = compiled.plan.as_ref().map(Contributions::of);
    let sections = section_paths(spec);
    let statements: Vec<(StatementIndex, &Statement)> = spec.indexed().collect();
    let rows = parallel::map(&statements, |&(index, statement)| {
        let path = if statement.form == Form::CommandLine { COMMAND_LINE } else { &sections[statement.section] };
        row(compiled, index, statement, path, &places, contributions.as_ref())
    });
    let plan = compiled.plan.as_ref();
    let defaults = plan.iter().flat_map(|plan| &plan.defaults).map(|default| DefaultRow {
        name: default.name,
        reason: default.reason,
        artifacts: places.defaults.get(default.name).cloned().unwrap_or_default(),
    });
    let deviations = plan.iter().flat_map(|plan| &plan.deviations).map(|deviation| DeviationRow {
        id: spec.statement(deviation.statement).id.to_string(),
        asked: deviation.asked.clone(),
        done: deviation.done.clone(),
        reason: deviation.reason.clone(),
    });
    let manual = plan.iter().flat_map(|plan| &plan.manual).map(|check| ManualRow {
        ids: ids(spec, &check.provenance),
        title: check.title.clone(),
        who: check.who.clone(),
    });
    Matrix {
        service: plan.map(|plan| plan.service.to_string()),
        title: spec.title.clone(),
        rows,
        defaults: defaults.collect(),
        deviations: deviations.collect(),
        manual: manual.collect(),
    }
}

const COMMAND_LINE: &str = "Command line";

fn row(
    compiled: &Compiled,
    index: StatementIndex,
    statement: &Statement,
    section: &str,
    places: &Places,
    contributions: Option<&Contributions<'_>>,
) -> Row {
    let (coverage, reason) = coverage::coverage(compiled, index, statement, contributions);
    let reading = compiled.readings.get(index.0 as usize);
    let unread =
        reading.iter().flat_map(|reading| &reading.unread).filter_map(|range| statement.text.masked.get(range.clone()));
    let proofs = contributions.map(|contributions| contributions.of_statement(index)).unwrap_or_default();
    let line = (statement.form != Form::CommandLine).then(|| compiled.sources.locate(statement.span).1.line);
    Row {
        id: statement.id.to_string(),
        derived_id: statement.id_span.is_none(),
        kind: statement.kind,
        section: section.to_owned(),
        line,
        text: statement.display_text(),
        coverage,
        reason,
        capabilities: reading.map(read_facts).unwrap_or_default(),
        unread: unread.map(str::to_owned).collect(),
        artifacts: places.statements.get(&index).cloned().unwrap_or_default(),
        checks: proofs.checks.iter().map(|check| (*check).to_owned()).collect(),
        drills: proofs.drills.iter().map(|drill| (*drill).to_owned()).collect(),
        defaults: proofs.defaults.clone(),
    }
}

/// The facts of a statement, those of one capability together where they do not contradict each other.
fn read_facts(reading: &StatementReading) -> Vec<ReadFacts> {
    let mut read: Vec<ReadFacts> = Vec::with_capacity(reading.readings.len());
    for accepted in &reading.readings {
        let Some(entry) = registry::capabilities().get(accepted.capability) else { continue };
        let fits = |known: &Map<String, Value>| {
            let agrees = |(name, value): (&String, &Value)| {
                known.get(name).is_none_or(|other| other == value || (other.is_array() && value.is_array()))
            };
            accepted.facts.iter().all(agrees)
        };
        match read.iter_mut().find(|known| known.name == entry.name && fits(&known.facts)) {
            Some(known) => accepted.facts.iter().for_each(|(name, value)| join(&mut known.facts, name, value)),
            None => read.push(ReadFacts { name: entry.name, facts: accepted.facts.clone() }),
        }
    }
    read
}

fn join(facts: &mut Map<String, Value>, name: &str, value: &Value) {
    match (facts.get_mut(name), value) {
        (Some(Value::Array(known)), Value::Array(further)) => {
            let new: Vec<Value> = further.iter().filter(|item| !known.contains(item)).cloned().collect();
            known.extend(new);
        }
        _ => {
            facts.insert(name.to_owned(), value.clone());
        }
    }
}

/// The path of titles of each section, without the document's own title.
fn section_paths(spec: &Spec) -> Vec<String> {
    let mut paths: Vec<String> = Vec::with_capacity(spec.sections.len());
    for section in &spec.sections {
        let outer = section.parent.and_then(|parent| paths.get(parent)).map_or("", String::as_str);
        paths.push(match (outer, section.level) {
            (_, 0 | 1) => String::new(),
            ("", _) => section.title.clone(),
            (outer, _) => format!("{outer} / {}", section.title),
        });
    }
    paths
}
