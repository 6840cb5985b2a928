//! Observers of the host: accounts, files, packages, disks, commands, the journal, the platform.

use crate::harness::Host;
use crate::services::with_units;
use crate::stand_ins::run;

const ACCOUNTS: &str = "root:x:0:0::/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\ndemo:x:990:990::/opt/demo:/usr/sbin/nologin\ntoor:x:0:0::/root:\n";

/// A host with accounts, and their password fields for root.
fn with_accounts() -> Host {
    Host::new().file("/run/passwd", ACCOUNTS).file("/run/shadow", "root::1\nann:$6$x:1\ndemo:!:1\ntoor:*:1\n").command(
        "getent",
        "[ \"$2\" != -- ] || { set -- \"$1\" \"$3\"; }; [ $# = 2 ] || exec cat /run/$1; [ -e /run/$1 ] && grep \"^$2:\" /run/$1 || exit 2",
    )
}

#[test]
fn an_account_is_told_as_the_name_service_has_it() {
    for (question, answer) in [
        ("demo exists", (0, "yes")),
        ("bob exists", (0, "no")),
        ("bob shell", (1, "there is no user bob")),
        ("demo shell", (0, "/usr/sbin/nologin")),
        ("toor shell", (0, "/bin/sh")),
        ("demo home", (0, "/opt/demo")),
        ("demo uid-class", (0, "system")),
        ("ann uid-class", (0, "regular")),
        ("toor uid-class", (0, "root")),
        ("demo password", (0, "locked")),
        ("toor password", (0, "locked")),
        ("root password", (0, "empty")),
        ("ann password", (0, "set")),
        ("ann colour", (2, "unknown user field colour")),
    ] {
        let answer = (answer.0, answer.1);
        let host = with_accounts();
        let run = host.observe(&format!("observe_user_field {question}"));
        assert_eq!(run.observed(), answer, "{question}");
    }
    let host = with_accounts().command("id", "echo demo ssl-cert adm");
    assert_eq!(host.observe("observe_user_field demo groups").observed(), (0, "adm demo ssl-cert"));
    let host = with_accounts();
    std::fs::remove_file(host.at("/run/shadow")).unwrap();
    assert_eq!(
        host.observe("observe_user_field demo password").observed(),
        (2, "the password field can be read by root only")
    );
}

#[test]
fn every_account_with_the_user_id_of_root_is_named() {
    assert_eq!(with_accounts().observe("observe_root_accounts").observed(), (0, "root toor"));
    assert_ne!(Host::new().command("getent", "exit 1").observe("observe_root_accounts").observed(), (0, "root"));
}

#[test]
fn rights_that_sudo_gives_are_named_and_a_sudo_that_fails_proves_nothing() {
    let sudo = |text: &str| Host::new().command("sudo", text);
    let ask = "observe_sudo_rights demo";
    assert_eq!(Host::new().observe(ask).observed(), (0, "none"));
    assert_eq!(sudo("echo 'User demo is not allowed to run sudo on web-01.'").observe(ask).observed(), (0, "none"));
    let rules = "printf 'Matching Defaults entries for demo:\\n    env_reset\\n\\nUser demo may run the following commands on web-01:\\n    (root) NOPASSWD: /bin/ls\\n    (ALL) ALL\\n'";
    assert_eq!(sudo(rules).observe(ask).observed(), (0, "(root) NOPASSWD: /bin/ls;(ALL) ALL"));
    assert_eq!(
        sudo("echo 'sudo: unknown user demo' >&2; exit 1").observe(ask).observed(),
        (2, "sudo: unknown user demo")
    );
    assert_eq!(sudo("").observe_as(1000, ask).observed(), (2, "only root can see this"));
}

