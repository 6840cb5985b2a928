//! How the program is installed and started.
//!
//! In: the merged facts of `application`, where it listens, who owns its files. Out: `ExecStart=` and what goes with it,
//! the runtime's packages, the operation that installs the files, checks. Paths are absolute and nothing is left to a
//! shell.

use super::{
    APPLICATION_OBJECT, Application, EXEC_TYPE, Facts, GUARDED_APPLICATION, PORT_VARIABLE, PRODUCTION_MODE, Runtime,
    Server, UNBUFFERED_OUTPUT,
};
use crate::capabilities::file_permissions::application_tree;
use crate::capabilities::{Binding, Bindings, Capability, EnvironmentVariable, listen_port};
use crate::plan::{
    Action, Directive, DirectiveValue, Expectation, FileField, Layer, Observer, PlanBuilder, Probe, ProbeId,
    ProcessField, Provenance, RunbookEntry, RunbookStep, Step, UnitSection,
};
use crate::value::{FileMode, UnixPath};

/// What executes the program, when the specification says what to run.
pub(in crate::capabilities) fn runtime(all: &Bindings) -> Option<Runtime> {
    let facts = &all.one::<Application>()?.facts;
    facts.names_a_program().then(|| facts.runtime.unwrap_or(Runtime::Command))
}

/// Whether the application has a virtual environment of its own.
pub(in crate::capabilities) fn has_virtual_environment(all: &Bindings) -> bool {
    runtime(all) == Some(Runtime::Python)
}

/// Adds what the program needs to the plan.
pub(super) fn contribute(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) {
    let why = binding.provenance_of(&["entry", "command"]);
    if let Some(default) = plan.default(Application::NAME, &EXEC_TYPE) {
        plan.directive(UnitSection::Service, "Type", "exec", "a missing binary or user fails the start", default);
    }
    let (words, exec_why) = command_line(binding, all, plan);
    plan.typed_directive(Directive {
        section: UnitSection::Service,
        name: "ExecStart",
        value: DirectiveValue::Command(words.clone()),
        comment: "the program".to_owned(),
        provenance: exec_why.clone(),
    });
    let setting = match binding.facts.runtime {
        Some(Runtime::Python) => {
            Some(("PYTHONUNBUFFERED", "1", "output reaches the journal at once", &UNBUFFERED_OUTPUT))
        }
        Some(Runtime::Node) => Some(("NODE_ENV", "production", "no debugging answers to strangers", &PRODUCTION_MODE)),
        _ => None,
    };
    if let Some((name, value, comment, default)) = setting.filter(|(name, ..)| !is_stated(all, name))
        && let Some(why) = plan.default(Application::NAME, default)
    {
        set_variable(name, value.to_owned(), comment, why, plan);
    }
    tell_port(binding, all, plan);
    if is_java(&words) {
        // The JVM ends with 143 when it is asked to stop (SIGTERM); that is no failure.
        plan.directive(UnitSection::Service, "SuccessExitStatus", "143", "how the JVM ends when asked to", why.clone());
    }
    for package in packages(binding.facts.runtime, &words) {
        if let Ok(name) = package.parse() {
            plan.package(name, why.clone());
        }
    }
    install(binding, all, plan);
    probes(binding, &words, exec_why, plan);
}

/// A program that opens its own port may take its number from the environment; a server gets it as an argument.
fn tell_port(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) {
    let wanted = binding.facts.framework.is_none() && !is_stated(all, "PORT");
    let Some((_, port, why)) = listening(all).filter(|_| wanted) else { return };
    let Some(mut default) = plan.default(Application::NAME, &PORT_VARIABLE) else { return };
    default.merge(&why);
    set_variable("PORT", port.to_string(), "the port, for programs that ask the environment", default, plan);
}

/// Whether the specification itself sets a variable.
fn is_stated(all: &Bindings, name: &str) -> bool {
    let mut stated = all.of::<EnvironmentVariable>().iter().filter_map(|binding| binding.facts.name.as_ref());
    stated.any(|stated| stated.as_str() == name)
}

fn set_variable(name: &str, value: String, comment: &str, provenance: Provenance, plan: &mut PlanBuilder) {
    plan.typed_directive(Directive {
        section: UnitSection::Service,
        name: "Environment",
        value: DirectiveValue::Assignment(name.to_owned(), value),
        comment: comment.to_owned(),
        provenance,
    });
}

