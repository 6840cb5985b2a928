//! The services of a package, as the page about its architecture tells of them.
//!
//! In: the plan. Out: for each service what it is for, as whom it runs, what starts it, where it writes. All of it is read from
//! the units themselves; nothing is guessed from their names.

use crate::plan::{Action, DeploymentPlan, DirectiveValue, FileContent, Unit};

/// A service that the package installs.
pub struct Service<'p> {
    /// `desk-backup.service`
    pub name: &'p str,
    /// What it is for.
    pub purpose: &'p str,
    /// `desk:desk`, `root`, or what stands for a user that is made for it.
    pub runs_as: String,
    /// What starts it.
    pub starts: String,
    unit: &'p Unit,
}

impl<'p> Service<'p> {
    /// The paths below which it may write, and whether each may be missing.
    pub fn writes(&self) -> impl Iterator<Item = (&'p str, bool)> {
        let paths = values(self.unit, "ReadWritePaths").into_iter();
        paths.map(|path| path.strip_prefix('-').map_or((path, false), |path| (path, true)))
    }

    /// Whether it is started after this unit.
    pub fn is_after(&self, unit: &str) -> bool {
        values(self.unit, "After").iter().any(|after| after.split(' ').any(|word| word == unit))
    }

    /// Whether it may talk to this host and to no other.
    pub fn asks_this_host(&self) -> bool {
        values(self.unit, "IPAddressAllow").contains(&"localhost")
    }

    /// Whether it reads the journal as a member of its group.
    pub fn reads_journal(&self) -> bool {
        values(self.unit, "SupplementaryGroups").contains(&"systemd-journal")
    }

    /// Whether people are told when it fails.
    pub fn raises_alert(&self) -> bool {
        !values(self.unit, "OnFailure").is_empty()
    }
}

/// The services of the package: its own first, then those beside it, by name.
pub fn services(plan: &DeploymentPlan) -> Vec<Service<'_>> {
    let own = plan.unit_name();
    let mut services: Vec<Service<'_>> = plan
        .files
        .iter()
        .filter_map(|file| {
            let name = file.path.file_name();
            let FileContent::Unit(unit) = &file.content else { return None };
            name.ends_with(".service").then(|| Service {
                name,
                purpose: &file.purpose,
                runs_as: runs_as(unit),
                starts: starts(plan, name),
                unit,
            })
        })
        .collect();
    services.sort_by_key(|service| service.name != own);
    services
}

/// What the directives of this name say.
fn values<'u>(unit: &'u Unit, name: &str) -> Vec<&'u str> {
    let mut found = Vec::new();
    for directive in unit.directives.iter().filter(|directive| directive.name == name) {
        match &directive.value {
            DirectiveValue::Text(text) | DirectiveValue::Verbatim(text) => found.push(text.as_str()),
            DirectiveValue::Words(words) => found.extend(words.iter().map(String::as_str)),
            DirectiveValue::Command(_) | DirectiveValue::Assignment(..) => {}
        }
    }
    found
}

fn runs_as(unit: &Unit) -> String {
    let first = |name| values(unit, name).first().copied();
    match (first("User"), first("Group")) {
        (Some(user), Some(group)) => format!("{user}:{group}"),
        (Some(user), None) => user.to_owned(),
        (None, _) if first("DynamicUser") == Some("yes") => "a user that exists only while it runs".to_owned(),
        (None, _) => "root".to_owned(),
    }
}

fn starts(plan: &DeploymentPlan, name: &str) -> String {
    let timer = name.replace(".service", ".timer");
    let by_the_clock = plan.files.iter().find(|file| file.path.file_name() == timer);
    if let Some(FileContent::Unit(unit)) = by_the_clock.map(|file| &file.content) {
        return format!("by the clock: {}", schedule(unit));
    }
    let at_boot =
        plan.operations.iter().any(|operation| matches!(&operation.action, Action::UnitEnabled(unit) if unit == name));
    if at_boot {
        "at boot".to_owned()
    } else if name.contains("@.") {
        "when a unit has failed".to_owned()
    } else {
        "by deploy.sh, or by hand".to_owned()
    }
}

/// When a timer elapses, in systemd's words.
fn schedule(timer: &Unit) -> String {
    let calendar = values(timer, "OnCalendar").into_iter().map(ToOwned::to_owned);
    let again = values(timer, "OnUnitActiveSec").into_iter().map(|time| match time.parse::<f64>() {
        Ok(seconds) => format!("every {seconds} s"),
        Err(_) => format!("every {time}"),
    });
    let all: Vec<String> = calendar.chain(again).collect();
    if all.is_empty() { "once".to_owned() } else { all.join(", ") }
}