#[test]
fn a_package_is_there_only_where_it_is_installed() {
    for (entry, answer) in
        [("ii \\t1.2-3\\n", "1.2-3"), ("hi \\t1.2\\n", "1.2"), ("rc \\t1.2\\n", "absent"), ("un \\t\\n", "absent")]
    {
        let host = Host::new().command("dpkg-query", &format!("printf '{entry}'"));
        assert_eq!(host.observe("observe_package jq").observed(), (0, answer), "{entry}");
    }
    assert_eq!(Host::new().command("dpkg-query", "exit 1").observe("observe_package jq").observed(), (0, "absent"));
}

#[test]
fn a_tool_tells_its_version_in_its_own_way() {
    for (tool, says, asked, version) in [
        ("python3", "echo Python 3.11.2", "--version", "3.11.2"),
        ("nginx", "echo nginx version: nginx/1.22.1 >&2", "-V", "1.22.1"),
        ("java", "echo 'openjdk version \"17.0.9\"' >&2", "-version", "17.0.9"),
        ("go", "echo go version go1.21 linux", "version", "1.21"),
        ("systemctl", "echo 'systemd 252 (252.22)'; exit 3", "--version", "252"),
    ] {
        let run = Host::new().command(tool, says).observe(&format!("observe_command_version {tool}"));
        assert_eq!((run.observed(), run.calls_of(tool)), ((0, version), vec![asked]), "{tool}");
    }
    assert_eq!(Host::new().observe("observe_command_version node").observed(), (1, "node is not installed"));
    assert_eq!(
        Host::new().command("node", "echo no idea").observe("observe_command_version node").observed(),
        (1, "node does not tell its version")
    );
}

#[test]
fn the_platform_is_read_and_never_run() {
    let ask = |text: &str| Host::new().file("/etc/os-release", text).observe("observe_platform").out;
    assert_eq!(ask("ID=debian\nVERSION_ID=\"12\"\nID_LIKE=x\n"), "debian:12\n");
    assert_eq!(ask("ID='$(touch /run/x)'\nVERSION_ID=1"), "$(touch /run/x):\n");
    assert_eq!(Host::new().observe("observe_platform").observed(), (1, "/etc/os-release does not exist"));
}

#[test]
fn a_disk_is_as_full_as_its_scarcer_resource() {
    let df = |line: &str| {
        Host::new()
            .command("df", &format!("printf 'Use%% IUse%%\\n{line}\\n'"))
            .observe("observe_disk_percent /etc")
            .out
    };
    assert_eq!(df(" 41%% 7%%"), "41\n");
    assert_eq!(df(" 41%% 97%%"), "97\n");
    assert_eq!(df(" 8%% -"), "8\n");
    assert_eq!(Host::new().observe("observe_disk_percent /etc/none").observed(), (1, "/etc/none does not exist"));
    for broken in ["exit 1", "echo Use%", "printf 'Use%% IUse%%\\n- -\\n'"] {
        let run = Host::new().command("df", broken).observe("observe_disk_percent /etc");
        assert_eq!(
            run.observed(),
            (2, "df does not tell how full the file system of /etc is"),
            "taken for an empty disk: {run}"
        );
    }
}

#[test]
fn sizes_of_a_machine_are_numbers() {
    let host = Host::new()
        .own_proc()
        .file("/proc/meminfo", "MemFree: 1 kB\nMemTotal:  2048000 kB\n")
        .command("df", "printf '1M-blocks\\n  20480\\n'")
        .command("nproc", "echo 2");
    assert_eq!(
        host.observe("for what in processors memory disk; do observe_machine $what; done").out,
        "2\n2000\n20480\n"
    );
}

#[test]
fn a_tree_names_its_first_stray_path() {
    let own = |option: &str| {
        String::from_utf8(run(std::process::Command::new("id").arg(option)).stdout).unwrap().trim().to_owned()
    };
    let host = Host::new().file_with_mode("/opt/a/x", "", 0o644).link("/opt/a/link", "/opt/none");
    let owner = format!("observe_tree /opt/a owner {}:{}", own("-un"), own("-gn"));
    assert_eq!(host.observe(&owner).observed(), (0, "none"));
    assert_eq!(host.observe("observe_tree /opt/a mode 022").observed(), (0, "none"));
    assert_eq!(host.observe("observe_tree /opt/a mode 044").observed(), (0, "/opt/a"));
    assert_eq!(host.observe("observe_tree /opt/none mode 022").observed(), (1, "/opt/none is no directory"));
    assert_eq!(
        host.observe("observe_tree /opt/a owner nobody-here:nogroup-here").observed(),
        (2, "not all of /opt/a can be read, or nobody-here:nogroup-here is unknown here")
    );
    assert_eq!(host.observe("observe_tree /opt/a colour red").code, 2);
}

