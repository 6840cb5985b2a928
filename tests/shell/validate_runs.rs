//! validate-deployment.sh's own run-time: registering, choosing, running, judging.

use serde_json::Value;

use crate::harness::{Host, Run};

/// Runs these checks as the script's end does.
pub fn validate(checks: &str, arguments: &str) -> Run {
    validate_on(&Host::new(), checks, arguments)
}

pub fn validate_on(host: &Host, checks: &str, arguments: &str) -> Run {
    host.bash(&format!(
        "export TMPDIR=/run\nvalue() {{ printf '%s\\n' \"$1\"; }}\nchecks() {{\n{checks}\n}}\nparse_validation_arguments {arguments}\nchecks\nselect_checks\n\
         if [[ $OPTION_LIST == yes ]]; then list_checks; exit; fi\nprepare_validation\nreport_text_head\nrun_selected_checks\nfinish_validation"
    ))
}

/// The reports are chosen by a name that is put together, so they are named here.
pub fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run}"))
}

const TWO: &str = "check a existence 'the a' --proves 'FR-001 SR-001' --expect equals 1 -- value 1\ncheck b network 'the b' --proves FR-002 --expect equals 1 -- value 1\n";

#[test]
fn the_command_line_is_read_with_a_blank_or_an_equals_sign() {
    let show = "printf '%s;' \"${OPTION_LAYERS[*]}\" \"${OPTION_CHECKS[*]}\" \"${OPTION_REQUIREMENTS[*]}\" \"${OPTION_DRILLS[*]}\" $OPTION_FORMAT \"$OPTION_OUTPUT\" $OPTION_FAIL_FAST $OPTION_LIST $OPTION_TIMEOUT $OPTION_AFTER_REBOOT $OPTION_COLOR \"$OPTION_OUTSIDE_HOST\"";
    let parse = |words: &str| Host::new().bash(&format!("parse_validation_arguments {words}\n{show}")).out;
    assert_eq!(parse(""), ";;;;text;;no;no;30;no;yes;;");
    let all = "--layer=network --layer security --check a.b --requirement FR-001 --format=json --output 'a b' --fail-fast --list --timeout 5 --after-reboot --no-color --from-outside web-01";
    assert_eq!(parse(all), "network security;a.b;FR-001;;json;a b;yes;yes;5;yes;no;web-01;");
    assert_eq!(parse("--drill crash --host web-01"), ";;;crash;text;;no;no;30;no;yes;;");
}

#[test]
fn wrong_command_lines_are_told_and_nothing_is_checked() {
    for (words, told) in [
        ("--frobnicate", "unknown argument: --frobnicate"),
        ("stray", "unknown argument: stray"),
        ("--layer", "--layer needs a value"),
        ("--layer nowhere", "unknown layer: nowhere (existence permissions"),
        ("--format xml", "unknown format: xml (text, tap or json)"),
        ("--timeout 0", "--timeout takes a number of seconds, not: 0"),
        ("--timeout 5m", "--timeout takes a number of seconds, not: 5m"),
        ("--from-outside=-oProxyCommand=id", "--from-outside takes a host name or an address"),
        ("--from-outside 'a b'", "--from-outside takes a host name or an address"),
        ("--drill crash", "repeat with --host NAME (this host is web-01)"),
        ("--drill crash --host other", "this host is web-01, not other: no drill was run"),
        ("--drill crash --host web-01 --from-outside x", "--drill and --from-outside exclude each other"),
    ] {
        Host::new().bash(&format!("parse_validation_arguments {words}; echo went on")).ends_with(2).says(&[told]);
    }
    Host::new()
        .bash("parse_validation_arguments --help")
        .ends_with(0)
        .says(&["Proves that demo on this host", "Exit status: 0"]);
    Host::new().bash("validation_usage").says(&["usage: "]);
}

#[test]
fn a_check_that_is_written_wrongly_ends_the_run() {
    validate("check a service 'a' --expects equals 1 -- value 1", "")
        .ends_with(2)
        .says(&["check a has an unknown option: --expects"]);
}