/// The words of `ExecStart=`, with everybody who decides one of them.
fn command_line(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) -> (Vec<String>, Provenance) {
    let facts = &binding.facts;
    let directory = plan.working_directory.clone();
    let mut why = binding.provenance_of(&["entry", "command", "framework"]);
    if let Some((program, arguments)) = facts.command.split_first() {
        let words = std::iter::once(located(program, facts.runtime, &directory)).chain(arguments.iter().cloned());
        return (words.collect(), why);
    }
    let entry = facts.entry.clone().unwrap_or_default();
    let Some(server) = facts.framework else {
        let interpreter = match facts.runtime {
            Some(Runtime::Python) => Some(format!("{directory}/venv/bin/python")),
            Some(Runtime::Node) => Some("/usr/bin/node".to_owned()),
            _ => None,
        };
        return (interpreter.into_iter().chain([absolute(&entry, &directory)]).collect(), why);
    };
    let object = match module_object(&entry, &directory) {
        (object, true) => object,
        (object, false) => {
            if let Some(default) = plan.default(Application::NAME, &APPLICATION_OBJECT) {
                why.merge(&default);
            }
            object
        }
    };
    let mut words =
        vec![format!("{directory}/venv/bin/{}", if server == Server::Uvicorn { "uvicorn" } else { "gunicorn" })];
    words.push(object);
    if let Some((address, port, listen_why)) = listening(all) {
        why.merge(&listen_why);
        words.extend(match server {
            Server::Uvicorn => ["--host".to_owned(), address, "--port".to_owned(), port.to_string()].to_vec(),
            Server::Gunicorn if address.contains(':') => ["--bind".to_owned(), format!("[{address}]:{port}")].to_vec(),
            Server::Gunicorn => ["--bind".to_owned(), format!("{address}:{port}")].to_vec(),
        });
    }
    if server == Server::Gunicorn && facts.packages.iter().any(|package| package == "uvicorn") {
        words.extend(["--worker-class".to_owned(), "uvicorn.workers.UvicornWorker".to_owned()]);
    }
    (words, why)
}

/// Where the specification says to listen.
fn listening(all: &Bindings) -> Option<(String, crate::value::Port, Provenance)> {
    listen_port::listening(all).map(|listening| (listening.address, listening.port, listening.provenance))
}

/// Where a program stands: in the virtual environment, in the application's directory, or where the system has it.
fn located(program: &str, runtime: Option<Runtime>, directory: &UnixPath) -> String {
    // However the specification calls the environment, the package makes one, and that is its name.
    let in_environment = [".venv/bin/", "env/bin/", "venv/bin/"].iter().find_map(|place| program.strip_prefix(place));
    let program = in_environment.unwrap_or(program);
    match (program, runtime) {
        ("python" | "python3", _) => format!("{directory}/venv/bin/python"),
        (name, Some(Runtime::Python)) if !name.contains('/') => format!("{directory}/venv/bin/{name}"),
        ("nodejs", _) => "/usr/bin/node".to_owned(),
        (name, _) if !name.contains('/') => format!("/usr/bin/{name}"),
        (path, _) => absolute(path, directory),
    }
}

fn absolute(path: &str, directory: &UnixPath) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") }
}

/// `src/main.py` → `src.main:app`; whether the object was named.
fn module_object(entry: &str, directory: &UnixPath) -> (String, bool) {
    if entry.contains(':') {
        return (entry.to_owned(), true);
    }
    let local = entry.strip_prefix(&format!("{directory}/")).unwrap_or(entry);
    (format!("{}:app", local.trim_end_matches(".py").replace('/', ".")), false)
}

fn is_java(words: &[String]) -> bool {
    words.first().is_some_and(|program| program.ends_with("/java"))
}

/// Debian packages of the runtime.
fn packages(runtime: Option<Runtime>, words: &[String]) -> Vec<&'static str> {
    let program = words.first().map_or("", |word| word.rsplit_once('/').map_or(word, |(_, name)| name));
    match runtime {
        Some(Runtime::Python) => vec!["python3", "python3-venv"],
        Some(Runtime::Node) if program == "npm" || program == "npx" => vec!["nodejs", "npm"],
        Some(Runtime::Node) => vec!["nodejs"],
        Some(Runtime::Command) => match program {
            "java" => vec!["default-jre-headless"],
            "ruby" => vec!["ruby"],
            "php" => vec!["php-cli"],
            "perl" => vec!["perl"],
            _ => Vec::new(),
        },
        Some(Runtime::Binary) | None => Vec::new(),
    }
}

/// The file that is run, as a path in the application's directory; `None` when it lives elsewhere.
fn entry_file(facts: &Facts, directory: &UnixPath) -> Option<String> {
    let entry = facts.entry.as_deref()?;
    if let Some((module, _)) = entry.split_once(':') {
        // A package may stand behind the module; only a module of one part is certainly a file.
        return Some(if module.contains('.') { String::new() } else { format!("{module}.py") });
    }
    if entry.starts_with('/') {
        return entry.strip_prefix(&format!("{directory}/")).map(ToOwned::to_owned);
    }
    Some(entry.to_owned())
}

