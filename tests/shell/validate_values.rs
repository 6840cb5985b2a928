//! How values are compared and written: matchers, JSON, TAP, text for a terminal, the report's file.

use crate::harness::Host;
use crate::stand_ins::has_tool;
use crate::validate_runs::{json, validate, validate_on};

/// Whether the matcher takes the value, and what it says where it does not.
fn meets(matcher: &str, expected: &str, observed: &str) -> (bool, String) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let run = Host::new().command("dpkg", "exec /usr/bin/dpkg \"$@\"").observe(&format!(
        "SCRATCH=/run; if expectation_met {matcher} {} {}; then echo yes; else echo \"no $MISMATCH\"; fi",
        quoted(expected),
        quoted(observed)
    ));
    (run.out.starts_with("yes"), run.out.trim_end().trim_start_matches("no").trim().to_owned())
}

#[test]
fn values_are_compared_literally() {
    for (matcher, expected, observed, holds) in [
        ("anything", "", "x", true),
        ("equals", "*", "x", false),
        ("equals", "*", "*", true),
        ("equals", "a\nb", "a\nb", true),
        ("equals", "-n", "-n", true),
        ("equals", "", "", true),
        ("one-of", "a b", "b", true),
        ("one-of", "a b", "a b", false),
        ("one-of", "a b", "*", false),
        ("one-of", "a b", "", false),
        ("contains", "?", "abc", false),
        ("contains", "[b]", "a[b]c", true),
        ("contains", "b", "abc", true),
        ("matches", "^[0-9]+$", "12", true),
        ("matches", "^[0-9]+$", "12\nx", false),
        ("empty", "", "", true),
        ("empty", "", " ", false),
        ("nonempty", "", "", false),
        ("nonempty", "", "0", true),
        ("colour", "red", "red", false),
    ] {
        assert_eq!(meets(matcher, expected, observed).0, holds, "{matcher} {expected:?} {observed:?}");
    }
}

#[test]
fn numbers_are_compared_with_their_decimals_and_whatever_zeros_lead_them() {
    for (matcher, expected, observed, holds) in [
        ("at-most", "85", "85", true),
        ("at-most", "85", "85.001", false),
        ("at-most", "1.5", "1.49", true),
        ("at-most", "9", "08", true),
        ("at-most", "0", "-1", true),
        ("at-most", "-2", "-1.5", false),
        ("at-least", "1", "0.9999", false),
        ("at-least", "3", "10", true),
        ("at-most", "85", "", false),
        ("at-most", "85", "max", false),
        ("at-most", "85", "1e1", false),
        ("at-most", "85", "x[$(touch /run/planted)]", false),
        ("at-most", "85", "1 ", false),
    ] {
        assert_eq!(meets(matcher, expected, observed).0, holds, "{matcher} {expected} {observed}");
    }
}

#[test]
fn a_number_too_large_to_count_is_not_taken_for_a_small_one() {
    // What cgroups call unlimited; a thousand times of it would wrap around.
    for huge in ["18446744073709551616", "9223372036854771712", "99999999999999999999"] {
        assert_eq!(meets("at-most", "85", huge), (false, "not a number that can be compared".to_owned()), "{huge}");
    }
    assert!(!meets("at-most", "85", "999999999999999").0);
}

#[test]
fn an_absent_package_is_not_newer_than_any_version() {
    if !std::path::Path::new("/usr/bin/dpkg").exists() {
        eprintln!("skipped: dpkg is not installed");
        return;
    }
    for (observed, holds) in [
        ("absent", false),
        ("", false),
        ("unknown", false),
        ("3.9", false),
        ("3.10", true),
        ("1:0.1", true),
        ("3.11.2-1+deb12u1", true),
    ] {
        assert_eq!(meets("version-at-least", "3.10", observed).0, holds, "{observed}");
    }
}

