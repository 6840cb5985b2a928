//! Criteria that do not say what is to be seen.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports a criterion that names a command and not what it must print.
    ///
    /// *Why is this bad?* Only its exit code is checked. Many commands end with 0 whatever they found: `curl` after an
    /// error page, `systemctl show` for a unit that does not exist.
    ///
    /// *Instead*: say what it prints: `systemctl is-active my-service` returns "active".
    pub(super) static CRITERION_WITHOUT_EXPECTATION = "criterion-without-expectation", Info, Quality, "a criterion that does not say what is to be seen";
}

/// Commands whose exit code says all there is to say.
const TELLING: &[&str] = &["test", "nginx", "sshd", "grep", "getent", "visudo", "id"];

/// Reports it.
pub(super) fn check(own: &[Binding<Facts>], plan: &mut PlanBuilder) {
    for binding in own {
        let (Some(place), None) = (binding.span_of("command"), &binding.facts.expectation) else { continue };
        let mut words = binding.facts.command.iter().map(String::as_str).skip_while(|word| *word == "sudo");
        let (program, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let telling = TELLING.contains(&program) || verb.starts_with("is-") || verb == "-f" || verb == "-sf";
        if !telling {
            plan.report(
                Diagnostic::new(&CRITERION_WITHOUT_EXPECTATION, place, "this does not say what is to be seen")
                    .at("only the exit code is checked")
                    .help("add what it prints: returns \"…\", contains \"…\", returns 200"),
            );
        }
    }
}
