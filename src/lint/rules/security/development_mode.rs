//! Settings of a developer's machine.

use crate::capabilities::{Application, EnvironmentVariable};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::source::Span;

declare_lint! {
    /// *What it does*: reports variables and options that belong to development: `DEBUG=1`, `NODE_ENV=development`,
    /// `FLASK_DEBUG=1`, `--reload`, `--debug`.
    ///
    /// *Why is this bad?* Debug pages show source code and secrets to whoever causes an error, some of them run code
    /// that visitors type; and reloading watches the whole tree.
    ///
    /// *Instead*: `NODE_ENV=production`; leave debugging off.
    static DEVELOPMENT_MODE = "development-mode", Warn, Security, "the service runs as on a developer's machine";
}

pub(super) static RULE: Rule = Rule { lints: &[&DEVELOPMENT_MODE], check };

/// Variables, and values that switch something on which has no place on a server.
const VARIABLES: &[(&str, &[&str])] = &[
    ("APP_DEBUG", &["1", "true", "yes", "on"]),
    ("APP_ENV", &["development", "dev", "local"]),
    ("DEBUG", &["1", "true", "yes", "on"]),
    ("DJANGO_DEBUG", &["1", "true", "yes", "on"]),
    ("ENVIRONMENT", &["development", "dev", "local"]),
    ("FLASK_DEBUG", &["1", "true", "yes", "on"]),
    ("FLASK_ENV", &["development"]),
    ("NODE_ENV", &["development", "test"]),
    ("RAILS_ENV", &["development", "test"]),
];
/// Options of servers that reload or show what they run.
const OPTIONS: &[&str] = &["--reload", "--debug", "--debugger", "--inspect"];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for binding in view.bindings.of::<EnvironmentVariable>() {
        let (Some(name), Some(value), Some(place)) =
            (&binding.facts.name, &binding.facts.value, binding.span_of("value"))
        else {
            continue;
        };
        let listed = VARIABLES.iter().find(|(variable, _)| *variable == name.as_str());
        if listed.is_some_and(|(_, values)| values.contains(&value.to_lowercase().as_str())) {
            found.push(finding(place, format!("{name}={value} belongs on a developer's machine")));
        }
    }
    for binding in view.bindings.of::<Application>() {
        let option = binding.facts.command.iter().find(|word| OPTIONS.contains(&word.as_str()));
        if let (Some(option), Some(place)) = (option, binding.span_of("command")) {
            found.push(finding(place, format!("{option} belongs on a developer's machine")));
        }
    }
}

fn finding(place: Span, message: String) -> Diagnostic {
    Diagnostic::new(&DEVELOPMENT_MODE, place, message)
        .at("shows or runs more than visitors should see")
        .help("write the setting for production, or leave it out")
}
