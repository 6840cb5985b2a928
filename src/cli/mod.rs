//! The command line: arguments in, exit code out. One file a subcommand.
//!
//! Standard output carries the result and nothing else; progress and findings go to standard error. Exit codes: 0 fine,
//! 1 the specification has errors or the package is stale, 2 usage or input and output.

mod build;
mod common;
mod completions;
mod explain;
mod fmt;
mod init;
mod lint;
mod lsp;
mod man;
mod schema;
mod show;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use common::Failure;

/// The program's arguments.
#[derive(Debug, Parser)]
#[command(name = "specc", version, about, long_about = LONG_ABOUT, arg_required_else_help = true)]
#[command(max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const LONG_ABOUT: &str = "Compiles a deployment specification (DEPLOYMENT-SPEC.md) into a package that deploys it on a \
    Debian or Ubuntu server, proves it there, lets people operate it, and accounts for every sentence.";

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Show(show::Show),
    Lint(lint::Lint),
    Init(init::Init),
    Fmt(fmt::Fmt),
    Lsp(lsp::Lsp),
    Explain(explain::Explain),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs the program.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    let outcome = match arguments.command {
        Command::Build(command) => command.run(),
        Command::Show(command) => command.run(),
        Command::Lint(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Fmt(command) => command.run(),
        Command::Lsp(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("specc: {failure}");
            ExitCode::from(2)
        }
    }
}
