//! Secrets on command lines.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports an application whose command carries a password, a token or a key as an argument.
    ///
    /// *Why is this bad?* Everybody on the host reads it with `ps`, it stands in the unit file, in the journal, and in
    /// this specification.
    ///
    /// *Instead*: put the value into the environment file, and let the program read the variable.
    pub(super) static SECRET_ON_COMMAND_LINE = "secret-on-command-line", Error, Security, "a secret stands on a command line";
}

/// Options that take a secret.
const OPTIONS: &[&str] =
    &["--password", "--passwd", "--token", "--secret", "--api-key", "--apikey", "--auth-token", "--private-key-data"];

/// Reports it.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(place) = binding.span_of("command") else { return };
    let mut words = binding.facts.command.iter().peekable();
    while let Some(word) = words.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word.as_str(), words.peek().map(|next| next.as_str()).filter(|next| !next.starts_with('-'))),
        };
        // A file or a variable is no secret itself.
        let is_value = value.is_some_and(|value| !value.starts_with(['/', '$', '@']) && !value.is_empty());
        if is_value && OPTIONS.contains(&option) {
            plan.report(
                Diagnostic::new(
                    &SECRET_ON_COMMAND_LINE,
                    place,
                    format!("everybody on the host can read the value of {option}"),
                )
                .at("shown by ps, kept in the unit file and the journal")
                .help("put it into the environment file and let the program read the variable"),
            );
        }
    }
}
