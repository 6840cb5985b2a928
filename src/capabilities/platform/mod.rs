//! Platform: the distribution, the tools and the machine that a deployment needs.
//!
//! In: clauses that name a release, a tool with a version, or the size of the machine. Out: the releases that preflight
//! accepts and that directives are chosen for, versions that are required before anything changes, checks. Not here: the
//! service's own limits (`memory_limit`), software without a version (`packages`).

mod proof;

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, example};
use crate::declare_lint;
use crate::diagnostics::Lint;
use crate::plan::{PlanBuilder, Provenance, RunbookEntry, RunbookStep};
use crate::target::{Release, Target};
use crate::value::Bytes;

/// The capability.
pub struct Platform;

/// What a statement says about the platform. Sizes in bytes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Releases: `ubuntu-22.04`.
    pub distribution: Vec<String>,
    /// Tools and their lowest versions: `python` → `3.10`.
    pub versions: BTreeMap<String, String>,
    /// Processors.
    pub cpu: Option<u64>,
    /// Memory of the machine.
    pub memory: Option<Bytes>,
    /// Size of its disk.
    pub disk: Option<Bytes>,
}

declare_lint! {
    /// *What it does*: reports a platform that packages cannot be made for.
    ///
    /// *Why is this bad?* What the generated scripts rely on was seen on Debian 12 and 13 and Ubuntu 22.04 and 24.04.
    /// On another release they would refuse to run.
    ///
    /// *Instead*: name one of these: `Debian 12`, `Debian 13`, `Ubuntu 22.04`, `Ubuntu 24.04`.
    pub static UNSUPPORTED_PLATFORM = "unsupported-platform", Error, Platform, "no package can be made for this release";
}

declare_lint! {
    /// *What it does*: reports a tool version that none of the target's releases ships.
    ///
    /// *Why is this bad?* The deployment would be refused on every host that the specification allows.
    ///
    /// *Instead*: ask for a version that the release has, or for a newer release.
    pub static TOOL_NEWER_THAN_PLATFORM = "tool-newer-than-platform", Warn, Platform, "the release does not ship a tool this new";
}

/// Tools: as people write them, the command, and the package that brings it.
const TOOLS: &[(&str, &str, Option<&str>)] = &[
    ("python", "python3", Some("python3")),
    ("systemd", "systemctl", None),
    ("nginx", "nginx", Some("nginx")),
    ("node", "node", Some("nodejs")),
    ("git", "git", Some("git")),
    ("openssl", "openssl", Some("openssl")),
    ("bash", "bash", None),
];

/// Names of releases.
const CODE_NAMES: &[(&str, &str)] =
    &[("bookworm", "debian-12"), ("trixie", "debian-13"), ("jammy", "ubuntu-22.04"), ("noble", "ubuntu-24.04")];

/// Words that make a size the machine's. "At least" does: a limit of the service says "at most".
const MACHINE: &[&str] = &["host", "machine", "vps", "vm", "instance", "hardware", "server", "minimum", "least"];
/// Words that make it a limit of the service.
const LIMITS: &[&str] =
    &["limit", "limits", "limited", "use", "uses", "quota", "cap", "capped", "most", "max", "maximum", "exceed"];

impl Capability for Platform {
    type Facts = Facts;

