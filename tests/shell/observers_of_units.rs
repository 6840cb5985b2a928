//! Observers of units and of the processes in them: the value, what is absent, and what cannot be told.

use crate::harness::Host;
use crate::services::with_units;

/// A manager that does not answer.
fn silent() -> Host {
    Host::new().command("systemctl", "echo 'Failed to connect to bus' >&2; exit 1")
}

#[test]
fn a_property_is_told_as_the_manager_holds_it() {
    let host = with_units(&[
        "demo.service LoadState=loaded MemoryMax=536870912 Description=a_b=c",
        "x.service LoadState=not-found",
        "m.service LoadState=masked UnitFileState=masked",
    ]);
    for (question, answer) in [
        ("demo.service MemoryMax", (0, "536870912")),
        ("demo.service Description", (0, "a b=c")),
        ("demo.service NoSuch", (0, "")),
        ("demo.service Memory", (0, "")),
        ("x.service MemoryMax", (1, "x.service is not-found")),
        ("x.service LoadState", (0, "not-found")),
        ("m.service UnitFileState", (0, "masked")),
    ] {
        assert_eq!(host.observe(&format!("observe_unit_property {question}")).observed(), answer, "{question}");
    }
}

#[test]
fn a_manager_that_does_not_answer_proves_nothing() {
    for observer in [
        "observe_unit_property demo.service MemoryMax",
        "observe_unit_enabled demo.service",
        "observe_unit_result demo.service",
        "observe_unit_sources demo.service",
        "observe_timer demo.timer",
        "observe_root_commands demo.service",
        "observe_failed_dependencies demo.service",
        "observe_process_field demo.service cwd",
        "observe_cgroup demo.service memory.max",
        "observe_process_user demo.service",
        "observe_current demo.service",
        "observe_journal_storage",
    ] {
        assert_eq!(
            silent().observe(observer).observed(),
            (2, "the service manager does not answer: Failed to connect to bus"),
            "{observer}"
        );
    }
    let run = silent().observe("observe_stable demo.service 60");
    assert_eq!(run.observed(), (2, "the service manager does not answer"));
    let host = silent().command("ss", "echo 'LISTEN 0 5 *:80 *:* users:((\"x\",pid=812,fd=3))'");
    assert_eq!(host.observe("observe_listener_unit 80 tcp demo.service").code, 2, "no foreign process is named for it");
}

#[test]
fn whether_a_unit_starts_at_boot_is_more_than_being_enabled() {
    for (state, answer) in [
        ("enabled", (0, "enabled")),
        ("static", (0, "static")),
        ("masked", (0, "masked")),
        ("", (1, "demo.service is not installed")),
    ] {
        let host = with_units(&[&format!("demo.service UnitFileState={state}")]);
        assert_eq!(host.observe("observe_unit_enabled demo.service").observed(), answer, "{state}");
    }
    let host = with_units(&["demo.service UnitFileState=enabled"])
        .file("/run/units/reached", "default.target\n  xdemo.service\n");
    assert_eq!(host.observe("observe_unit_enabled demo.service").observed(), (0, "unreached"));
}

#[test]
fn the_last_run_of_a_oneshot_is_not_taken_for_good_where_there_was_none() {
    for (unit, answer) in [
        ("LoadState=loaded Result=success ExecMainStartTimestampMonotonic=5", "success"),
        ("LoadState=loaded Result=success ExecMainStartTimestampMonotonic=0", "never-ran"),
        ("LoadState=loaded Result=success", "never-ran"),
        ("LoadState=not-found Result=success", "not-found"),
        (
            "LoadState=loaded Result=exit-code ExecMainStatus=3 ExecMainStartTimestampMonotonic=5",
            "exit-code (exit status 3)",
        ),
    ] {
        let host = with_units(&[&format!("backup.service {unit}")]);
        assert_eq!(host.observe("observe_unit_result backup.service").observed(), (0, answer), "{unit}");
    }
}

