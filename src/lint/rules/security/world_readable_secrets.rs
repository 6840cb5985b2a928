//! Secrets that everybody on the host can read.

use crate::capabilities::EnvironmentFile;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports an environment file whose mode lets others than its owner and group read it.
    ///
    /// *Why is this bad?* Every program on the host, a broken one included, reads the passwords in it.
    ///
    /// *Instead*: mode 0600, owned by root: systemd reads the file before it changes the user.
    static WORLD_READABLE_SECRETS = "world-readable-secrets", Error, Security, "everybody on the host can read the secrets";
}

pub(super) static RULE: Rule = Rule { lints: &[&WORLD_READABLE_SECRETS], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for binding in view.bindings.of::<EnvironmentFile>() {
        let Some((mode, place)) = binding.facts.mode.zip(binding.span_of("mode")) else { continue };
        if mode.bits() & 0o007 != 0 {
            found.push(
                Diagnostic::new(
                    &WORLD_READABLE_SECRETS,
                    place,
                    format!("with mode {mode} everybody reads the secrets"),
                )
                .at("the last digit is for everybody")
                .help("write permissions 600"),
            );
        }
    }
}
