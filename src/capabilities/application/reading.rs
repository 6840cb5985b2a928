//! What a clause says about the program.
//!
//! In: a clause with a cue of `application`. Out: facts. Knows what interpreters, servers and files look like; nothing of
//! the plan.

use std::ops::Range;

use super::{Facts, Runtime, Server};
use crate::capabilities::clause::Placed;
use crate::capabilities::{Clause, Context, Reading};
use crate::spec::mention::Mention;

/// Python packages that a sentence about an application may name, as words.
const PYTHON_PACKAGES: &[&str] = &[
    "fastapi",
    "uvicorn",
    "gunicorn",
    "flask",
    "django",
    "starlette",
    "aiohttp",
    "sanic",
    "tornado",
    "quart",
    "litestar",
    "streamlit",
    "gradio",
    "falcon",
    "hypercorn",
    "httpx",
    "pydantic",
    "sqlalchemy",
];
/// Programs that may start a command line without a path.
const INTERPRETERS: &[&str] =
    &["java", "ruby", "php", "perl", "bash", "sh", "deno", "bun", "dotnet", "npx", "yarn", "pnpm"];

/// Programs that come with a Python package of the same name.
const PYTHON_PROGRAMS: &[&str] = &["celery", "flask", "hypercorn", "streamlit"];

/// Reads the clause; `None` when it names no program.
pub(super) fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    if clause.find("log(s)|logged|logging|migration(s)|migrate(s)|backup(s)|test(s)|tested|cron").is_some() {
        return None;
    }
    let mut reading = plain_command(clause, context).or_else(|| program(clause))?;
    if let Some((server, range)) = server(clause) {
        reading.facts.framework = Some(server);
        reading = reading.place("framework", range);
    }
    if matches!(reading.facts.runtime, Some(Runtime::Python)) {
        for (word, range) in clause.words() {
            // "run by gunicorn, not uvicorn" names a package that is not wanted.
            if PYTHON_PACKAGES.contains(&word.as_str()) && clause.affirms(&word).is_some() {
                if !reading.facts.packages.contains(&word) {
                    reading.facts.packages.push(word);
                }
                reading = reading.place("packages", range);
            }
        }
    }
    if let Some(range) = clause.affirms("python|node|nodejs|binary|executable") {
        reading = reading.claim(range);
    }
    let node = clause.mentions().find(|(mention, _)| is_node(mention)).map(|(_, range)| range);
    reading.claims.extend(node);
    Some(reading)
}

/// `**Application**: /usr/bin/x --option y` without code marks: a path, then an option, to the end of the statement.
fn plain_command(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
    clause.label()?;
    let start = clause.value_range().start;
    let text = context.statement.text.masked.get(start..)?.trim_end();
    let words: Vec<String> = text.split_whitespace().map(ToOwned::to_owned).collect();
    let is_command = words.first()?.starts_with(['/', '.']) && words.get(1)?.starts_with('-') && is_simple(text);
    let has_remark = text.contains(['(', ',']) || words.iter().any(|word| word == "-" || word == "--");
    (is_command && !has_remark).then(|| command_line(&words, start..start + text.len()))?
}

/// Quotes, expansions and operators are a shell's business; a service has no shell.
fn is_simple(command: &str) -> bool {
    !command.contains(['$', '`', '"', '\'', '|', '>', '<', ';', '&', '*', '~'])
}

/// "Node.js" is spelled like a file.
fn is_node(mention: &Mention) -> bool {
    matches!(mention, Mention::FileName(name) if name.eq_ignore_ascii_case("node.js"))
}

