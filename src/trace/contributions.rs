//! What in a plan is there because of which statement.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Action, DeploymentPlan, FileContent, InstalledFile, Provenance};
use crate::spec::StatementIndex;

/// What proves a statement, and what fills in what it leaves open.
#[derive(Debug, Clone, Default)]
pub struct Proofs<'p> {
    /// Checks, in the plan's order.
    pub checks: Vec<&'p str>,
    /// Drills, in the plan's order.
    pub drills: Vec<&'static str>,
    /// Named defaults.
    pub defaults: Vec<&'static str>,
}

/// An index of the plan by statement, made in one pass.
#[derive(Debug, Default)]
pub struct Contributions<'p> {
    /// Which capabilities did something for which statement.
    backed: BTreeSet<(StatementIndex, &'static str)>,
    proofs: BTreeMap<StatementIndex, Proofs<'p>>,
    /// How statements are met that need no machine.
    settled: BTreeMap<StatementIndex, &'p str>,
    /// What is not done.
    partial: BTreeMap<StatementIndex, Vec<&'p str>>,
}

impl<'p> Contributions<'p> {
    /// Indexes a plan.
    #[must_use]
    pub fn of(plan: &'p DeploymentPlan) -> Self {
        let mut found = Self::default();
        plan.files.iter().for_each(|file| found.add_file(file));
        for operation in &plan.operations {
            match operation.action {
                // Done for many at once: its default need not be that of each statement.
                Action::File { .. } | Action::Packages(_) => found.add_backing(&operation.provenance),
                _ => found.add(&operation.provenance),
            }
        }
        plan.runbook.iter().for_each(|entry| found.add(&entry.provenance));
        plan.environment.iter().for_each(|(_, _, provenance)| found.add(provenance));
        plan.packages.values().for_each(|provenance| found.add(provenance));
        plan.tool_versions.values().for_each(|(_, provenance)| found.add(provenance));
        plan.manual.iter().for_each(|check| found.add(&check.provenance));
        for probe in &plan.probes {
            found.add(&probe.provenance);
            for statement in &probe.provenance.statements {
                found.proofs.entry(*statement).or_default().checks.push(&probe.id.0);
            }
        }
        for drill in &plan.drills {
            found.add(&drill.provenance);
            for statement in &drill.provenance.statements {
                found.proofs.entry(*statement).or_default().drills.push(drill.name());
            }
        }
        found.settled = plan.settled.iter().map(|(statement, how)| (*statement, how.as_str())).collect();
        for (statement, why) in &plan.partial {
            found.partial.entry(*statement).or_default().push(why);
        }
        found
    }

    /// What proves a statement.
    #[must_use]
    pub fn of_statement(&self, statement: StatementIndex) -> Proofs<'p> {
        self.proofs.get(&statement).cloned().unwrap_or_default()
    }

    /// Whether a capability did something for a statement.
    #[must_use]
    pub fn is_backed(&self, statement: StatementIndex, capability: &'static str) -> bool {
        self.backed.contains(&(statement, capability))
    }

    /// How a statement is met without touching the machine.
    #[must_use]
    pub fn settled(&self, statement: StatementIndex) -> Option<&'p str> {
        self.settled.get(&statement).copied()
    }

    /// What of a statement is not done.
    #[must_use]
    pub fn partial(&self, statement: StatementIndex) -> &[&'p str] {
        self.partial.get(&statement).map_or(&[], Vec::as_slice)
    }

    fn add_file(&mut self, file: &InstalledFile) {
        self.add(&file.provenance);
        match &file.content {
            FileContent::Unit(unit) => unit.directives.iter().for_each(|directive| self.add(&directive.provenance)),
            FileContent::SshdSettings(settings)
            | FileContent::AptSettings(settings)
            | FileContent::AuditRules(settings)
            | FileContent::JailSettings { settings, .. } => {
                settings.iter().for_each(|setting| self.add(&setting.provenance))
            }
            FileContent::Tmpfiles(entries) => entries.iter().for_each(|entry| self.add(&entry.provenance)),
            FileContent::Rotation(blocks) => {
                blocks.iter().flat_map(|block| &block.settings).for_each(|setting| self.add(&setting.provenance));
            }
            FileContent::Site(directives) => {
                directives.iter().for_each(|directive| directive.each_provenance(&mut |why| self.add(why)));
            }
            FileContent::Program { .. } => {}
        }
    }

    fn add_backing(&mut self, provenance: &Provenance) {
        for statement in &provenance.statements {
            self.backed.insert((*statement, provenance.capability));
        }
    }

    fn add(&mut self, provenance: &Provenance) {
        self.add_backing(provenance);
        for statement in &provenance.statements {
            if let Some(default) = provenance.default {
                let defaults = &mut self.proofs.entry(*statement).or_default().defaults;
                if !defaults.contains(&default.name) {
                    defaults.push(default.name);
                }
            }
        }
    }
}
