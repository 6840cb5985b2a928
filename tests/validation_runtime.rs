//! The run-time of `validate-deployment.sh` with observers of the test's own: selection, dependencies, verdicts, exit status, reports.
//! What real observers see on a real host is the testbed's matter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Observers that behave as real ones may, and checks that use them.
const OBSERVERS: &str = r#"
value() { printf '%s\n' "$1"; }
absent() { printf 'it is not there\n'; return 1; }
elsewhere() { printf 'only root can see this\n'; return 2; }
nonsense() { printf '%s' "$no_such_variable"; }
crashes() { printf 'lost\n' >&2; exit 7; }
hangs() { sleep 60; }
hostile() { printf 'a "quote" \\ back\\slash\ttab \e[31mred \xff \xc3\xa9\n'; }
"#;

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    fn status(&self, check: &str) -> String {
        self.result(check)["status"].as_str().unwrap().to_owned()
    }

    fn result(&self, check: &str) -> Value {
        let results = self.json()["results"].as_array().unwrap().clone();
        results.into_iter().find(|result| result["check"] == check).unwrap_or_else(|| panic!("no result of {check}"))
    }
}

/// The script as the compiler joins it, around these checks.
fn script(checks: &str) -> TempDir {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut functions = OBSERVERS.to_owned();
    let mut files: Vec<_> =
        fs::read_dir(templates.join("shell/validate")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.extend(
        [
            "shell/observers/needs.sh",
            "shell/observers/observe_file_field.sh",
            "shell/common/json_covers.sh",
            "shell/common/untrusted_parent.sh",
        ]
        .map(|file| templates.join(file)),
    );
    files.sort();
    for file in files {
        functions.push_str(&fs::read_to_string(file).unwrap());
    }
    let skeleton = fs::read_to_string(templates.join("validate-deployment.sh")).unwrap();
    let text = skeleton
        .replace("{{ explanation }}", "# A test.")
        .replace("{{ constants }}", "readonly SERVICE='demo' STATE_DIRECTORY='/nonexistent'")
        .replace("{{ functions }}", &functions)
        .replace("{{ checks }}", &format!("checks() {{\n{checks}\n}}"));
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("validate-deployment.sh"), text).unwrap();
    directory
}

