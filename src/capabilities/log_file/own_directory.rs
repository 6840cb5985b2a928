//! Log files in directories that programs share.

use super::Facts;
use crate::capabilities::Binding;
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::plan::PlanBuilder;
use crate::value::UnixPath;

declare_lint! {
    /// *What it does*: reports a log file that is to lie in a directory of the system, or in the one that holds the
    /// application's code.
    ///
    /// *Why is this bad?* To write and to rotate its log a service needs to make and rename files in that directory. In
    /// `/var/log` it would have to be root for it, or could remove the logs of all others; beside its code it could
    /// replace the code. Such a file is not built.
    ///
    /// *Instead*: give the logs a directory of their own: `- Service logs to /var/log/ledger/ledger.log`.
    pub(super) static LOG_FILE_IN_SHARED_DIRECTORY = "log-file-in-shared-directory", Warn, Security, "a log file in a directory that is not the service's own";
}

/// Below these, and not in them, a service can have a directory of its own.
const PLACES: &[&str] = &["/var/log", "/var/lib", "/var/opt", "/var/cache", "/opt", "/srv", "/data", "/mnt"];

/// Whether the directory of a file can belong to the service without giving it more than its logs.
pub(in crate::capabilities) fn has_own_directory(file: &UnixPath, working_directory: &UnixPath) -> bool {
    let Some(directory) = file.parent() else { return false };
    directory != *working_directory
        && PLACES.iter().any(|place| {
            directory.as_str().strip_prefix(place).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
        })
}

/// Says where the file should be instead.
pub(super) fn refuse(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some(path) = &binding.facts.path else { return };
    let directory = path.parent().map(|parent| parent.to_string()).unwrap_or_default();
    let better = format!("/var/log/{}/{}", plan.service, path.file_name());
    for statement in binding.provenance().statements {
        plan.partial(statement, format!("not built: {directory} cannot be the service's own; write {better}"));
    }
    if let Some(span) = binding.span_of("path") {
        plan.report(
            Diagnostic::new(
                &LOG_FILE_IN_SHARED_DIRECTORY,
                span,
                format!("a service that rotates logs in {directory} would own that directory"),
            )
            .at("this file is not made")
            .help(format!("give the logs a directory of their own: {better}")),
        );
    }
}
