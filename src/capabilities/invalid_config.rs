//! Invalid configuration: the service does not start with half of its settings.
//!
//! In: clauses that say that a broken configuration stops the start. Out: a program that checks the environment file
//! before each start, checks that it is in force and that the file is well now, a drill on a clone. systemd itself leaves
//! out lines that it cannot read. Not here: the file (`environment_file`), and configuration of the program's own, which
//! only the program can judge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, backup, criterion, directories,
    example, failure_alert,
};
use crate::plan::{
    Action, Directive, DirectiveValue, Drill, DrillKind, Expectation, FileContent, FileField, InstalledFile, Layer,
    NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep, Step, UnitSection,
};
use crate::value::{FileMode, Owner, Seconds, UnixPath, VariableName};

/// The capability.
pub struct InvalidConfig;

/// What a statement says about a broken configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Set when the service must not start with it.
    pub refused: bool,
}

static ENVIRONMENT_CHECK: NamedDefault = NamedDefault {
    name: "environment-check",
    reason: "systemd leaves out lines of an environment file that it cannot read, and starts the service without them; a program checks the file before each start",
};

const NO_START: &str = "not|never|doesn't|don't|cannot|can't (be) start(s|ed)|starting|run(s)|come(s)";

impl Capability for InvalidConfig {
    type Facts = Facts;