#[test]
fn copies_of_a_secret_beside_it_are_named() {
    let host = Host::new()
        .file("/etc/d/.env", "")
        .file("/etc/d/.env~", "")
        .file("/etc/d/.env.example", "")
        .file("/etc/d/old.env.bak", "");
    assert_eq!(host.observe("observe_file_copies /etc/d/.env").observed(), (0, ".env~ old.env.bak"));
    assert_eq!(Host::new().file("/etc/d/.env", "").observe("observe_file_copies /etc/d/.env").observed(), (0, "none"));
    assert_eq!(Host::new().observe("observe_file_copies /etc/d/.env").observed(), (2, "/etc/d cannot be read"));
}

#[test]
fn variables_without_a_value_are_named_and_no_value_ever_is() {
    let host = Host::new().file("/etc/e", "A=secret\nB=\nC=''\nD=x\nD=\"\"\nE=1");
    assert_eq!(host.observe("observe_environment_unset /etc/e A B C D E F").observed(), (0, "B C D F"));
    assert_eq!(host.observe("observe_environment_unset /etc/e A E").observed(), (0, "none"));
    assert_eq!(host.observe("observe_environment_unset /etc/none A").observed(), (1, "/etc/none does not exist"));
}

#[test]
fn a_command_of_the_specification_runs_without_a_shell_and_without_our_environment() {
    let host = Host::new()
        .command("probe", "printf '%s;' \"$@\"; echo \"${SECRET-unset} $HOME\"; exit 3")
        .command("id", "echo 990");
    let run = host
        .bash("export SECRET=x; SCRATCH=/run; observe_command demo 5 -- probe 'a b' '*' '$(id)'; cat /run/exit-status");
    assert_eq!(run.out, "a b;*;$(id);unset /nonexistent\n3\n");
    assert!(
        run.calls_of("setpriv")[0]
            .starts_with("--reuid=demo --regid=990 --clear-groups --inh-caps=-all --no-new-privs timeout"),
        "{run}"
    );
    let run = host.bash("observe_command root 5 -- probe");
    assert!(run.calls_of("setpriv").is_empty(), "{run}");
}

#[test]
fn a_command_that_cannot_be_run_is_not_taken_for_one_that_prints_nothing() {
    let host = Host::new().command("id", "exit 1").command("probe", "");
    assert_eq!(host.observe("observe_command demo 5 -- probe").observed(), (2, "there is no user demo"));
    assert_eq!(host.observe("observe_command root 5 -- no-such-tool").observed(), (2, "no-such-tool is not installed"));
    assert_eq!(host.observe_as(1000, "observe_command root 5 -- probe").observed(), (2, "only root can see this"));
    let host = Host::new().command("timeout", "exit 124");
    assert_eq!(host.observe("observe_command root 5 -- cat x").observed(), (1, "no end within 5 s: cat x"));
}

#[test]
fn what_an_observation_needs_is_named_where_it_is_missing() {
    assert_eq!(Host::new().observe("needs root sed").observed(), (0, ""));
    assert_eq!(Host::new().observe("needs sed jq-of-tomorrow").observed(), (2, "jq-of-tomorrow is not installed"));
    assert_eq!(Host::new().observe_as(1000, "needs root").observed(), (2, "only root can see this"));
}

// ---- the journal