#[test]
fn the_files_of_a_unit_show_a_foreign_drop_in() {
    let host = with_units(&["demo.service LoadState=loaded FragmentPath=/a/demo.service DropInPaths=/a/x.conf"]);
    assert_eq!(host.observe("observe_unit_sources demo.service").observed(), (0, "/a/demo.service /a/x.conf"));
    assert_eq!(
        with_units(&[]).observe("observe_unit_sources demo.service").observed(),
        (1, "demo.service is unknown to systemd")
    );
}

#[test]
fn dependencies_that_are_not_active_are_named() {
    let host = with_units(&[
        "demo.service Requires=a.service_b.service BindsTo=c.mount",
        "a.service ActiveState=active",
        "b.service ActiveState=failed",
    ]);
    assert_eq!(host.observe("observe_failed_dependencies demo.service").observed(), (0, "b.service c.mount"));
    assert_eq!(
        with_units(&["demo.service Requires="]).observe("observe_failed_dependencies demo.service").observed(),
        (0, "none")
    );
}

#[test]
fn a_timer_is_active_only_where_it_knows_its_time() {
    for (timer, answer) in [
        ("LoadState=loaded ActiveState=active NextElapseUSecRealtime=soon", "active"),
        ("LoadState=loaded ActiveState=active NextElapseUSecMonotonic=5min", "active"),
        ("LoadState=loaded ActiveState=active NextElapseUSecMonotonic=infinity", "active, but it never elapses again"),
        ("LoadState=loaded ActiveState=inactive", "inactive"),
        ("LoadState=not-found", "not-found"),
    ] {
        let host = with_units(&[&format!("demo.timer {timer}")]);
        assert_eq!(host.observe("observe_timer demo.timer").observed(), (0, answer), "{timer}");
    }
}

#[test]
fn commands_that_run_as_root_in_a_units_place_are_named() {
    let show = |line: &str| {
        Host::new().command("systemctl", &format!("echo '{line}'")).observe("observe_root_commands demo.service").out
    };
    assert_eq!(
        show("ExecStartPreEx={ path=/bin/true ; argv[]=/bin/true -x ; flags=privileged ; start_time=[n/a] }"),
        "/bin/true -x\n"
    );
    assert_eq!(show("ExecStartPreEx={ path=/bin/a ; argv[]=/bin/a ; flags=ignore-failure no-setuid ; x }"), "/bin/a\n");
    assert_eq!(show("PermissionsStartOnly=yes"), "PermissionsStartOnly=yes\n");
    assert_eq!(show("ExecStartEx={ path=/bin/a ; argv[]=/bin/a ; flags= ; x }"), "none\n");
}

#[test]
fn a_service_is_stable_where_nobody_had_to_restart_it_or_its_process_stays() {
    let ask = |host: Host| host.observe("observe_stable demo.service 60").out;
    let up = "ExecMainStartTimestampMonotonic=999999999999999";
    assert_eq!(
        ask(with_units(&["demo.service ActiveState=active SubState=running MainPID=7 NRestarts=0"])),
        "stable\n"
    );
    assert_eq!(
        ask(with_units(&["demo.service ActiveState=activating SubState=auto-restart"])),
        "activating (auto-restart)\n"
    );
    let host = with_units(&[&format!("demo.service ActiveState=active SubState=running MainPID=7 NRestarts=2 {up}")]);
    assert_eq!(ask(host), "stable\n");
    let host = with_units(&[&format!("demo.service ActiveState=active SubState=running MainPID=7 NRestarts=3 {up}")]);
    let run = host.bash("sleep() { echo 8 >/run/units/demo.service/MainPID; }; observe_stable demo.service 60");
    assert_eq!(run.out, "restarting: 3 automatic restarts, main process 7 → 8\n");
}