    const NAME: &'static str = "platform";
    const SUMMARY: &'static str =
        "The releases, tool versions and machine that are required: refused before the first change, and checked.";
    const CUES: &'static [&'static str] = &[
        "ubuntu (linux) (server) (lts) <version>",
        "debian (gnu) (linux) <version>",
        "debian|ubuntu (linux) bookworm|trixie|jammy|noble",
        "python|python3|systemd|nginx|node|nodejs|git|openssl|bash (version) <version>",
        "<file> (version) <version>",
        "# cpu(s)|vcpu(s)|core(s)|vcore(s)|processor(s)",
        "# (of) (free|available) ram|memory|disk|storage|ssd (space)",
        "disk space (is) available|free",
        "available|free disk (space)",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "ubuntu",
        "debian",
        "linux",
        "lts",
        "target",
        "targets",
        "version",
        "versions",
        "python",
        "python3",
        "systemd",
        "nginx",
        "node",
        "nodejs",
        "git",
        "openssl",
        "bash",
        "distribution",
        "platform",
        "os",
        "operating",
        "release",
        "operates",
        "host",
        "machine",
        "vps",
        "vm",
        "instance",
        "hardware",
        "minimum",
        "least",
        "recommended",
        "installed",
        "available",
        "newer",
        "later",
        "higher",
        "above",
        "up",
        "supported",
        "supports",
        "x86_64",
        "amd64",
        "gnu",
        "cpu",
        "cpus",
        "vcpu",
        "vcpus",
        "core",
        "cores",
        "processor",
        "processors",
        "ram",
        "memory",
        "disk",
        "storage",
        "ssd",
        "free",
        "space",
        "size",
        "provisioned",
        "image",
        "base",
        "ext4",
        "64",
        "bit",
        "beschikbaar",
        "system",
        "or",
        "and",
        "based",
        "runtime",
        "cloud",
        "virtual",
        "dedicated",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("The target is Debian 12", r#"{"distribution": ["debian-12"]}"#),
        example("Ubuntu 24.04 LTS or Debian 13", r#"{"distribution": ["ubuntu-24.04", "debian-13"]}"#),
        example("Runs on Ubuntu 22.04+", r#"{"distribution": ["ubuntu-22.04", "ubuntu-24.04"]}"#),
        example("Python 3.11 or newer is required", r#"{"versions": {"python": "3.11"}}"#),
        example(
            "**Platform**: Debian bookworm, systemd 250+",
            r#"{"distribution": ["debian-12"], "versions": {"systemd": "250"}}"#,
        ),
        example("The host has at least 2 CPUs and 4 GB of RAM", r#"{"cpu": 2, "memory": 4294967296}"#),
        example("A virtual machine with 20 GB disk", r#"{"disk": 21474836480}"#),
        example("Minimum: 1 GB RAM and Node.js 20+", r#"{"memory": 1073741824, "versions": {"node": "20"}}"#),
        example("50 GB+ disk space available", r#"{"disk": 53687091200}"#),
        example("Ubuntu 22.04 was used before", NOT_MINE),
        example("An alert when 10 GB disk space is free", NOT_MINE),
        example("Minimum 8 GB RAM, 4 CPU cores", r#"{"memory": 8589934592, "cpu": 4}"#),
        example("systemd >= 250", r#"{"versions": {"systemd": "250"}}"#),
        example("main.py 3", NOT_MINE),
        example("The service is limited to 512 MB of memory", NOT_MINE),
        example("Python 3.8 is not supported", NOT_MINE),
        example("Tested with Python 3.12", NOT_MINE),
        example("2 cores", NOT_MINE),
        example("The Debian package is built in CI", NOT_MINE),
        example("The application is written in Python", NOT_MINE),
    ];
    const LINTS: &'static [&'static Lint] = &[&UNSUPPORTED_PLATFORM, &TOOL_NEWER_THAN_PLATFORM];
    const STRICT: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        let mut reading = Reading::new(Facts::default(), []);
        read_releases(clause, &mut reading);
        read_tools(clause, &mut reading);
        read_machine(clause, context, &mut reading);
        let facts = &reading.facts;
        let says_something = !facts.distribution.is_empty()
            || !facts.versions.is_empty()
            || facts.cpu.is_some()
            || facts.memory.is_some()
            || facts.disk.is_some();
        says_something.then_some(reading)
    }

    /// Each tool by itself, so that each check names the statement that asks for it.
    fn subject(facts: &Facts) -> String {
        facts.versions.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let mut everybody = Provenance::default();
        for binding in own {
            everybody.merge(&binding.provenance());
            if !binding.facts.distribution.is_empty() {
                proof::check_releases(binding, plan);
            }
            for (tool, version) in &binding.facts.versions {
                proof::check_tool(tool, version, binding, plan);
            }
            proof::check_machine(binding, plan);
        }
        if everybody.statements.is_empty() {
            return;
        }
        plan.runbook(RunbookEntry {
            anchor: "platform",
            title: "The host is not what the specification asks for".to_owned(),
            symptom: Some("deploy.sh refuses this host, or a check of the existence layer fails".to_owned()),
            checks: Vec::new(),
            steps: vec![
                RunbookStep::run("See the release.", "cat /etc/os-release"),
                RunbookStep::run("See the machine.", "nproc; free -m; df -h /"),
                RunbookStep::say("Deploy to a host that has it, or change the specification and compile again."),
            ],
            verify: Some(RunbookStep::run("It is as asked.", "./validate-deployment.sh --layer existence")),
            provenance: everybody,
        });
    }
}

/// The releases that the specification allows; `None` when it names none that is supported.
#[must_use]
pub fn target(all: &Bindings) -> Option<Target> {
    let names = all.of::<Platform>().iter().flat_map(|binding| &binding.facts.distribution);
    Target::of(names.filter_map(|name| name.parse().ok()).collect())
}

fn read_releases(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    if clause.find("was|were|before|formerly").is_some() {
        return;
    }
    let versions: Vec<(&str, Range<usize>)> = clause.versions().collect();
    let mut found: Vec<(Vec<String>, Range<usize>)> = Vec::new();
    for (word, place) in clause.words() {
        if let Some((_, release)) = CODE_NAMES.iter().find(|(name, _)| *name == word) {
            found.push((vec![(*release).to_owned()], place));
            continue;
        }
        if !matches!(word.as_str(), "ubuntu" | "debian") {
            continue;
        }
        let next = versions.iter().find(|(_, range)| {
            let between = clause.text(place.end..range.start).to_lowercase();
            range.start > place.end
                && between.split_whitespace().all(|word| matches!(word, "linux" | "gnu/linux" | "server" | "lts"))
        });
        if let Some((version, range)) = next {
            found.push((releases(&word, version, or_newer(clause, range)), range.clone()));
        }
    }
    for (names, range) in found {
        for name in names.into_iter().filter(|name| !reading.facts.distribution.contains(name)).collect::<Vec<_>>() {
            reading.facts.distribution.push(name);
        }
        reading.places.push(("distribution", range.clone()));
        reading.claims.push(range);
    }
}

/// The releases that a name and a version mean.
fn releases(family: &str, version: &str, or_newer: bool) -> Vec<String> {
    let name = format!("{family}-{version}");
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let newer: Vec<String> = Release::ALL
        .iter()
        .map(|release| release.name())
        .filter(|release| {
            release
                .rsplit_once('-')
                .is_some_and(|(its_family, its_version)| its_family == family && number(its_version) >= number(version))
        })
        .map(str::to_owned)
        .collect();
    if or_newer && !newer.is_empty() { newer } else { vec![name] }
}

/// Whether "+" or "or newer" follows a version.
fn or_newer(clause: &Clause<'_>, version: &Range<usize>) -> bool {
    let own = clause.text(version.clone());
    let rest = clause.text(version.end..clause.range().end).trim_start().to_lowercase();
    let words = [
        "or newer",
        "or later",
        "or higher",
        "or above",
        "and newer",
        "and later",
        "and above",
        "and up",
        "lts or newer",
        "lts or later",
    ];
    own.ends_with('+')
        || clause.text(version.end..version.end + 1) == "+"
        || words.iter().any(|word| rest.starts_with(word))
}

fn read_tools(clause: &Clause<'_>, reading: &mut Reading<Facts>) {
    // What somebody found on a host is no requirement.
    if clause.find("tested|confirmed|currently|today|running").is_some() {
        return;
    }
    for (tool, ..) in TOOLS {
        let names = match *tool {
            "python" => "python|python3",
            "node" => "node|nodejs",
            other => other,
        };
        let node = || {
            clause.find("<file> (version) <version>").filter(|range| is_node(clause, range)).filter(|_| *tool == "node")
        };
        let Some(range) = clause.find(&format!("{names} (version) <version>")).or_else(node) else { continue };
        reading.claims.push(range.clone());
        let version = clause.versions().find(|(_, place)| range.start <= place.start && place.end <= range.end);
        let Some((version, place)) = version else { continue };
        reading.facts.versions.insert((*tool).to_owned(), version.to_owned());
        reading.places.push(("versions", place.clone()));
        reading.claims.push(place);
    }
}

/// `Node.js`, which looks like the name of a file.
fn is_node(clause: &Clause<'_>, range: &Range<usize>) -> bool {
    clause.text(range.clone()).to_lowercase().starts_with("node.js")
}

fn read_machine(clause: &Clause<'_>, context: &Context<'_>, reading: &mut Reading<Facts>) {
    // The whole statement decides: "The host has 2 CPUs, 4 GB of RAM and 40 GB of disk" is cut into three clauses. And
    // "the service on this host may use 2 cores" limits the service.
    let names = |list: &[&str]| {
        let text = context.statement.text.masked.to_lowercase();
        text.split(|character: char| !character.is_alphanumeric()).any(|word| list.contains(&word))
    };
    let is_room = clause.find("disk space (is) available|free").or_else(|| clause.find("available|free disk (space)"));
    if !names(MACHINE) && is_room.is_none() || names(LIMITS) {
        return;
    }
    let followed_by = |range: &Range<usize>, words: &[&str]| {
        let rest = clause.text(range.end..clause.range().end).trim_start().to_lowercase();
        let rest = rest.strip_prefix("of ").unwrap_or(&rest);
        let rest = rest.trim_start_matches("+ ");
        let rest = ["free ", "available "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        words.iter().any(|word| rest.starts_with(word))
    };
    for (count, range) in clause.counts() {
        if followed_by(&range, &["cpu", "vcpu", "core", "vcore", "processor"]) {
            reading.facts.cpu = Some(count);
            reading.places.push(("cpu", range.clone()));
            reading.claims.push(range);
        }
    }
    for (size, range) in clause.sizes() {
        let field = if followed_by(&range, &["ram", "memory"]) {
            reading.facts.memory = Some(size);
            "memory"
        } else if followed_by(&range, &["disk", "storage", "ssd"]) {
            reading.facts.disk = Some(size);
            "disk"
        } else {
            continue;
        };
        reading.places.push((field, range.clone()));
        reading.claims.push(range);
    }
}