fn run(checks: &str, arguments: &[&str]) -> Run {
    let directory = script(checks);
    let output = Command::new("/bin/bash")
        .args(["-p", "validate-deployment.sh"])
        .args(arguments)
        .current_dir(directory.path())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn all_proven_is_zero_and_a_failure_is_one() {
    let good = "check a service 'a holds' --proves FR-001 --expect equals 1 -- value 1";
    assert_eq!(run(good, &[]).code, 0);
    let bad = format!(
        "{good}\ncheck b network 'b holds' --proves 'FR-002 SR-001' --expect equals 1 --try 'look' --runbook place -- value 2"
    );
    let failed = run(&bad, &["--no-color"]);
    assert_eq!(failed.code, 1);
    for told in
        ["✗ b holds", "FR-002 SR-001", "expected  1", "observed  2", "look; RUNBOOK.md#place", "1 passed, 1 failed"]
    {
        assert!(failed.out.contains(told), "{told} in {}", failed.out);
    }
}

#[test]
fn what_cannot_be_checked_is_never_proven() {
    for observer in ["elsewhere", "crashes"] {
        let run = run(&format!("check a service 'a' --expect equals 1 -- {observer}"), &["--format", "json"]);
        assert_eq!((run.code, run.status("a").as_str()), (2, "skip"), "{observer}");
    }
    assert_eq!(run("check a service 'a' --needs no-such-tool --expect equals 1 -- value 1", &[]).code, 2);
}

#[test]
fn a_broken_observer_costs_only_its_own_result() {
    let checks = "check a service 'a' --expect equals 1 -- nonsense\n\
        check b service 'b' --expect equals 1 -- hangs\n\
        check c service 'c' --expect equals 1 -- absent\n\
        check d service 'd' --expect equals 1 -- value 1";
    let run = run(checks, &["--format", "json", "--timeout", "1"]);
    assert_eq!(run.code, 1);
    assert_ne!(run.status("a"), "pass");
    assert_eq!(run.result("b")["observed"], "no answer within 1 s");
    assert_eq!(run.result("c")["observed"], "it is not there");
    assert_eq!(run.status("d"), "pass");
}

#[test]
fn a_check_waits_for_what_it_builds_on_even_where_that_was_not_selected() {
    let checks = "check base service 'the base' --expect equals up -- value down\n\
        check top network 'the top' --after base --expect equals 1 -- value 1";
    let run = run(checks, &["--format", "json", "--check", "top"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.json()["results"].as_array().unwrap().len(), 1);
    assert_eq!(run.result("top")["reason"], "not proven: the base (base)");
}

#[test]
fn checks_that_wait_for_each_other_end() {
    let checks = "check a service 'a' --after b --expect equals 1 -- value 1\n\
        check b service 'b' --after a --expect equals 1 -- value 1";
    assert_eq!(run(checks, &[]).code, 2);
}

#[test]
fn layers_come_in_their_order_and_can_be_chosen() {
    let checks = "check late resources 'late' --proves FR-002 --expect equals 1 -- value 1\n\
        check early existence 'early' --proves FR-001 --expect equals 1 -- value 1";
    let all = run(checks, &[]);
    assert!(all.out.find("early").unwrap() < all.out.find("late").unwrap());
    assert!(!run(checks, &["--layer", "existence"]).out.contains("late"));
    assert!(!run(checks, &["--requirement=FR-002"]).out.contains("early"));
    for wrong in [["--requirement", "FR-9"], ["--layer", "nowhere"], ["--check", "nothing"], ["--drill", "none"]] {
        assert_eq!(run(checks, &wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_drill_runs_only_by_name_on_the_host_that_was_named() {
    let checks =
        "check a service 'a' --expect equals 1 -- value 1\ndrill crash 'recovers' --proves FR-001 -- value recovered";
    let quiet = run(checks, &["--format", "json"]);
    assert_eq!((quiet.code, &quiet.json()["summary"]["drills_not_run"]), (0, &Value::from(1)));
    assert_eq!(run(checks, &["--drill", "crash"]).code, 2);
    assert_eq!(run(checks, &["--drill", "crash", "--host", "another-host"]).code, 2);
    let here = Command::new("uname").arg("-n").output().unwrap();
    let here = String::from_utf8(here.stdout).unwrap();
    let drilled = run(checks, &["--format", "json", "--drill", "all", "--host", here.trim()]);
    assert_eq!((drilled.code, drilled.status("drill.crash").as_str()), (0, "pass"));
}

#[test]
fn what_was_observed_can_neither_break_the_json_nor_steer_the_terminal() {
    let checks = "check a service 'a' --expect equals 1 -- hostile";
    let observed = run(checks, &["--format", "json"]).result("a")["observed"].clone();
    assert_eq!(observed, "a \"quote\" \\ back\\slash\ttab \u{1b}[31mred  é");
    assert!(!run(checks, &[]).out.contains('\u{1b}'));
}

#[test]
fn a_manual_item_is_counted_and_fails_nothing() {
    let checks = "check a service 'a' --expect equals 1 -- value 1\nmanual m monitoring 'somebody answers' --proves OR-001 --who operations";
    let run = run(checks, &["--format", "json"]);
    assert_eq!((run.code, run.status("m").as_str(), &run.json()["summary"]["manual"]), (0, "manual", &Value::from(1)));
}

#[test]
fn matchers_compare_as_their_names_say() {
    for (expectation, value, holds) in [
        ("at-most 85", "84.9", true),
        ("at-most 85", "85.1", false),
        ("at-most 85", "many", false),
        ("at-least 1", "08", true),
        ("one-of 'a b'", "b", true),
        ("one-of 'a b'", "a b c", false),
        ("contains b", "abc", true),
        ("empty", "", true),
        ("nonempty", "", false),
    ] {
        let run = run(&format!("check a service 'a' --expect {expectation} -- value '{value}'"), &[]);
        assert_eq!(run.code, i32::from(!holds), "{expectation} {value}: {}", run.out);
    }
}

#[test]
fn the_report_goes_into_the_file_that_was_asked_for() {
    let directory = script("check a service 'a' --expect equals 1 -- value 1");
    let output = Command::new("/bin/bash")
        .args(["-p", "validate-deployment.sh", "--format", "json", "--output", "evidence.json"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    let evidence: Value =
        serde_json::from_str(&fs::read_to_string(directory.path().join("evidence.json")).unwrap()).unwrap();
    assert_eq!(evidence["results"][0]["status"], "pass");
}

#[test]
fn files_that_are_looked_at_together_look_as_they_do_one_by_one() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("full"), "text").unwrap();
    fs::write(at("empty"), "").unwrap();
    fs::create_dir(at("directory")).unwrap();
    std::os::unix::fs::symlink("full", at("link")).unwrap();
    std::os::unix::fs::symlink("nothing", at("dangling link")).unwrap();
    let mut checks = String::new();
    for name in ["full", "empty", "directory", "link", "dangling link", "missing"] {
        for field in ["type", "mode", "owner", "rights"] {
            let id = format!("{name}-{field}").replace(' ', "-");
            checks.push_str(&format!("check {id} service 'x' -- observe_file_field '{}' {field}\n", at(name)));
        }
    }
    let together = run(&checks, &["--format", "json"]).json();
    let one_by_one = run(&format!("{checks}\nlook_at_files() {{ :; }}"), &["--format", "json"]).json();
    for (result, alone) in together["results"].as_array().unwrap().iter().zip(one_by_one["results"].as_array().unwrap())
    {
        assert_eq!(
            (&result["status"], &result["observed"]),
            (&alone["status"], &alone["observed"]),
            "{}",
            result["check"]
        );
    }
}

#[test]
fn a_capability_selects_all_its_checks() {
    let checks = "check disk.usage service 'a' --expect equals 1 -- value 1\n\
        check disk.timer service 'b' --expect equals 1 -- value 1\n\
        check port.open service 'c' --expect equals 1 -- value 1";
    let results = run(checks, &["--format", "json", "--check", "disk"]).json();
    assert_eq!(results["results"].as_array().unwrap().len(), 2);
    assert_eq!(run(checks, &["--check", "dis"]).code, 2);
}