/// The program: the first command, file or path of the clause's value.
fn program(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    if let Some((value, range)) = clause.directive("ExecStart") {
        // A line in plain text ends at its first blank; more words would be lost.
        let rest = clause.text(range.end..clause.range().end).trim();
        return if rest.is_empty() { command_line(&[value.to_owned()], range) } else { None };
    }
    let value = clause.value_range();
    // "main.py or main_async.py" leaves open which one runs.
    let files = clause.mentions().filter(|(mention, _)| matches!(mention, Mention::FileName(_)) && !is_node(mention));
    if files.count() > 1 {
        return None;
    }
    let first = clause
        .mentions()
        .filter(|(_, range)| range.start >= value.start)
        .find(|(mention, _)| !is_node(mention) && !matches!(mention, Mention::Quantity(_) | Mention::Version(_)));
    match first {
        Some((Mention::Command(words), range)) => command_line(words, range),
        Some((Mention::Code(code), range)) => code_program(code, range, clause),
        Some((Mention::FileName(name), range)) => {
            let (path, range) = whole_path(clause, name, range);
            file(path, range, clause)
        }
        Some((Mention::Path(path), range)) => file(path.as_str(), range, clause),
        Some((Mention::Owner(owner), range)) if server(clause).is_some() => module_object(&owner.to_string(), range),
        Some(_) => None,
        None => named_binary(clause),
    }
}

/// A file name with the directories before it: the text up to the last white space.
fn whole_path<'a>(clause: &Clause<'a>, name: &'a str, range: Range<usize>) -> (&'a str, Range<usize>) {
    let before = clause.text(0..range.start);
    let kept =
        before.trim_end_matches(|character: char| character.is_ascii_alphanumeric() || "/_.-".contains(character));
    let start = if clause.text(range.clone()) == name { kept.len() } else { range.start };
    if start < range.start { (clause.text(start..range.end), start..range.end) } else { (name, range) }
}

fn file(path: &str, range: Range<usize>, clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let extension =
        path.rsplit_once('/').map_or(path, |(_, name)| name).rsplit_once('.').map(|(_, extension)| extension);
    let runtime = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("py") => Runtime::Python,
        Some("js" | "mjs" | "cjs") => Runtime::Node,
        // A bare path may as well be a directory.
        None if is_called_a_program(clause) && !clause.text(range.clone()).ends_with('/') => Runtime::Binary,
        Some("sh") if clause.label().is_some() => Runtime::Binary,
        _ => return None,
    };
    let facts = Facts { runtime: Some(runtime), entry: Some(path.to_owned()), ..Facts::default() };
    is_plain(path).then(|| Reading::new(facts, []).place("entry", range))
}

fn is_called_a_program(clause: &Clause<'_>) -> bool {
    clause.affirms("binary|executable|program").is_some()
        || clause.label_is("command|start command|run command|entry point|entrypoint|exec start")
}

/// No part climbs, and nothing but letters, digits and `/._-`.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| part != "..")
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte))
}

fn code_program(code: &str, range: Range<usize>, clause: &Clause<'_>) -> Option<Reading<Facts>> {
    let code = code.strip_prefix("ExecStart=").unwrap_or(code);
    let words: Vec<String> = code.split_whitespace().map(ToOwned::to_owned).collect();
    let first = words.first()?;
    if words.len() == 1 {
        if first.contains(':') {
            return server(clause).and_then(|_| module_object(first, range));
        }
        let local = first.strip_prefix("./").unwrap_or(first);
        return file(local, range.clone(), clause)
            .or_else(|| (first.starts_with("./") && is_plain(local)).then(|| binary(local, range)));
    }
    let known = INTERPRETERS.contains(&first.as_str())
        || PYTHON_PROGRAMS.contains(&first.as_str())
        || first.starts_with('/')
        || first.starts_with("./")
        || is_venv(first);
    (known && is_simple(code)).then(|| command_line(&words, range))?
}

/// `venv/bin/python`
fn is_venv(program: &str) -> bool {
    ["venv/bin/", ".venv/bin/", "env/bin/"].iter().any(|prefix| program.starts_with(prefix))
}

fn binary(entry: &str, range: Range<usize>) -> Reading<Facts> {
    let facts = Facts { runtime: Some(Runtime::Binary), entry: Some(entry.to_owned()), ..Facts::default() };
    Reading::new(facts, []).place("entry", range)
}

