//! The commands as people run them: results on standard output, everything else on standard error, and exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const SPECIFICATION: &str = "# Demo\n\n## Service Definition\n\n- **Service name**: demo\n\
    - **Application**: demo.py (Python)\n- Memory limit 512 MB\n- It sings in the morning\n";

/// A directory with a specification, and the program in it.
fn project(specification: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("DEPLOYMENT-SPEC.md"), specification).unwrap();
    directory
}

fn specc(directory: &Path, arguments: &[&str]) -> Run {
    let output = Command::cargo_bin("specc").unwrap().current_dir(directory).args(arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

#[test]
fn build_writes_a_package_and_says_what_it_holds_on_standard_error() {
    let project = project(SPECIFICATION);
    let run = specc(project.path(), &["build"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(run.err.contains("4 statements"), "{}", run.err);
    for path in ["deploy.sh", "validate-deployment.sh", "RUNBOOK.md", "traceability.html", "SHA256SUMS"] {
        assert!(project.path().join("out").join(path).is_file(), "{path}");
    }
}

#[test]
fn build_refuses_a_specification_with_errors() {
    let project = project("# Demo\n\n## Service Definition\n\n- **Service name**: demo\n");
    let run = specc(project.path(), &["build"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[missing-application]") && run.err.contains("nothing was written"), "{}", run.err);
    assert!(!project.path().join("out").exists());
}

#[test]
fn build_takes_what_is_missing_from_the_command_line() {
    let project = project("# Demo\n\n## Service Definition\n\n- **Service name**: demo\n");
    let run = specc(project.path(), &["build", "--set", "application=demo.py (Python)"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let matrix = fs::read_to_string(project.path().join("out/TRACEABILITY.md")).unwrap();
    assert!(matrix.contains("Command line"), "the matrix says where it came from");
    let all = "not shown: specc lint DEPLOYMENT-SPEC.md --set 'application=demo.py (Python)')";
    assert!(run.err.contains(all), "the same findings only with the same settings: {}", run.err);
}

#[test]
fn a_setting_that_nobody_understands_is_a_mistake() {
    let project = project(SPECIFICATION);
    let run = specc(project.path(), &["build", "--set", "colour=blue"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--set colour=blue"), "{}", run.err);
    assert_eq!(specc(project.path(), &["build", "--set", "colour"]).code, 2);
}

#[test]
fn a_setting_whose_value_is_not_understood_is_answered_with_one_that_is() {
    let project = project(SPECIFICATION);
    let run = specc(project.path(), &["build", "--set", "application=/opt/x"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--set 'application=agent_main.py (FastAPI with uvicorn)'"), "{}", run.err);
    assert!(run.err.contains("specc explain application"), "{}", run.err);
    assert!(!run.err.contains("did you mean"), "{}", run.err);
}

#[test]
fn check_writes_nothing_and_prints_the_difference() {
    let project = project(SPECIFICATION);
    assert_eq!(specc(project.path(), &["build", "--check"]).code, 1);
    assert!(!project.path().join("out").exists());
    specc(project.path(), &["build"]);
    let run = specc(project.path(), &["build", "--check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    fs::write(project.path().join("DEPLOYMENT-SPEC.md"), SPECIFICATION.replace("512", "256")).unwrap();
    let run = specc(project.path(), &["build", "--check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("+MemoryMax=256M") && run.out.contains("stale: out/manifest.json"), "{}", run.out);
}

#[test]
fn build_packs_the_application() {
    let project = project(SPECIFICATION);
    fs::create_dir(project.path().join("src")).unwrap();
    fs::write(project.path().join("src/demo.py"), "print(1)\n").unwrap();
    let run = specc(project.path(), &["build", "--app", "src"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(project.path().join("out/app/demo.py").is_file());
    assert_eq!(specc(project.path(), &["build", "--app", "nowhere"]).code, 2);
}

#[test]
fn show_accounts_for_every_statement() {
    let project = project(SPECIFICATION);
    let run = specc(project.path(), &["show", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let shown = run.json();
    let statements = shown["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 4);
    assert_eq!(statements[2]["capabilities"][0]["facts"]["max"], 536_870_912);
    assert_eq!(statements[3]["coverage"], "unrecognised");
    let human = specc(project.path(), &["show"]);
    assert!(human.out.contains("memory-limit") && human.out.contains("DEPLOYMENT-SPEC.md:7"), "{}", human.out);
    assert!(!human.out.contains('\u{1b}'), "no colour into a pipe");
}

#[test]
fn show_of_one_statement() {
    let project = project(SPECIFICATION);
    let run = specc(project.path(), &["show", "DEPLOYMENT-SPEC.md", "fr-003"]);
    assert!(run.out.contains("FR-003") && !run.out.contains("FR-002"), "{}", run.out);
    let run = specc(project.path(), &["show", "DEPLOYMENT-SPEC.md", "FR-0O3"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean FR-003?"), "{}", run.err);
}

#[test]
fn lint_tells_people_machines_and_pull_requests() {
    let project = project("# Demo\n\n## Requirements\n\n- Memory limit 512 MB\n- Memory limit 1 GB\n");
    let run = specc(project.path(), &["lint"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[conflicting-requirements]"), "{}", run.out);
    let json = specc(project.path(), &["lint", "--format", "json"]).json();
    let conflict = json.as_array().unwrap().iter().find(|found| found["lint"] == "conflicting-requirements").unwrap();
    assert_eq!((&conflict["line"], &conflict["level"]), (&Value::from(6), &Value::from("error")));
    let sarif = specc(project.path(), &["lint", "--format", "sarif"]).json();
    assert_eq!(sarif["version"], "2.1.0");
    fs::copy(project.path().join("DEPLOYMENT-SPEC.md"), project.path().join("OTHER.md")).unwrap();
    let both = specc(project.path(), &["lint", "DEPLOYMENT-SPEC.md", "OTHER.md", "--format", "sarif"]).json();
    // Code scanning refuses a log with two runs of one tool.
    assert_eq!(both["runs"].as_array().map(Vec::len), Some(1));
    let count = |log: &Value| log["runs"][0]["results"].as_array().map_or(0, Vec::len);
    assert_eq!(count(&both), 2 * count(&sarif));
    let github = specc(project.path(), &["lint", "--format", "github"]);
    assert!(github.out.contains("::error file=DEPLOYMENT-SPEC.md,line=6"), "{}", github.out);
}

#[test]
fn levels_can_be_set_and_misspelt() {
    let project = project("# Demo\n\n## Requirements\n\n- Memory limit 512 MB\n- Memory limit 1 GB\n");
    let run = specc(project.path(), &["lint", "--allow", "conflicting-requirements", "--format", "json"]);
    assert!(!run.out.contains("conflicting-requirements"));
    let run = specc(project.path(), &["lint", "--deny", "conflicting-requirement"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `conflicting-requirements`?"), "{}", run.err);
}

#[test]
fn what_is_left_to_people_is_counted_by_the_validation() {
    let manual = "- Invoices are archived\n  <!-- specc: manual owner=\"it's finance\" evidence=\"list\" -->\n";
    let project = project(&format!("{SPECIFICATION}{manual}"));
    assert_eq!(specc(project.path(), &["build"]).code, 0);
    let script = fs::read_to_string(project.path().join("out/validate-deployment.sh")).unwrap();
    let entry = script.lines().find(|line| line.starts_with("  manual ")).unwrap();
    assert!(entry.contains("manual.fr-005") && entry.contains("Invoices are archived"), "{entry}");
    assert!(entry.ends_with(r"--who 'it'\''s finance, evidence: list'"), "{entry}");
}

#[test]
fn a_misspelt_name_in_the_front_matter_is_found() {
    let front_matter = "---\nspecc:\n  lints:\n    duplicate-ids: warn\n  defaults:\n    no-swapp: off\n---\n";
    let project =
        project(&format!("{front_matter}{SPECIFICATION}- Other <!-- specc: allow=open-qestion reason=\"x\" -->\n"));
    let run = specc(project.path(), &["lint"]);
    assert_eq!(run.code, 1);
    for near in ["duplicate-id", "no-swap", "open-question"] {
        assert!(run.out.contains(&format!("did you mean `{near}`?")), "{near}: {}", run.out);
    }
}

#[test]
fn standard_input_is_a_specification_too() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("specc").unwrap();
    let output = command.current_dir(directory.path()).args(["lint", "-"]).write_stdin("# Demo\n").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("<stdin>:1"));
}

#[test]
fn a_missing_specification_is_an_error_that_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let run = specc(directory.path(), &["build"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("specc init"), "{}", run.err);
}

#[test]
fn every_starter_builds_at_once_and_is_understood() {
    for kind in ["agent", "web", "worker", "minimal"] {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(specc(directory.path(), &["init", "--kind", kind]).code, 0);
        assert_eq!(specc(directory.path(), &["init", "--kind", kind]).code, 2, "never overwritten");
        let run = specc(directory.path(), &["build"]);
        assert_eq!(run.code, 0, "{kind}: {}", run.err);
        let shown = specc(directory.path(), &["show", "--format", "json"]).json();
        for statement in shown["statements"].as_array().unwrap() {
            let coverage = statement["coverage"].as_str().unwrap();
            assert!(matches!(coverage, "automated" | "context"), "{kind}: {statement:#}");
        }
    }
}

#[test]
fn fmt_writes_ids_and_checks_without_writing() {
    let loose = "# Demo\n## Requirements\n-[ ] Memory limit 512 MB\n";
    let project = project(loose);
    let run = specc(project.path(), &["fmt", "--check", "--assign-ids"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("+- [ ] FR-001: Memory limit 512 MB"), "{}", run.out);
    let path = project.path().join("DEPLOYMENT-SPEC.md");
    assert_eq!(fs::read_to_string(&path).unwrap(), loose);
    assert_eq!(specc(project.path(), &["fmt", "--assign-ids"]).code, 0);
    assert!(fs::read_to_string(&path).unwrap().contains("- [ ] FR-001: Memory"));
    assert_eq!(specc(project.path(), &["fmt", "--check", "--assign-ids"]).code, 0);
}

#[test]
fn explain_knows_lints_and_capabilities() {
    let directory = tempfile::tempdir().unwrap();
    let list = specc(directory.path(), &["explain"]);
    assert!(list.out.contains("memory-limit") && list.out.contains("conflicting-requirements"));
    assert!(specc(directory.path(), &["explain", "memory-limit"]).out.contains("MemoryMax"));
    assert!(specc(directory.path(), &["explain", "missing-application"]).out.contains("Instead"));
    let run = specc(directory.path(), &["explain", "memory-limits"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `memory-limit`?"));
}

#[test]
fn what_is_printed_fits_its_schema() {
    let project = project(SPECIFICATION);
    specc(project.path(), &["build"]);
    let manifest = fs::read_to_string(project.path().join("out/manifest.json")).unwrap();
    for (document, printed) in [
        ("show", specc(project.path(), &["show", "--format", "json"]).out),
        ("lint", specc(project.path(), &["lint", "--format", "json"]).out),
        ("manifest", manifest),
    ] {
        let schema = specc(project.path(), &["schema", document]).json();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let errors: Vec<String> = validator.iter_errors(&printed).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{document}: {errors:?}");
    }
}

#[test]
fn completions_and_the_manual_come_from_the_arguments() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        assert!(specc(directory.path(), &["completions", shell]).out.contains("specc"));
    }
    assert!(specc(directory.path(), &["man"]).out.contains("SPECC BUILD"));
    assert_eq!(specc(directory.path(), &["biuld"]).code, 2);
}

/// A specification with something to fix of each kind: IDs, boxes, units, spacing; with the line endings of Windows.
const UNTIDY: &str = "# Demo\r\n\r\n## Service Definition\r\n\r\n- **Service name**: demo\r\n- **Application**: demo.py (Python)\r\n\
    - Memory is limited to 256Mb  \r\n\r\n## Requirements\r\n\r\n- fr-001: The service starts automatically on boot\r\n\
    - FR-002:At most 64 tasks\r\n-[ ] CPU usage is limited to 50%\r\n- The unit has StartLimitInterval=60\r\n";

#[test]
fn fixes_mend_what_is_safe_and_touch_nothing_else() {
    let project = project(UNTIDY);
    let file = project.path().join("DEPLOYMENT-SPEC.md");
    let run = specc(project.path(), &["lint", "--fix", "--check"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("+- FR-001: The service") && run.out.contains("-- fr-001: The service"), "{}", run.out);
    assert_eq!(fs::read_to_string(&file).unwrap(), UNTIDY, "--check writes nothing");
    let run = specc(project.path(), &["lint", "--fix"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let expected = UNTIDY
        .replace("256Mb", "256MB")
        .replace("fr-001", "FR-001")
        .replace("FR-002:At", "FR-002: At")
        .replace("-[ ]", "- [ ]")
        .replace("StartLimitInterval=", "StartLimitIntervalSec=");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    let again = specc(project.path(), &["lint", "--fix", "--check"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "nothing is left to fix");
}

#[test]
fn waivers_end_on_a_day_that_is_given() {
    let waiver = "<!-- specc: waive reason=\"console only\" until=2027-06-30 -->";
    let project = project(&format!("{SPECIFICATION}- Root login over SSH is disabled {waiver}\n"));
    let on = |day: &str| specc(project.path(), &["lint", "--today", day]);
    assert!(!on("2027-06-30").out.contains("expired-waiver"), "the last day still counts");
    assert!(on("2027-07-01").out.contains("warning[expired-waiver]"));
    assert_eq!(specc(project.path(), &["lint", "--today", "soon"]).code, 2);
    let build = specc(project.path(), &["build"]);
    assert!(!build.err.contains("expired-waiver"), "a build does not know the day");
}

#[test]
fn quiet_shows_errors_and_nothing_else() {
    let project = project("# Demo\n\n## Requirements\n\n- Memory limit 512 MB\n- Memory limit 1 GB\n- It sings\n");
    let run = specc(project.path(), &["lint", "--quiet"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(run.out.contains("error[conflicting-requirements]") && !run.out.contains("warning["), "{}", run.out);
    let all = specc(project.path(), &["lint"]);
    assert!(all.err.contains("errors, 1 warning"), "{}", all.err);
}

#[test]
fn a_group_of_lints_has_a_level_and_never_softens_an_error() {
    let project = project("# Demo\n\n## Requirements\n\n- It sings\n");
    let run = specc(project.path(), &["lint", "--allow", "completeness", "--deny", "quality"]);
    assert!(run.out.contains("error[unrecognised-statement]"), "{}", run.out);
    assert!(run.out.contains("error[missing-application]"), "{}", run.out);
}