#[test]
fn names_that_nothing_has_are_told_with_those_that_exist() {
    validate(TWO, "--check c").ends_with(2).says(&["no check is called c; --list shows which there are"]);
    validate(TWO, "--drill c --host web-01").ends_with(2).says(&["no drill is called c"]);
    validate(TWO, "--requirement FR-9")
        .ends_with(2)
        .says(&["no check and no drill proves FR-9; --list shows which there are"]);
    validate(TWO, "--requirement FR-001 --requirement XX-999").ends_with(2).says(&["proves XX-999"]);
    validate(TWO, "--requirement 'SR-001 FR-002'").ends_with(2).says(&["proves SR-001 FR-002"]);
    validate(TWO, "--requirement FR-001 --layer network")
        .ends_with(2)
        .says(&["nothing was selected, so nothing is proven"]);
    validate(TWO, "--check '*'").ends_with(2).says(&["no check is called *"]);
}

#[test]
fn what_would_be_checked_is_listed_and_not_run() {
    let run = validate(
        &format!("{TWO}check c service 'boom' --expect equals 1 -- exit 7"),
        "--list --layer network --layer service",
    );
    assert_eq!(
        run.out.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect::<Vec<_>>(),
        ["c", "b"],
        "{run}"
    );
}

#[test]
fn choices_of_one_kind_add_up_and_those_of_two_kinds_narrow() {
    let chosen = |words: &str| validate(TWO, &format!("--list {words}")).out.lines().count();
    assert_eq!(
        (
            chosen("--check a --check b"),
            chosen("--requirement FR-002"),
            chosen("--requirement SR-001 --requirement FR-002")
        ),
        (2, 1, 2)
    );
    assert_eq!(validate(TWO, "--check a --layer network").code, 2);
    let more = "check firewall.a network 'x' --expect equals 1 -- value 1\ncheck firewall.b network 'y' --expect equals 1 -- value 1\n";
    let run = validate(&format!("{TWO}{more}"), "--check firewall");
    run.ends_with(0).says(&["2 passed"]);
    assert_eq!(validate(TWO, "--requirement FR-00").code, 2, "half an ID is none");
}

#[test]
fn what_holds_passes_and_what_does_not_fails_with_advice() {
    let run = validate(
        &format!("{TWO}check c network 'the c' --expect equals 2 --try 'look here' --runbook place -- value 1"),
        "",
    );
    run.ends_with(1).says(&[
        "demo on web-01, package unknown",
        "existence\n  ✓ the a",
        "FR-001 SR-001",
        "  ✗ the c",
        "expected  2",
        "observed  1",
        "try       look here; RUNBOOK.md#place",
        "2 passed, 1 failed, 0 skipped",
    ]);
    validate(TWO, "").ends_with(0);
}

#[test]
fn a_run_stops_after_the_first_failure_where_that_was_asked() {
    let run = validate(&format!("check z existence 'z' --expect equals 1 -- value 2\n{TWO}"), "--fail-fast");
    run.ends_with(1).says(&["0 passed, 1 failed, 2 skipped"]);
    assert!(!run.out.contains("the b"), "{run}");
}

#[test]
fn a_check_waits_for_what_it_builds_on() {
    let checks = "check base service 'the base' --expect equals up -- value down\ncheck top network 'the top' --after 'base none' --expect equals 1 -- value 1";
    validate(checks, "--check top").ends_with(2).says(&["– the top", "skipped: not proven: the base (base)"]);
    let circle = "check a service 'a' --after b --expect equals 1 -- value 1\ncheck b service 'b' --after a --expect equals 1 -- value 1";
    validate(circle, "").ends_with(2);
    let checks = "check base service 'the base' --expect equals up -- value down\ncheck top network 'the top' --outside --after base --expect equals 1 -- value 1";
    validate(checks, "--from-outside web-02").ends_with(0).says(&["demo on web-02, seen from web-01"]);
}

#[test]
fn what_a_check_needs_is_not_asked_of_a_workstation_where_it_is_root() {
    let checks = "check a network 'a' --outside --needs 'root no-such-tool' --expect equals 1 -- value 1";
    validate(checks, "").ends_with(2).says(&["skipped: no-such-tool is not installed"]);
    let checks = "check a network 'a' --outside --needs root --expect equals 1 -- value 1";
    validate(checks, "--from-outside web-02").ends_with(0);
}

