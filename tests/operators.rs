//! The documents for the people who operate a deployment: what they name is there, and what is there has its chapter.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;
use specc::compile::{Options, compile};
use specc::plan::{Action, DeploymentPlan, ProxyAction, RunbookEntry};
use specc::render::ArtifactSet;
use specc::source::SourceFile;

/// Every fixture that compiles, with its plan and its files.
fn packages() -> Vec<(String, DeploymentPlan, ArtifactSet)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs");
    let mut cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut packages = Vec::new();
    for case in cases {
        let text = fs::read_to_string(case.join("DEPLOYMENT-SPEC.md")).unwrap();
        let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        packages.push((name, compiled.plan.unwrap(), compiled.artifacts));
    }
    assert!(packages.len() >= 6);
    packages
}

/// The Markdown pages of a package.
fn pages(artifacts: &ArtifactSet) -> Vec<(String, String)> {
    let all = artifacts.iter().filter(|artifact| artifact.path.as_str().ends_with(".md"));
    let written = all.filter(|artifact| artifact.path != "DEPLOYMENT-SPEC.md");
    written.map(|artifact| (artifact.path.to_string(), artifact.content())).collect()
}

/// What people are told to type, and the sentences around it.
fn words(entry: &RunbookEntry) -> impl Iterator<Item = &str> {
    let steps = entry.steps.iter().chain(&entry.verify);
    steps.flat_map(|step| [Some(step.text.as_str()), step.command.as_deref()]).flatten()
}

