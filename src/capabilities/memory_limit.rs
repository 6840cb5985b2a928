//! Memory limit: the kernel kills the service when it grows past a size.
//!
//! In: clauses that name a size as the service's limit, or systemd's `MemoryMax=` and `MemoryHigh=`. Out: directives of
//! the unit, checks of the control group, the memory drill. Not here: the memory that a machine must have (`platform`).

mod high_above_max;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, CrashRecovery, Example, MemoryKill, NOT_MINE, Reading,
    RestartPolicy, criterion, example, own_unit, well_again,
};
use crate::diagnostics::Lint;
use crate::plan::{
    Drill, DrillKind, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance,
    RunbookEntry, RunbookStep, UnitSection,
};
use crate::value::{Bytes, Seconds};

/// The capability.
pub struct MemoryLimit;

/// What a statement says about memory. Sizes in bytes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The hard limit: above it the kernel kills.
    pub max: Option<Bytes>,
    /// The soft limit: above it the kernel slows the service down and reclaims.
    pub high: Option<Bytes>,
}

static NO_SWAP: NamedDefault = NamedDefault {
    name: "no-swap",
    reason: "a memory limit means memory: with swap left open the service would grow past it on disk",
};

const MEMORY_MAX: usize = 0;
const MEMORY_HIGH: usize = 1;

impl Capability for MemoryLimit {
    type Facts = Facts;

