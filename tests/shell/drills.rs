//! Drills: what is broken on purpose, what must follow, and that nothing is tried where it could do harm.

use crate::harness::Host;
use crate::services::with_units;

/// A service in process 812 with a control group; nothing is killed for real: KILL says what would follow.
fn drilled(more: &str) -> Host {
    with_units(&[
        &format!("demo.service ActiveState=active MainPID=812 NRestarts=0 ControlGroup=/demo {more}"),
        "specc-drill-demo.timer ActiveState=inactive",
    ])
    .file("/sys/fs/cgroup/demo/memory.max", "1048576\n")
    .file("/sys/fs/cgroup/demo/memory.swap.max", "0\n")
    .file("/sys/fs/cgroup/demo/memory.events", "low 0\noom_kill 2\n")
    .file("/sys/fs/cgroup/demo/cgroup.procs", "812\n")
    .command("systemd-run", "")
    .command("journalctl", "echo 'demo.service: Main process exited, code=killed'")
    .command("curl", "echo 200")
}

/// systemd starts a new process and counts it.
const RESTARTED: &str = "echo 900 >/run/units/demo.service/MainPID; echo 1 >/run/units/demo.service/NRestarts";
const CRASH: &str = "drill_crash demo.service 5 GET http://127.0.0.1:8000/health 200";

/// The drill, where a SIGKILL is followed by this.
fn crash(host: &Host, follows: &str) -> crate::harness::Run {
    host.bash(&format!("set +e\nkill() {{ echo \"$*\" >>/run/kills; {follows}; }}\n{CRASH}"))
}

#[test]
fn a_crash_that_systemd_heals_is_told_with_both_processes() {
    let host = drilled("");
    let run = crash(&host, RESTARTED);
    run.ends_with(0).says(&["recovered after ", " s: PID 812 → 900"]);
    assert_eq!(host.read("/run/kills"), "-KILL 812\n");
    let guard = run.calls_of("systemd-run")[0];
    assert!(
        guard.contains("--unit=specc-drill-demo --on-active=65s") && guard.contains("systemctl start 'demo.service'"),
        "{guard}"
    );
    run.called(&["systemctl reset-failed demo.service", "systemctl stop specc-drill-demo.timer"]);
}

/// The clock of a drill runs on at each look, so that nobody waits.
const QUICK: &str = "clock=0; milliseconds_since() { clock=$(($(cat /run/clock 2>/dev/null || echo 0) + 3000)); echo $clock >/run/clock; echo $clock; }\n";

#[test]
fn a_service_that_does_not_recover_is_started_again_and_the_drill_failed() {
    for (follows, told) in [
        (
            "echo failed >/run/units/demo.service/ActiveState",
            "not recovered within 5 s: demo.service is failed, PID 812",
        ),
        (
            "echo 900 >/run/units/demo.service/MainPID",
            "a new process runs, but systemd did not restart it (NRestarts is 0)",
        ),
    ] {
        let run = crash(&drilled(""), &format!(":; }}\n{QUICK}kill() {{ {follows}"));
        run.ends_with(1)
            .says(&[told])
            .called(&["systemctl start demo.service", "systemctl stop specc-drill-demo.timer"]);
    }
    let run = crash(&drilled("").command("curl", "echo 503"), &format!(":; }}\n{QUICK}kill() {{ {RESTARTED}"));
    run.ends_with(1).says(&["not recovered within 5 s", "health: 503"]);
}

#[test]
fn a_guard_that_cannot_start_the_service_stays() {
    let run = Host::new().command("systemctl", "[ $1 != start ]").bash("restore_after_drill demo.service; echo end");
    assert!(!run.calls_of("systemctl").contains(&"stop specc-drill-demo.timer"), "{run}");
    run.says(&["end"]);
}

#[test]
fn a_crash_of_which_the_journal_knows_nothing_is_not_proven() {
    crash(&drilled("").command("journalctl", ""), RESTARTED)
        .ends_with(1)
        .says(&["the journal says nothing of the crash"]);
}

#[test]
fn nothing_is_killed_where_it_could_not_be_healed_or_somebody_else_is_at_work() {
    for (host, code, told) in [
        (
            drilled("").command("systemd-run", "echo 'Failed to start transient timer'; exit 1"),
            2,
            "the guard of the drill cannot be set: Failed",
        ),
        (
            drilled("").file("/run/units/specc-drill-demo.timer/ActiveState", "active\n"),
            2,
            "another drill on demo has not ended yet",
        ),
        (drilled("").command("flock", "exit 1"), 2, "a deployment is running on this host"),
        (drilled("").file("/run/units/demo.service/MainPID", "0\n"), 1, "demo.service has no main process"),
    ] {
        crash(&host, RESTARTED).ends_with(code).says(&[told]);
        assert!(!host.exists("/run/kills"), "{told}");
    }
    drilled("").observe_as(1000, CRASH).ends_with(2).says(&["only root can see this"]);
}