#[test]
fn entries_of_the_units_own_processes_are_counted_after_asking_it_something() {
    let host = Host::new().command("journalctl", "echo one; echo two").command("curl", "");
    let run = host.observe("observe_journal_recent demo.service 60 no-others http://127.0.0.1:8000/");
    assert_eq!(run.observed(), (0, "2"));
    assert!(run.calls_of("journalctl")[0].ends_with("--since=-60s _SYSTEMD_UNIT=demo.service"), "{run}");
    assert_eq!(run.calls_of("curl").len(), 1, "{run}");
    let run = Host::new().command("journalctl", "").observe("observe_journal_recent demo.service 60 no-others");
    assert_eq!((run.observed(), run.calls_of("journalctl").len()), ((0, "0"), 10), "an entry may still be on its way");
}

#[test]
fn a_service_that_has_had_nothing_to_say_since_its_start_does_log() {
    let quiet = |said: &str| {
        crate::services::with_units(&["demo.service InvocationID=0a1b"])
            .command("journalctl", &format!("case \"$*\" in *_SYSTEMD_INVOCATION_ID=0a1b*) {said} ;; esac"))
    };
    let ask = |host: Host, others: &str| {
        let run = host.observe(&format!("observe_journal_recent demo.service 60 {others}"));
        assert_eq!(run.code, 0, "{run}");
        run.out
    };
    assert_eq!(ask(quiet("echo listening"), "or-this-run"), "1\n");
    assert_eq!(ask(quiet("echo listening"), "no-others"), "0\n", "the specification says in which time");
    assert_eq!(ask(quiet(":"), "or-this-run"), "0\n", "its output does not reach the journal");
    let run = quiet("echo listening").observe("observe_journal_recent demo.service 60 or-this-run");
    assert!(
        run.calls_of("journalctl")[10].ends_with("_SYSTEMD_INVOCATION_ID=0a1b _SYSTEMD_UNIT=demo.service"),
        "{run}"
    );
    let stopped = crate::services::with_units(&["demo.service InvocationID="]).command("journalctl", "");
    assert_eq!(ask(stopped, "or-this-run"), "0\n");
}

#[test]
fn a_journal_that_cannot_be_read_is_not_an_empty_one() {
    let run = Host::new()
        .command("journalctl", "echo 'No journal files were found.' >&2; exit 1")
        .observe("observe_journal_recent demo.service 60 no-others");
    assert_eq!(run.code, 2, "{run}");
    let groups = |names: &str| {
        Host::new().command("id", &format!("echo {names}")).observe_as(1000, "may_read_journal").observed().0
    };
    assert_eq!((groups("ann"), groups("ann adm"), groups("systemd-journal")), (2, 0, 0));
    assert_eq!(Host::new().observe("may_read_journal").code, 0);
}

const JOURNALD: &str = "systemd-journald.service MainPID=30 ExecMainStartTimestamp=@4000000000 InvocationID=abc";

#[test]
fn a_journal_is_persistent_where_its_files_are() {
    let host = |file: &str| with_units(&[JOURNALD]).own_proc().link("/proc/30/fd/7", file);
    assert_eq!(
        host("/var/log/journal/x/system.journal").observe("observe_journal_storage").observed(),
        (0, "persistent")
    );
    assert_eq!(
        host("/run/log/journal/x/system.journal").observe("observe_journal_storage").observed(),
        (0, "volatile")
    );
    assert_eq!(
        with_units(&[]).observe("observe_journal_storage").observed(),
        (1, "systemd-journald.service has no main process")
    );
    assert_eq!(host("/x").observe_as(1000, "observe_journal_storage").observed(), (2, "only root can see this"));
}