fn named<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[test]
fn every_check_and_every_drill_leads_to_a_chapter_that_is_there() {
    let mut wrong = Vec::new();
    for (case, plan, _) in packages() {
        let anchors: Vec<&str> = plan.runbook.iter().map(|entry| entry.anchor).collect();
        let titles: BTreeSet<&str> = plan.runbook.iter().map(|entry| entry.title.as_str()).collect();
        let unique: BTreeSet<&str> = anchors.iter().copied().collect();
        if unique.len() != anchors.len() || titles.len() != anchors.len() {
            wrong.push(format!("{case}: two chapters have one name"));
        }
        for probe in &plan.probes {
            if probe.runbook.is_none_or(|anchor| !unique.contains(anchor)) {
                wrong.push(format!("{case}: {} leads to {:?}", probe.id.0, probe.runbook));
            }
        }
        for drill in plan.drills.iter().filter(|drill| !unique.contains(drill.runbook())) {
            wrong.push(format!("{case}: drill {} leads to {}", drill.name(), drill.runbook()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_commands_of_the_runbook_name_what_is_there_and_are_for_root() {
    let mut wrong = Vec::new();
    for (case, plan, _) in packages() {
        let checks: BTreeSet<&str> = plan
            .probes
            .iter()
            .flat_map(|probe| [probe.id.0.as_str(), probe.id.0.split('.').next().unwrap_or_default()])
            .collect();
        let layers: BTreeSet<&str> = plan.probes.iter().map(|probe| probe.layer.name()).collect();
        let drills: BTreeSet<&str> = plan.drills.iter().map(|drill| drill.name()).collect();
        let steps: BTreeSet<String> = plan.operations.iter().map(|operation| operation.step.name()).collect();
        for entry in &plan.runbook {
            for text in words(entry) {
                let unknown = |pattern: &str, is_known: &dyn Fn(&str) -> bool| {
                    named(pattern, text).into_iter().find(|name| !is_known(name)).map(str::to_owned)
                };
                let found = unknown("--check ([a-z][a-z0-9.-]*)", &|name| checks.contains(name))
                    .or_else(|| unknown("--layer ([a-z]+)", &|name| layers.contains(name)))
                    .or_else(|| unknown("--drill ([a-z-]+)", &|name| drills.contains(name)))
                    .or_else(|| unknown("--only ([A-Za-z-]+)", &|name| steps.contains(name)));
                if let Some(found) = found {
                    wrong.push(format!("{case}: {}: there is no {found}: {text}", entry.anchor));
                }
            }
            let commands = entry.steps.iter().chain(&entry.verify).filter_map(|step| step.command.as_deref());
            for command in commands.filter(|command| command.starts_with("sudo ") && !command.starts_with("sudo -l")) {
                wrong.push(format!("{case}: {}: the reader is root already: {command}", entry.anchor));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_runbook_has_the_tasks_that_the_package_gives_a_reason_for() {
    for (case, plan, _) in packages() {
        let has = |is_it: fn(&Action) -> bool| plan.operations.iter().any(|operation| is_it(&operation.action));
        let mut expected = vec!["start-and-stop", "status", "logs", "update", "roll-back", "contacts", "first-day"];
        if has(|action| matches!(action, Action::EnvironmentFile { .. })) {
            expected.push("rotate-secrets");
        }
        if has(|action| matches!(action, Action::BackupDirectory(_))) {
            expected.push("restore-a-backup");
        }
        if has(|action| {
            matches!(action, Action::Proxy(ProxyAction::Certificate { .. } | ProxyAction::GivenCertificate { .. }))
        }) {
            expected.push("renew-the-certificate");
        }
        if !plan.drills.is_empty() {
            expected.push("drills");
        }
        for anchor in expected {
            assert!(plan.runbook.iter().any(|entry| entry.anchor == anchor), "{case}: {anchor}");
        }
    }
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let anchor = Regex::new(r#"<a id="([^"]+)">"#).unwrap();
    let mut wrong = Vec::new();
    for (case, _, artifacts) in packages() {
        // Written after the artifacts, by the matrix and the packaging.
        let later = ["TRACEABILITY.md", "traceability.json", "manifest.json", "SHA256SUMS"];
        for (path, text) in pages(&artifacts) {
            for target in named(r"\]\(<?([^)>]+)>?\)", &text) {
                let (file, place) = target.split_once('#').unwrap_or((target, ""));
                let file = match (file, path.strip_prefix("docs/")) {
                    ("", _) => path.clone(),
                    (file, Some(_)) => file.strip_prefix("../").map_or_else(|| format!("docs/{file}"), str::to_owned),
                    (file, None) => file.to_owned(),
                };
                let page = artifacts.get(&file).map(|artifact| artifact.content());
                let is_there = page
                    .as_ref()
                    .is_some_and(|page| place.is_empty() || anchor.captures_iter(page).any(|found| &found[1] == place));
                if !is_there && !later.contains(&file.as_str()) {
                    wrong.push(format!("{case}: {path} leads to {target}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn headings_are_unique_and_tables_whole() {
    let mut wrong = Vec::new();
    for (case, _, artifacts) in packages() {
        for (path, text) in pages(&artifacts) {
            let mut headings = BTreeSet::new();
            let mut is_code = false;
            let lines: Vec<&str> = text.lines().collect();
            for (number, line) in lines.iter().enumerate() {
                is_code ^= line.trim_start().starts_with("```");
                if is_code {
                    continue;
                }
                if line.starts_with('#') && !headings.insert(*line) {
                    wrong.push(format!("{case}: {path}: twice: {line}"));
                }
                if line.starts_with("|---") && lines.get(number + 1).is_none_or(|next| !next.starts_with('|')) {
                    wrong.push(format!("{case}: {path}:{}: an empty table", number + 1));
                }
                let cells = |line: &str| line.replace("\\|", "").matches('|').count();
                let before = number.checked_sub(1).map(|number| lines[number]).filter(|line| line.starts_with('|'));
                if let Some(before) = before
                    && line.starts_with('|')
                    && cells(before) != cells(line)
                {
                    wrong.push(format!("{case}: {path}:{}: another number of cells: {line}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The part of Mermaid's flowcharts that the page is written in: every label in quotation marks, every node made before the end.
#[test]
fn the_picture_of_the_architecture_can_be_drawn() {
    let node = Regex::new(r#"^([a-z]+[0-9]*)(\["[^"]+"\]|\[\("[^"]+"\)\]|\(\["[^"]+"\]\)|\{"[^"]+"\})$"#).unwrap();
    let group = Regex::new(r#"^subgraph ([a-z]+)\["[^"]+"\]$"#).unwrap();
    let edge = Regex::new(r#"^([a-z]+[0-9]*) (?:-->|-\.->)(?:\|"[^"|]+"\|)? ([a-z]+[0-9]*)$"#).unwrap();
    for (case, plan, artifacts) in packages() {
        let page = artifacts.get("docs/ARCHITECTURE.md").unwrap().content();
        let (_, rest) = page.split_once("```mermaid\nflowchart LR\n").unwrap();
        let (picture, _) = rest.split_once("```").unwrap();
        let mut made: BTreeMap<&str, usize> = BTreeMap::new();
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut open = 0;
        for line in picture.lines().map(str::trim) {
            if let Some(found) = node.captures(line) {
                *made.entry(found.get(1).unwrap().as_str()).or_default() += 1;
            } else if let Some(found) = edge.captures(line) {
                used.extend([found.get(1).unwrap().as_str(), found.get(2).unwrap().as_str()]);
            } else if group.is_match(line) {
                open += 1;
            } else if line == "end" {
                open -= 1;
            } else {
                assert!(line.is_empty(), "{case}: {line}");
            }
        }
        assert_eq!(open, 0, "{case}: a group stays open");
        assert!(made.values().all(|times| *times == 1), "{case}: made twice: {made:?}");
        let unknown: Vec<&&str> = used.iter().filter(|name| !made.contains_key(**name)).collect();
        assert!(unknown.is_empty(), "{case}: used and not made: {unknown:?}");
        assert!(picture.contains(&plan.unit_name()), "{case}: the service is not in it");
    }
}

/// Who looks for "setup-nginx" finds its step, on the page and in the help.
#[test]
fn each_step_is_told_with_the_name_that_only_takes() {
    for (case, plan, artifacts) in packages() {
        let page = artifacts.get("README.md").unwrap().content();
        let script = artifacts.get("deploy.sh").unwrap().content();
        for operation in &plan.operations {
            let step = operation.step;
            assert!(page.contains(&format!("| `{}` |", step.name())), "{case}: README.md: {}", step.name());
            assert!(script.contains(&format!("    '{}') printf '%s' ", step.title())), "{case}: {}", step.title());
        }
    }
}

/// A script is named without its place where a package lies on a workstation, and nowhere else: a shell on the server may stand in
/// an older package, or in no package at all.
#[test]
fn the_scripts_on_the_server_are_named_by_their_full_paths() {
    let mut wrong = Vec::new();
    for (case, plan, artifacts) in packages() {
        for page in ["RUNBOOK.md", "docs/TROUBLESHOOTING.md"] {
            let text = artifacts.get(page).unwrap().content();
            let relative = |line: &&str| ["./deploy.sh", "./validate-deployment.sh"].iter().any(|it| line.contains(it));
            let here = |line: &&str| !line.contains("@HOST") && !line.contains("--from-outside");
            wrong.extend(text.lines().filter(relative).filter(here).map(|line| format!("{case}: {page}: {line}")));
        }
        let placeless = plan.probes.iter().filter(|probe| probe.advice.contains("./"));
        wrong.extend(placeless.map(|probe| format!("{case}: {}: {}", probe.id.0, probe.advice)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_check_advises_to_look_at_changes_nothing() {
    let verbs = "start|stop|restart|reload|enable|disable|unmask|mask|daemon-reload|reset-failed";
    let changes = Regex::new(&format!(
        r"systemctl ({verbs})\b|deploy\.sh($|;| --only)|apt(-get)? install|\b(rm|mv|cp|chmod|chown|editor) |copy-backups"
    ))
    .unwrap();
    let mut wrong = Vec::new();
    for (case, plan, _) in packages() {
        let found = plan.probes.iter().filter(|probe| changes.is_match(&probe.advice));
        wrong.extend(found.map(|probe| format!("{case}: {}: {}", probe.id.0, probe.advice)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_time_for_a_confirmation_is_the_one_that_the_script_has() {
    let mut told = 0;
    for (case, _, artifacts) in packages() {
        let script = artifacts.get("deploy.sh").unwrap().content();
        let Some(&seconds) = named(r"CONFIRMATION_SECONDS=([0-9]+)", &script).first() else { continue };
        for page in ["README.md", "RUNBOOK.md", "docs/TROUBLESHOOTING.md"] {
            let text = artifacts.get(page).unwrap().content();
            if text.contains("--confirm") {
                assert!(text.contains(&format!("within {seconds} s")), "{case}: {page}");
                told += 1;
            }
        }
    }
    assert!(told > 0);
}

/// Whoever named the mount below a directory, as the program asks for it, got a program that was not told of it.
#[test]
fn what_is_named_below_a_directory_is_backed_up_too_and_restored_with_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs/production/DEPLOYMENT-SPEC.md");
    let text = fs::read_to_string(root).unwrap();
    let asked = "- Automatic backup of /var/lib/ticket-desk ";
    assert!(text.contains(asked));
    let text = text.replace(asked, "- Automatic backup of /var/lib/ticket-desk and /var/lib/ticket-desk/uploads ");
    let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
    let unit = compiled.artifacts.iter().find(|one| one.path.as_str().ends_with("ticket-desk-backup.service")).unwrap();
    assert!(
        unit.content().contains("--backup /var/lib/ticket-desk /var/lib/ticket-desk/uploads\n"),
        "{}",
        unit.content()
    );
    let plan = compiled.plan.unwrap();
    let chapter = plan.runbook.iter().find(|entry| entry.anchor == "restore-a-backup").unwrap();
    let moved = chapter.steps.iter().filter_map(|step| step.command.as_deref()).filter(|step| step.starts_with("mv "));
    assert_eq!(moved.count(), 1, "the inner one comes with the outer one");
    assert!(words(chapter).any(|text| text.contains("mount it again")));
}