#[test]
fn health_is_asked_only_where_there_is_an_end_point() {
    let ask = |curl: &str, what: &str| {
        Host::new()
            .command("curl", curl)
            .bash(&format!("if is_healthy {what}; then echo yes; else echo \"no $HEALTH_ANSWER\"; fi"))
            .out
    };
    assert_eq!(ask("exit 7", ""), "yes\n");
    assert_eq!(ask("echo 200", "GET http://x/ 200"), "yes\n");
    assert_eq!(ask("echo 500", "GET http://x/ 200"), "no 500\n");
    assert_eq!(ask("exit 7", "GET http://x/ 200"), "no connection refused: nothing answers at http://x/\n");
}

#[test]
fn time_is_told_in_milliseconds_and_tenths() {
    let run = Host::new().bash("EPOCHREALTIME=1000.250000; milliseconds_since 999.000000; seconds_since 999,000000");
    assert_eq!(run.out.lines().count(), 2);
    let run = Host::new().bash("now=$EPOCHREALTIME; ms=$(milliseconds_since \"$now\"); ((ms >= 0 && ms < 20000)) && echo sane; seconds_since \"$now\"");
    assert!(run.out.starts_with("sane\n") && run.out.contains('.'), "{run}");
}

// ---- memory

const MEMORY: &str = "drill_memory demo.service 1048576 5 GET http://127.0.0.1:8000/health 200";

/// The kernel kills what takes too much, and counts it; systemd restarts the service.
fn memory(host: &Host, taking: &str, more: &str) -> crate::harness::Run {
    host.bash(&format!("set +e\ntake_memory() {{ echo \"$2\" >/run/taken; {taking}; }}\n{more}\n{MEMORY}"))
}

const KILLED: &str = "printf 'oom_kill 3\\n' >/sys/fs/cgroup/demo/memory.events; echo 900 >/run/units/demo.service/MainPID; echo 1 >/run/units/demo.service/NRestarts; return 137";

#[test]
fn the_kernel_must_kill_what_goes_over_the_limit_and_the_service_recover() {
    let host = drilled("OOMPolicy=stop");
    let run = memory(&host, KILLED, "");
    run.ends_with(0).says(&["the kernel killed the process that went over the limit; recovered after "]);
    assert_eq!(host.read("/run/taken"), "68157440\n", "64 MiB more than the limit");
    let stays = "printf 'oom_kill 3\\n' >/sys/fs/cgroup/demo/memory.events; return 137";
    memory(&drilled("OOMPolicy=continue"), stays, "")
        .ends_with(0)
        .says(&["the process was killed at the limit, the service went on"]);
}

#[test]
fn a_limit_that_does_not_hold_is_told_with_what_is_left_of_swap() {
    let host = drilled("").file("/sys/fs/cgroup/demo/memory.swap.max", "max\n");
    let run = memory(&host, "return 0", "");
    run.ends_with(1)
        .says(&["a process took 68157440 bytes and was not killed (exit status 0); swap left to the unit: max"])
        .called(&["systemctl start demo.service"]);
    let run = memory(&drilled("").command("journalctl", ""), "return 137", "");
    run.ends_with(1).says(&["the kernel counts no kill for want of memory"]);
    let run = memory(
        &drilled("OOMPolicy=stop"),
        "printf 'oom_kill 3\\n' >/sys/fs/cgroup/demo/memory.events; echo failed >/run/units/demo.service/ActiveState; return 137",
        QUICK,
    );
    run.ends_with(1).says(&["not recovered within 5 s"]).called(&["systemctl start demo.service"]);
}

#[test]
fn memory_is_not_filled_where_the_limit_is_another_or_the_host_would_run_short() {
    let host = drilled("").file("/sys/fs/cgroup/demo/memory.max", "max\n");
    memory(&host, KILLED, "")
        .ends_with(1)
        .says(&["nothing was tried: the kernel holds a limit of max, not of 1048576"]);
    assert!(!host.exists("/run/taken"));
    let host = drilled("").own_proc().file("/proc/meminfo", "MemAvailable:  10240 kB\n");
    memory(&host, KILLED, "")
        .ends_with(2)
        .says(&["not enough free memory to try it safely: 10 MiB available, 129 MiB needed"]);
    assert!(!host.exists("/run/taken"));
}

#[test]
fn the_taker_joins_the_group_and_is_first_to_be_killed() {
    let host = Host::new()
        .file("/sys/fs/cgroup/demo/cgroup.procs", "")
        .command("dd", "cat /proc/$$/oom_score_adj >/run/score; kill -KILL $$");
    let run = host.bash("take_memory /sys/fs/cgroup/demo 4096 || echo \"status $?\"");
    assert_eq!((run.out.as_str(), host.read("/run/score").as_str()), ("status 137\n", "1000\n"), "{run}");
    assert_eq!(run.calls_of("dd"), ["if=/dev/zero of=/dev/null bs=4096 count=1 iflag=fullblock status=none"]);
    assert!(host.read("/sys/fs/cgroup/demo/cgroup.procs").trim().parse::<u32>().is_ok());
    assert_eq!(Host::new().bash("take_memory /sys/fs/cgroup/none 4096 || echo \"status $?\"").out, "status 1\n");
    assert_eq!(Host::new().bash("out_of_memory_kills /sys/fs/cgroup/none; echo end").out, "end\n");
}

