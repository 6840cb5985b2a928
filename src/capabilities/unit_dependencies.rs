//! Unit dependencies: what must be up before the service, and what it cannot run without.
//!
//! In: clauses such as "starts after the network is up", `After=`, `Requires=`, `Wants=`, `PartOf=`. Out: the directives
//! of `[Unit]` and checks. Without being asked the service waits for the network. Not here: installing those units.

mod mount_unit_for_path;
mod unit_named_otherwise;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{
    Deviation, Directive, DirectiveValue, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, UnitSection,
};
use crate::spec::mention::Mention;

/// The capability.
pub struct UnitDependencies;

/// What a statement says about other units.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Units that are started first.
    pub after: Vec<String>,
    /// Units that must be there.
    pub requires: Vec<String>,
    /// Units that are started too, and may fail.
    pub wants: Vec<String>,
    /// Units with which it is stopped and restarted.
    pub part_of: Vec<String>,
}

static NETWORK_ONLINE: NamedDefault = NamedDefault {
    name: "network-online",
    reason: "a network service that starts before the network is there fails, or binds to what it finds",
};

const NETWORK: &str = "network-online.target";

/// Software that is better known than its unit.
const KNOWN_UNITS: &[(&str, &str)] = &[
    ("network", NETWORK),
    ("postgresql", "postgresql.service"),
    ("postgres", "postgresql.service"),
    ("redis", "redis-server.service"),
    ("mariadb", "mariadb.service"),
    ("docker", "docker.service"),
];

impl Capability for UnitDependencies {
    type Facts = Facts;