#[test]
fn a_service_that_crashes_every_minute_is_not_stable_though_its_process_is_older_than_the_window() {
    let ask = |started: i64, restarts: u32, journal: &str| {
        let up: f64 = std::fs::read_to_string("/proc/uptime").unwrap().split(' ').next().unwrap().parse().unwrap();
        let started = (up as i64 - started) * 1_000_000;
        let unit = format!(
            "demo.service ActiveState=active SubState=running MainPID=7 NRestarts={restarts} ExecMainStartTimestampMonotonic={started}"
        );
        with_units(&[&unit]).command("journalctl", journal).observe("observe_stable demo.service 10")
    };
    let restarted = |times: u32| format!("for i in $(seq {times}); do echo 'Scheduled restart job'; done");
    let looping = |times: u32| format!("restarting: {times} automatic restarts within the last 15 min");
    let run = ask(20, 400, &restarted(14));
    assert_eq!(run.observed(), (0, looping(14).as_str()));
    assert!(
        run.calls_of("journalctl")[0]
            .ends_with("--since=-900s _PID=1 UNIT=demo.service MESSAGE_ID=5eb03494b6584870a536b337290809b3"),
        "{run}"
    );
    assert_eq!(ask(20, 400, &restarted(2)).observed(), (0, "stable"), "crashes of other days");
    assert_eq!(ask(20, 2, &restarted(14)).observed(), (0, "stable"), "started by hand since, or by a drill");
    assert_eq!(ask(20, 3, &restarted(14)).observed(), (0, looping(3).as_str()), "older entries do not count");
    assert_eq!(
        ask(20, 400, "").observed(),
        (0, looping(400).as_str()),
        "a journal that lost its entries hides nothing"
    );
    assert_eq!(ask(901, 400, &restarted(14)).observed(), (0, "stable"));
    assert_eq!(ask(20, 400, "exit 1").observed(), (2, "the journal cannot be read"));
    let limited = with_units(&["demo.service x=y"]).command("id", "echo nobody");
    assert_eq!(limited.observe_as(1000, "recent_restarts demo.service 5").code, 2);
}

#[test]
fn limits_are_read_from_the_kernel() {
    let group = "/sys/fs/cgroup/system.slice/demo.service";
    let host = with_units(&[
        "demo.service ControlGroup=/system.slice/demo.service",
        "gone.service ControlGroup=/system.slice/gone.service",
    ])
    .file(&format!("{group}/memory.max"), "536870912\n")
    .file(&format!("{group}/cpu.max"), "25000 100000\n")
    .file(&format!("{group}/pids.max"), "max\n");
    for (question, answer) in [
        ("demo.service memory.max", (0, "536870912")),
        ("demo.service cpu.max", (0, "25")),
        ("demo.service pids.max", (0, "max")),
        ("demo.service memory.swap.max", (1, "the kernel keeps no memory.swap.max for demo.service")),
        ("gone.service memory.max", (1, "gone.service has no control group: it does not run")),
        ("other.service memory.max", (1, "other.service has no control group: it does not run")),
    ] {
        assert_eq!(host.observe(&format!("observe_cgroup {question}")).observed(), answer, "{question}");
    }
    let host = host.file(&format!("{group}/cpu.max"), "max 100000\n");
    assert_eq!(host.observe("observe_cgroup demo.service cpu.max").observed(), (0, "unlimited"));
}

/// A unit with two processes, the second of which can become root again.
fn with_processes() -> Host {
    let status = |uid: &str, gid: &str| {
        format!(
            "Name:\tx\nUid:\t{uid}\nGid:\t{gid}\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000400\nCapAmb:\t0000000000000001\nGroups:\t990 4 \nNoNewPrivs:\t1\nSeccomp:\t2\n"
        )
    };
    let limits = "Limit                     Soft Limit           Hard Limit           Units\nMax open files            65536                65536                files\n";
    with_units(&["demo.service ControlGroup=/demo MainPID=812 LoadState=loaded", "dead.service MainPID=0"])
        .own_proc()
        .file("/sys/fs/cgroup/demo/cgroup.procs", "812\n")
        .file("/sys/fs/cgroup/demo/sub/cgroup.procs", "813\n")
        .file("/proc/812/status", &status("990\t990\t990\t990", "990\t990\t990\t990"))
        .file("/proc/813/status", &status("990\t990\t0\t990", "990\t990\t0\t990"))
        .file("/proc/812/limits", limits)
        .file("/proc/812/cmdline", "python\0main.py\0")
        .link("/proc/812/cwd", "/opt/demo")
        .command("getent", "for word; do :; done; case $word in 990) echo demo:x:990 ;; *) exit 2 ;; esac")
}

