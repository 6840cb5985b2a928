//! Application: what the service runs.
//!
//! In: clauses that name the program: a file, a command, a binary, with the server and frameworks around it. Out: how
//! systemd starts it, the application's files, the runtime's packages, checks of the running process. Not here: the
//! packages of its language (`app_dependencies`), where it listens (`listen_port`). What to run is never guessed: a
//! runtime without a program is no application.

mod launch;
mod reading;
mod secret_on_command_line;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};

pub(super) use launch::{has_virtual_environment, runtime};

/// The capability.
pub struct Application;

/// What executes the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// CPython, from a virtual environment of the application's own.
    Python,
    /// Node.js.
    Node,
    /// The program is an executable file.
    Binary,
    /// Any other command.
    Command,
}

/// A server for Python applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Server {
    /// ASGI.
    Uvicorn,
    /// WSGI.
    Gunicorn,
}

/// What a statement says about the program.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// What executes it.
    pub runtime: Option<Runtime>,
    /// The server that it runs under.
    pub framework: Option<Server>,
    /// The file that is run, relative to the application's directory or absolute; or `module:object`.
    pub entry: Option<String>,
    /// The command line, where the specification gives one.
    pub command: Vec<String>,
    /// Packages of its language that the sentence names.
    pub packages: Vec<String>,
}

static EXEC_TYPE: NamedDefault = NamedDefault {
    name: "exec-type",
    reason: "with Type=exec a missing binary or user fails the start; with the usual Type=simple it is reported as a success",
};

static UNBUFFERED_OUTPUT: NamedDefault = NamedDefault {
    name: "unbuffered-output",
    reason: "Python holds its output back when it is no terminal; a crash would lose the lines that explain it",
};

static PRODUCTION_MODE: NamedDefault = NamedDefault {
    name: "node-production-mode",
    reason: "Node's libraries answer with their insides when something fails, unless NODE_ENV says production",
};

static PORT_VARIABLE: NamedDefault = NamedDefault {
    name: "port-variable",
    reason: "a program that opens its own port is told its number as PORT, where most look for it; one that does not is not hurt",
};

static GUARDED_APPLICATION: NamedDefault = NamedDefault {
    name: "guarded-application",
    reason: "a program that everybody on the host can change runs whatever anybody wants, with the service's rights",
};

static APPLICATION_OBJECT: NamedDefault = NamedDefault {
    name: "application-object",
    reason: "the sentence names a file, the server needs an object in it; by convention it is called `app`",
};

impl Capability for Application {
    type Facts = Facts;