    const NAME: &'static str = "unit-dependencies";
    const SUMMARY: &'static str = "Other units come first: `After=`, `Requires=`, `Wants=`, `PartOf=`.";
    const CUES: &'static [&'static str] = &[
        "After=",
        "after:",
        "starts after:",
        "Requires=",
        "Wants=",
        "PartOf=",
        "start(s|ed) (only) (up) after|once",
        "wait(s) for (the) network",
        "after (the) network",
        "network is (up|online|available)",
        "depend(s) on",
        "dependencies|dependency",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "after",
        "start",
        "starts",
        "started",
        "only",
        "once",
        "network",
        "online",
        "up",
        "available",
        "reachable",
        "waits",
        "wait",
        "depends",
        "depend",
        "unit",
        "units",
        "dependency",
        "dependencies",
        "systemd",
        "target",
        "postgresql",
        "postgres",
        "redis",
        "mariadb",
        "docker",
        "ready",
        "first",
        "requires",
        "wants",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "The service starts only after the network is online",
            r#"{"after": ["network-online.target"], "wants": ["network-online.target"]}"#,
        ),
        example("After=postgresql.service", r#"{"after": ["postgresql.service"]}"#),
        example(
            "Requires=redis-server.service, PartOf=shop.target",
            r#"{"requires": ["redis-server.service"], "part_of": ["shop.target"]}"#,
        ),
        example(
            "It depends on `postgresql.service`",
            r#"{"after": ["postgresql.service"], "requires": ["postgresql.service"]}"#,
        ),
        example("**Dependencies**: starts after Redis", r#"{"after": ["redis-server.service"]}"#),
        criterion("The unit file holds `After=network-online.target`", r#"{"after": ["network-online.target"]}"#),
        example("The application depends on FastAPI", NOT_MINE),
        example("Apply updates every month (kernel, Docker, dependencies)", NOT_MINE),
        example("The network is restricted to the office", NOT_MINE),
        example("The service starts after a deployment", NOT_MINE),
        example("It does not depend on `docker.service`", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&NETWORK_ONLINE];

    const LINTS: &'static [&'static Lint] =
        &[&mount_unit_for_path::MOUNT_UNIT_FOR_PATH, &unit_named_otherwise::UNIT_NAMED_OTHERWISE];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        // Keeping dependencies up to date says nothing about their order.
        let text = context.statement.text.masked.to_ascii_lowercase();
        if ["update", "upgrade", "patches"].iter().any(|word| text.contains(word)) {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        for ((name, value), place) in clause.directives() {
            let field = match name {
                "After" => &mut reading.facts.after,
                "Requires" => &mut reading.facts.requires,
                "Wants" => &mut reading.facts.wants,
                "PartOf" => &mut reading.facts.part_of,
                _ => continue,
            };
            if !is_unit(value) {
                return None;
            }
            field.push(value.to_owned());
            reading.claims.push(place);
        }
        if !reading.claims.is_empty() {
            return Some(reading);
        }
        clause.find("start(s|ed)|depend(s)|wait(s)|dependencies|dependency")?;
        let own =
            |unit: &str| context.service.is_some_and(|service| unit.trim_end_matches(".service") == service.as_str());
        let mut units: Vec<(String, std::ops::Range<usize>)> = clause
            .values(|mention| if let Mention::UnitName(unit) = mention { Some(unit.clone()) } else { None })
            .filter(|(unit, _)| is_unit(unit) && !own(unit))
            .collect();
        for (word, place) in clause.words() {
            if let Some((_, unit)) = KNOWN_UNITS.iter().find(|(name, _)| *name == word)
                && !units.iter().any(|(known, _)| known == unit)
            {
                units.push(((*unit).to_owned(), place));
            }
        }
        if units.is_empty() || clause.commands().next().is_some() {
            return None;
        }
        let needs = clause.find("depend(s)").is_some();
        for (unit, place) in units {
            if unit == NETWORK {
                reading.facts.wants.push(unit.clone());
            } else if needs {
                reading.facts.requires.push(unit.clone());
            }
            reading.facts.after.push(unit);
            reading.claims.push(place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let asked = own.first();
        if let Some(binding) = asked {
            unit_named_otherwise::check(binding, plan);
            mount_unit_for_path::check(binding, plan);
        }
        let mut facts = asked.map(|binding| binding.facts.clone()).unwrap_or_default();
        let provenance = asked.map(Binding::provenance).unwrap_or_default();
        if !facts.after.iter().any(|unit| unit == NETWORK)
            && let Some(why) = plan.default(Self::NAME, &NETWORK_ONLINE)
        {
            add_directive(plan, "After", &[NETWORK.to_owned()], "the network is up before the service", &why);
            add_directive(plan, "Wants", &[NETWORK.to_owned()], "the network is up before the service", &why);
        }
        if asked.is_none() {
            return;
        }
        for mount in facts.requires.extract_if(.., |unit| has_suffix(unit, ".mount")).collect::<Vec<_>>() {
            facts.after.retain(|unit| *unit != mount);
            let why = asked.map(|binding| binding.provenance_of(&["requires"])).unwrap_or_default();
            replace_mount(plan, &mount, &why);
        }
        // What is required is also started first: `Requires=` alone starts both at the same time.
        for unit in facts.requires.iter().chain(&facts.wants) {
            if !facts.after.contains(unit) {
                facts.after.push(unit.clone());
            }
        }
        add_directive(plan, "Requires", &facts.requires, "cannot run without", &provenance);
        add_directive(plan, "Wants", &facts.wants, "started with it", &provenance);
        add_directive(plan, "PartOf", &facts.part_of, "stopped and restarted with", &provenance);
        add_directive(plan, "After", &facts.after, "started before it", &provenance);
        add_probes(plan, &facts, &provenance);
    }
}

fn add_directive(plan: &mut PlanBuilder, name: &'static str, units: &[String], comment: &str, why: &Provenance) {
    if !units.is_empty() {
        plan.typed_directive(Directive {
            section: UnitSection::Unit,
            name,
            value: DirectiveValue::Words(units.to_vec()),
            comment: comment.to_owned(),
            provenance: why.clone(),
        });
    }
}

/// A mount unit that does not exist would keep the service from starting; systemd finds the mounts of a path itself.
fn replace_mount(plan: &mut PlanBuilder, unit: &str, why: &Provenance) {
    let Some(path) = mount_path(unit) else { return };
    plan.typed_directive(Directive {
        section: UnitSection::Unit,
        name: "RequiresMountsFor",
        value: DirectiveValue::Words(vec![path.clone()]),
        comment: format!("whatever {path} lies on is mounted first"),
        provenance: why.clone(),
    });
    for statement in &why.statements {
        plan.deviate(Deviation {
            statement: *statement,
            asked: format!("Requires={unit}"),
            done: format!("RequiresMountsFor={path}"),
            reason: "a mount unit exists only for a file system of its own; this form holds for any path".to_owned(),
        });
    }
}

/// `etc-agent.mount` → `/etc/agent` (systemd-escape(1)).
fn mount_path(unit: &str) -> Option<String> {
    let name = unit.strip_suffix(".mount")?;
    let path = name.replace('-', "/").replace("\\x2d", "-");
    format!("/{path}").parse::<crate::value::UnixPath>().ok().map(|path| path.to_string())
}

fn add_probes(plan: &mut PlanBuilder, facts: &Facts, why: &Provenance) {
    let unit = plan.unit_name();
    for (position, other) in facts.after.iter().enumerate() {
        let id = match position {
            0 => "unit-dependencies.order".to_owned(),
            later => format!("unit-dependencies.order-{}", later + 1),
        };
        plan.probe(
            Probe::new(
                id,
                Layer::Service,
                format!("unit is started after {other}"),
                Observer::UnitProperty { unit: unit.clone(), property: "After" },
                Expectation::Matches(format!("(^| ){}( |$)", other.replace('.', "\\."))),
                why.clone(),
            )
            .advice(format!("systemctl show {unit} -p After -p DropInPaths"))
            .runbook("dependency-missing"),
        );
    }
    if !facts.requires.is_empty() {
        plan.probe(
            Probe::new(
                "unit-dependencies.active",
                Layer::Service,
                "everything that the unit requires is active",
                Observer::FailedDependencies { unit: unit.clone() },
                Expectation::Equals("none".to_owned()),
                why.clone(),
            )
            .advice(format!("systemctl list-dependencies {unit}"))
            .runbook("dependency-missing"),
        );
    }
    plan.runbook(RunbookEntry {
        anchor: "dependency-missing",
        title: "Something that the service needs is not up".to_owned(),
        symptom: Some(format!("{unit} does not start; its journal says \"Dependency failed\"")),
        checks: vec![ProbeId("unit-dependencies.order".to_owned())],
        steps: vec![
            RunbookStep::run(
                "See which unit is missing.",
                format!("systemctl list-dependencies {unit}; systemctl --failed"),
            ),
            RunbookStep::say("Start that unit first; then the service."),
        ],
        verify: Some(RunbookStep::run("The service runs.", "./validate-deployment.sh --layer service")),
        provenance: why.clone(),
    });
}

fn has_suffix(unit: &str, suffix: &str) -> bool {
    unit.ends_with(suffix)
}

fn is_unit(name: &str) -> bool {
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    kind.is_some_and(|kind| matches!(kind, "service" | "target" | "socket" | "mount" | "timer" | "path" | "slice"))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@\\:".contains(&byte))
}
