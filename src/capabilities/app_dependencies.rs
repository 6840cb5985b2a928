//! Application dependencies: the packages of the application's own language.
//!
//! In: clauses that speak of a virtual environment, a requirements file or packages by name. Out: a Python virtual
//! environment beside the code, and checks that the packages are in it. Not here: Debian packages (`packages`), what is
//! run (`application`). A Node application brings its `node_modules` with it: nothing is built on the server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::application::{has_virtual_environment, runtime};
use super::file_permissions::application_tree;
use super::{
    Application, Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, ReverseProxy, Runtime,
    criterion, example,
};
use crate::plan::{
    Action, Expectation, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry,
    RunbookStep, Step,
};
use crate::spec::mention::Mention;
use crate::value::{Seconds, UnixPath};

/// The capability.
pub struct AppDependencies;

/// What brings the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Manager {
    /// A Python virtual environment, filled by pip.
    Pip,
    /// `node_modules`, shipped with the application.
    Npm,
}

/// What a statement says about dependencies.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What brings them.
    pub manager: Option<Manager>,
    /// The file that lists them, in the application's directory.
    pub file: Option<String>,
    /// Packages by name.
    pub packages: Vec<String>,
}

static VIRTUAL_ENVIRONMENT: NamedDefault = NamedDefault {
    name: "virtual-environment",
    reason: "Debian's Python is the system's own (PEP 668); each application gets its packages in an environment beside its code",
};

static WEBSOCKET_LIBRARY: NamedDefault = NamedDefault {
    name: "websocket-library",
    reason: "uvicorn alone opens no WebSocket, and the proxy passes requests for some on to it",
};

impl Capability for AppDependencies {
    type Facts = Facts;