/// Installs the application's files, unless the program is the system's.
fn install(binding: &Binding<Facts>, all: &Bindings, plan: &mut PlanBuilder) {
    let directory = plan.working_directory.clone();
    let is_elsewhere = binding.facts.entry.is_some() && entry_file(&binding.facts, &directory).is_none();
    let is_of_system = binding.facts.entry.is_none() && binding.facts.runtime == Some(Runtime::Command);
    if is_elsewhere || is_of_system {
        return;
    }
    let tree = application_tree(all, plan);
    let mut why = binding.provenance_of(&["entry", "command"]);
    why.merge(&tree.provenance);
    // One mode for all files of a tree: a program among them must be executable.
    let file_mode =
        if binding.facts.runtime == Some(Runtime::Binary) { tree.file_mode.for_directory() } else { tree.file_mode };
    let action = Action::Application {
        directory_mode: tree.directory_mode,
        file_mode: FileMode::new(file_mode.bits()),
        owner: tree.owner,
        path: directory.clone(),
        entry: entry_file(&binding.facts, &directory).unwrap_or_default(),
    };
    plan.operation(Step::Application, 10, action, why);
    let is_open = [tree.directory_mode, file_mode].iter().any(|mode| mode.bits() & 0o002 != 0);
    if !is_open && let Some(default) = plan.default(Application::NAME, &GUARDED_APPLICATION) {
        plan.probe(
            Probe::new(
                "application.guarded",
                Layer::Permissions,
                format!("nothing below {directory} can be written by everybody"),
                Observer::TreeWritable { path: directory.clone() },
                Expectation::Equals("none".to_owned()),
                default,
            )
            .after("working-directory.exists")
            .advice(format!("find {directory} -xdev ! -type l -perm /0002"))
            .runbook("application"),
        );
    }
    plan.restart_on_change(directory);
}

fn probes(binding: &Binding<Facts>, words: &[String], why: Provenance, plan: &mut PlanBuilder) {
    let (directory, unit) = (plan.working_directory.clone(), plan.unit_name());
    let file = match entry_file(&binding.facts, &directory) {
        Some(entry) if !entry.is_empty() => directory.join(&entry).ok(),
        Some(_) => None,
        None => binding.facts.entry.as_deref().or(words.first().map(String::as_str)).and_then(|path| path.parse().ok()),
    };
    if let Some(path) = file {
        // Programs of the system may be links (alternatives); the application's own are files.
        let kinds: &[&str] = if path.is_within(&directory) { &["file"] } else { &["file", "link"] };
        plan.probe(
            Probe::new(
                "application.entry",
                Layer::Existence,
                format!("the program {path} is there"),
                Observer::File { path, field: FileField::Type },
                Expectation::OneOf(kinds.iter().map(ToString::to_string).collect()),
                binding.provenance_of(&["entry", "command"]),
            )
            .advice(format!("ls -la {directory}"))
            .runbook("application"),
        );
    }
    // npm and launchers replace themselves; what then runs is theirs to say.
    let is_launcher = words.first().is_some_and(|word| word.ends_with("/npm") || word.ends_with("/npx"));
    if !is_launcher {
        plan.probe(
            Probe::new(
                "application.process",
                Layer::Service,
                "the process runs the program with its arguments",
                Observer::Process { unit: unit.clone(), field: ProcessField::CommandLine },
                Expectation::Contains(words.join(" ")),
                why.clone(),
            )
            .after("service-active.active")
            .advice(format!("systemctl show {unit} -p ExecStart -p DropInPaths; systemctl status {unit}"))
            .runbook("application"),
        );
    }
    plan.probe(
        Probe::new(
            "application.current",
            Layer::Service,
            "the process runs what is installed",
            Observer::Current { unit: unit.clone() },
            Expectation::Equals("yes".to_owned()),
            why.clone(),
        )
        .after("service-active.active")
        .needs("root")
        .advice(format!("systemctl status {unit}; sudo /var/lib/specc/{}/current/deploy.sh --check", plan.service))
        .runbook("application"),
    );
    plan.runbook(entry(&unit, &directory, why));
}

fn entry(unit: &str, directory: &UnixPath, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "application",
        title: "The program is missing, or another one runs".to_owned(),
        symptom: Some(format!("{unit} does not start, or runs old code")),
        checks: ["entry", "process", "current", "guarded"].map(|name| ProbeId(format!("application.{name}"))).to_vec(),
        steps: vec![
            RunbookStep::run("Read what the program said last.", format!("journalctl -u {unit} -n 50 --no-pager")),
            RunbookStep::run("See what systemd starts, and which drop-ins change it.", format!("systemctl cat {unit}")),
            RunbookStep::run("See what is installed.", format!("ls -la {directory}")),
            RunbookStep::run("Deploy again: it installs the files and restarts the service.", "./deploy.sh"),
        ],
        verify: Some(RunbookStep::run("The program runs.", "./validate-deployment.sh --check application")),
        provenance,
    }
}
