//! Resource monitoring: an operator can see what the service takes of processor, memory and threads.
//!
//! In: clauses that ask for resources to be watched, with a tool or without naming one. Out: the tool's package, checks
//! that the tool is there and that the kernel counts for the unit, and a runbook entry with commands for this unit. No
//! tool that wants a terminal is ever run by a check. Not here: limits, and warnings about the disk (`disk_monitor`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::spec::mention::Mention;
use crate::value::Seconds;

/// The capability.
pub struct ResourceMonitoring;

/// What a statement says about watching resources.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The program that shows them: `htop`.
    pub tool: Option<String>,
}

static RESOURCE_TOOL: NamedDefault = NamedDefault {
    name: "resource-tool",
    reason: "the specification names no tool; htop shows processor, memory and threads of the service's processes, and every release has it",
};

/// A program that shows resources.
struct Tool {
    name: &'static str,
    package: &'static str,
    path: &'static str,
    /// How it is started for one user's processes; `{user}` stands for the user.
    command: &'static str,
}

const fn tool(name: &'static str, package: &'static str, path: &'static str, command: &'static str) -> Tool {
    Tool { name, package, path, command }
}

/// Programs that show resources; in all supported releases in the same package and place.
const TOOLS: &[Tool] = &[
    tool("htop", "htop", "/usr/bin/htop", "htop --user={user}"),
    tool("top", "procps", "/usr/bin/top", "top -u {user}"),
    tool("atop", "atop", "/usr/bin/atop", "atop"),
    tool("iotop", "iotop", "/usr/sbin/iotop", "iotop --user={user}"),
    tool("glances", "glances", "/usr/bin/glances", "glances"),
    tool("systemd-cgtop", "systemd", "/usr/bin/systemd-cgtop", "systemd-cgtop"),
    tool("vmstat", "procps", "/usr/bin/vmstat", "vmstat 5"),
];

impl Capability for ResourceMonitoring {
    type Facts = Facts;