    const NAME: &'static str = "memory-limit";
    const SUMMARY: &'static str =
        "The kernel limits the memory of the service: `MemoryMax=` and `MemoryHigh=`, proven in the control group.";
    const CUES: &'static [&'static str] = &[
        "MemoryMax=",
        "MemoryHigh=",
        "MemoryMax|MemoryHigh",
        "memory (usage|consumption|use) limit(s|ed)",
        "memory (is|are) (limited|capped|restricted)",
        "memory max(imum)",
        "max(imum) (of) memory",
        "limit(s|ed|ing) (the) memory",
        "memory ceiling|cap|quota|budget",
        "memory usage|consumption|use",
        "# (of) memory|ram",
        "ram limit(ed)",
        "soft|hard memory limit",
        "limit memory",
        "mem:",
        "memory",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "resource",
        "resources",
        "limit",
        "limits",
        "limited",
        "hard",
        "soft",
        "exceeded",
        "exceeds",
        "exceed",
        "capped",
        "kill",
        "kills",
        "killed",
        "oom",
        "memory",
        "ram",
        "bytes",
        "kernel",
        "enforced",
        "process",
        "consuming",
        "gets",
        "megabytes",
        "value",
        "systemctl",
        "property",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Memory is limited to 512 MB", r#"{"max": 536870912}"#),
        example("**Limits**: MemoryMax=1G, MemoryHigh=900M", r#"{"max": 1073741824, "high": 943718400}"#),
        example("Memory limit 0.5 GB (kills if exceeded)", r#"{"max": 536870912}"#),
        example("The service uses at most 256 MiB of memory", r#"{"max": 268435456}"#),
        criterion("`systemctl show` reports MemoryMax as 536870912 (512 MB)", r#"{"max": 536870912}"#),
        example("Memory must not exceed 512 MB", r#"{"max": 536870912}"#),
        example("Memory capped at 512 MB", r#"{"max": 536870912}"#),
        example("**MemoryMax**: 512M", r#"{"max": 536870912}"#),
        example("Each tenant is limited to 100 MB of memory", NOT_MINE),
        example("For premium customers: 4 GB memory limit", NOT_MINE),
        example("Until the migration is done, memory is limited to 2 GB", NOT_MINE),
        example("The old server had a memory limit of 1 GB", NOT_MINE),
        example("Memory limit: 256 to 512 MB", NOT_MINE),
        example("**Mem**: max 256M", r#"{"max": 268435456}"#),
        example("Memory may grow up to 1 GB before an alert is sent", NOT_MINE),
        example("Memory limit of the importer: 1 GB", NOT_MINE),
        criterion("`systemctl show nginx -p MemoryMax` shows MemoryMax=1G", NOT_MINE),
        example("Memory must not be limited to 512 MB", NOT_MINE),
        example("Memory of each request must not exceed 8 MB", NOT_MINE),
        example("The host has at least 2 GB of memory", NOT_MINE),
        example("Memory usage is watched by the operators", NOT_MINE),
        example("There is no memory limit", NOT_MINE),
        example("PostgreSQL memory limit: 512 MB", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&NO_SWAP];
    const LINTS: &'static [&'static Lint] = &[&high_above_max::MEMORY_HIGH_ABOVE_MAX];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let directive = |name| {
            clause.directive(name).and_then(|(value, range)| value.parse::<Bytes>().ok().map(|bytes| (bytes, range)))
        };
        if let Some((bytes, range)) = directive("MemoryMax") {
            return Some(
                Reading::new(Facts { max: Some(bytes), high: None }, own_unit::shown(clause, context))
                    .place("max", range),
            );
        }
        if let Some((bytes, range)) = directive("MemoryHigh") {
            return Some(Reading::new(Facts { max: None, high: Some(bytes) }, []).place("high", range));
        }
        if clause.has_cue(MEMORY_MAX)
            || clause.has_cue(MEMORY_HIGH)
            || clause.find("host|machine|vm|vps|server (must) has|have").is_some()
        {
            return None;
        }
        // "Each upload may use 10 MB" is a matter of the program.
        let of_a_part = "least|minimum|min|free|available|request(s)|upload(s)|user(s)|session(s)|worker(s)|thread(s)|\
                         query|queries|job(s)|each|per|tenant(s)|customer(s)|task(s)|cache|heap|client(s)|connection(s)|buffer(s)|alert(s)|alarm|warn(s)|warning|notify|average|observed";
        if clause.find(of_a_part).is_some() {
            return None;
        }
        // A limit needs a word that says so: "uses 512 MB of memory" may be an observation.
        let word = "MemoryMax|MemoryHigh|limit(s|ed)|max(imum)|most|cap(ped)|ceiling|exceed(s|ed)|quota|budget|restricted|than|below|under|up";
        clause.find(word)?;
        let soft = clause.find("soft|MemoryHigh").is_some();
        let mut sizes: Vec<(Bytes, _)> = clause.sizes().collect();
        // systemd shows plain bytes; they count next to its property name only.
        if clause.find("MemoryMax|MemoryHigh|bytes").is_some() {
            sizes.extend(
                clause.counts().filter(|(count, _)| *count >= 1024 * 1024).map(|(count, range)| (Bytes(count), range)),
            );
        }
        let (bytes, range) = sizes.first()?.clone();
        if sizes.iter().any(|(other, _)| *other != bytes) {
            return None;
        }
        let claims = sizes.into_iter().map(|(_, range)| range);
        let conditions = clause.find("if|when exceeded|exceeds");
        let (facts, field) = if soft {
            (Facts { max: None, high: Some(bytes) }, "high")
        } else {
            (Facts { max: Some(bytes), high: None }, "max")
        };
        Some(Reading::new(facts, claims.chain(conditions).chain(own_unit::shown(clause, context))).place(field, range))
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        high_above_max::check(binding, plan);
        let unit = plan.unit_name();
        if let Some(high) = binding.facts.high {
            let why = binding.provenance_of(&["high"]);
            plan.directive(
                UnitSection::Service,
                "MemoryHigh",
                high.systemd(),
                format!("above {high} the kernel slows the service down and reclaims"),
                why.clone(),
            );
            plan.probe(limit_probe("memory-limit.soft", "memory.high", "soft memory limit", high, &unit, why));
        }
        if binding.facts.max.is_some() || binding.facts.high.is_some() {
            plan.runbook(entry(&unit, binding.facts.max.is_some(), binding.provenance_of(&["max", "high"])));
        }
        let Some(max) = binding.facts.max else { return };
        let why = binding.provenance_of(&["max"]);
        plan.directive(
            UnitSection::Service,
            "MemoryMax",
            max.systemd(),
            format!("hard limit: above {max} the kernel kills"),
            why.clone(),
        );
        plan.probe(limit_probe("memory-limit.in-kernel", "memory.max", "memory limit", max, &unit, why.clone()));
        if let Some(mut default) = plan.default(Self::NAME, &NO_SWAP) {
            default.statements.clone_from(&why.statements);
            plan.directive(
                UnitSection::Service,
                "MemorySwapMax",
                "0",
                "no swap, so that the limit means memory",
                default.clone(),
            );
            plan.probe(limit_probe("memory-limit.no-swap", "memory.swap.max", "swap limit", Bytes(0), &unit, default));
        }
        plan.directive(
            UnitSection::Service,
            "OOMPolicy",
            "stop",
            "an out-of-memory kill ends the whole unit, so that Restart= acts",
            why.clone(),
        );
        let health = plan.health.clone();
        let kill = all.one::<MemoryKill>();
        let promised = kill.and_then(|kill| kill.facts.within);
        // A kill for memory is a crash like others, unless something is said of it.
        let of_crashes = [
            all.one::<RestartPolicy>().and_then(|binding| binding.facts.within),
            all.one::<CrashRecovery>().and_then(|binding| binding.facts.within),
        ];
        let within = promised.or_else(|| well_again::soonest(of_crashes)).unwrap_or(Seconds(30.0));
        let in_time = promised.map(|within| format!(" within {within}")).unwrap_or_default();
        plan.drill(Drill {
            kind: DrillKind::Memory { limit: max, within },
            title: format!("growing past {max} is killed by the kernel, and the service recovers{in_time}"),
            health,
            provenance: well_again::drilled(kill, why),
        });
    }
}

/// What to do when it takes more than it may.
fn entry(unit: &str, is_hard: bool, provenance: Provenance) -> RunbookEntry {
    let (title, symptom) = if is_hard {
        ("The service is killed for memory", format!("{unit} restarts; its journal names the out-of-memory killer"))
    } else {
        ("The service is slowed down for memory", format!("{unit} is slow while the host has memory to spare"))
    };
    RunbookEntry {
        anchor: "memory-limit",
        title: title.to_owned(),
        symptom: Some(symptom),
        checks: Vec::new(),
        steps: vec![
            RunbookStep::run(
                "See whether the kernel killed it.",
                format!("journalctl -u {unit} --since -1h --grep oom-kill --no-pager"),
            ),
            RunbookStep::run(
                "Look at the present use and the limits, in bytes.",
                format!(
                    "systemctl show {unit} -p MemoryCurrent -p MemoryHigh -p MemoryMax -p MemorySwapMax -p DropInPaths"
                ),
            ),
            RunbookStep::run(
                "See which limits it came up against, and how often.",
                format!("cat /sys/fs/cgroup/system.slice/{unit}/memory.events"),
            ),
            RunbookStep::say(
                "If the use is legitimate, raise the limit in the specification and deploy again; never in the unit by hand. A use that only \
                 grows is a leak: restart the service, and mend the program.",
            ),
        ],
        verify: Some(RunbookStep::run("The limit is in force again.", "./validate-deployment.sh --check memory-limit")),
        provenance,
    }
}

fn limit_probe(id: &str, file: &'static str, what: &str, limit: Bytes, unit: &str, provenance: Provenance) -> Probe {
    Probe {
        id: ProbeId(id.to_owned()),
        layer: Layer::Resources,
        title: format!("{what} is {} in the kernel", if limit.0 == 0 { "0".to_owned() } else { limit.to_string() }),
        observer: Observer::ControlGroup { unit: unit.to_owned(), file },
        expectation: Expectation::Equals(limit.0.to_string()),
        after: vec![ProbeId("service-active.active".to_owned())],
        advice: format!("systemctl show {unit} -p MemoryMax -p MemoryHigh -p MemorySwapMax -p DropInPaths"),
        runbook: Some("memory-limit"),
        needs: Vec::new(),
        outside: false,
        provenance,
    }
}
