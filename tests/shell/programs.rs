//! Programs that units run: what they let pass, what they tell, and what they never show.

use std::fs;
use std::path::Path;

use crate::harness::{Host, Run};
use crate::services::with_units;

/// A program of the package as it is installed, with its constants; commands are the host's.
pub fn program(name: &str, constants: &str) -> String {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/programs").join(name);
    let text = fs::read_to_string(place).unwrap();
    let (shebang, body) = text.split_once('\n').unwrap();
    let body: Vec<&str> = body.lines().filter(|line| !line.starts_with("PATH=")).collect();
    format!("{shebang}\n{constants}{}\n", body.join("\n"))
}

pub fn run(host: Host, name: &str, constants: &str, arguments: &str) -> (Host, Run) {
    let host = host.file("/opt/program", &program(name, constants));
    let run = host.bash(&format!("set +e; env STATE_DIRECTORY=/run/state bash -p /opt/program {arguments}"));
    (host, run)
}

// ---- the environment file

/// The check of an environment file with these lines.
fn check(lines: &str, names: &str) -> Run {
    let host = Host::new().file("/etc/demo.env", lines);
    run(host, "check-environment", "", &format!("/etc/demo.env {names}")).1
}

#[test]
fn an_environment_file_passes_where_systemd_and_a_shell_read_it_alike() {
    let run = check("# keys\n\nKEY=abc-123\nTEXT='a b $c'\nPLAIN=\"a b\"", "KEY TEXT");
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run}");
}

#[test]
fn a_broken_line_or_a_missing_value_stops_the_start_and_no_value_is_shown() {
    let run =
        check("KEY=good\nexport OTHER=hidden\nTHIRD=hidden value\nFOURTH=\"hidden\nEMPTY=''\n", "KEY EMPTY ABSENT");
    run.ends_with(1).says(&[
        "<3>/etc/demo.env: line 2 is not NAME=value",
        "line 3 is not",
        "line 4 is not",
        "EMPTY has no value",
        "ABSENT has no value",
    ]);
    assert!(!run.err.contains("hidden") && !run.out.contains("hidden"), "{run}");
    let linked = Host::new().file("/etc/real.env", "KEY=1\n").link("/etc/demo.env", "/etc/real.env");
    run_on(linked).ends_with(1).says(&["is not a regular file"]);
    run_on(Host::new()).ends_with(1).says(&["is not a regular file"]);
}

fn run_on(host: Host) -> Run {
    run(host, "check-environment", "", "/etc/demo.env").1
}

/// The deployment and the start must judge alike: what one lets pass may not stop the other.
#[test]
fn the_deployment_and_the_start_judge_every_line_alike() {
    for line in [
        "A=b",
        "A=",
        "A='x y'",
        "A=\"x y\"",
        "A=\"$x\"",
        "A=x y",
        "export A=b",
        "A =b",
        "A='it''s'",
        "A=\"a\\b\"",
        "1A=b",
        "A=~/x",
    ] {
        let at_start = check(&format!("{line}\n"), "").code == 0;
        let host = Host::new().file("/etc/demo.env", &format!("{line}\n"));
        let at_deployment = host.bash("environment_problem /etc/demo.env").out.is_empty();
        assert_eq!(at_start, at_deployment, "{line}");
    }
}

// ---- alerts

const WEBHOOK: &str = "readonly SERVICE=demo CHANNEL=webhook ADDRESS_VARIABLE=HOOK COMMAND=''\n";

/// A host on which the service is in this state; what curl gets is kept.
fn alerting(state: &str) -> Host {
    with_units(&[&format!(
        "demo.service ActiveState={state} Result=exit-code ExecMainStatus=3 NRestarts=4 InvocationID=abc"
    )])
    .directory("/run/state")
    .command("curl", "cat >/run/sent; printf 204")
}

/// The alert program with an address.
fn alert(host: Host, constants: &str, arguments: &str) -> (Host, Run) {
    let host = host.file("/opt/program", &program("alert", constants));
    let run = host.bash(&format!(
        "set +e; env STATE_DIRECTORY=/run/state HOOK=https://hooks.example/T0KEN ALERT_SMTP_URL=smtps://u:s3cret@mail.example ALERT_MAIL_TO=ops@example.org \
         bash -p /opt/program {arguments}"
    ));
    (host, run)
}

