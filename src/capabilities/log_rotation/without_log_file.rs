//! Rotation where there is no log file.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;

declare_lint! {
    /// *What it does*: reports rotation of logs in a specification that names no log file.
    ///
    /// *Why is this bad?* Without a file there is nothing to rotate: the sentence would be followed by nothing. The journal,
    /// where the service's output goes, is bounded by settings of its own.
    ///
    /// *Instead*: name the file, `- Service logs to /var/log/ledger/ledger.log`, or bound the journal, `- Logs go to the
    /// systemd journal and are kept for 30 days, at most 1 GB`.
    pub(super) static LOG_ROTATION_WITHOUT_LOG_FILE = "log-rotation-without-log-file", Warn, Consistency, "logs are to rotate, and there is no log file";
}

/// Reports sentences about logs in general.
pub(super) fn check(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let file = format!("/var/log/{0}/{0}.log", plan.service);
    report(
        binding,
        "the specification names no log file; the journal has limits of its own",
        format!(
            "name the file: Service logs to {file}\nor bound the journal: Logs go to the systemd journal and are kept for 30 days, at most 1 GB"
        ),
        plan,
    );
}

/// Reports a file that cannot be rotated without root's rights in a directory of others.
pub(super) fn refuse_shared(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let name = binding.facts.path.as_ref().map(|path| path.file_name().to_owned()).unwrap_or_default();
    let better = format!("/var/log/{}/{name}", plan.service);
    report(
        binding,
        "the directory of this file cannot be the service's own",
        format!("give the logs a directory of their own: {better}"),
        plan,
    );
}

fn report(binding: &Binding<Facts>, why: &'static str, help: String, plan: &mut PlanBuilder) {
    for statement in binding.provenance().statements {
        plan.partial(statement, format!("nothing is rotated: {why}"));
    }
    let place = ["path", "max_size", "schedule", "keep", "keep_for", "compress", "uncompressed", "copytruncate"]
        .iter()
        .find_map(|field| binding.span_of(field));
    if let Some(span) = place {
        plan.report(
            Diagnostic::new(&LOG_ROTATION_WITHOUT_LOG_FILE, span, "there is nothing to rotate").at(why).help(help),
        );
    }
}
