//! Task limits: how many threads and processes, and how many open files, the service may have.
//!
//! In: clauses that limit tasks or file descriptors, `TasksMax=`, `LimitNOFILE=`. Out: the directives, checks of the
//! control group and of the real process. Not here: how many workers an application starts (`application`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, ProcessField, RunbookEntry, RunbookStep, UnitSection,
};

/// The capability.
pub struct TaskLimits;

/// What a statement says about counts that the kernel limits.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Threads and processes together.
    pub tasks: Option<u64>,
    /// Open files of each process.
    pub open_files: Option<u64>,
}

const OPEN_FILES: &[&str] = &["LimitNOFILE|nofile|descriptor(s)", "open file(s)", "file handles"];

impl Capability for TaskLimits {
    type Facts = Facts;

    const NAME: &'static str = "task-limits";
    const SUMMARY: &'static str = "The kernel limits threads and open files: `TasksMax=` and `LimitNOFILE=`.";
    const CUES: &'static [&'static str] = &[
        "TasksMax=",
        "LimitNOFILE=",
        "TasksMax|LimitNOFILE",
        "open file(s) (limit)",
        "open file descriptor(s) (limit)",
        "file descriptor(s) (limit)",
        "file handles",
        "nofile",
        "task|process|thread limit|limits",
        "# tasks|threads|processes",
        "number of tasks|threads|processes",
        "max(imum) tasks|threads|processes",
        "tasks|threads|processes max(imum)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "tasks",
        "task",
        "threads",
        "thread",
        "processes",
        "process",
        "limit",
        "limits",
        "limited",
        "max",
        "maximum",
        "most",
        "up",
        "open",
        "file",
        "files",
        "descriptor",
        "descriptors",
        "handles",
        "number",
        "resource",
        "resources",
        "kernel",
        "nofile",
        "systemctl",
        "value",
        "raised",
        "more",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Limits**: TasksMax=64, LimitNOFILE=8192", r#"{"tasks": 64, "open_files": 8192}"#),
        example("At most 100 threads", r#"{"tasks": 100}"#),
        example("Open files: limited to 65,536", r#"{"open_files": 65536}"#),
        example("File descriptor limit (LimitNOFILE) is 4096", r#"{"open_files": 4096}"#),
        example("The number of processes is limited to 32", r#"{"tasks": 32}"#),
        criterion("`systemctl show` reports TasksMax as 64", r#"{"tasks": 64}"#),
        example("Max tasks: 128", r#"{"tasks": 128}"#),
        example("**TasksMax**: 128", r#"{"tasks": 128}"#),
        example("**Open files**: 8192", r#"{"open_files": 8192}"#),
        example("Max tasks of a user: 128", NOT_MINE),
        example("The API runs 4 processes", NOT_MINE),
        example("Open files are closed on shutdown", NOT_MINE),
        example("There is no limit on open files", NOT_MINE),
        example("PostgreSQL may open at most 100 threads", NOT_MINE),
    ];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let directive =
            |name| clause.directive(name).and_then(|(value, range)| Some((value.parse::<u64>().ok()?, range)));
        if let Some((tasks, range)) = directive("TasksMax") {
            return Some(Reading::new(Facts { tasks: Some(tasks), open_files: None }, []).place("tasks", range));
        }
        if let Some((files, range)) = directive("LimitNOFILE") {
            return Some(Reading::new(Facts { tasks: None, open_files: Some(files) }, []).place("open_files", range));
        }
        if clause.find("user(s)|worker(s)|request(s)|project(s)|queue").is_some() {
            return None;
        }
        if !clause.label_is("open files|file descriptors") {
            clause.find("TasksMax|LimitNOFILE|limit(s|ed)|max(imum)|most|up|more")?;
        }
        let mut counts = clause.counts().filter(|(count, _)| *count > 0);
        let (count, place) = counts.next()?;
        if counts.any(|(other, _)| other != count) {
            return None;
        }
        Some(if clause.find_any(OPEN_FILES).is_some() {
            Reading::new(Facts { tasks: None, open_files: Some(count) }, []).place("open_files", place)
        } else {
            Reading::new(Facts { tasks: Some(count), open_files: None }, []).place("tasks", place)
        })
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let unit = plan.unit_name();
        let advice = format!("systemctl show {unit} -p TasksCurrent -p TasksMax -p LimitNOFILE -p DropInPaths");
        let probe = |id: &str, title: String, observer, count: u64, why| {
            Probe::new(id, Layer::Resources, title, observer, Expectation::Equals(count.to_string()), why)
                .after("service-active.active")
                .advice(advice.clone())
                .runbook("task-limits")
        };
        if let Some(tasks) = binding.facts.tasks {
            let why = binding.provenance_of(&["tasks"]);
            let comment = format!("no more than {tasks} threads and processes");
            plan.directive(UnitSection::Service, "TasksMax", tasks.to_string(), comment, why.clone());
            let observer = Observer::ControlGroup { unit: unit.clone(), file: "pids.max" };
            plan.probe(probe(
                "task-limits.tasks",
                format!("task limit is {tasks} in the kernel"),
                observer,
                tasks,
                why,
            ));
        }
        if let Some(files) = binding.facts.open_files {
            let why = binding.provenance_of(&["open_files"]);
            let comment = format!("up to {files} open files a process");
            plan.directive(UnitSection::Service, "LimitNOFILE", files.to_string(), comment, why.clone());
            let observer = Observer::Process { unit: unit.clone(), field: ProcessField::OpenFiles };
            plan.probe(probe(
                "task-limits.open-files",
                format!("the process may open {files} files"),
                observer,
                files,
                why,
            ));
        }
        plan.runbook(RunbookEntry {
            anchor: "task-limits",
            title: "The service runs out of threads or open files".to_owned(),
            symptom: Some("its log says \"Too many open files\" or \"Resource temporarily unavailable\"".to_owned()),
            checks: vec![ProbeId("task-limits.tasks".to_owned()), ProbeId("task-limits.open-files".to_owned())],
            steps: vec![
                RunbookStep::run("Compare use and limits.", advice.clone()),
                RunbookStep::run("Count what it has open.", format!("ls /proc/$(systemctl show {unit} -p MainPID --value)/fd | wc -l")),
                RunbookStep::say("A number that only grows is a leak: restart the service, and mend the program. Else raise the limit in the specification and deploy again."),
            ],
            verify: Some(RunbookStep::run("The limits are in force.", "./validate-deployment.sh --layer resources")),
            provenance: binding.provenance(),
        });
    }
}