    const NAME: &'static str = "app-dependencies";
    const SUMMARY: &'static str = "The application's Python packages in a virtual environment of its own, from \
                                   `requirements.txt` or by name, offline where `app/wheels/` is there.";
    const CUES: &'static [&'static str] = &[
        "(python) virtual environment|environments",
        "virtualenv|venv",
        "python dependencies|packages|requirements|libraries",
        "pip dependencies|packages|requirements",
        "application|app dependencies",
        "dependencies (are) installed|listed|pinned|declared",
        "dependencies:",
        "python packages:",
        "requirements file",
        "pip install",
        "install(s|ed) (the) dependencies",
        "node|npm dependencies|packages|modules",
        "node_modules",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "dependencies",
        "packages",
        "installed",
        "install",
        "pip",
        "python",
        "virtual",
        "isolated",
        "dedicated",
        "listed",
        "requirements",
        "file",
        "declared",
        "only",
        "wheels",
        "npm",
        "node",
        "modules",
        "libraries",
        "versions",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "Python packages: httpx, pydantic and uvicorn",
            r#"{"manager": "pip", "packages": ["httpx", "pydantic", "uvicorn"]}"#,
        ),
        example(
            "Dependencies are installed from `requirements.txt`",
            r#"{"manager": "pip", "file": "requirements.txt"}"#,
        ),
        example("The application runs in a Python virtual environment", r#"{"manager": "pip"}"#),
        example(
            "Dependencies pinned in requirements/production.txt",
            r#"{"manager": "pip", "file": "requirements/production.txt"}"#,
        ),
        example(
            "**Python packages**: `flask==3.0.3`, `gunicorn`",
            r#"{"manager": "pip", "packages": ["flask==3.0.3", "gunicorn"]}"#,
        ),
        criterion(
            "The venv contains the Python packages httpx and anyio",
            r#"{"manager": "pip", "packages": ["httpx", "anyio"]}"#,
        ),
        example("Node dependencies are listed in package.json", r#"{"manager": "npm", "file": "package.json"}"#),
        example("The venv is owned by the service user", NOT_MINE),
        example("Python packages are installed by CI", NOT_MINE),
        example("Dependencies on other services are documented", NOT_MINE),
        example("No virtual environment is used", NOT_MINE),
        example("The virtual environment of the build server is rebuilt nightly", NOT_MINE),
        example("System packages: curl, jq", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&VIRTUAL_ENVIRONMENT, &WEBSOCKET_LIBRARY];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        // Who owns the environment is another matter than that there is one.
        if clause.find("owned|owner|ownership|belongs|permission(s)|eigendom|removed|deleted|activate(d)").is_some() {
            return None;
        }
        if clause.find("ci|pipeline|workstation(s)|developer(s)|laptop(s)").is_some() {
            return None;
        }
        if clause.find("system|apt|build|builds|development|test(s)|nightly").is_some() {
            return None;
        }
        let mut reading = Reading::new(Facts::default(), []);
        let file = clause.mentions().find_map(|(mention, range)| match mention {
            Mention::FileName(name) => Some((name.as_str(), range)),
            _ => None,
        });
        if let Some((name, range)) = file {
            let kept = clause
                .text(0..range.start)
                .trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || "/_.-".contains(letter));
            let whole = if clause.text(range.clone()) == name { kept.len()..range.end } else { range };
            reading.facts.manager = manager_of(name);
            reading.facts.file = Some(clause.text(whole.clone()).to_owned());
            reading = reading.place("file", whole);
            reading.claims.extend(clause.affirms("pinned"));
        } else if clause.find("node|npm|node_modules").is_some() {
            reading.facts.manager = Some(Manager::Npm);
        } else if clause.find("python|pip|virtualenv|venv").or_else(|| clause.find("virtual environment")).is_some() {
            reading.facts.manager = Some(Manager::Pip);
        }
        reading.facts.manager?;
        if clause.find("packages|libraries|install").is_some() && reading.facts.manager == Some(Manager::Pip) {
            for (name, range) in package_names(clause) {
                reading.facts.packages.push(name);
                reading = reading.place("packages", range);
            }
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let mut why = Provenance { capability: Self::NAME, ..Provenance::default() };
        own.iter().for_each(|binding| why.merge(&binding.provenance()));
        if runtime(all) == Some(Runtime::Node) {
            let asked = own.first().map(|binding| binding.requirements.clone()).unwrap_or_default();
            plan.settle(&asked, "node_modules is shipped with the application in app/; nothing is built on the server");
        }
        if !has_virtual_environment(all) {
            return;
        }
        let facts = own.first().map(|binding| binding.facts.clone()).unwrap_or_default();
        let mut packages = facts.packages;
        if let Some(application) = all.one::<Application>() {
            let named = application.facts.packages.iter();
            let missing: Vec<String> =
                named.filter(|name| !packages.iter().any(|known| is_same(known, name))).cloned().collect();
            if !missing.is_empty() {
                why.merge(&application.provenance_of(&["packages", "entry"]));
                packages.extend(missing);
            }
        }
        match plan.default(Self::NAME, &VIRTUAL_ENVIRONMENT) {
            Some(default) => why.merge(&default),
            None if why.statements.is_empty() => return,
            None => {}
        }
        if let Some(asked) = lacks_websockets(&packages, all)
            && let Some(default) = plan.default(Self::NAME, &WEBSOCKET_LIBRARY)
        {
            why.merge(&asked);
            why.merge(&default);
            packages.push("websockets".to_owned());
        }
        environment(facts.file, packages, all, why, plan);
    }
}

fn manager_of(file: &str) -> Option<Manager> {
    match file {
        "package.json" | "package-lock.json" => Some(Manager::Npm),
        name if name.ends_with(".txt") || name == "pyproject.toml" => Some(Manager::Pip),
        _ => None,
    }
}

/// Whether two requirements name the same package, whatever their versions.
fn is_same(requirement: &str, name: &str) -> bool {
    let bare = |text: &str| {
        let end =
            text.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter))).unwrap_or(text.len());
        text[..end].to_ascii_lowercase().replace('_', "-")
    };
    bare(requirement) == bare(name)
}

/// Who asks for WebSockets, where a plain uvicorn is to open them: it answers 404 without one of these libraries.
fn lacks_websockets(packages: &[String], all: &Bindings) -> Option<Provenance> {
    let has = |name: &str| packages.iter().any(|package| is_same(package, name));
    let plain = packages.iter().any(|package| is_same(package, "uvicorn") && !package.contains('['));
    let proxy = all.one::<ReverseProxy>()?;
    let wanted = plain && !proxy.facts.websocket.is_empty() && !has("websockets") && !has("wsproto");
    wanted.then(|| proxy.provenance_of(&["websocket"]))
}

