//! Packages: software of the distribution that must be installed.
//!
//! In: clauses that ask for software by name. Out: Debian packages that deploy.sh installs, and checks that they are
//! there. Not here: what the application imports (`app-dependencies`), and versions of tools (`platform`).

mod package_named_otherwise;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{Expectation, Layer, Observer, PlanBuilder, Probe, RunbookEntry, RunbookStep};
use crate::spec::mention::Mention;
use crate::value::PackageName;

/// The capability.
pub struct Packages;

/// What a statement asks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Debian packages.
    pub name: Vec<PackageName>,
    /// The lowest version, where one package is named with one.
    pub version: Option<String>,
}

const LABELS: std::ops::Range<usize> = 0..5;

/// Software as people name it, and the Debian package that holds it; the same on all supported releases.
const PACKAGES: &[(&str, &str)] = &[
    ("acl", "acl"),
    ("certbot", "certbot"),
    ("chrony", "chrony"),
    ("cron", "cron"),
    ("curl", "curl"),
    ("fail2ban", "fail2ban"),
    ("ffmpeg", "ffmpeg"),
    ("gcc", "gcc"),
    ("git", "git"),
    ("gnupg", "gnupg"),
    ("graphviz", "graphviz"),
    ("haproxy", "haproxy"),
    ("htop", "htop"),
    ("imagemagick", "imagemagick"),
    ("iotop", "iotop"),
    ("jq", "jq"),
    ("logrotate", "logrotate"),
    ("lsof", "lsof"),
    ("make", "make"),
    ("mariadb", "mariadb-server"),
    ("memcached", "memcached"),
    ("ncdu", "ncdu"),
    ("nginx", "nginx"),
    ("nmap", "nmap"),
    ("openssl", "openssl"),
    ("pip", "python3-pip"),
    ("postgres", "postgresql"),
    ("postgresql", "postgresql"),
    ("redis", "redis-server"),
    ("rsync", "rsync"),
    ("sqlite", "sqlite3"),
    ("sqlite3", "sqlite3"),
    ("strace", "strace"),
    ("tcpdump", "tcpdump"),
    ("tmux", "tmux"),
    ("ufw", "ufw"),
    ("unzip", "unzip"),
    ("vim", "vim"),
    ("wget", "wget"),
    ("zip", "zip"),
];

/// Names with hyphens that are packages as they stand.
const HYPHENATED: &[&str] = &[
    "build-essential",
    "ca-certificates",
    "libpq-dev",
    "libssl-dev",
    "net-tools",
    "pkg-config",
    "python3-dev",
    "python3-pip",
    "python3-venv",
    "redis-server",
    "redis-tools",
    "postgresql-client",
    "unattended-upgrades",
    "apt-transport-https",
];

impl Capability for Packages {
    type Facts = Facts;

