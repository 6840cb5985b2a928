//! Every lint is documented, has a specification on which it fires, and one, mended, on which it is quiet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use specc::compile::{Compiled, Options, analyse};
use specc::diagnostics::{Colour, Fix, Level, LintGroup, human, sarif};
use specc::lint::Settings;
use specc::registry;
use specc::rewrite;
use specc::source::SourceFile;
use specc::trace::anchor;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lints")
}

/// The day on which the fixtures are judged.
fn options() -> Options {
    let today = Some("2027-01-01".parse().unwrap());
    Options { findings: Settings { today, ..Settings::default() }, ..Options::default() }
}

fn linted(path: &Path) -> Compiled {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    analyse(SourceFile::new("DEPLOYMENT-SPEC.md", text), &options())
}

/// The names of the lints that a fixture sets off.
fn findings(path: &Path) -> BTreeSet<&'static str> {
    let compiled = linted(path);
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.lint.name).collect()
}

#[test]
fn every_lint_fires_on_its_fixture_and_is_quiet_on_the_mended_one() {
    let mut wrong = Vec::new();
    for lint in registry::lints() {
        let folder = fixtures().join(lint.name);
        let fires = findings(&folder.join("fires.md"));
        if !fires.contains(lint.name) {
            wrong.push(format!("{} does not fire; found {fires:?}", lint.name));
        }
        let quiet = findings(&folder.join("quiet.md"));
        if quiet.contains(lint.name) {
            wrong.push(format!("{} is not quiet", lint.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lint_says_what_why_and_what_instead() {
    for lint in registry::lints() {
        let documentation = lint.documentation.join("\n");
        for heading in ["What it does", "Why is this bad?", "Instead"] {
            assert!(documentation.contains(heading), "{} does not say: {heading}", lint.name);
        }
        assert!(!lint.summary.is_empty() && !lint.summary.ends_with('.'), "{}: one phrase, no full stop", lint.name);
    }
}

#[test]
fn every_fixture_belongs_to_a_lint() {
    let known: BTreeSet<&str> = registry::lints().iter().map(|lint| lint.name).collect();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(name.as_str()), "fixtures/lints/{name}: there is no such lint");
    }
}

#[test]
fn a_mended_fixture_has_no_errors() {
    for lint in registry::lints() {
        let path = fixtures().join(lint.name).join("quiet.md");
        let compiled = linted(&path);
        assert!(!compiled.has_errors(), "{}: {:?}", path.display(), compiled.diagnostics);
    }
}

#[test]
fn findings_look_as_they_did() {
    for lint in registry::lints() {
        let path = fixtures().join(lint.name).join("fires.md");
        let compiled = linted(&path);
        let own: Vec<_> = compiled.diagnostics.into_iter().filter(|diagnostic| diagnostic.lint == lint).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/lints"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let drawn = human(&compiled.sources, &own, Colour::Never);
        settings.bind(|| insta::assert_snapshot!(lint.name, drawn));
    }
}

#[test]
fn every_lint_has_its_page_and_its_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contents = fs::read_to_string(root.join("book/src/SUMMARY.md")).unwrap();
    let mut wrong = Vec::new();
    for lint in registry::lints() {
        let page = format!("lints/{}.md", lint.name);
        let text = fs::read_to_string(root.join("book/src").join(&page)).unwrap_or_default();
        if !contents.contains(&page) || !text.contains("## Example") {
            wrong.push(format!("{} has no page with an example in the book", lint.name));
        }
        let snapshot = fs::read_to_string(root.join(format!("snapshots/lints/{}.snap", lint.name))).unwrap_or_default();
        if !snapshot.contains(&format!("[{}]", lint.name)) {
            wrong.push(format!("{} has no snapshot of a finding", lint.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_catalogue_has_its_size_and_all_its_groups() {
    let lints = registry::lints();
    assert!(lints.len() >= 60, "{}", lints.len());
    for group in LintGroup::ALL {
        assert!(lints.iter().any(|lint| lint.group == group), "{} is empty", group.name());
    }
}

/// What a deployment needs is told to everybody; the rest is for documents with faults.
#[test]
fn sound_specifications_lint_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("templates/starters")).unwrap() {
        let path = entry.unwrap().path();
        let found = findings(&path);
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    for entry in fs::read_dir(root.join("fixtures/specs")).unwrap() {
        let path = entry.unwrap().path().join("DEPLOYMENT-SPEC.md");
        let compiled = linted(&path);
        let loud = compiled.diagnostics.iter().find(|found| found.level > Level::Info);
        assert!(loud.is_none(), "{}: {loud:?}", path.display());
    }
}

/// What a finding tells people to write is tried before it is said; here on the document in which it is to be written.
#[test]
fn proposed_criteria_and_requirements_compile() {
    let fires = |name: &str| fs::read_to_string(fixtures().join(name).join("fires.md")).unwrap();
    for (lint, heading) in [
        ("requirement-without-criterion", "Success Criteria"),
        ("criterion-without-requirement", "Functional Requirements"),
    ] {
        let text = fires(lint);
        let lint_it = |text: &str| analyse(SourceFile::new("DEPLOYMENT-SPEC.md", text), &options());
        let before = lint_it(&text);
        let finding = before.diagnostics.iter().find(|found| found.lint.name == lint).unwrap();
        let help = finding.help_words(&before.sources).unwrap();
        let lines: Vec<&str> = help.lines().filter_map(|line| line.find("- ").map(|start| &line[start..])).collect();
        assert!(!lines.is_empty(), "{help}");
        let mended = lint_it(&format!("{text}\n## {heading}\n\n{}\n", lines.join("\n")));
        assert!(!mended.diagnostics.iter().any(|found| found.lint.name == lint), "{help}");
        let unread = mended.readings.iter().rev().take(lines.len()).find(|reading| reading.readings.is_empty());
        assert!(unread.is_none(), "{help}");
    }
}

/// Fixes of all fixtures: once they are applied, their lints have nothing more to say, and nothing more changes.
#[test]
fn fixes_leave_no_finding_of_their_lint() {
    let mut fixed = 0;
    for lint in registry::lints() {
        let text = fs::read_to_string(fixtures().join(lint.name).join("fires.md")).unwrap();
        let lint_it = |text: &str| analyse(SourceFile::new("DEPLOYMENT-SPEC.md", text), &options());
        let own = |compiled: &Compiled| -> Vec<Fix> {
            let own = compiled.diagnostics.iter().filter(|found| found.lint == lint);
            own.filter_map(|found| found.fix.clone()).collect()
        };
        let fixes = own(&lint_it(&text));
        let (mended, count) = rewrite::apply_fixes(&text, &fixes);
        fixed += count;
        let left = own(&lint_it(&mended));
        assert!(left.is_empty(), "{}: {left:?}\n{mended}", lint.name);
    }
    assert!(fixed >= 5, "{fixed}");
}

#[test]
fn sarif_is_valid_and_says_how_to_mend_and_what_is_accepted() {
    let schema = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sarif-2.1.0/sarif-schema-2.1.0.json"),
    );
    let mut schema: serde_json::Value = serde_json::from_str(&schema.unwrap()).unwrap();
    // A pattern of the published schema is no valid expression: it closes a bracket that it never opened. Nothing here
    // writes the property.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let rules = registry::lints();
    let (mut fixes, mut suppressions) = (0, 0);
    let documents =
        rules.iter().flat_map(|lint| ["fires.md", "quiet.md"].map(|file| fixtures().join(lint.name).join(file)));
    for document in documents {
        let compiled = linted(&document);
        let log = sarif(&compiled.sources, &compiled.diagnostics, &rules, |found| {
            anchor(&compiled.spec, &compiled.sources, found.primary.span)
        });
        let errors: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", document.display());
        let results = log["runs"][0]["results"].as_array().unwrap();
        fixes += results.iter().filter(|result| result["fixes"].is_array()).count();
        suppressions += results.iter().filter(|result| result["suppressions"].is_array()).count();
        let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("Why is this bad?"));
    }
    assert!(fixes >= 5 && suppressions >= 1, "{fixes} fixes, {suppressions} suppressions");
}

/// The matchers find in the output for people what stands there, each finding at its main place.
#[test]
fn the_problem_matchers_match() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/problem-matchers/specc.json");
    let matchers: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let patterns = |matcher: &serde_json::Value| -> Vec<Regex> {
        let patterns = matcher["pattern"].as_array().unwrap().iter();
        patterns.map(|pattern| Regex::new(pattern["regexp"].as_str().unwrap()).unwrap()).collect()
    };
    let matchers: Vec<Vec<Regex>> = matchers["problemMatcher"].as_array().unwrap().iter().map(patterns).collect();
    let near = fs::read_to_string(fixtures().join("runs-as-root/fires.md")).unwrap();
    // Of two places far from each other the picture shows the first one first; the finding stands at the second.
    let far = format!("# Far\n\n- FR-001: It sings\n\n{}- FR-001: It dances\n", "Nothing.\n\n".repeat(9));
    for text in [near, far] {
        let compiled = analyse(SourceFile::new("DEPLOYMENT-SPEC.md", text), &options());
        let drawn = human(&compiled.sources, &compiled.diagnostics, Colour::Never);
        let lines: Vec<&str> = drawn.lines().collect();
        let mut matched = Vec::new();
        for pair in lines.windows(2) {
            for matcher in matchers.iter().filter(|matcher| matcher[0].is_match(pair[0])) {
                let place = matcher[1].captures(pair[1]).unwrap_or_else(|| panic!("{}\n{drawn}", pair[1]));
                assert_eq!(&place[1], "DEPLOYMENT-SPEC.md");
                matched.push((place[2].parse::<usize>().unwrap(), place[3].parse::<usize>().unwrap()));
            }
        }
        let expected = compiled.diagnostics.iter().map(|found| {
            let (_, position) = compiled.sources.locate(found.primary.span);
            (position.line, position.column)
        });
        assert_eq!(matched, expected.collect::<Vec<_>>(), "{drawn}");
    }
}

/// The findings of a lint about a service with these further lines.
fn messages_of(lint: &str, lines: &str) -> Vec<String> {
    let text = format!(
        "# Ledger\n\n## Service Definition\n\n- **Service name**: ledger\n\
         - **Application**: ledger.py (FastAPI with uvicorn)\n- **Port**: 7070\n\n\
         ## Functional Requirements\n\n{lines}\n"
    );
    let compiled = analyse(SourceFile::new("DEPLOYMENT-SPEC.md", text), &options());
    let own = compiled.diagnostics.into_iter().filter(|found| found.lint.name == lint);
    own.map(|found| found.message).collect()
}

/// Sentences such as real documents hold, that lints once took for something that they are not.
#[test]
fn what_is_sound_is_left_alone() {
    for (lint, lines) in [
        // Terms and names are not vague.
        ("vague-term", "- The pages have a responsive design\n- The acceptable use policy is linked"),
        ("vague-term", "- [The ACME Best Practices](practices.md)\n- The handbook has a quick start"),
        // Titles of lists, links to other pages.
        ("unrecognised-statement", "- **Bounds**:\n  - Memory is limited to 256 MB"),
        ("unrecognised-statement", "- [All pages of the wiki](wiki.md)"),
        // Somebody is named, at the heading or in the sentence.
        ("unrecognised-statement", "### Handover\n<!-- specc: manual owner=\"sales\" -->\n- Price lists are printed"),
        ("vague-term", "### Handover\n<!-- specc: manual owner=\"sales\" -->\n- Price lists look acceptable"),
        ("work-without-owner", "- Price lists are reviewed by the sales team each month"),
        // What is on or off needs no value.
        ("bare-configured", "- Language redirects enabled"),
        // The package is all that is asked for, and it is read.
        ("unknown-word", "- fail2ban is installed"),
        // One finding about one phrase is enough.
        ("hedged-statement", "- Log files are rotated daily if needed"),
        // From a named network, on purpose.
        (
            "port-exposed-beside-proxy",
            "- The API is reached through a reverse proxy\n- The firewall allows 7070/tcp from 10.0.0.0/8",
        ),
        (
            "missing-rollback",
            "- A runbook describes how to start it\n- A failed deployment is rolled back in 5 minutes",
        ),
    ] {
        assert_eq!(messages_of(lint, lines), Vec::<String>::new(), "{lint}: {lines}");
    }
}

#[test]
fn names_that_are_meant_to_stand_beside_each_other_may() {
    for lines in [
        "- nginx forwards HTTPS requests for a.test and b.test to localhost:7070\n- b.test resolves to this server",
        "- nginx forwards HTTPS requests for a.test to localhost:7070\n- www.a.test resolves to this server",
        "- nginx forwards HTTPS requests for a.test to localhost:7070\n- a.test resolves to this server\n\
         - b.test resolves to this server",
        "- nginx forwards HTTPS requests for a.test to localhost:7070\n- The DNS record of b.test points to 203.0.113.7",
        // Another service of the same domain may well be asked.
        "- nginx forwards HTTPS requests for desk.a.test to localhost:7070\n\n## Success Criteria\n\n\
         - `curl https://login.a.test/health` returns 200",
        "- b.test resolves to this server",
    ] {
        assert_eq!(messages_of("several-public-hosts", lines), Vec::<String>::new(), "{lines}");
    }
    let moved = "- nginx forwards HTTPS requests for desk.a.test to localhost:7070\n\n## Success Criteria\n\n\
                 - `curl https://desk.b.test/health` returns 200";
    let expected = "the service goes by two names: desk.a.test and desk.b.test";
    assert_eq!(messages_of("several-public-hosts", moved), [expected]);
}

#[test]
fn a_proxy_that_asks_where_nobody_listens_is_a_conflict() {
    let proxy = "- nginx forwards HTTPS requests for a.test to localhost:7070\n- The service binds to ADDRESS:7070";
    let found = messages_of("conflicting-requirements", &proxy.replace("ADDRESS", "10.0.0.5"));
    assert_eq!(found, ["the proxy passes requests to 127.0.0.1, the service listens on 10.0.0.5 alone"]);
    for reached in ["127.0.0.1", "0.0.0.0"] {
        let found = messages_of("conflicting-requirements", &proxy.replace("ADDRESS", reached));
        assert_eq!(found, Vec::<String>::new(), "{reached}");
    }
}

/// What a rule leaves out or counts twice would make its sum wrong.
#[test]
fn rules_that_add_up_count_everything() {
    for (lint, lines, expected) in [
        (
            "logs-exceed-disk",
            "- A virtual machine with 10 GB disk\n- Logs go to the systemd journal, at most 20 GB",
            Some("logs of 20 GiB do not fit on a disk of 10 GiB"),
        ),
        (
            // Rotated files are compressed unless somebody says otherwise: two whole ones, nine of a tenth.
            "logs-exceed-disk",
            "- A virtual machine with 10 GB disk\n- Logs go to /var/log/ledger/ledger.log\n\
             - Logs are rotated at 1 GB, keeping 10 files",
            None,
        ),
        (
            "memory-overcommitted",
            "- The host has 1 GB of memory\n- Memory is limited to 960 MB",
            Some("all memory limits together, 960 MiB, leave the system 64 MiB of 1 GiB"),
        ),
        (
            // The unit that copies the log into its file has a limit of its own: 128 MiB.
            "memory-overcommitted",
            "- The host has 1 GB of memory\n- Memory is limited to 800 MB\n- Logs go to /var/log/ledger/ledger.log",
            Some("all memory limits together, 928 MiB, leave the system 96 MiB of 1 GiB"),
        ),
        (
            "memory-overcommitted",
            "- The host has 1 GB of memory\n- Memory is limited to 512 MB\n- Each session has a memory limit of 1 GB",
            None,
        ),
        (
            "recovery-time-out-of-reach",
            "- **Restart policy**: on-failure with 30s delay\n- Startup time < 45 seconds\n- **RTO**: 1 minute",
            Some("a rollback may take 90 s, and the service is to be back within 60 s"),
        ),
        (
            "recovery-time-out-of-reach",
            "- **Restart policy**: on-failure with 60s delay\n- **Start limit**: max 10 restarts in 1 hour\n\
             - **RTO**: 5 minutes",
            Some(
                "restarting, before systemd gives up and somebody is told, may take 10 min, and the service is to be \
               back within 5 min",
            ),
        ),
        ("recovery-time-out-of-reach", "- Startup time < 20 seconds\n- **RTO**: 1 minute", None),
    ] {
        assert_eq!(messages_of(lint, lines), expected.into_iter().collect::<Vec<&str>>(), "{lint}: {lines}");
    }
}
