//! Groups and users that Debian and Ubuntu do not have.

use crate::capabilities::file_permissions::Subject;
use crate::capabilities::{Directories, FilePermissions};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::source::Span;
use crate::value::UserName;

declare_lint! {
    /// *What it does*: reports owners and groups by names that other distributions have and Debian and Ubuntu lack:
    /// `wheel`, `nobody` as a group, `apache`, `nginx`.
    ///
    /// *Why is this bad?* `chown` fails for a name that does not exist, and the deployment stops there.
    ///
    /// *Instead*: `sudo` or `adm` for `wheel`, `nogroup` for the group `nobody`, `www-data` for `apache` and `nginx`.
    static GROUP_ABSENT_FROM_TARGET = "group-absent-from-target", Warn, Platform, "a group or user that Debian and Ubuntu do not have";
}

pub(super) static RULE: Rule = Rule { lints: &[&GROUP_ABSENT_FROM_TARGET], check };

/// Names that do not exist, and what there is instead.
const ABSENT: &[(&str, &str)] =
    &[("apache", "www-data"), ("http", "www-data"), ("httpd", "www-data"), ("nginx", "www-data"), ("wheel", "sudo")];

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(plan) = view.plan else { return };
    let mut report = |name: &UserName, group: bool, place: Option<Span>| {
        let known = ABSENT.iter().find(|(absent, _)| *absent == name.as_str()).map(|(_, instead)| *instead);
        let instead = known.or_else(|| (group && name.as_str() == "nobody").then_some("nogroup"));
        let (Some(instead), Some(place)) = (instead, place) else { return };
        if *name != plan.user && *name != plan.group {
            let what = if group { "group" } else { "user" };
            found.push(
                Diagnostic::new(&GROUP_ABSENT_FROM_TARGET, place, format!("Debian and Ubuntu have no {what} {name}"))
                    .at("chown would fail")
                    .help(format!("write {instead}")),
            );
        }
    };
    for binding in view.bindings.of::<FilePermissions>() {
        // What is asked of the unit file is overruled anyway, and said so.
        if binding.facts.path == Some(Subject::UnitFile) {
            continue;
        }
        binding.facts.owner.iter().for_each(|owner| report(owner, false, binding.span_of("owner")));
        binding.facts.group.iter().for_each(|group| report(group, true, binding.span_of("group")));
    }
    for binding in view.bindings.of::<Directories>() {
        binding.facts.owner.iter().for_each(|owner| report(owner, false, binding.span_of("owner")));
    }
}