    const NAME: &'static str = "invalid-config";
    const SUMMARY: &'static str =
        "A broken line in the environment file, or a variable without a value, stops the start.";
    const CUES: &'static [&'static str] = &[
        "invalid|malformed|broken|bad|wrong|corrupt|faulty|incomplete config|configuration|environment|settings (file)",
        "config|configuration|environment|settings (file) (is) (are) validated|checked|verified before|at",
        "config|configuration|environment|settings (file) (is) invalid|malformed|broken|incomplete",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "config",
        "configuration",
        "environment",
        "settings",
        "file",
        "invalid",
        "malformed",
        "broken",
        "bad",
        "causes",
        "cause",
        "makes",
        "lets",
        "start",
        "starts",
        "startup",
        "fail",
        "fails",
        "failure",
        "refuses",
        "refused",
        "rejects",
        "rejected",
        "prevents",
        "stops",
        "aborts",
        "line",
        "lines",
        "error",
        "clear",
        "validated",
        "loudly",
        "fast",
        "immediately",
        "process",
    ];
    const EXAMPLES: &'static [Example] = &[
        criterion("Broken configuration: the start fails", r#"{"refused": true}"#),
        criterion("A malformed environment file prevents the start of the service", r#"{"refused": true}"#),
        criterion("The service refuses to start with an invalid configuration file", r#"{"refused": true}"#),
        example("With a broken config the service must not start", r#"{"refused": true}"#),
        example("The service never starts with invalid settings", r#"{"refused": true}"#),
        example("The configuration is validated before the service starts", r#"{"refused": true}"#),
        example("The service fails to start when its configuration is invalid", r#"{"refused": true}"#),
        example("An invalid configuration is reported by mail", NOT_MINE),
        example("A deployment with a broken configuration is rolled back", NOT_MINE),
        criterion("`nginx -t` fails with a broken configuration", NOT_MINE),
        example("The service does not fail with an invalid configuration", NOT_MINE),
        example("nginx refuses an invalid configuration", NOT_MINE),
        example("Requests with invalid settings are rejected with 400", NOT_MINE),
        example("The configuration file is stored in /etc/agent-prod", NOT_MINE),
        example("Ideally a broken configuration stops the start", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&ENVIRONMENT_CHECK];
    const READS_NEGATION: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        if clause.find("request(s)|user(s)|client(s)|api|token(s)|login(s)|deployment|rollback|page").is_some()
            || clause.commands().next().is_some()
        {
            return None;
        }
        let reading = Reading::new(Facts { refused: true }, []);
        if let Some(place) = clause.find(NO_START) {
            return Some(reading.place("refused", place));
        }
        let refuses = "refuse(s|d)|reject(s|ed)|fail(s|ed)|abort(s|ed)|stop(s|ped)|prevent(s|ed)";
        let place = clause.affirms(refuses).filter(|_| !clause.denied()).or_else(|| {
            let before = clause.affirms("validated|checked|verified before|at")?;
            clause.find("start(s|up)|starting").is_some().then_some(before)
        })?;
        let is_about_the_start =
            clause.find("start(s|ed|up)|starting|service|unit|process|boot").is_some() || clause.label().is_some();
        is_about_the_start.then(|| reading.place("refused", place))
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first().filter(|binding| binding.facts.refused) else { return };
        let why = binding.with_default(&ENVIRONMENT_CHECK);
        // A service that cannot tell anybody of its failure, or is backed up on this host only, is still better than none.
        let mut of_others = failure_alert::variables(all, plan);
        of_others.extend(backup::variables(all, plan));
        let of_others: Vec<VariableName> = of_others.into_iter().map(|(name, _)| name).collect();
        let Some(file) = environment_file(plan, &of_others) else {
            return leave_out(
                &why,
                "the specification names no environment file, and nothing else can be judged from outside",
                plan,
            );
        };
        let Some(rights) = rights(&file, all, plan) else {
            return leave_out(
                &why,
                "others could replace the environment file under the check: keep it below /etc, owned by root",
                plan,
            );
        };
        if plan.default(Self::NAME, &ENVIRONMENT_CHECK).is_none() {
            return;
        }
        let Ok(program) = format!("/usr/local/lib/{}-check-environment", plan.service).parse::<UnixPath>() else {
            return;
        };
        install(&program, &file, rights, &why, plan);
        add_probes(&program, &file, rights, &why, plan);
        let health = plan.health.clone();
        plan.drill(Drill {
            kind: DrillKind::InvalidConfig { program: program.clone(), required: file.required.clone() },
            title: "a broken line in the environment file stops the start (on a clone)".to_owned(),
            health,
            provenance: why.clone(),
        });
        let entry = entry(&program, &file, plan, why);
        plan.runbook(entry);
    }
}

/// What the check needs to know of the environment file.
struct EnvironmentFile {
    path: UnixPath,
    mode: FileMode,
    owner: Owner,
    required: Vec<VariableName>,
}

/// Whose rights the check has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    /// Root's: nobody else can read the file, and nobody else can write it either.
    Root,
    /// The service's own.
    Service,
}

/// As `environment_file` has decided it, without the variables that the service can do without.
fn environment_file(plan: &PlanBuilder, dispensable: &[VariableName]) -> Option<EnvironmentFile> {
    plan.operations.iter().find_map(|operation| match &operation.action {
        Action::EnvironmentFile { mode, owner, path, required } => Some(EnvironmentFile {
            path: path.clone(),
            mode: *mode,
            owner: owner.clone(),
            required: required.iter().filter(|name| !dispensable.contains(name)).cloned().collect(),
        }),
        _ => None,
    })
}

/// Root's check gets the variables of the file, as every command of the unit does, and one like LD_PRELOAD runs what it
/// names. So root checks only what nobody but root can write; what the service can read it checks with its own rights.
fn rights(file: &EnvironmentFile, all: &Bindings, plan: &PlanBuilder) -> Option<Rights> {
    let mode = file.mode.bits();
    let replaceable = file.path.is_within(&plan.working_directory)
        || directories::writable(all).any(|(directory, _)| file.path.is_within(directory));
    let is_readable = mode & 0o004 != 0
        || mode & 0o040 != 0 && file.owner.group == plan.group
        || mode & 0o400 != 0 && file.owner.user == plan.user;
    if is_readable {
        Some(Rights::Service)
    } else {
        (file.owner.user.is_root() && mode & 0o022 == 0 && !replaceable).then_some(Rights::Root)
    }
}

fn leave_out(why: &Provenance, reason: &str, plan: &mut PlanBuilder) {
    for statement in &why.statements {
        plan.partial(*statement, reason);
    }
}

/// The words of the check.
fn command(program: &UnixPath, file: &EnvironmentFile) -> Vec<String> {
    let names = file.required.iter().map(ToString::to_string);
    [program.to_string(), file.path.to_string()].into_iter().chain(names).collect()
}

fn install(program: &UnixPath, file: &EnvironmentFile, rights: Rights, why: &Provenance, plan: &mut PlanBuilder) {
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path: program.clone(),
            mode: FileMode::new(0o755),
            owner: Owner::root(),
            purpose: "stops the start where the environment file is broken".to_owned(),
            content: FileContent::Program { template: "check-environment", constants: Vec::new() },
            provenance: why.clone(),
        },
    );
    let mut words = command(program, file);
    let comment = match rights {
        Rights::Root => {
            plan.root_command(&words.join(" "));
            words[0].insert(0, '+');
            "a broken environment file stops the start; with root's rights (+), because only root can read the file"
        }
        Rights::Service => "a broken environment file stops the start",
    };
    plan.typed_directive(Directive {
        section: UnitSection::Service,
        name: "ExecStartPre",
        value: DirectiveValue::Command(words),
        comment: comment.to_owned(),
        provenance: why.clone(),
    });
}

fn add_probes(program: &UnixPath, file: &EnvironmentFile, rights: Rights, why: &Provenance, plan: &mut PlanBuilder) {
    let unit = plan.unit_name();
    let flags = if rights == Rights::Root { "privileged" } else { "" };
    // As systemctl shows a command; a "-" before it, which would ignore its failure, is another flag.
    let shown = format!("argv[]={} ; flags={flags} ;", command(program, file).join(" "));
    plan.probe(
        Probe::new(
            "invalid-config.checked",
            Layer::Service,
            format!("{unit} checks its environment file before it starts"),
            Observer::UnitProperty { unit: unit.clone(), property: "ExecStartPreEx" },
            Expectation::Contains(shown),
            why.clone(),
        )
        .advice(format!("systemctl cat {unit}; systemctl show {unit} -p ExecStartPreEx"))
        .runbook("invalid-config"),
    );
    plan.probe(
        Probe::new(
            "invalid-config.program",
            Layer::Existence,
            format!("{program} is there: without it nothing starts"),
            Observer::File { path: program.clone(), field: FileField::Mode },
            Expectation::Equals("0755".to_owned()),
            why.clone(),
        )
        .advice(format!("ls -l {program}"))
        .runbook("invalid-config"),
    );
    if let Ok(user) = "root".parse() {
        let words = command(program, file);
        plan.probe(
            Probe::new(
                "invalid-config.valid",
                Layer::Service,
                format!("nothing in {} would stop the next start", file.path),
                Observer::Command { user, timeout: Seconds(10.0), arguments: words.clone() },
                Expectation::ExitCode(0),
                why.clone(),
            )
            .after("environment-file.exists")
            .after("invalid-config.program")
            .needs("root")
            .advice(format!("sudo {}", words.join(" ")))
            .runbook("invalid-config"),
        );
    }
}

fn entry(program: &UnixPath, file: &EnvironmentFile, plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    let unit = plan.unit_name();
    let check = command(program, file).join(" ");
    RunbookEntry {
        anchor: "invalid-config",
        title: "The service does not start: its environment file is broken".to_owned(),
        symptom: Some(format!("{unit} fails before the program starts; its journal names a line of {}", file.path)),
        checks: ["checked", "valid", "program"].map(|name| ProbeId(format!("invalid-config.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("See which line it is: values are never shown.", check),
            RunbookStep::run(
                "Mend it: NAME=value, special characters in single quotes, no `export`.",
                format!("editor {}", file.path),
            ),
            RunbookStep::run("Where the program that looks is missing: deploy again, which brings it.", "./deploy.sh"),
            RunbookStep::run("Start it again.", format!("systemctl reset-failed {unit}; systemctl start {unit}")),
        ],
        verify: Some(RunbookStep::run(
            "It starts, and would again.",
            "./validate-deployment.sh --check invalid-config --check service-active.active",
        )),
        provenance,
    }
}