/// `**Binary**: name`, `name (a Go binary)`.
fn named_binary(clause: &Clause<'_>) -> Option<Reading<Facts>> {
    clause.affirms("binary|executable")?;
    let (name, range) = clause.leading_name()?;
    clause.label()?;
    Some(binary(name, range))
}

/// `main:app` or `shop.main:app`.
fn module_object(text: &str, range: Range<usize>) -> Option<Reading<Facts>> {
    is_module_object(text).then(|| {
        let facts = Facts { runtime: Some(Runtime::Python), entry: Some(text.to_owned()), ..Facts::default() };
        Reading::new(facts, []).place("entry", range)
    })
}

fn is_module_object(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !part.as_bytes()[0].is_ascii_digit()
    };
    text.split_once(':')
        .is_some_and(|(module, object)| module.split('.').all(is_name) && object.split('.').all(is_name))
}

/// A command line: the program decides the runtime; the entry is its first argument that is a file or `module:object`.
fn command_line(words: &[String], range: Range<usize>) -> Option<Reading<Facts>> {
    let program = words.first()?;
    let name = program.rsplit_once('/').map_or(program.as_str(), |(_, name)| name);
    if words.len() == 1 && program.starts_with('/') {
        return is_plain(program).then(|| binary(program, range));
    }
    let mut facts = Facts { command: words.to_vec(), ..Facts::default() };
    let positional = words.iter().skip(1).find(|word| !word.starts_with('-')).cloned();
    match name {
        "uvicorn" | "gunicorn" => {
            facts.runtime = Some(Runtime::Python);
            facts.framework = Some(if name == "uvicorn" { Server::Uvicorn } else { Server::Gunicorn });
            facts.entry = Some(words.iter().skip(1).find(|word| is_module_object(word)).cloned()?);
            facts.packages = vec![name.to_owned()];
        }
        "python" | "python3" => {
            facts.runtime = Some(Runtime::Python);
            let is_module = words.get(1).is_some_and(|word| word == "-m");
            facts.entry = positional.filter(|_| !is_module).filter(|file| file.ends_with(".py"));
            if facts.entry.is_none() && !is_module {
                return None;
            }
        }
        "node" | "nodejs" => {
            facts.runtime = Some(Runtime::Node);
            facts.entry = Some(positional?);
        }
        "npm" | "npx" => facts.runtime = Some(Runtime::Node),
        _ if PYTHON_PROGRAMS.contains(&name) => {
            facts.runtime = Some(Runtime::Python);
            facts.packages = vec![name.to_owned()];
        }
        // A program of the application's own: it is shipped, and must be executable.
        _ if program.contains('/') && !program.starts_with('/') => {
            facts.runtime = Some(Runtime::Binary);
            facts.entry = Some(program.strip_prefix("./").unwrap_or(program).to_owned());
        }
        _ if INTERPRETERS.contains(&name) || program.contains('/') => {
            facts.runtime = Some(Runtime::Command);
            // `java -jar billing.jar`: the file is the application's; a path of the system's is not.
            let is_file = |word: &&String| !word.starts_with(['-', '/']) && word.contains('.') && is_plain(word);
            facts.entry = words.iter().skip(1).find(is_file).filter(|_| !program.starts_with('/')).cloned();
        }
        _ => return None,
    }
    Some(Reading::new(facts, []).place("command", range.clone()).place("entry", range))
}

/// The server that the clause names.
fn server(clause: &Clause<'_>) -> Option<Placed<Server>> {
    let uvicorn = clause.affirms("uvicorn").map(|range| (Server::Uvicorn, range));
    let gunicorn = clause.affirms("gunicorn").map(|range| (Server::Gunicorn, range));
    match (uvicorn, gunicorn) {
        // "gunicorn with uvicorn workers" is a gunicorn.
        (_, Some(gunicorn)) => Some(gunicorn),
        (uvicorn, None) => uvicorn,
    }
}