#[test]
fn a_service_that_systemd_has_given_up_is_told_once() {
    let (host, run) = alert(alerting("failed"), WEBHOOK, "demo");
    run.ends_with(0).says(&["demo.service has failed (exit-code, exit status 3, 4 automatic restarts)"]);
    assert_eq!(host.read("/run/sent"), "url = \"https://hooks.example/T0KEN\"\n");
    assert_eq!(host.read("/run/state/last"), "delivered demo.service\n");
    let call = run.calls_of("curl")[0];
    assert!(call.contains("\"event\": \"demo.service\"") && !call.contains("T0KEN"), "{call}");
    let (host, run) = alert(host, WEBHOOK, "demo");
    run.ends_with(0).says(&["this failure of demo.service was told already"]);
    assert!(run.calls_of("curl").is_empty());
    // The next failure is another one.
    let (_, run) = alert(host.file("/run/units/demo.service/InvocationID", "def\n"), WEBHOOK, "demo");
    assert_eq!(run.calls_of("curl").len(), 1, "{run}");
}

#[test]
fn a_restart_is_not_told() {
    for state in ["activating", "active"] {
        let (host, run) = alert(alerting(state), WEBHOOK, "demo");
        run.ends_with(0).says(&[&format!("demo.service is {state}: nobody is told")]);
        assert!(!host.exists("/run/sent") && !host.exists("/run/state/last"));
    }
}

#[test]
fn a_failure_was_told_to_nobody_where_the_manager_could_not_be_asked() {
    let mute = alerting("failed").command("systemctl", "echo 'Failed to connect to bus' >&2; exit 1");
    let (host, run) = alert(mute, WEBHOOK, "demo");
    run.ends_with(0).says(&["told: demo on", "demo.service has failed\n"]);
    assert_eq!(host.read("/run/state/last"), "delivered demo.service\n");
}

#[test]
fn an_outage_that_the_uptime_monitor_saw_is_told_in_words() {
    let monitor = "demo-uptime-monitor.service ActiveState=failed Result=exit-code NRestarts=0 InvocationID=abc";
    for (status, words) in
        [("3", "(exit-code, exit status 3): demo runs and does not answer"), ("1", "(exit-code, exit status 1)\n")]
    {
        let host = with_units(&[&format!("{monitor} ExecMainStatus={status}")]).command("curl", "echo 200");
        let (_, run) = alert(host, WEBHOOK, "demo-uptime-monitor");
        run.ends_with(0).says(&["demo-uptime-monitor.service has failed", words]);
    }
}

#[test]
fn an_alert_that_is_not_taken_fails_and_is_tried_again_with_the_next_call() {
    for (curl, told) in [
        ("cat >/dev/null; printf 403", "the answer was 403"),
        ("echo 'curl: (6) Could not resolve host' >&2; exit 6", "Could not resolve host"),
    ] {
        let (host, run) = alert(alerting("failed").command("curl", curl), WEBHOOK, "demo");
        run.ends_with(1).says(&["<3>the alert could not be delivered", told]);
        assert_eq!(host.read("/run/state/last"), "failed demo.service\n");
        assert!(!host.exists("/run/state/told-demo"), "it was not told");
        assert!(!run.out.contains("T0KEN") && !run.err.contains("T0KEN"), "{run}");
    }
    let (_, run) = alert(alerting("failed"), &WEBHOOK.replace("=HOOK", "=NOWHERE"), "demo");
    run.ends_with(1).says(&["NOWHERE holds no http or https address"]);
}

#[test]
fn a_test_says_that_it_is_one_and_the_operator_hears_how_it_ended() {
    let (host, run) = alert(alerting("active"), WEBHOOK, "test");
    run.ends_with(0).says(&["a test alert; nothing has failed"]);
    assert_eq!(host.read("/run/state/last"), "delivered test\n");
    let (_, run) = alert(alerting("active"), WEBHOOK, "--test");
    run.ends_with(0).says(&["see that it arrived"]).called(&["systemctl start demo-alert@test.service"]);
    let broken = alerting("active")
        .file("/run/units/demo-alert@test.service/broken", "1\n")
        .command("journalctl", "echo 'the answer was 403'");
    alert(broken, WEBHOOK, "--test").1.ends_with(1).says(&["the answer was 403"]);
    alert(alerting("active"), WEBHOOK, "").1.ends_with(2).says(&["which unit has failed?"]);
}