    const NAME: &'static str = "application";
    const SUMMARY: &'static str = "The program that the service runs: a Python application under uvicorn or gunicorn, a \
                                   Python or Node script, a binary, or any command.";
    const CUES: &'static [&'static str] = &[
        "application:",
        "app:",
        "agent:",
        "program:",
        "entry point:",
        "entrypoint:",
        "entry file:",
        "main file:",
        "main module:",
        "main script:",
        "script:",
        "executable:",
        "binary:",
        "command:",
        "start command:",
        "run command:",
        "exec start:",
        "process:",
        "service:",
        "worker:",
        "bot:",
        "ExecStart=",
        "service|application|app|agent|daemon|bot|api|server|unit|worker (must|shall|should|will) run(s)|execute(s)|start(s)|launch(es) (the) <file>",
        "service|application|app|agent|daemon|bot|api|server|unit|worker (must|shall|should|will) run(s)|execute(s)|start(s)|launch(es) (the) <command>",
        "application|app|service|program|process (is) started|launched|run with|by|via|as <command>",
        "application|app|api|service|agent (is) served|run by|with|via|under|on uvicorn|gunicorn",
        "entry point is <file>",
        "main program is <file>",
        "fastapi|flask|django|starlette application|app|service|api in <file>",
        "<file> … is … entry point",
        "<file> is|runs … uvicorn|gunicorn",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "entry",
        "point",
        "main",
        "file",
        "module",
        "script",
        "command",
        "python",
        "node",
        "program",
        "executable",
        "binary",
        "go",
        "rust",
        "compiled",
        "start",
        "starts",
        "started",
        "runs",
        "executes",
        "launches",
        "with",
        "by",
        "server",
        "asgi",
        "wsgi",
        "process",
        "started",
        "application",
        "called",
        "bot",
        "api",
        "web",
        "http",
        "named",
        "framework",
        "runtime",
        "javascript",
        "typescript",
        "worker",
        "object",
        "single",
        "static",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "**Application**: agent_main.py (FastAPI with uvicorn)",
            r#"{"runtime": "python", "framework": "uvicorn", "entry": "agent_main.py", "packages": ["fastapi", "uvicorn"]}"#,
        ),
        example("**Application**: `server.js` (Node.js)", r#"{"runtime": "node", "entry": "server.js"}"#),
        example("**Binary**: price-feed (a Go binary)", r#"{"runtime": "binary", "entry": "price-feed"}"#),
        example("**Entry point**: src/mailer/main.py", r#"{"runtime": "python", "entry": "src/mailer/main.py"}"#),
        example(
            "**Start command**: `uvicorn shop.main:app --workers 2`",
            r#"{"runtime": "python", "framework": "uvicorn", "entry": "shop.main:app", "command": ["uvicorn", "shop.main:app", "--workers", "2"], "packages": ["uvicorn"]}"#,
        ),
        example(
            "The service runs `python3 watcher.py --verbose`",
            r#"{"runtime": "python", "entry": "watcher.py", "command": ["python3", "watcher.py", "--verbose"]}"#,
        ),
        example(
            "**Command**: `/usr/bin/caddy-report --once-a-minute`",
            r#"{"runtime": "command", "command": ["/usr/bin/caddy-report", "--once-a-minute"]}"#,
        ),
        example("The daemon executes collector.py", r#"{"runtime": "python", "entry": "collector.py"}"#),
        example("ExecStart=/usr/local/bin/ledgerd", r#"{"runtime": "binary", "entry": "/usr/local/bin/ledgerd"}"#),
        example(
            "**Command**: `./bin/collector --interval 60`",
            r#"{"runtime": "binary", "entry": "bin/collector", "command": ["./bin/collector", "--interval", "60"]}"#,
        ),
        example(
            "**Start command**: `java -jar billing.jar`",
            r#"{"runtime": "command", "entry": "billing.jar", "command": ["java", "-jar", "billing.jar"]}"#,
        ),
        example(
            "**Application**: /usr/local/bin/gateway --config /etc/gateway/gateway.toml",
            r#"{"runtime": "command", "command": ["/usr/local/bin/gateway", "--config", "/etc/gateway/gateway.toml"]}"#,
        ),
        example(
            "**Application**: desk.py (run by gunicorn, not uvicorn)",
            r#"{"runtime": "python", "framework": "gunicorn", "entry": "desk.py", "packages": ["gunicorn"]}"#,
        ),
        example("**Application**: main.py or main_async.py", NOT_MINE),
        example("**Application**: a REST service for invoices", NOT_MINE),
        example("The application logs to /var/log/mailer.log", NOT_MINE),
        example("**Application**: `/opt/mailer/logs/`", NOT_MINE),
        criterion("The service starts: `systemctl start mailer` returns exit code 0", NOT_MINE),
        example("The service starts within 10 seconds", NOT_MINE),
        example("The admin runs `python3 migrate.py` by hand", NOT_MINE),
        example("The application must not run debug.py", NOT_MINE),
        example("Application files owned by mailer:mailer", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] =
        &[&EXEC_TYPE, &UNBUFFERED_OUTPUT, &PRODUCTION_MODE, &PORT_VARIABLE, &APPLICATION_OBJECT, &GUARDED_APPLICATION];

    const LINTS: &'static [&'static Lint] = &[&secret_on_command_line::SECRET_ON_COMMAND_LINE];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        reading::recognise(clause, context)
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        if let Some(binding) = own.first().filter(|binding| binding.facts.names_a_program()) {
            secret_on_command_line::check(binding, plan);
            launch::contribute(binding, all, plan);
        }
    }
}

impl Facts {
    /// Whether it says what to run, and not only how.
    #[must_use]
    pub fn names_a_program(&self) -> bool {
        self.entry.is_some() || !self.command.is_empty()
    }
}