#[test]
fn an_observer_costs_at_most_its_own_result() {
    for (observer, code, told) in [
        (
            "broken() { echo 'it is gone'; return 1; }; check x service 'x' --expect equals 1 -- broken",
            1,
            "observed  it is gone",
        ),
        (
            "unable() { return 2; }; check x service 'x' --expect equals 1 -- unable",
            2,
            "skipped: cannot be checked here",
        ),
        (
            "crash() { echo lost >&2; exit 7; }; check x service 'x' --expect anything x -- crash",
            2,
            "skipped: the observer itself failed (exit status 7): lost",
        ),
        (
            "unbound() { echo \"$no_such_thing\"; }; check x service 'x' --expect empty -- unbound",
            1,
            "no_such_thing: unbound variable",
        ),
        (
            "silent() { return 1; }; check x service 'x' --expect empty -- silent",
            1,
            "observed  nothing could be observed",
        ),
        ("reader() { read -r line; echo \"$line\"; }; check x service 'x' --expect equals 1 -- reader", 1, "✗ x"),
        (
            "hang() { echo $BASHPID >/run/hanging; tail -f /dev/null; }; check x service 'x' --expect equals 1 -- hang",
            1,
            "observed  no answer within 2 s",
        ),
    ] {
        let host = Host::new();
        let run = validate_on(
            &host,
            &format!("{observer}\n{TWO}"),
            if observer.starts_with("hang") { "--timeout 2" } else { "" },
        );
        run.ends_with(code).says(&[told, "✓ the a", "✓ the b"]);
        if host.exists("/run/hanging") {
            assert!(
                !std::path::Path::new(&format!("/proc/{}", host.read("/run/hanging").trim())).exists(),
                "it is ended with all that it started"
            );
        }
    }
}

#[test]
fn a_long_value_is_cut_and_blank_lines_at_its_end_are_nothing() {
    let checks = "long() { head -c 100000 /dev/zero | tr '\\0' x; }\nblank() { printf 'a\\n\\n\\n'; }\ncheck a service 'a' --expect equals a -- blank\ncheck b service 'b' --expect equals x -- long";
    let run = validate(checks, "");
    run.ends_with(1).says(&["1 passed, 1 failed"]);
    assert!(run.out.len() < 2000, "{}", run.out.len());
}

#[test]
fn drills_run_last_by_name_and_the_reboot_after_them() {
    let checks = format!(
        "drill reboot 'comes back' -- value reboot\ndrill crash 'recovers' --proves FR-001 -- value crash\n{TWO}"
    );
    validate(&checks, "").ends_with(0).says(&[
        "· reboot, crash",
        "not run; --drill all --host web-01",
        "2 drills not run",
    ]);
    let run = validate(&checks, "--drill all --host web-01");
    run.ends_with(0).says(&["✓ recovers", "observed  crash"]);
    assert!(run.out.find("recovers") < run.out.find("comes back"), "{run}");
    let run = validate(&checks, "--layer network --drill crash --host web-01");
    run.says(&["recovers", "the b"]);
    assert!(!run.out.contains("the a"), "{run}");
    let run = validate(&checks, "--after-reboot");
    run.ends_with(0).says(&["✓ comes back"]);
}

#[test]
fn what_was_asked_for_is_not_called_proven_where_only_a_drill_or_people_could_prove_it() {
    let checks = format!(
        "drill crash 'recovers' --proves 'FR-001 VC-008' -- value crash\ndrill memory 'is limited' -- value memory\n\
         manual tls.trusted security 'trusted' --proves FR-006 --who operations\n{TWO}"
    );
    let asked = |words: &str| validate(&checks, words);
    let one_drill = "because a drill was not run: ";
    for words in
        ["--requirement VC-008", "--check drill.crash", "--requirement FR-001", "--check a --check drill.crash"]
    {
        asked(words).ends_with(2).says(&[one_drill, " --drill crash --host web-01"]);
    }
    asked("--layer resilience").ends_with(2).says(&[" --drill crash --drill memory --host web-01"]);
    asked("--check tls.trusted").ends_with(2).says(&["only people can see to what was selected"]);
    asked("--requirement VC-008 --format json; : report_json").ends_with(2).says(&[one_drill]);
    for words in [
        "",
        "--requirement FR-002",
        "--requirement FR-001 --layer existence",
        "--check a --check tls.trusted",
        "--requirement VC-008 --drill crash --host web-01",
        "--layer resilience --drill crash --host web-01",
    ] {
        let run = asked(words);
        run.ends_with(0);
        assert!(!run.err.contains("Not proven"), "{words}: {run}");
    }
}