#[test]
fn each_way_to_people_gets_the_text_and_no_secret_on_a_command_line() {
    let slack = WEBHOOK.replace("=webhook", "=slack");
    let (_, run) = alert(alerting("active"), &slack, "test");
    assert!(run.calls_of("curl")[0].contains("{\"text\": \"demo on"), "{run}");
    let mail = WEBHOOK.replace("=webhook", "=mail");
    let (host, run) = alert(alerting("active"), &mail, "test");
    run.ends_with(0);
    assert!(host.read("/run/sent").contains("To: <ops@example.org>\nSubject: demo on"), "{run}");
    assert!(run.calls_of("curl")[0].contains("--ssl-reqd") && !run.calls_of("curl")[0].contains("s3cret"), "{run}");
    let command = WEBHOOK.replace("=webhook", "=command").replace("COMMAND=''", "COMMAND=page");
    let (_, run) = alert(alerting("active").command("page", ""), &command, "test");
    assert_eq!(run.calls_of("page").len(), 1, "{run}");
}

// ---- what is known of alerts

const ASK: &str = "observe_alert_delivery demo-alert /etc/demo.env";
const LAST: &str = "/var/lib/demo-alert/last";

#[test]
fn an_alert_counts_while_it_goes_where_the_last_one_went() {
    let host = Host::new().file("/etc/demo.env", "HOOK=x\n");
    assert_eq!(host.observe(ASK).observed(), (0, "never"));
    assert_eq!(host.observe_as(1000, ASK).observed(), (2, "only root can see this"));
    let host = host.file(LAST, "delivered test\n");
    host.bash("touch -d @1000 /etc/demo.env").ends_with(0);
    assert_eq!(host.observe(ASK).observed(), (0, "delivered"));
    host.bash("touch -d @4100000000 /etc/demo.env").ends_with(0);
    assert_eq!(host.observe(ASK).observed(), (0, "not since /etc/demo.env was changed"));
    let host = Host::new().file(LAST, "failed demo.service\n");
    assert_eq!(host.observe("observe_alert_delivery demo-alert").observed(), (0, "failed"));
    let host = Host::new().file("/etc/shadow", "root:x\n").link(LAST, "/etc/shadow");
    assert_eq!(host.observe(ASK).observed(), (0, "never"), "no link is followed");
}

const ENSURE: &str = "ensure_alert demo-alert /etc/demo.env";

#[test]
fn a_deployment_sends_a_test_alert_where_none_arrived_yet() {
    let host = with_units(&[]).file("/etc/demo.env", "").file(LAST, "delivered test\n");
    host.bash("touch -d @1000 /etc/demo.env").ends_with(0);
    host.no_op(ENSURE).says(&["ok       alerts arrive"]);
    let host = with_units(&[]).file("/etc/demo.env", "");
    host.survey(ENSURE).ends_with(0);
    host.check(ENSURE).says(&["missing  a delivered alert (so far: never)"]);
    host.apply(ENSURE)
        .ends_with(0)
        .says(&["changed  a test alert was delivered"])
        .called(&["systemctl daemon-reload", "systemctl start -- demo-alert@test.service"]);
    let host = with_units(&["demo-alert@test.service broken=1"]).file("/etc/demo.env", "");
    host.apply(ENSURE).ends_with(0).says(&["note     the test alert was not delivered"]);
}

#[test]
fn an_alert_that_arrived_proves_nothing_of_a_unit_that_changed_since() {
    let host = with_units(&["demo-alert@*.service NeedDaemonReload=yes"])
        .file("/etc/demo.env", "")
        .file(LAST, "delivered test\n");
    host.bash("touch -d @1000 /etc/demo.env").ends_with(0);
    host.check(ENSURE).says(&["missing  a delivered alert (so far: by a unit that has changed since)"]);
    host.apply(ENSURE).ends_with(0).says(&["changed  a test alert"]).called(&["systemctl daemon-reload"]);
}

// ---- the certificate that was renewed

#[test]
fn a_renewed_certificate_is_loaded_where_nginx_takes_its_configuration() {
    let host = || with_units(&["nginx.service ActiveState=active"]);
    let (_, told) = run(host().command("nginx", ""), "load-certificate", "", "");
    told.ends_with(0).called(&["nginx -t -q", "systemctl reload nginx.service"]);
    let (_, told) = run(host().command("nginx", "exit 1"), "load-certificate", "", "");
    told.ends_with(1).says(&["the renewed certificate is not loaded"]);
    assert!(told.calls_of("systemctl").is_empty(), "{told}");
    let idle = with_units(&["nginx.service ActiveState=inactive"]).command("nginx", "");
    let (_, told) = run(idle, "load-certificate", "", "");
    told.ends_with(0);
    assert!(!told.calls_of("systemctl").iter().any(|call| call.contains("reload")), "{told}");
}