#[test]
fn every_identity_that_a_process_could_take_is_told() {
    assert_eq!(with_processes().observe("observe_process_user demo.service").observed(), (0, "0:0 demo:demo"));
    let host = with_processes().file("/sys/fs/cgroup/demo/sub/cgroup.procs", "814\n");
    assert_eq!(
        host.observe("observe_process_user demo.service").observed(),
        (0, "demo:demo"),
        "a process that has just ended"
    );
    // While it was read: what is shown of it is cut off.
    let host = host.file("/proc/814/status", "Name:\tdemo\nUid:\t0\t0\t0\t0\n");
    assert_eq!(host.observe("observe_process_user demo.service").observed(), (0, "demo:demo"));
    let host = host.file("/sys/fs/cgroup/demo/cgroup.procs", "814\n").file("/sys/fs/cgroup/demo/sub/cgroup.procs", "");
    assert_eq!(host.observe("observe_process_user demo.service").observed(), (1, "no process of demo.service runs"));
    let host = with_units(&["demo.service ControlGroup=/demo"]).file("/sys/fs/cgroup/demo/cgroup.procs", "");
    assert_eq!(host.observe("observe_process_user demo.service").observed(), (1, "no process of demo.service runs"));
    assert_eq!(
        host.observe("observe_process_user other.service").observed(),
        (1, "other.service has no control group: it does not run")
    );
}

#[test]
fn fields_of_a_process_come_from_the_kernel() {
    for (field, answer) in [
        ("cwd", (0, "/opt/demo")),
        ("exe", (2, "only root can see this")),
        ("command-line", (0, "python main.py ")),
        ("nofile", (0, "65536")),
        ("no-new-privs", (0, "1")),
        ("groups", (0, "4 demo")),
        ("capabilities", (0, "401")),
        ("seccomp", (0, "2")),
        ("colour", (2, "unknown field: colour")),
    ] {
        assert_eq!(
            with_processes().observe(&format!("observe_process_field demo.service {field}")).observed(),
            answer,
            "{field}"
        );
    }
    assert_eq!(
        with_processes().observe("observe_process_field dead.service cwd").observed(),
        (1, "dead.service has no main process")
    );
    let run = with_processes().observe("echo 999 >/dev/null; observe_process_field gone.service nofile");
    assert_ne!(run.code, 0);
}

/// A service that runs what is on disk, started in the far future.
fn current() -> Host {
    with_units(&["demo.service MainPID=812 NeedDaemonReload=no ExecMainStartTimestamp=@4000000000 WorkingDirectory=/opt/demo FragmentPath=/etc/demo.service"])
        .own_proc()
        .link("/proc/812/exe", "/usr/bin/python3")
        .link("/proc/812/cwd", "/opt/demo")
        .file("/etc/demo.service", "")
        .file("/opt/demo/main.py", "")
        .file("/package/app/main.py", "")
}