#[test]
fn the_exit_status_of_a_command_is_compared_not_its_output() {
    let ask = |status: &str| {
        Host::new()
            .file("/run/exit-status", status)
            .observe("SCRATCH=/run; expectation_met exit-code 3 x && echo met; echo \"$MISMATCH\"")
            .out
    };
    assert_eq!((ask("3\n"), ask("1\n")), ("met\n\n".to_owned(), "exit status 1\n".to_owned()));
    assert_eq!(
        Host::new().observe("SCRATCH=/run; expectation_met exit-code 0 x || echo \"$MISMATCH\"").out,
        "exit status unknown\n"
    );
}

#[test]
fn json_is_compared_by_its_meaning() {
    if !has_tool("jq") {
        return;
    }
    for (subset, answer, holds) in [
        (r#"{"status":"healthy"}"#, r#"{"x":1, "status" : "healthy"}"#, true),
        (r#"{"status":"healthy"}"#, r#"{"status":"unhealthy"}"#, false),
        (r#"{"a":{"b":1}}"#, r#"{"a":{"b":1,"c":2}}"#, true),
        (r#"{"a":[1]}"#, r#"{"a":[1,2]}"#, false),
        (r#"{"a":null}"#, r#"{}"#, false),
        (r#"{"a":1}"#, r#"[]"#, false),
        (r#"1"#, r#"1.0"#, true),
    ] {
        assert_eq!(meets("json-subset", subset, answer).0, holds, "{subset} {answer}");
    }
    assert_eq!(meets("json-subset", "{}", "<html>"), (false, "the answer is not JSON".to_owned()));
    assert_eq!(meets("json-subset", "{}", ""), (false, "the answer is not JSON".to_owned()));
    let run = Host::new().without("jq").observe("expectation_met json-subset '{}' '{}' || echo \"$MISMATCH\"");
    assert_eq!(run.out, "jq is missing\n");
}

#[test]
fn what_would_have_been_right_is_said_in_words() {
    for (expectation, words) in [
        ("equals 1", "1"),
        ("one-of 'a b'", "one of: a b"),
        ("contains x", "text that contains: x"),
        ("matches ^x", "text that matches: ^x"),
        ("at-most 5", "at most 5"),
        ("at-least 5", "at least 5"),
        ("empty", "nothing"),
        ("nonempty", "something"),
        ("json-subset '{}'", "JSON that contains {}"),
        ("exit-code 3", "exit status 3"),
        ("version-at-least 3", "version 3 or newer"),
    ] {
        let run = Host::new().observe(&format!(
            "check a service 'a' --expect {expectation} -- value 1; describe_expectation 0; echo \"$EXPECTATION\""
        ));
        assert_eq!(run.out.trim_end(), words);
    }
    let run = Host::new().bash("drill d 'comes back' -- f; check h network 'h' --expect equals 200 -- observe_http GET http://x/; manual m network 'm' --who a; for i in 0 1 2; do describe_expectation $i; echo \"$EXPECTATION\"; done");
    assert_eq!(run.out, "comes back\nGET http://x/ → 200\n\n");
}

#[test]
fn any_bytes_become_one_json_string() {
    for (shell, text) in [
        ("'plain'", "plain"),
        ("''", ""),
        ("'a\"b\\c/d'", "a\"b\\c/d"),
        ("$'tab\\tline\\nreturn\\rbell\\aescape\\e[31m'", "tab\tline\nreturn\rbell\u{7}escape\u{1b}[31m"),
        ("$'\\xc3\\xa9\\xff'", "é"),
        ("'-n'", "-n"),
        ("'%s%n'", "%s%n"),
        ("'&'", "&"),
        ("'$(id) `id` *'", "$(id) `id` *"),
    ] {
        let run = Host::new().observe(&format!("json_string {shell}"));
        assert_eq!(
            serde_json::from_str::<String>(&run.out).unwrap_or_else(|error| panic!("{error}: {run}")),
            text,
            "{shell}"
        );
    }
    let run = Host::new().without("iconv").observe("json_string $'\\xc3\\xa9\\xff'");
    assert!(serde_json::from_str::<String>(&run.out).is_ok(), "without iconv it is still JSON: {run}");
    assert_eq!(Host::new().observe("json_words; json_words 'a b' '\"'").out, r#"[]["a b", "\""]"#);
    assert_eq!(Host::new().observe("json_member name 'v\"'").out, r#", "name": "v\"""#);
}

#[test]
fn what_goes_to_a_terminal_cannot_steer_it() {
    let run =
        Host::new().observe("printable $'a\\nb\\e[2J\\a\\r'; printable \"$(printf 'x%.0s' {1..400})\"; printable -n");
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!((lines[0], lines[1].chars().count(), lines[2]), ("a ⏎ b?[2J??", 302, "-n"));
}

#[test]
fn columns_are_filled_by_characters_not_bytes() {
    let run = Host::new().observe("pad 5 'é→'; echo \"$PADDED|\"; pad 2 long; echo \"$PADDED|\"");
    assert_eq!(run.out, "é→   |\nlong|\n");
}

const HOSTILE: &str = "hostile() { printf 'a \"b\" # c\\e[31m'; }\ncheck a service 'title # \"x\"' --proves 'FR-001 FR-002' --expect equals 1 --try 'a \"b\"' -- hostile\n\
    check s service 'needs' --needs no-such-tool --expect equals 1 -- value 1\nmanual m monitoring 'people' --who 'ops'\ndrill d 'drill' -- value 1\ncheck g existence 'good' --expect equals 1 -- value 1";

#[test]
fn the_json_report_is_json_whatever_was_observed() {
    let run = validate(HOSTILE, "--format json; : report_json");
    run.ends_with(1);
    let report = json(&run);
    assert_eq!(report["results"].as_array().unwrap().len(), 4, "a drill that did not run has no result");
    let result = report["results"].as_array().unwrap().iter().find(|result| result["check"] == "a").unwrap();
    assert_eq!(
        (
            result["observed"].as_str().unwrap(),
            result["requirements"][1].as_str().unwrap(),
            result["try"].as_str().unwrap()
        ),
        ("a \"b\" # c\u{1b}[31m", "FR-002", "a \"b\"")
    );
    assert_eq!(
        report["summary"],
        serde_json::json!({"pass": 1, "fail": 1, "skip": 1, "manual": 1, "drills_not_run": 1})
    );
    assert!(run.out.trim_end().lines().last().unwrap().contains("\"summary\""), "deploy.sh reads the last line: {run}");
}

#[test]
fn the_tap_report_counts_every_line_and_its_directives_are_its_own() {
    let run = validate(HOSTILE, "--format tap; : report_tap");
    run.ends_with(1).says(&[
        "TAP version 13\n1..5\nok 1 - g - good\n",
        "not ok 2 - a - title  \"x\" (FR-001 FR-002)\n# expected: 1\n# observed: a \"b\" # c?[31m",
        "# SKIP no-such-tool is not installed",
        "# SKIP by people ops",
        "# SKIP drill not run",
    ]);
    assert!(!run.out.contains('\u{1b}'), "{run}");
}

#[test]
fn a_report_in_a_file_tells_of_drills_that_were_not_run() {
    let host = Host::new();
    validate_on(
        &host,
        "drill d 'comes back' -- value 1\ncheck g existence 'good' --expect equals 1 -- value 1",
        "--output /run/report",
    )
    .ends_with(0);
    assert!(host.read("/run/report").contains("not run; --drill all --host web-01"), "{}", host.read("/run/report"));
}

#[test]
fn a_report_replaces_a_link_instead_of_writing_through_it() {
    for (format, begins) in [("text", "demo on web-01"), ("json", "{\"service\""), ("tap", "TAP version 13")] {
        let host = Host::new().file("/run/victim", "safe").link("/run/report", "/run/victim");
        let run =
            validate_on(&host, HOSTILE, &format!("--format {format} --output /run/report; : report_json report_tap"));
        run.ends_with(1).says(&["1 passed, 1 failed"]);
        assert!(host.read("/run/report").starts_with(begins), "{}", host.read("/run/report"));
        assert_eq!((host.read("/run/victim").as_str(), host.mode("/run/report")), ("safe", 0o644));
    }
    let host = Host::new();
    validate_on(&host, HOSTILE, "--output /run/none/report").ends_with(2);
}