#[test]
fn a_host_reboots_only_after_the_report_is_out() {
    let host = Host::new().command("systemctl", "echo \"called $*\"");
    let checks = "begin() { : >\"$SCRATCH/reboot\"; echo soon; return 2; }\ndrill reboot 'comes back' -- begin";
    let run = validate_on(&host, checks, "--drill reboot --host web-01");
    assert!(run.out.find("0 passed").unwrap() < run.out.find("called reboot").unwrap(), "{run}");
}

#[test]
fn nothing_is_left_behind_however_it_ends() {
    let host = Host::new();
    validate_on(&host, &format!("close_probe_namespace() {{ echo closed; }}\n{TWO}"), "")
        .ends_with(0)
        .says(&["closed"]);
    let left: Vec<_> = std::fs::read_dir(host.at("/run")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn people_are_asked_by_name_and_fail_nothing() {
    let run = validate(&format!("{TWO}manual m monitoring 'somebody answers' --proves OR-001 --who operations"), "");
    run.ends_with(0).says(&[
        "· somebody answers",
        "OR-001  by people: operations",
        "1 statement needs people (TRACEABILITY.md#manual)",
    ]);
    let two = "manual m monitoring 'x' --who a\nmanual n monitoring 'y' --who b\n";
    validate(&format!("{TWO}{two}"), "").says(&["2 statements need people"]);
}

#[test]
fn files_are_looked_at_all_at_once_and_told_as_if_one_by_one() {
    let host = Host::new()
        .file_with_mode("/etc/a", "", 0o640)
        .directory("/etc/d")
        .link("/etc/l", "/etc/a")
        .owned("/etc/a", "demo:demo");
    let table = [
        ("/etc/a type", "file"),
        ("/etc/a mode", "0640"),
        ("/etc/a owner", "demo:demo"),
        ("/etc/d type", "directory"),
        ("/etc/l type", "link"),
        ("/dev/null type", "other"),
        ("/etc/none type", ""),
    ];
    let checks: String = table
        .iter()
        .enumerate()
        .map(|(index, (question, _))| {
            format!("check c{index} existence 'x' --expect equals '' -- observe_file_field {question}\n")
        })
        .collect();
    let report = json(&validate_on(&host, &checks, "--format json; : report_json"));
    for (index, (question, answer)) in table.iter().enumerate() {
        let observed = report["results"][index]["observed"].as_str().unwrap().to_owned();
        let answer = if answer.is_empty() { "/etc/none does not exist" } else { answer };
        assert_eq!(observed.replace(&host.at("/").display().to_string(), "/"), answer, "{question}");
    }
    let run = validate_on(&host, &checks, "");
    assert_eq!(run.calls_of("stat").len(), 1, "one process for all: {run}");
    let run = validate_on(
        &host.command("stat", "exit 1"),
        "check m existence 'x' --expect equals 0640 -- observe_file_field /etc/a mode",
        "",
    );
    run.ends_with(2).says(&["skipped: cannot be checked here"]);
}

#[test]
fn after_a_drill_files_are_looked_at_anew() {
    let host = Host::new().file_with_mode("/etc/a", "", 0o640);
    let run = host.bash("check a existence 'x' --expect equals 0640 -- observe_file_field /etc/a mode; OPTION_TIMEOUT=5; look_at_files; seen_already observe_file_field /etc/a mode && echo \"$OBSERVED\"; FILE_STATUS=(); seen_already observe_file_field /etc/a mode || echo anew; seen_already observe_tree /etc/a || echo no");
    assert_eq!(run.out, "0640\nanew\nno\n", "{run}");
}