#[test]
fn a_process_is_current_only_where_nothing_that_it_reads_changed_since() {
    let ask = "package_directory=/package; observe_current demo.service";
    let host = current()
        .file("/run/units/demo.service/WorkingDirectory", &format!("{}\n", current().at("/opt/demo").display()));
    assert_eq!(host.observe(ask).observed(), (0, "yes"));
    let host = current();
    let here = host.at("/opt/demo").display().to_string();
    let host = host.file("/run/units/demo.service/WorkingDirectory", &format!("{here}\n"));
    host.bash("touch -d @4100000000 /opt/demo/main.py").ends_with(0);
    assert_eq!(host.observe(ask).observed(), (0, "/opt/demo/main.py changed after the process had started"));
    host.bash("touch /opt/demo/main.py; touch -d @4100000000 /opt/demo/data.db").ends_with(0);
    assert_eq!(host.observe(ask).observed(), (0, "yes"), "what the package did not bring is data");
    let host = current().file("/run/units/demo.service/NeedDaemonReload", "yes\n");
    assert_eq!(host.observe(ask).observed(), (0, "systemd has not read the unit file since it changed"));
    let host = current().file("/run/units/demo.service/MainPID", "0\n");
    assert_eq!(host.observe(ask).observed(), (1, "demo.service has no main process"));
    let host = current();
    std::fs::remove_file(host.at("/proc/812/cwd")).unwrap();
    let host = host.link("/proc/812/cwd", "/opt/demo (deleted)");
    assert_eq!(host.observe(ask).observed(), (0, "its cwd was replaced under it"));
}

/// As `cp --preserve` and `rsync --archive` bring it.
#[test]
fn a_program_that_was_replaced_under_its_old_time_is_not_what_runs() {
    let ask = "package_directory=/package; observe_current demo.service";
    let host = current().file("/run/units/demo.service/ExecMainStartTimestamp", "@1000\n");
    let here = host.at("/opt/demo").display().to_string();
    let host = host.file("/run/units/demo.service/WorkingDirectory", &format!("{here}\n"));
    host.bash("touch -d @500 /opt/demo/main.py /etc/demo.service").ends_with(0);
    assert_eq!(host.observe(ask).observed(), (0, "yes"), "its mode may have changed, it is what the package brought");
    let host = host.file("/opt/demo/main.py", "another one\n").file("/opt/demo/data.db", "data\n");
    host.bash("touch -d @500 /opt/demo/main.py").ends_with(0);
    assert_eq!(host.observe(ask).observed(), (0, "/opt/demo/main.py changed after the process had started"));
    assert_eq!(host.observe("replaced_with_an_old_time 1000 /opt/demo").out, "");
}

#[test]
fn environment_files_are_told_without_their_flags() {
    let host = Host::new().command("systemctl", "echo 'EnvironmentFiles=/a.env (ignore_errors=no)'");
    assert_eq!(host.observe("environment_files demo.service").out, "/a.env\n");
}

#[test]
fn the_moment_of_a_start_is_in_seconds_and_zero_where_there_was_none() {
    assert_eq!(
        with_units(&["a.service ExecMainStartTimestamp=@1700000000"]).observe("unit_started a.service").out,
        "1700000000\n"
    );
    assert_eq!(with_units(&[]).observe("unit_started a.service").out, "0\n");
}

#[test]
fn what_changed_after_a_moment_is_found_below_directories_and_through_links() {
    let host = Host::new().file("/etc/x/deep/a", "").link("/opt/l", "/etc/x");
    host.bash("touch -d @5000 /etc/x/deep/a; touch -d @100 /etc/x /etc/x/deep").ends_with(0);
    assert_eq!(host.observe("configuration_newer_than 4000 /opt/l").out, "/opt/l/deep/a\n");
    assert_eq!(
        host.observe("configuration_newer_than 5000 /opt/l").out,
        "",
        "within the same second nothing can be told"
    );
    assert_eq!(host.observe("configuration_newer_than 4000; configuration_newer_than 4000 /etc/none").out, "");
}

#[test]
fn an_answer_is_remembered_with_its_status_and_asked_for_once() {
    let host = Host::new().command("systemctl", "echo answer; echo complaint >&2; exit 3").directory("/run/memory");
    let run = host.bash("MEMORY=/run/memory; for i in 1 2; do remembered x systemctl || echo \"status $?\"; done");
    assert_eq!(run.out, "answer\ncomplaint\nstatus 3\nanswer\ncomplaint\nstatus 3\n");
    assert_eq!(run.calls.len(), 1, "{run}");
    let run = host.bash("for i in 1 2; do remembered x systemctl || echo \"status $?\"; done");
    assert_eq!(run.calls.len(), 2, "whoever changes something asks each time");
}