    const NAME: &'static str = "packages";
    const SUMMARY: &'static str =
        "Software of the distribution is installed, without upgrading or removing anything else.";
    const CUES: &'static [&'static str] = &[
        "packages:",
        "system packages:",
        "debian packages:",
        "apt packages:",
        "os packages:",
        "installed",
        "install(s) (the) (package(s))",
        "package(s) installed|available|present",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "package",
        "packages",
        "package(s)",
        "install",
        "installs",
        "installed",
        "debian",
        "apt",
        "distribution",
        "present",
        "available",
        "following",
        "successfully",
        "via",
        "manager",
        "vps",
        "tools",
        "software",
        "version",
        "latest",
        "already",
        "nginx",
        "postgresql",
        "postgres",
        "mariadb",
        "redis",
        "memcached",
        "fail2ban",
        "certbot",
        "haproxy",
        "sqlite",
        "cron",
        "os",
        "automatically",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("nginx must be installed", r#"{"name": ["nginx"]}"#),
        example("Install rsync and jq", r#"{"name": ["rsync", "jq"]}"#),
        example(
            "**System packages**: git, `libpq-dev`, build-essential",
            r#"{"name": ["git", "libpq-dev", "build-essential"]}"#,
        ),
        example("The packages ffmpeg and ImageMagick are installed", r#"{"name": ["ffmpeg", "imagemagick"]}"#),
        example("htop is installed (via apt)", r#"{"name": ["htop"]}"#),
        example("openssl 3.0 or newer is installed", r#"{"name": ["openssl"], "version": "3.0"}"#),
        criterion("Sqlite is installed", r#"{"name": ["sqlite3"]}"#),
        example("Renewal is done by a timer (installed by the `certbot` package)", NOT_MINE),
        example("The timer comes installed from the certbot package", NOT_MINE),
        example("Docker is not installed", NOT_MINE),
        example("nginx is not installed on this host", NOT_MINE),
        example("All packages should install smoothly", NOT_MINE),
        example("The installed service runs as its own user", NOT_MINE),
        example("curl is installed if the health check needs it", NOT_MINE),
        example("Docker is installed", NOT_MINE),
        example("The SSL certificate is installed", NOT_MINE),
        example("Install the unit files with git", NOT_MINE),
    ];
    const STRICT: bool = true;

    const LINTS: &'static [&'static Lint] = &[&package_named_otherwise::PACKAGE_NAMED_OTHERWISE];

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        let labelled = LABELS.clone().any(|cue| clause.has_cue(cue));
        let mut reading = Reading::new(Facts::default(), []);
        let mut found: Vec<(PackageName, std::ops::Range<usize>)> = Vec::new();
        for (mention, range) in clause.mentions() {
            if let Mention::Code(code) = mention {
                found.push((code.parse().ok()?, range));
            } else if let Mention::Command(words) = mention
                && let [word] = words.as_slice()
            {
                found.push((package(word)?, range));
            }
        }
        let mut covered = 0;
        for (word, range) in clause.words().filter(|(_, range)| range.start >= clause.value_range().start || !labelled)
        {
            if range.start < covered {
                continue;
            }
            let name = clause.name_after(range.start, &[]);
            let hyphenated = name.and_then(|(name, place)| {
                HYPHENATED.iter().find(|known| known.eq_ignore_ascii_case(name)).map(|known| (known, place))
            });
            if let Some((name, place)) = hyphenated.filter(|(_, place)| place.start == range.start) {
                covered = place.end;
                found.push((name.parse().ok()?, place));
            } else if let Some(package) = package(&word) {
                found.push((package, range));
            }
        }
        found.sort_by_key(|(_, range)| range.start);
        // "installed by the certbot package" says where something else comes from.
        let origin = clause.find("installed|install|installs|available|present by|from|with|through (the)");
        if origin.is_some_and(|origin| found.iter().any(|(_, name)| name.start >= origin.end)) {
            return None;
        }
        let mut versions = clause.versions();
        if let Some((version, range)) = versions.next() {
            if found.len() != 1 || versions.next().is_some() {
                return None;
            }
            reading.facts.version = Some(version.to_owned());
            reading = reading.place("version", range);
            reading.claims.extend(clause.find("or|and newer|later|higher|above"));
            reading.claims.extend(clause.find("at least"));
        }
        for (name, range) in found {
            if !reading.facts.name.contains(&name) {
                reading.facts.name.push(name);
            }
            reading.claims.push(range);
        }
        (!reading.facts.name.is_empty()).then_some(reading)
    }

    fn subject(facts: &Facts) -> String {
        facts.name.iter().map(PackageName::as_str).collect::<Vec<_>>().join(" ")
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        package_named_otherwise::check(own, plan);
        let mut everybody = crate::plan::Provenance::default();
        for binding in own {
            let why = binding.provenance();
            everybody.merge(&why);
            for name in &binding.facts.name {
                plan.package(name.clone(), why.clone());
                plan.probe(
                    Probe::new(
                        format!("packages.{name}"),
                        Layer::Existence,
                        match &binding.facts.version {
                            Some(version) => format!("the package {name} is installed, {version} or newer"),
                            None => format!("the package {name} is installed"),
                        },
                        Observer::Package { name: name.to_string() },
                        match &binding.facts.version {
                            Some(version) => Expectation::VersionAtLeast(version.clone()),
                            None => Expectation::Matches("^[0-9]".to_owned()),
                        },
                        why.clone(),
                    )
                    .advice(format!("apt-get -s install {name}"))
                    .runbook("packages"),
                );
            }
        }
        let names: Vec<&str> =
            own.iter().flat_map(|binding| binding.facts.name.iter().map(PackageName::as_str)).collect();
        if !everybody.statements.is_empty() {
            plan.runbook(RunbookEntry {
                anchor: "packages",
                title: "A package is missing".to_owned(),
                symptom: Some("a program that the service or its operators need is not there".to_owned()),
                checks: Vec::new(),
                steps: vec![
                    RunbookStep::run(
                        "See what apt would do, and what it would remove.",
                        format!("apt-get -s --no-remove install {}", names.join(" ")),
                    ),
                    RunbookStep::run("Install what the specification asks for.", "./deploy.sh --only packages"),
                ],
                verify: Some(RunbookStep::run("They are there.", "./validate-deployment.sh --check packages")),
                provenance: everybody,
            });
        }
    }
}

fn package(word: &str) -> Option<PackageName> {
    let word = word.to_lowercase();
    PACKAGES.iter().find(|(name, _)| *name == word).and_then(|(_, package)| package.parse().ok())
}