// ---- reboot

const REBOOT: &str = "drill_reboot demo.service 30 GET http://127.0.0.1:8000/health 200";
const EXPECTED: &str = "/var/lib/specc/demo/reboot-drill";

fn rebootable() -> Host {
    with_units(&["demo.service ActiveState=active UnitFileState=enabled ActiveEnterTimestampMonotonic=12000000"])
        .command("loginctl", "")
        .command("curl", "echo 200")
}

#[test]
fn a_reboot_is_written_down_before_it_happens() {
    let host = rebootable();
    let run = host.bash(&format!("set +e; OPTION_AFTER_REBOOT=no SCRATCH=/run; {REBOOT}"));
    run.ends_with(2).says(&["the host reboots now; when it is back, finish with:", "--after-reboot"]);
    assert!(host.exists("/run/reboot") && host.read(EXPECTED).len() > 30);
    assert!(!run.calls.iter().any(|call| call.contains("reboot")), "the script reboots when its report is out: {run}");
}

#[test]
fn a_host_is_not_rebooted_under_somebody_or_where_it_would_not_come_back() {
    let sessions = "case $1 in list-sessions) echo '7 1000 ann'; echo '8 0 root' ;; *) [ $2 = 7 ] && printf 'Class=user\\nState=active\\nName=ann\\n' || printf 'Class=manager\\nState=active\\nName=root\\n' ;; esac";
    for (host, code, told) in [
        (rebootable().command("loginctl", sessions), 2, "others are logged in: ann (session 7)"),
        (
            rebootable().command(
                "systemctl",
                "case $1 in list-units) echo 'specc-demo-revert-sshd.timer loaded active' ;; esac",
            ),
            2,
            "a change waits for its confirmation: specc-demo-revert-sshd.timer",
        ),
        (
            rebootable().command("systemctl", "[ $1 != is-enabled ]"),
            1,
            "demo.service is not enabled, and would not come back",
        ),
    ] {
        host.observe(&format!("OPTION_AFTER_REBOOT=no SCRATCH=/run; {REBOOT}")).ends_with(code).says(&[told]);
        assert!(!host.exists("/run/reboot"), "{told}");
    }
}

#[test]
fn ones_own_session_and_closing_ones_hold_up_nothing() {
    let sessions = "case $1 in list-sessions) echo '7 1000 ann'; echo '8 0 root' ;; *) printf 'Class=user\\nState=closing\\nName=root\\n' ;; esac";
    let host = Host::new()
        .own_proc()
        .file("/proc/self/cgroup", "0::/user.slice/user-1000.slice/session-7.scope\n")
        .command("loginctl", sessions);
    assert_eq!(host.observe("other_logins").observed(), (0, ""));
}

fn after_reboot(host: &Host, more: &str) -> crate::harness::Run {
    host.bash(&format!("set +e; OPTION_AFTER_REBOOT=yes SCRATCH=/run; {more} {REBOOT}"))
}

#[test]
fn after_the_reboot_the_service_must_have_come_back_by_itself() {
    let host = rebootable().file(EXPECTED, "another-boot\n");
    after_reboot(&host, "").ends_with(0).says(&["a new boot, demo.service active 12 s after its start"]);
    assert!(!host.exists(EXPECTED));
    after_reboot(&rebootable(), "").ends_with(2).says(&["no reboot drill was begun on this host"]);
    let host = rebootable().file(EXPECTED, &std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap());
    after_reboot(&host, "").ends_with(1).says(&["the host has not been rebooted since the drill began"]);
    let host = rebootable().file(EXPECTED, "another-boot\n").command("curl", "echo 503").command("sleep", "");
    let run = after_reboot(&host, "sleep() { SECONDS=99999; };");
    run.ends_with(1).says(&["after the reboot demo.service is active; GET http://127.0.0.1:8000/health: 503"]);
}

#[test]
fn a_service_that_is_back_later_than_promised_has_not_kept_it() {
    let back = |seconds: &str, host: &Host| {
        let drill = REBOOT.replace(" 30 ", &format!(" {seconds} "));
        host.bash(&format!("set +e; OPTION_AFTER_REBOOT=yes SCRATCH=/run; {drill}"))
    };
    let host = rebootable().file(EXPECTED, "another-boot\n");
    back("11", &host).ends_with(1).says(&["demo.service was back 12 s after its start, not within 11 s"]);
    assert!(host.exists(EXPECTED), "the drill has not ended well");
    back("0", &host).ends_with(0).says(&["active 12 s after its start"]);
    // Active in time, and healthy only when it was waited for.
    let late = || {
        rebootable()
            .own_proc()
            .file("/proc/sys/kernel/random/boot_id", "this-boot\n")
            .file("/proc/uptime", "47.81 90.00\n")
            .file(EXPECTED, "another-boot\n")
            .command("curl", "if [ -e /run/asked ]; then echo 200; else : >/run/asked; echo 503; fi")
    };
    back("47", &late()).ends_with(1).says(&["demo.service was back 48 s after its start, not within 47 s"]);
    back("48", &late()).ends_with(0).says(&["active 48 s after its start"]);
}
