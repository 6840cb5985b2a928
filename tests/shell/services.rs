//! Operations on units: enabled, valid, running what is on disk, healthy and stable.

use crate::harness::Host;

/// A systemctl that keeps the state of units in files, `/run/units/UNIT/PROPERTY`, and does as it is told.
pub const SYSTEMCTL: &str = r#"
verb= unit= units=
for word; do case $word in -*) ;; *) [ -z "$verb" ] || units="$units $word"; verb=${verb:-$word} unit=$word ;; esac; done
place=/run/units/$unit
case $verb in
  show)
    for unit in ${units:-$unit}; do
      place=/run/units/$unit
      for word; do case $word in
        --all) for file in "$place"/*; do [ ! -f "$file" ] || echo "${file##*/}=$(cat "$file")"; done ;;
        --property=*) for name in $(echo "${word#*=}" | tr , ' '); do
          case "$name $*" in *--value*) ;; *) printf %s "$name=" ;; esac
          case $name in Id) echo "$unit" ;; *) cat "$place/$name" 2>/dev/null || echo ;; esac
        done ;;
      esac; done
      [ "$units" = " $unit" ] || echo
    done ;;
  restart | start) [ ! -e "$place/broken" ] || { echo "Job for $unit failed."; exit 1; }
    [ ! -d "$place" ] || { echo active >"$place/ActiveState"; [ ! -e "$place/NextPID" ] || mv "$place/NextPID" "$place/MainPID"; } ;;
  stop) [ -e "$place/stubborn" ] || [ ! -d "$place" ] || echo inactive >"$place/ActiveState" ;;
  enable | reenable) [ ! -e "$place/no-install" ] || exit 0; [ ! -d "$place" ] || echo enabled >"$place/UnitFileState" ;;
  is-active) [ "$(cat "$place/ActiveState" 2>/dev/null)" = active ] ;;
  is-enabled) cat "$place/UnitFileState" ;;
  list-dependencies) cat /run/units/reached ;;
  daemon-reload) for file in /run/units/*/NeedDaemonReload; do [ ! -e "$file" ] || echo no >"$file"; done ;;
  reload) [ ! -e "$place/broken" ] ;;
  --version | '') echo 'systemd 252 (252.1)' ;;
esac"#;

/// A host with units in these states: "demo.service ActiveState=active MainPID=1".
pub fn with_units(units: &[&str]) -> Host {
    let mut host = Host::new()
        .command("systemctl", SYSTEMCTL)
        .file("/run/units/reached", "default.target\n  demo.service\n  demo.timer\n");
    for unit in units {
        let (name, properties) = unit.split_once(' ').unwrap_or((unit, ""));
        host = host.directory(&format!("/run/units/{name}"));
        for (property, value) in properties.split(' ').filter_map(|word| word.split_once('=')) {
            host = host.file(&format!("/run/units/{name}/{property}"), &format!("{}\n", value.replace('_', " ")));
        }
    }
    host
}

const ENABLED: &str = "ensure_unit_enabled demo.service";

#[test]
fn a_unit_that_starts_at_boot_is_left_alone() {
    with_units(&["demo.service UnitFileState=enabled"]).no_op(ENABLED).says(&["ok       demo.service starts at boot"]);
}

#[test]
fn a_unit_that_does_not_start_at_boot_is_enabled_after_a_reload() {
    let host = with_units(&["demo.service UnitFileState=disabled"]);
    host.check(ENABLED).says(&["missing  demo.service at boot (disabled)"]);
    host.apply(ENABLED)
        .ends_with(0)
        .says(&["changed  demo.service starts at boot"])
        .called(&["systemctl daemon-reload", "systemctl --quiet reenable -- demo.service"]);
}

#[test]
fn a_unit_that_cannot_be_enabled_stops_the_run() {
    let host = with_units(&["demo.service UnitFileState=static no-install=1"]);
    host.apply(ENABLED)
        .ends_with(1)
        .says(&["it is static", "the [Install] section of /etc/systemd/system/demo.service"]);
    let host = with_units(&["demo.service UnitFileState=disabled"]).file("/run/units/reached", "other.service\n");
    host.apply(ENABLED).ends_with(1).says(&["it is unreached", "systemctl get-default"]);
}

#[test]
fn preflight_refuses_a_masked_unit_and_asks_about_a_foreign_one() {
    with_units(&["demo.service UnitFileState=masked"])
        .survey(ENABLED)
        .ends_with(3)
        .says(&["is masked", "systemctl unmask demo.service"]);
    with_units(&["demo.service UnitFileState=enabled"])
        .survey(ENABLED)
        .says(&["risk adopt\ta unit demo.service exists"]);
    with_units(&[]).survey(ENABLED).ends_with(0);
}

#[test]
fn a_timer_that_somebody_had_switched_off_was_called_foreign() {
    with_units(&["demo.service UnitFileState=disabled FragmentPath=/lib/systemd/system/demo.service"])
        .survey(ENABLED)
        .says(&["risk adopt\tdemo.service of the distribution is disabled, and would be switched on"]);
}

const VALID: &str = "ensure_unit_valid demo.service";

#[test]
fn a_unit_file_is_valid_only_where_systemd_says_nothing_about_it() {
    let host = with_units(&[]).file("/etc/systemd/system/demo.service", "").command("systemd-analyze", "");
    host.no_op(VALID).called(&["systemd-analyze verify --recursive-errors=no /etc/systemd/system/demo.service"]);
    let host = host.command("systemctl", "echo 'systemd 247 (247.3)'");
    host.no_op(VALID).called(&["systemd-analyze verify /etc/systemd/system/demo.service"]);
    // It exits 0 all the same.
    let path = "/etc/systemd/system/demo.service";
    let host = host.command("systemd-analyze", &format!("echo '{path}:3: Unknown key name MemoryMaximum'"));
    host.check(VALID).says(&["Unknown key name", "edited   systemd does not accept demo.service as it is"]);
    host.apply(VALID).ends_with(1).says(&[
        "| /etc/systemd/system/demo.service:3: Unknown key name",
        "does not accept",
        "look at   /etc/systemd/system/demo.service",
    ]);
}

#[test]
fn what_an_older_systemd_says_of_the_systems_own_units_is_not_said_of_ours() {
    // Snap's unit on Ubuntu 22.04, whose systemd has no --recursive-errors and goes through all that a unit depends on.
    let host = with_units(&[])
        .file("/etc/systemd/system/demo.service", "")
        .command("systemd-analyze", "echo \"/lib/systemd/system/snapd.service:23: Unknown key name 'RestartMode'\"")
        .command("systemctl", "echo 'systemd 249 (249.11)'");
    host.no_op(VALID).says(&["systemd accepts demo.service"]);
    let host = host.command("systemctl", "echo 'systemd 252 (252.1)'");
    host.check(VALID).says(&["does not accept demo.service"]);
}

#[test]
fn a_unit_file_that_is_not_there_is_missing() {
    let host = with_units(&[]);
    host.check(VALID).says(&["missing  unit demo.service"]);
    host.apply(VALID).ends_with(1).says(&["there is no /etc/systemd/system/demo.service"]);
    host.survey(VALID).ends_with(0);
}

const TIMER: &str = "ensure_timer demo.timer";
const WAITING: &str = "demo.timer UnitFileState=enabled LoadState=loaded ActiveState=active NeedDaemonReload=no NextElapseUSecRealtime=soon";

#[test]
fn a_timer_that_waits_for_its_time_is_left_alone() {
    with_units(&[WAITING]).no_op(TIMER).says(&["ok       demo.timer is waiting for its time"]);
    with_units(&[WAITING]).survey(TIMER).says(&["risk adopt\ta unit demo.timer exists"]);
}

#[test]
fn a_timer_that_is_stopped_or_changed_is_started_anew() {
    for changed in
        [WAITING.replace("ActiveState=active", "ActiveState=inactive"), WAITING.replace("Reload=no", "Reload=yes")]
    {
        let host = with_units(&[&changed]);
        host.check(TIMER).says(&["missing  demo.timer is not waiting for its time"]);
        host.apply(TIMER)
            .ends_with(0)
            .says(&["changed  demo.timer"])
            .called(&["systemctl daemon-reload", "systemctl restart -- demo.timer"]);
    }
}

#[test]
fn what_a_timer_starts_is_read_anew_where_only_that_changed() {
    let host = with_units(&[WAITING, "demo.service NeedDaemonReload=yes"]);
    let told = "active, but systemd has not read demo.service since it changed";
    host.check(TIMER).says(&[told]);
    assert_eq!(host.observe("observe_timer demo.timer").observed(), (0, told));
    host.apply(TIMER).ends_with(0).says(&["changed  demo.timer"]).called(&["systemctl daemon-reload"]);
}

#[test]
fn a_timer_that_never_elapses_stops_the_run() {
    let host = with_units(&[&WAITING.replace("Realtime=soon", "Realtime=")]);
    host.apply(TIMER).ends_with(1).says(&["active, but it never elapses again", "systemctl cat demo.timer"]);
}

const SERVICE: &str = "ensure_service demo.service /etc/demo.env";
const RUNNING: &str =
    "demo.service ActiveState=active NeedDaemonReload=no LoadState=loaded ExecMainStartTimestamp=@4000000000";

/// A running service whose main process is this very shell, so that /proc tells of it.
fn running() -> Host {
    with_units(&[RUNNING]).file("/etc/demo.env", "A=1\n")
}

/// Says which process the unit runs, and that a deployment ended well with it.
fn proven() -> String {
    "echo $$ >/run/units/demo.service/MainPID; unproven_stamps[demo.service]=$(service_hash demo.service /etc/demo.env); stamp_services; unproven_stamps=()\n".to_owned()
}

#[test]
fn a_service_that_runs_what_is_on_disk_is_not_restarted() {
    let run = running().apply(&format!("{}{SERVICE}", proven()));
    run.ends_with(0).says(&["ok       demo.service runs what is on disk"]);
    assert!(!run.calls.iter().any(|call| call.contains("restart")), "{run}");
}

#[test]
fn every_reason_for_a_restart_is_seen() {
    for (change, reason) in [
        ("echo failed >/run/units/demo.service/ActiveState", "it is not running"),
        ("rm /var/lib/specc/demo/stamps/demo.service", "it was not started by a deployment that ended well"),
        (": >/var/lib/specc/demo/stamps/demo.service", "it was not started by a deployment that ended well"),
        ("echo B=2 >>/etc/demo.env", "its unit, environment or code changed since it was started"),
        (
            "mkdir -p /etc/systemd/system/demo.service.d; echo >/etc/systemd/system/demo.service.d/x.conf",
            "its unit, environment or code changed",
        ),
        (
            "sed -i 's/ [0-9]*$/ 99999999999/' /var/lib/specc/demo/stamps/demo.service",
            "its process is older than the last deployment",
        ),
        ("echo yes >/run/units/demo.service/NeedDaemonReload", "systemd has not read the unit file since it changed"),
        (
            "touch -d @4100000000 /etc/demo.env; echo '/etc/demo.env (ignore_errors=no)' >/run/units/demo.service/EnvironmentFiles",
            "/etc/demo.env changed after the process had started",
        ),
    ] {
        let run = running().deploy("observe", "check", &format!("{}{change}\n{SERVICE}", proven()));
        run.ends_with(0).says(&["stale    demo.service: ", reason]).changed_nothing();
    }
}

#[test]
fn a_restart_forgets_the_old_proof_before_it_begins() {
    let host = running().file("/var/lib/specc/demo/stamps/demo.service", "old 1 1\n");
    let run = host.apply(&format!(
        "echo $$ >/run/units/demo.service/MainPID; {SERVICE}; printf '%s\\n' \"${{#unproven_stamps[@]}} unproven\""
    ));
    run.ends_with(0).says(&["changed  demo.service restarted: its unit", "1 unproven"]);
    run.called(&[
        "systemctl daemon-reload",
        "systemctl reset-failed -- demo.service",
        "systemctl restart -- demo.service",
    ]);
    assert!(!host.exists("/var/lib/specc/demo/stamps/demo.service"));
    let host = with_units(&["demo.service ActiveState=inactive"]);
    host.apply(SERVICE).says(&["changed  demo.service started"]);
}

#[test]
fn a_service_that_does_not_start_stops_the_run() {
    let host = with_units(&["demo.service ActiveState=failed broken=1"]);
    let run = host.apply(SERVICE);
    run.ends_with(1).says(&[
        "not healthy: demo.service does not start",
        "| Job for demo.service failed.",
        "journalctl -u demo.service -n 50",
    ]);
    assert!(!host.exists("/var/lib/specc/demo/stamps/demo.service"));
}

#[test]
fn a_hash_of_a_service_tells_links_files_and_what_is_absent_apart() {
    let host = Host::new().file("/etc/a", "1").link("/opt/link", "/etc/a").directory("/opt/app");
    let hash = |host: &Host| {
        host.apply("ledger_put application created h1 /opt/app/x; service_hash demo.service /etc/a /opt/link /opt/app /etc/none").out
    };
    let first = hash(&host);
    assert_eq!((first.len(), hash(&host)), (64, first.clone()));
    let host = host.file("/opt/app/data", "not ours");
    assert_eq!(hash(&host), first, "data that the service wrote is no change of it");
    assert_ne!(hash(&host.file("/etc/none", "")), first);
}

const HEALTH: &str = "await_health GET http://127.0.0.1:8000/health 200 '' '' 1";

fn answering(answer: &str) -> Host {
    with_units(&[RUNNING]).command("curl", answer)
}

#[test]
fn a_healthy_service_is_told_with_its_answer_and_proven() {
    let host = answering("printf '{\"status\":\"\\033ok\"}\\n200'");
    let run =
        host.apply(&format!("echo $$ >/run/units/demo.service/MainPID; unproven_stamps[demo.service]=hash; {HEALTH}"));
    run.ends_with(0)
        .says(&["ok       healthy after ", " s: GET http://127.0.0.1:8000/health → 200 {\"status\":\" ok\"}"]);
    assert!(host.read("/var/lib/specc/demo/stamps/demo.service").starts_with("hash "));
    let curl = run.calls_of("curl")[0];
    assert!(curl.starts_with("-q ") && curl.contains("--noproxy '*'") && curl.contains("--max-time 5"), "{curl}");
    host.check(HEALTH).says(&["ok       GET http://127.0.0.1:8000/health → 200"]);
}

#[test]
fn an_answer_that_is_not_as_asked_is_not_healthy() {
    for (method, status, text, answer, problem) in [
        ("GET", "200", "", "printf 'moved\\n301'", "the answer is 301, not 200"),
        ("GET", "200", "ready", "printf 'starting\\n200'", "the answer does not hold \"ready\""),
        ("GET", "200", "", "echo 'curl: (7) Failed to connect' >&2; exit 7", "curl: (7) Failed to connect"),
    ] {
        let host = answering(answer);
        let call = format!("await_health {method} http://127.0.0.1:8000/health {status} '' '{text}' 0");
        host.check(&call).says(&["missing  GET http://127.0.0.1:8000/health: ", problem]);
        let run = host.apply(&format!("ticks_now() {{ cat /run/ticks; echo $(($(cat /run/ticks) + 60)) >/run/ticks.new; mv /run/ticks.new /run/ticks; }}; echo 1 >/run/ticks; {call}"));
        run.ends_with(1).says(&["not healthy", problem, "journalctl -u demo.service"]);
    }
    let host = with_units(&[RUNNING]);
    host.check(HEALTH).says(&["curl is not installed"]);
}

#[test]
fn a_head_request_asks_for_no_body() {
    let host = answering("printf '\\n200'");
    let run = host.apply("await_health HEAD http://127.0.0.1:8000/ 200 '' '' 1");
    assert!(run.calls_of("curl")[0].contains(" --head "), "{run}");
}

#[test]
fn a_service_that_gave_up_is_not_waited_for() {
    let host = with_units(&["demo.service ActiveState=failed"]).command("curl", "exit 7");
    let run = host.apply("await_health GET http://127.0.0.1:8000/ 200 '' '' 3600");
    run.ends_with(1).says(&["demo.service gave up before it was healthy"]);
}

#[test]
fn preflight_refuses_a_port_that_somebody_else_holds() {
    let host = |group: &str| {
        with_units(&[])
            .own_proc()
            .file("/proc/812/cgroup", group)
            .file("/proc/812/comm", "python3\n")
            .command("ss", "echo 'LISTEN 0 5 *:8000 *:* users:((\"python3\",pid=812,fd=3))'")
    };
    host("0::/system.slice/other.service\n")
        .survey(HEALTH)
        .ends_with(3)
        .says(&["port 8000 is taken by other.service", "stop it, or give"]);
    host("0::/user.slice/session-3.scope\n").survey(HEALTH).ends_with(3).says(&["port 8000 is taken by python3"]);
    host("0::/system.slice/demo.service\n").survey(HEALTH).ends_with(0);
    with_units(&[]).command("ss", "").survey(HEALTH).ends_with(0);
    host("").survey("await_health GET http://localhost/health 200 '' '' 1").ends_with(0);
}

#[test]
fn seconds_are_told_in_tenths() {
    assert_eq!(Host::new().apply("seconds_of 146; seconds_of 7; seconds_of 1200").out, "1.40.012.0");
}

const STABLE: &str = "await_stable 10";

#[test]
fn a_service_without_an_end_point_must_stay_up() {
    let host = with_units(&["demo.service ActiveState=active MainPID=5 NRestarts=0"]);
    host.check(STABLE).says(&["ok       demo.service is active"]);
    let run = host.apply(&format!("unproven_stamps[demo.service]=hash; {STABLE}"));
    run.ends_with(0).says(&["ok       demo.service is active and stable"]).called(&["sleep 10"]);
    let run = host.apply(STABLE);
    assert!(run.calls_of("sleep").is_empty(), "what was not started now was proven before: {run}");
    host.survey(STABLE).ends_with(0);
    with_units(&["demo.service ActiveState=inactive"]).check(STABLE).says(&["missing  demo.service is not active"]);
}

#[test]
fn a_service_that_restarts_while_it_is_watched_is_not_stable() {
    for change in [
        "echo 6 >/run/units/demo.service/MainPID",
        "echo 1 >/run/units/demo.service/NRestarts",
        "echo failed >/run/units/demo.service/ActiveState",
    ] {
        let host = with_units(&["demo.service ActiveState=active MainPID=5 NRestarts=0"]).command("sleep", change);
        host.apply("require_stable demo.service 2").ends_with(1).says(&["demo.service does not stay up: ActiveState="]);
    }
    let host = with_units(&["demo.service ActiveState=failed MainPID=0 NRestarts=5"]);
    host.apply("require_stable demo.service 2").ends_with(1).says(&["does not stay up"]);
}

const VERSION: &str = "require_version python3 3.11";

#[test]
fn a_tool_that_is_too_old_is_refused_before_anything_is_changed() {
    let tool = |version: &str| {
        Host::new()
            .command("python3", &format!("echo 'Python {version}'"))
            .command("dpkg", "[ \"$2\" = \"$4\" ] || exit 1")
    };
    tool("3.11").no_op(VERSION).says(&["ok       python3 3.11"]);
    tool("3.11").survey(VERSION).ends_with(0);
    tool("3.9").survey(VERSION).ends_with(3).says(&[
        "python3 is 3.9 here",
        "asks for 3.11 or newer",
        "deploy to a release that has it",
    ]);
    tool("3.9").check(VERSION).says(&["stale    python3 is 3.9, not 3.11 or newer"]);
    tool("3.9").apply(VERSION).ends_with(1).says(&["python3 is 3.9, not 3.11"]);
    Host::new().survey(VERSION).ends_with(0);
    Host::new().check(VERSION).says(&["missing  python3 is not installed"]);
    Host::new().apply(VERSION).ends_with(1).says(&["which package provides python3"]);
}
