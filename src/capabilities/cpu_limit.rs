//! CPU limit: the kernel gives the service no more than a share of processor time.
//!
//! In: clauses that limit the service's CPU to a percentage or a number of cores, or `CPUQuota=`. Out: the directive, a
//! check of the control group. Not here: the cores that a machine must have (`platform`), alerts on usage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Directive, DirectiveValue, Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, RunbookEntry, RunbookStep,
    UnitSection,
};
use crate::value::Percent;

/// The capability.
pub struct CpuLimit;

/// What a statement says about processor time.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The share; one whole processor is 100.
    pub percent: Option<Percent>,
}

/// Shares that are named without a number.
const SHARES: &[(&str, f64)] = &[
    ("a|one quarter (of) (a|one) (cpu) core|cpu|vcpu|processor", 25.0),
    ("quarter (of) (a|one) (cpu) core|cpu|vcpu|processor", 25.0),
    ("half (of) (a|one) (cpu) core|cpu|vcpu|processor", 50.0),
    ("one|single (cpu) core|cpu|vcpu|processor", 100.0),
];

impl Capability for CpuLimit {
    type Facts = Facts;

    const NAME: &'static str = "cpu-limit";
    const SUMMARY: &'static str =
        "The kernel limits the service's processor time: `CPUQuota=`, proven in the control group.";
    const CUES: &'static [&'static str] = &[
        "CPUQuota=",
        "CPUQuota",
        "cpu limit(s|ed)",
        "cpu quota|cap|budget|ceiling",
        "cpu (usage|use|time) (is|are) limited|capped|restricted",
        "limit(s|ed|ing) (the) cpu",
        "max(imum) (of) cpu",
        "cpu max(imum)",
        "cpu usage|use|time",
        "# (of) (a|one|the) (cpu) cpu|cpus|vcpu|vcpus|core|cores",
        "quarter|half (of) (a|one) (cpu) core|cpu|vcpu",
        "cpu",
        "core(s)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "cpu",
        "cpus",
        "core",
        "cores",
        "vcpu",
        "processor",
        "limit",
        "limits",
        "limited",
        "limiting",
        "quota",
        "max",
        "maximum",
        "most",
        "up",
        "resource",
        "resources",
        "usage",
        "use",
        "time",
        "kernel",
        "enforced",
        "throttled",
        "throttles",
        "hard",
        "percent",
        "value",
        "property",
        "one",
        "single",
        "half",
        "quarter",
        "restricted",
        "capped",
        "systemctl",
        "exceed",
        "exceeds",
        "never",
        "service's",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("**Limits**: CPUQuota=40%", r#"{"percent": 40.0}"#),
        example("CPU limit: 2 cores", r#"{"percent": 200.0}"#),
        example("CPU is limited to half a core", r#"{"percent": 50.0}"#),
        example("The service uses at most a quarter of a core", r#"{"percent": 25.0}"#),
        example("CPU usage is capped at 150 % (the kernel throttles)", r#"{"percent": 150.0}"#),
        example("Resources: max 0.5 CPU", r#"{"percent": 50.0}"#),
        criterion("`systemctl show` reports CPUQuota as 30%", r#"{"percent": 30.0}"#),
        example("CPU must never exceed 50 %", r#"{"percent": 50.0}"#),
        example("**CPUQuota**: 50%", r#"{"percent": 50.0}"#),
        example("Limit memory to 512 MB and CPU to 50 %", r#"{"percent": 50.0}"#),
        example("CPU limit for builds: 2 cores", NOT_MINE),
        example("CPU usage must not exceed 80 % for more than 5 minutes", NOT_MINE),
        example("The VM has at least 2 CPU cores", NOT_MINE),
        example("Alert when CPU usage exceeds 80%", NOT_MINE),
        example("CPU usage stays reasonable (<150%)", NOT_MINE),
        example("There is no CPU limit", NOT_MINE),
        example("Redis CPU limit: 50%", NOT_MINE),
    ];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        if let Some((value, range)) = clause.directive("CPUQuota") {
            let percent = Some(value.parse().ok()?);
            return Some(Reading::new(Facts { percent }, []).place("percent", range));
        }
        let limit = "limit(s|ed|ing)|max(imum)|most|cap(ped)|quota|budget|ceiling|restricted|CPUQuota|up|more";
        let about_something_else = "host|machine|vm|vps|has|have|least|minimum|min|available|alert(s)|warn(s)|warning|monitor(ed)|alarm|shared|worker(s)|thread(s)";
        clause.find(limit).or_else(|| {
            // "Limit memory to 512 MB and CPU to 50 %"
            let limited = context.statement.text.masked.to_lowercase().contains("limit");
            clause.find("not|never|cannot exceed(s)").or_else(|| clause.find("cpu to #").filter(|_| limited))
        })?;
        // "… over five minutes" is watched, not enforced.
        if clause.durations().next().is_some() {
            return None;
        }
        if clause.find(about_something_else).is_some() {
            return None;
        }
        let number = |place: &std::ops::Range<usize>| {
            clause
                .find("# (of) (a|one|the) (cpu) cpu|cpus|vcpu|vcpus|core|cores")
                .is_some_and(|phrase| phrase.start == place.start)
        };
        let mut shares: Vec<_> = clause.percents().collect();
        shares.extend(
            clause
                .quantities()
                .filter(|(quantity, place)| quantity.unit.is_empty() && number(place))
                .map(|(quantity, place)| (Percent(quantity.number * 100.0), place)),
        );
        if shares.is_empty() {
            shares.extend(SHARES.iter().find_map(|(phrase, share)| Some((Percent(*share), clause.find(phrase)?))));
        }
        let [(percent, place)] = shares.as_slice() else { return None };
        (percent.0 >= 1.0 && percent.0 <= 100_000.0)
            .then(|| Reading::new(Facts { percent: Some(*percent) }, []).place("percent", place.clone()))
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some((binding, percent)) = own.first().and_then(|binding| Some((binding, binding.facts.percent?))) else {
            return;
        };
        let unit = plan.unit_name();
        let why = binding.provenance_of(&["percent"]);
        plan.typed_directive(Directive {
            section: UnitSection::Service,
            name: "CPUQuota",
            value: DirectiveValue::Verbatim(percent.to_string()),
            comment: format!("no more than {percent} of one processor"),
            provenance: why.clone(),
        });
        plan.probe(
            Probe::new(
                "cpu-limit.in-kernel",
                Layer::Resources,
                format!("CPU limit is {percent} in the kernel"),
                Observer::ControlGroup { unit: unit.clone(), file: "cpu.max" },
                // The observer counts in whole percent.
                Expectation::Equals(percent.0.floor().to_string()),
                why.clone(),
            )
            .after("service-active.active")
            .advice(format!("systemctl show {unit} -p CPUQuotaPerSecUSec -p DropInPaths"))
            .runbook("cpu-limit"),
        );
        plan.runbook(RunbookEntry {
            anchor: "cpu-limit",
            title: "The service is slow at its CPU limit".to_owned(),
            symptom: Some("answers take long while the host is idle".to_owned()),
            checks: vec![ProbeId("cpu-limit.in-kernel".to_owned())],
            steps: vec![
                RunbookStep::run("See how often the kernel made it wait (nr_throttled).", format!("cat /sys/fs/cgroup/system.slice/{unit}/cpu.stat")),
                RunbookStep::say("If the use is legitimate, raise the limit in the specification and deploy again; never in the unit by hand."),
            ],
            verify: Some(RunbookStep::run("The limit is in force.", "./validate-deployment.sh --check cpu-limit.in-kernel")),
            provenance: why,
        });
    }
}