/// Names in a list after "packages": single words between commas and *and*, or inline code.
fn package_names(clause: &Clause<'_>) -> Vec<(String, std::ops::Range<usize>)> {
    let start = clause.find("packages|libraries|install(ed)").unwrap_or_else(|| clause.cue_range()).end;
    let mut names: Vec<(String, std::ops::Range<usize>)> = clause
        .mentions()
        .filter(|(_, range)| range.start >= start)
        .filter_map(|(mention, range)| match mention {
            Mention::Code(code) if is_requirement(code) => Some((code.clone(), range)),
            Mention::Directive { name, value }
                if value.starts_with('=') || clause.text(range.clone()).contains("==") =>
            {
                Some((format!("{name}={value}"), range))
            }
            _ => None,
        })
        .collect();
    let text = clause.text(start..clause.range().end);
    let mut offset = start;
    for part in text.split_inclusive([',', ':']).flat_map(|part| part.split_inclusive(" and ")) {
        let word = part.trim_end_matches(" and ").trim_matches([' ', ',', ':', '.']);
        let at = offset + part.find(word).unwrap_or(0);
        let is_name = !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_');
        if is_name && !names.iter().any(|(_, range)| range.start <= at && at < range.end) {
            names.push((word.to_owned(), at..at + word.len()));
        }
        offset += part.len();
    }
    names.sort_by_key(|(_, range)| range.start);
    names
}

/// `httpx`, `flask==3.0.3`, `uvicorn[standard]>=0.30`: what pip takes, and no option, URL or path.
fn is_requirement(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.[]=<>!~,".contains(&byte))
}

fn environment(file: Option<String>, packages: Vec<String>, all: &Bindings, why: Provenance, plan: &mut PlanBuilder) {
    let directory = plan.working_directory.clone();
    let Ok(path) = directory.join("venv") else { return };
    let owner = application_tree(all, plan).owner;
    let action =
        Action::VirtualEnvironment { owner, path: path.clone(), requirements: file, packages: packages.clone() };
    plan.operation(Step::Application, 20, action, why.clone());
    plan.restart_on_change(path.clone());
    let Ok(python) = path.join("bin/python") else { return };
    plan.probe(
        Probe::new(
            "app-dependencies.environment",
            Layer::Existence,
            format!("the virtual environment {path} has its interpreter"),
            // Through the link: one that leads nowhere is no interpreter.
            Observer::Command {
                user: plan.user.clone(),
                timeout: Seconds(10.0),
                arguments: vec!["test".to_owned(), "-x".to_owned(), python.to_string()],
            },
            Expectation::ExitCode(0),
            why.clone(),
        )
        .after("system-user.exists")
        .advice(format!("ls -l {path} {python}; readlink -e {python}"))
        .runbook("app-dependencies"),
    );
    if !packages.is_empty() {
        plan.probe(installed(&python, &packages, why.clone(), plan));
    }
    plan.runbook(entry(&path, plan, why));
}

/// Asks the environment's own interpreter for each package, as the service's user.
fn installed(python: &UnixPath, packages: &[String], why: Provenance, plan: &PlanBuilder) -> Probe {
    let names = packages
        .iter()
        .map(|package| package.split(['=', '<', '>', '!', '~', '[']).next().unwrap_or_default().to_owned());
    let script = "import importlib.metadata as m, sys\nfor name in sys.argv[1:]: m.version(name)";
    let arguments = [python.to_string(), "-I".to_owned(), "-c".to_owned(), script.to_owned()];
    Probe::new(
        "app-dependencies.packages",
        Layer::Existence,
        format!("the virtual environment has {}", packages.join(", ")),
        Observer::Command {
            user: plan.user.clone(),
            timeout: Seconds(10.0),
            arguments: arguments.into_iter().chain(names).collect(),
        },
        Expectation::ExitCode(0),
        why,
    )
    .after("app-dependencies.environment")
    .after("system-user.exists")
    .advice(format!("{python} -m pip list"))
    .runbook("app-dependencies")
}

fn entry(path: &UnixPath, plan: &PlanBuilder, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "app-dependencies",
        title: "A Python package is missing".to_owned(),
        symptom: Some(format!("the journal of {} shows ModuleNotFoundError", plan.unit_name())),
        checks: ["environment", "packages"].map(|name| ProbeId(format!("app-dependencies.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("See what is installed.", format!("{path}/bin/python -m pip list")),
            RunbookStep::say(
                "Where it is not named: add it to the application's requirements.txt, or to the specification, on your workstation; compile \
                 again, and go on with the chapter \"Update\", whose first line has the command. Installing by hand is undone by the next \
                 deployment.",
            ),
            RunbookStep::run(
                "Where it is named, and missing all the same: deploy again. The environment is built beside the old one, and switched to.",
                "./deploy.sh",
            ),
        ],
        verify: Some(RunbookStep::run("All packages are there.", "./validate-deployment.sh --check app-dependencies")),
        provenance,
    }
}