    const NAME: &'static str = "resource-monitoring";
    const SUMMARY: &'static str =
        "The tool with which people look at the service's resources is installed, and the runbook says how to use it.";
    const CUES: &'static [&'static str] = &[
        "resource(s) (usage|use|consumption) (is|are) (to) (be) monitored|watched|observed",
        "resource (usage) monitoring",
        "system monitoring with|via|using",
        "monitor(s|ing) (the) (system) resource(s) (usage)",
        "watch(es|ing) (the) resource(s) (usage)",
        "cpu|memory|ram|processor … monitored|watched|observed via|with|using|in|by",
        "threads … monitored|watched|observed via|with|using|in|by",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "resource",
        "resources",
        "usage",
        "use",
        "consumption",
        "monitored",
        "monitoring",
        "monitor",
        "watched",
        "watch",
        "cpu",
        "processor",
        "memory",
        "ram",
        "threads",
        "thread",
        "processes",
        "load",
        "tool",
        "tools",
        "system",
        "basic",
        "operators",
        "operator",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Resource usage is watched with `htop`", r#"{"tool": "htop"}"#),
        example("**Resource monitoring**: htop (memory and processor)", r#"{"tool": "htop"}"#),
        example("Operators monitor resources using atop", r#"{"tool": "atop"}"#),
        example("CPU and memory usage are monitored via `systemd-cgtop`", r#"{"tool": "systemd-cgtop"}"#),
        example("Threads and load are monitored with top", r#"{"tool": "top"}"#),
        example("The service's resources are monitored", r"{}"),
        criterion("Resources are observed in `htop`", r#"{"tool": "htop"}"#),
        example("Memory usage is watched by the operators", NOT_MINE),
        example("Disk usage is monitored (threshold 70 %)", NOT_MINE),
        example("PostgreSQL's resources are monitored via `htop`", NOT_MINE),
        example("Resources are not monitored", NOT_MINE),
        example("An alert is sent when memory is above 90 %", NOT_MINE),
        example("Resource monitoring is optional", NOT_MINE),
        example("Resources are monitored with `htop` or `atop`", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&RESOURCE_TOOL];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        // Numbers say when somebody is to be told, which is more than a look.
        if clause.find("alert(s|ed|ing)|alarm(s)|warn(s|ing)|notify|notified|disk").is_some()
            || clause.percents().next().is_some()
        {
            return None;
        }
        let mut named: Vec<(&'static Tool, std::ops::Range<usize>)> = Vec::new();
        for (mention, place) in clause.mentions() {
            let name = match mention {
                Mention::Code(name) => name.as_str(),
                Mention::Command(words) => words.first().map_or("", String::as_str),
                _ => continue,
            };
            named.push((known(name)?, place));
        }
        let words = clause.words().filter_map(|(_, place)| {
            let (name, place) = clause.name_after(place.start, &[]).filter(|(_, found)| found.start == place.start)?;
            Some((known(&name.to_lowercase())?, place))
        });
        named.extend(words);
        let mut reading = Reading::new(Facts::default(), named.iter().map(|(_, place)| place.clone()));
        match named.as_slice() {
            [] => {
                // Without a tool only the word itself says what is meant.
                clause.find("resource(s)")?;
            }
            [(tool, place), rest @ ..] if rest.iter().all(|(other, _)| other.name == tool.name) => {
                reading.facts.tool = Some(tool.name.to_owned());
                reading = reading.place("tool", place.clone());
            }
            _ => return None,
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let mut why = binding.provenance();
        let name = match binding.facts.tool.as_deref() {
            Some(name) => name,
            None => {
                let Some(default) = plan.default(Self::NAME, &RESOURCE_TOOL) else { return };
                why.default = default.default;
                for statement in &why.statements {
                    plan.partial(*statement, "people look, with what the runbook says; nothing warns by itself");
                }
                "htop"
            }
        };
        let Some(tool) = known(name) else { return };
        if let Ok(package) = tool.package.parse() {
            plan.package(package, why.clone());
        }
        add_probes(plan, tool, &why);
        let entry = entry(plan, tool, why);
        plan.runbook(entry);
    }
}

fn known(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

fn add_probes(plan: &mut PlanBuilder, tool: &Tool, why: &Provenance) {
    let unit = plan.unit_name();
    // The program itself: a package that is installed says nothing about it. It is never started, for it would not end.
    if let Ok(user) = "nobody".parse() {
        let arguments = ["test", "-x", tool.path].map(str::to_owned).to_vec();
        plan.probe(
            Probe::new(
                "resource-monitoring.tool",
                Layer::Monitoring,
                format!("{} is there for whoever looks", tool.name),
                Observer::Command { user, timeout: Seconds(10.0), arguments },
                Expectation::ExitCode(0),
                why.clone(),
            )
            .advice(format!("ls -l {}; apt-cache policy {}", tool.path, tool.package))
            .runbook("resource-usage"),
        );
    }
    plan.probe(
        Probe::new(
            "resource-monitoring.counted",
            Layer::Monitoring,
            format!("the kernel counts the memory that {unit} takes"),
            Observer::UnitProperty { unit: unit.clone(), property: "MemoryCurrent" },
            Expectation::Matches("^[0-9]+$".to_owned()),
            why.clone(),
        )
        .after("service-active.active")
        .advice(format!("systemctl show {unit} -p MemoryAccounting -p MemoryCurrent -p DropInPaths"))
        .runbook("resource-usage"),
    );
}

fn entry(plan: &PlanBuilder, tool: &Tool, provenance: Provenance) -> RunbookEntry {
    let unit = plan.unit_name();
    RunbookEntry {
        anchor: "resource-usage",
        title: "See what it takes: processor, memory, threads".to_owned(),
        symptom: None,
        checks: ["tool", "counted"].map(|name| ProbeId(format!("resource-monitoring.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run(
                "Memory, tasks and processor time, in one look.",
                format!("systemctl status --no-pager --lines=0 {unit}"),
            ),
            RunbookStep::run(
                "The same in numbers: bytes, count, nanoseconds.",
                format!(
                    "systemctl show {unit} -p MemoryCurrent -p MemoryMax -p TasksCurrent -p TasksMax -p CPUUsageNSec"
                ),
            ),
            RunbookStep::run(
                "Its share over five seconds, beside the other services.",
                "systemd-cgtop --batch --iterations=2 --delay=5 --depth=2 --order=memory",
            ),
            RunbookStep::run("Each of its threads.", format!("ps -L -o pid,lwp,pcpu,pmem,stat,comm -u {}", plan.user)),
            RunbookStep::say(format!(
                "Live, in a terminal of your own (q ends it): `{}`.",
                tool.command.replace("{user}", plan.user.as_str())
            )),
            RunbookStep::run(
                format!("Where {} is missing, bring it back.", tool.name),
                format!("apt-get install --reinstall {}", tool.package),
            ),
        ],
        verify: None,
        provenance,
    }
}