#[test]
fn a_setting_of_the_journal_counts_only_where_the_journal_has_read_it() {
    let merged = "printf '[Journal]\\n#SystemMaxUse=\\nSystemMaxUse=1G\\nSystemMaxUse=500M\\nStorage=\\n'";
    let host =
        with_units(&[JOURNALD]).command("systemd-analyze", merged).file("/etc/systemd/journald.conf.d/a.conf", "");
    for (key, value) in [("SystemMaxUse", "500M"), ("Storage", "default"), ("Compress", "default")] {
        assert_eq!(host.observe(&format!("observe_journald_setting {key}")).observed(), (0, value), "{key}");
    }
    host.bash("touch -d @4100000000 /etc/systemd/journald.conf.d/a.conf").ends_with(0);
    assert_eq!(
        host.observe("observe_journald_setting Storage").observed(),
        (1, "journald was not restarted since /etc/systemd/journald.conf.d/a.conf changed")
    );
    assert_eq!(with_units(&[]).observe("observe_journald_setting Storage").observed(), (1, "journald does not run"));
    let run = with_units(&[JOURNALD])
        .command("systemd-analyze", "echo broken; exit 1")
        .observe("observe_journald_setting Storage");
    assert_ne!(run.code, 0, "{run}");
}

const CURRENT: &str = "ensure_journald_current";

#[test]
fn a_journal_is_restarted_where_its_settings_changed_since_and_only_there() {
    let host = with_units(&[JOURNALD]).file("/etc/systemd/journald.conf.d/demo.conf", "[Journal]\n");
    host.no_op(CURRENT).says(&["ok       the journal runs with its settings on disk"]);
    host.bash("touch -d @4100000000 /etc/systemd/journald.conf.d/demo.conf").ends_with(0);
    host.check(CURRENT)
        .says(&["stale    the journal has not read its settings (/etc/systemd/journald.conf.d/demo.conf)"]);
    host.apply(CURRENT)
        .ends_with(0)
        .says(&["changed  the journal was restarted"])
        .called(&["systemctl restart systemd-journald.service"]);
    host.survey(CURRENT).ends_with(0);
}

#[test]
fn a_change_within_the_second_of_the_restart_is_seen_by_its_content() {
    let host = with_units(&[JOURNALD]).file("/etc/systemd/journald.conf.d/demo.conf", "[Journal]\n");
    host.apply("journald_settings_are_its_own && mkdir -p /var/lib/specc/demo/stamps; printf '%s\\n' \"$(journald_settings_hash) $(journald_invocation)\" >/var/lib/specc/demo/stamps/systemd-journald.service").ends_with(0);
    host.no_op(CURRENT);
    let host = host.file("/etc/systemd/journald.conf.d/demo.conf", "[Journal]\nStorage=persistent\n");
    host.check(CURRENT).says(&["stale    the journal has not read its settings"]);
}

#[test]
fn a_smaller_limit_that_would_erase_entries_needs_to_be_accepted() {
    let host = |used: &str| {
        with_units(&[JOURNALD])
            .packaged("/etc/systemd/journald.conf.d/demo.conf", "[Journal]\nSystemMaxUse=500M\n")
            .command("journalctl", &format!("echo 'Archived and active journals take up {used} in the file system.'"))
    };
    host("1.2G").survey(CURRENT).says(&["risk journal-vacuum\tthe journal holds 1.2G; with SystemMaxUse=500M"]);
    for run in [
        host("120.0M").survey(CURRENT),
        host("1.2G").file("/etc/systemd/journald.conf.d/demo.conf", "").survey(CURRENT),
    ] {
        assert!(!run.out.contains("vacuum"), "{run}");
    }
    let run = Host::new().bash("for size in 12 1K 1.5M 2G 1T; do bytes_of $size; echo; done");
    assert_eq!(run.out, "12\n1024\n1572864\n2147483648\n1099511627776\n");
}

#[test]
fn the_age_of_a_file_is_told_in_whole_days() {
    let host = Host::new().file("/etc/demo.env", "A=b\n");
    assert_eq!(host.observe("observe_file_age /etc/demo.env").observed(), (0, "0"));
    host.bash("touch -d @$((EPOCHSECONDS - 3 * 86400 - 60)) /etc/demo.env").ends_with(0);
    assert_eq!(host.observe("observe_file_age /etc/demo.env").observed(), (0, "3"));
    assert_eq!(host.observe("observe_file_age /etc/none.env").observed(), (1, "/etc/none.env does not exist"));
}
