//! Log files and their rotation: the file, what copies into it, logrotate's opinion, who holds what was rotated, the drill.

use crate::harness::{Host, Run};
use crate::services::with_units;

const LOG: &str = "/var/log/demo/demo.log";

// ---- the file

const FILE: &str = "ensure_log_file 0640 demo demo /var/log/demo/demo.log";
/// systemd-tmpfiles, as far as it matters here: it makes a file with its mode, and gives it to its owner.
const TMPFILES: &str = r#"read -r kind path mode owner group; path=${path#\"}; path=${path%\"}
[ -e "$path" ] || : >"$path"; chmod "$mode" "$path"; echo "$path $owner:$group" >>"$ROOT/.owners""#;

fn with_directory() -> Host {
    Host::new().directory("/var/log/demo").owned("/var/log/demo", "demo:demo")
}

#[test]
fn a_log_file_with_its_owner_and_mode_is_left_alone() {
    let host = with_directory().file_with_mode(LOG, "an entry\n", 0o640).owned(LOG, "demo:demo");
    host.no_op(FILE).says(&["ok       log file /var/log/demo/demo.log"]);
    host.survey(FILE).ends_with(0);
}

#[test]
fn a_log_file_that_is_missing_or_another_ones_is_made_so_and_keeps_what_it_holds() {
    let host = with_directory().command("systemd-tmpfiles", TMPFILES);
    host.check(FILE).says(&["missing  log file /var/log/demo/demo.log"]);
    host.apply(FILE).ends_with(0).says(&["changed  log file /var/log/demo/demo.log (0640 demo:demo)"]);
    let host = with_directory().command("systemd-tmpfiles", TMPFILES).file(LOG, "an entry\n");
    host.check(FILE).says(&["edited   log file /var/log/demo/demo.log is 0644 root:root, not 0640 demo:demo"]);
    host.apply(FILE).ends_with(0);
    assert_eq!((host.read(LOG).as_str(), host.mode(LOG)), ("an entry\n", 0o640));
}

#[test]
fn a_log_file_that_cannot_be_made_so_stops_the_run() {
    let host =
        with_directory().command("systemd-tmpfiles", "echo 'Detected unsafe path transition'; exit 1").file(LOG, "");
    host.apply(FILE).ends_with(1).says(&[
        "| Detected unsafe path transition",
        "is 0644 root:root, not 0640 demo:demo",
        "give it to demo:demo",
    ]);
    let host = with_directory().command("systemd-tmpfiles", "");
    host.apply(FILE).ends_with(1).says(&["the log file /var/log/demo/demo.log is not there"]);
    with_directory().link(LOG, "/etc/shadow").survey(FILE).ends_with(3).says(&["is in the way: it is a link"]);
    with_directory().directory(LOG).survey(FILE).ends_with(3).says(&["is in the way: it is a directory"]);
}

#[test]
fn the_size_of_a_file_is_told_in_bytes() {
    let host = Host::new().file(LOG, "12345");
    assert_eq!(host.observe(&format!("observe_file_field {LOG} size")).observed(), (0, "5"));
}

// ---- can the service write it

const WRITABLE: &str = "observe_writable demo.service demo /var/log/demo/demo.log";

fn with_account(host: Host) -> Host {
    host.command("id", "echo 990")
}

#[test]
fn a_file_is_writable_where_the_user_can_append_in_the_services_own_view() {
    let enter = "while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"";
    let host = with_account(with_units(&["demo.service MainPID=812"])).command("nsenter", enter).file(LOG, "entry\n");
    let run = host.observe(WRITABLE);
    assert_eq!(run.observed(), (0, "yes"));
    assert!(
        run.calls_of("nsenter")[0]
            .starts_with("--target 812 --mount -- setpriv --reuid=demo --regid=990 --init-groups"),
        "{run}"
    );
    assert_eq!(host.read(LOG), "entry\n");
    let stopped = with_account(with_units(&["demo.service MainPID=0"])).file(LOG, "");
    assert_eq!(stopped.observe(WRITABLE).observed(), (0, "yes"));
}

#[test]
fn a_file_that_is_not_there_is_not_made_by_the_question() {
    let host = with_account(with_units(&["demo.service MainPID=0"])).directory("/var/log/demo");
    assert_eq!(host.observe(WRITABLE).observed(), (0, "no: /var/log/demo/demo.log is not there, or no file"));
    let refused = with_account(with_units(&["demo.service MainPID=0"]))
        .file(LOG, "")
        .command("setpriv", "echo 'sh: cannot create: Read-only file system' >&2; exit 2");
    assert_eq!(refused.observe(WRITABLE).observed(), (0, "no: sh: cannot create: Read-only file system"));
}

#[test]
fn whether_a_user_can_write_needs_root_and_the_user() {
    let host = with_units(&["demo.service MainPID=812"]).command("id", "exit 1");
    assert_eq!(host.observe(WRITABLE).observed(), (1, "there is no user demo"));
    assert_eq!(with_units(&[]).observe_as(1000, WRITABLE).observed(), (2, "only root can see this"));
    let host = with_account(with_units(&["demo.service MainPID=812"]));
    assert_eq!(host.observe(WRITABLE).observed(), (2, "nsenter is not installed"));
}

// ---- do entries arrive

const ENTRY: &str = "2027-01-01T00:00:00.000001+0000 web-01 demo[812]: ready [0]";
const COPIED: &str = "observe_log_copied demo.service /var/log/demo/demo.log http://127.0.0.1:8000/";

#[test]
fn the_last_entry_is_looked_for_in_the_file_and_the_one_that_was_just_rotated() {
    let journal = format!("echo '{ENTRY}'; echo '    second line'");
    let host = |path: &str, text: &str| {
        Host::new().command("journalctl", &journal).command("curl", "").file(LOG, "older\n").file(path, text)
    };
    let run = host(LOG, &format!("older\n{ENTRY}\n    second line\n")).observe(COPIED);
    assert_eq!(run.observed(), (0, "yes"));
    assert_eq!(run.calls_of("curl").len(), 1, "{run}");
    let run = host("/var/log/demo/demo.log.1", &format!("{ENTRY}\n")).observe(COPIED);
    assert_eq!(run.observed(), (0, "yes"));
    let run = host("/var/log/demo/other.log", ENTRY).observe(COPIED);
    assert_eq!(run.observed(), (0, "the entry of 2027-01-01T00:00:00.000001+0000 is not in /var/log/demo/demo.log"));
    assert_eq!(run.calls_of("sleep").len(), 10, "it may still be on its way: {run}");
}

#[test]
fn a_quiet_service_and_an_unreadable_journal_prove_nothing_in_either_direction() {
    let host = Host::new().command("curl", "").file(LOG, "").command("journalctl", "");
    assert_eq!(host.observe(COPIED).observed(), (2, "the journal has no entry about demo.service"));
    let host = Host::new().command("curl", "").file(LOG, "").command("journalctl", "exit 1");
    assert_eq!(host.observe(COPIED).observed(), (2, "the journal cannot be read"));
    assert_eq!(Host::new().observe(COPIED).observed(), (1, "/var/log/demo/demo.log is not there"));
}

// ---- what copies them

/// The program's functions, without the last lines, which run it.
fn program() -> String {
    include_str!("../../templates/programs/log-file").replace("main \"$@\"\nexit\n", "")
}

/// A journal of one line an entry; its cursor is a number.
const JOURNAL: &str = r#"case "$*" in *--follow*) exec cat /run/bell ;; esac
for word; do case $word in --cursor-file=*) cursor=${word#*=} ;; esac; done
reached=0; [ ! -s "$cursor" ] || reached=$(cat "$cursor")
tail -n "+$((reached + 1))" /run/journal
wc -l </run/journal >"$cursor""#;
const COPY: &str = "copy_new_entries demo.service /var/log/demo/demo.log";

fn with_journal(entries: &str) -> Host {
    Host::new().command("journalctl", JOURNAL).file("/run/journal", entries).directory("/var/log/demo")
}

fn copies(host: &Host, script: &str) -> Run {
    host.bash(&format!("{}\n{script}", program()))
}

#[test]
fn each_entry_is_copied_once_and_after_a_rotation_into_the_new_file() {
    let host = with_journal("one\ntwo\n");
    let run = copies(&host, &format!("{COPY}; {COPY}; echo three >>/run/journal; {COPY}"));
    run.ends_with(0);
    assert_eq!(host.read(LOG), "one\ntwo\nthree\n", "{run}");
    assert!(run.calls_of("journalctl")[0].contains("--lines=1000"), "the first time there is no place: {run}");
    assert!(!run.calls_of("journalctl")[1].contains("--lines"), "{run}");
    assert_eq!(run.calls_of("sync").len(), 2, "nothing new, nothing to write: {run}");
    copies(&host, &format!("mv {LOG} {LOG}.1; echo four >>/run/journal; {COPY}")).ends_with(0);
    assert_eq!(
        (host.read(LOG).as_str(), host.read("/var/log/demo/demo.log.1").as_str()),
        ("four\n", "one\ntwo\nthree\n")
    );
}

#[test]
fn what_could_not_be_written_is_copied_again() {
    let host = with_journal("one\n");
    copies(&host, COPY).ends_with(0);
    let host = host.file("/run/journal", "one\ntwo\n").command("sync", "exit 1");
    assert_ne!(copies(&host, COPY).code, 0, "a full disk ends it");
    let host = host.command("sync", "");
    copies(&host, COPY).ends_with(0);
    // Rather twice than never.
    assert_eq!(host.read(LOG), "one\ntwo\ntwo\n");
    let host = with_journal("");
    copies(&host, COPY).ends_with(0);
    assert_eq!(host.read(LOG), "");
}

#[test]
fn an_entry_or_some_time_wakes_it_and_a_silent_journal_ends_it() {
    let host = with_journal("").file("/run/bell", "ring\nring\n");
    let run =
        copies(&host, "exec {bell}</run/bell; await_bell \"$bell\"; echo woken; await_bell \"$bell\" || echo over");
    run.says(&["woken", "<3>the journal cannot be followed any longer", "over"]);
    copies(&host, "read() { return 142; }; await_bell 0; echo later").ends_with(0).says(&["later"]);
    let host = with_journal("one\n").file("/run/bell", "ring\n");
    let run = copies(&host, "main demo.service /var/log/demo/demo.log");
    run.ends_with(1).called(&["journalctl --quiet --unit=demo.service --follow --lines=0 --output=cat"]);
    assert_eq!(host.read(LOG), "one\n", "{run}");
}

// ---- logrotate's opinion

const OBSERVE: &str = "observe_rotation demo demo /etc/specc/demo-log-rotation.conf";
const VALID: &str = "ensure_rotation_valid demo demo /etc/specc/demo-log-rotation.conf";
const TAKEN: &str = "echo 'rotating pattern: \"/var/log/demo/demo.log\"  104857600 bytes (10 rotations)' >&2";

fn logrotate(body: &str) -> Host {
    Host::new()
        .file_with_mode("/usr/sbin/logrotate", &format!("#!/bin/sh\n{body}\n"), 0o755)
        .file("/etc/specc/demo-log-rotation.conf", "\"/var/log/demo/demo.log\" {\n}\n")
}

#[test]
fn a_configuration_is_accepted_only_where_logrotate_reads_it_without_an_error() {
    let run = logrotate(TAKEN).observe(OBSERVE);
    assert_eq!(run.observed(), (0, "accepted"));
    assert!(
        run.calls_of("setpriv")[0]
            .ends_with("/usr/sbin/logrotate --debug --state /dev/null /etc/specc/demo-log-rotation.conf"),
        "{run}"
    );
    // It ends with 0 all the same.
    let ignored = "error: Ignoring demo.conf because of bad file mode - must be 0644 or 0444.";
    assert_eq!(logrotate(&format!("echo '{ignored}' >&2; {TAKEN}")).observe(OBSERVE).observed(), (0, ignored));
    let empty = logrotate("echo 'Handling 0 logs' >&2").observe(OBSERVE);
    assert_eq!(empty.observed(), (0, "it rotates nothing: Handling 0 logs"));
    assert_eq!(Host::new().observe(OBSERVE).observed(), (2, "logrotate is not installed"));
    assert_eq!(logrotate(TAKEN).observe_as(1000, OBSERVE).observed(), (2, "only root can see this"));
}

#[test]
fn a_configuration_that_logrotate_does_not_take_stops_the_run_before_it_is_live() {
    logrotate(TAKEN).no_op(VALID).says(&["ok       logrotate accepts /etc/specc/demo-log-rotation.conf"]);
    let host = logrotate("echo 'error: demo.conf:3 unknown option' >&2");
    host.check(VALID).says(&["edited   logrotate does not accept", "demo.conf:3 unknown option"]);
    host.apply(VALID).ends_with(1).says(&["does not accept", "error: demo.conf:3 unknown option"]);
    Host::new().check(VALID).says(&["missing  log rotation /etc/specc/demo-log-rotation.conf"]);
    Host::new().apply(VALID).ends_with(1).says(&["there is no /etc/specc/demo-log-rotation.conf"]);
    Host::new().survey(VALID).ends_with(0);
}

// ---- who holds what was rotated

const HELD: &str = "observe_rotated_held /var/log/demo/demo.log";

fn with_descriptor(target: &str, flags: &str) -> Host {
    Host::new()
        .own_proc()
        .link("/proc/812/fd/4", target)
        .file("/proc/812/fdinfo/4", &format!("pos:\t0\nflags:\t{flags}\n"))
        .file("/proc/812/comm", "python3\n")
}

#[test]
fn whoever_goes_on_writing_into_a_rotated_file_is_named() {
    let held = |file: &str| format!("python3 (process 812) has {file} open");
    for (target, shown) in [
        ("/var/log/demo/demo.log.1", "/var/log/demo/demo.log.1"),
        ("/var/log/demo/demo.log.10 (deleted)", "/var/log/demo/demo.log.10 (deleted)"),
        ("/var/log/demo/demo.log (deleted)", "/var/log/demo/demo.log (deleted)"),
    ] {
        let run = with_descriptor(target, "0102001").observe(HELD);
        assert_eq!(run.observed(), (0, held(shown).as_str()), "{run}");
        assert_eq!(run.calls_of("sleep").len(), 4, "a batch may be on its way: {run}");
    }
}

#[test]
fn the_log_itself_other_files_and_readers_do_not_count() {
    for (target, flags) in [
        ("/var/log/demo/demo.log", "0102001"),
        ("/var/log/demo/demo.logs", "0102001"),
        ("/var/log/other/demo.log.1", "0102001"),
        ("/var/log/demo/demo.log.1", "0100000"),
    ] {
        assert_eq!(with_descriptor(target, flags).observe(HELD).observed(), (0, "none"), "{target} {flags}");
    }
    assert_eq!(with_descriptor(LOG, "0").observe_as(1000, HELD).observed(), (2, "only root can see this"));
}

// ---- the drill

const DRILL: &str = "drill_log_rotation demo demo /etc/specc/demo-log-rotation.conf /var/log/demo/demo.log 4096 2";
const CONFIGURATION: &str =
    "# head\n\n\"/var/log/demo/demo.log\" {\n  size 4k\n  rotate 2\n}\n\n\"/var/log/demo/second.log\" {\n  daily\n}\n";

/// Rotates what outgrows 4 KiB, or has not been rotated for long, keeps two, and does what a test adds at the end.
const ROTATES: &str = r#"force= state=
while [ $# -gt 1 ]; do case $1 in --force) force=yes ;; --state) state=$2; shift ;; esac; shift; done
log=$(sed -n 's/^"\(.*\)" {$/\1/p' "$1")
[ "$(grep -c '^"' "$1")" = 1 ] || exit 7
[ "$force" ] || [ "$(wc -c <"$log")" -gt 4096 ] || grep -q 2001-1-1 "$state" || exit 0
[ ! -e "$log.1" ] || mv "$log.1" "$log.2"
mv "$log" "$log.1"; : >"$log"; chmod 640 "$log""#;

fn drilled(rotation: &str) -> Host {
    let host = logrotate(rotation).file_with_mode(LOG, "an entry\n", 0o640);
    let configuration = CONFIGURATION.replace("/var/log", &host.mirrored("", "/var/log"));
    host.file("/etc/specc/demo-log-rotation.conf", &configuration)
}

fn drill(rotation: &str) -> Run {
    let host = drilled(rotation);
    // Without the real size the scratch log of a thousand lines would be too large at once.
    let run = host.bash(&format!("set +e\nseq() {{ printf 'line\\n'; }}\n{DRILL}"));
    assert_eq!(host.read(LOG), "an entry\n", "the real log is left alone: {run}");
    assert!(host.tree().keys().all(|path| !path.contains("rotation-drill")), "nothing is left: {run}");
    run
}

#[test]
fn a_scratch_log_that_outgrows_the_limit_is_rotated_by_the_real_configuration() {
    drill(ROTATES)
        .ends_with(0)
        .says(&["a log of 4106 bytes was rotated; nothing was lost, it is 0640 root:root again, 2 rotated files stay"]);
}

#[test]
fn a_scratch_log_whose_time_has_come_is_rotated_where_there_is_no_limit() {
    let host = drilled(ROTATES);
    let script = format!("set +e\nseq() {{ printf 'line\\n'; }}\n{}", DRILL.replace("4096", "0"));
    host.bash(&script).ends_with(0).says(&["a log of 5 bytes was rotated"]);
}

#[test]
fn a_rotation_that_loses_something_fails_the_drill() {
    for (rotation, told) in [
        ("exit 0".to_owned(), "a log of 4106 bytes was not rotated"),
        ("echo 'error: no'; exit 1".to_owned(), "logrotate failed: error: no"),
        (format!("{ROTATES}; echo more >>\"$log.1\""), "the rotated log is not what the log was: 4111 of 4106 bytes"),
        (
            format!("{ROTATES}; tr l x <\"$log.1\" >\"$log.x\"; mv \"$log.x\" \"$log.1\""),
            "the rotated log is not what the log was",
        ),
        (format!("{ROTATES}; chmod 600 \"$log\""), "after the rotation the log is 0600 root:root, not 0640 root:root"),
        (format!("{ROTATES}; rm \"$log\""), "after the rotation the log is not there, not 0640"),
        (format!("{ROTATES}; echo old >\"$log\""), "after the rotation the log still has 4 bytes"),
        (ROTATES.replace("-gt 4096", "-gt 1"), "a small log was rotated at once"),
        (format!("{ROTATES}; cp \"$log.1\" \"$log.$$\""), "rotated files are there, not 2"),
        (format!("{ROTATES}; rm -f \"$log.2\""), "after 5 rotations 1 rotated files are there, not 2"),
    ] {
        drill(&rotation).ends_with(1).says(&[told]);
    }
}

#[test]
fn the_drill_needs_room_root_logrotate_and_a_configuration_that_speaks_of_the_file() {
    let run = |host: Host, code: i32, told: &str| {
        host.observe(DRILL).ends_with(code).says(&[told]);
    };
    run(
        drilled(ROTATES).command("df", "printf 'Avail\\n1048576\\n'"),
        2,
        "not enough room in /var/log/demo to try it safely: 1 MiB free",
    );
    run(Host::new(), 1, "logrotate or /etc/specc/demo-log-rotation.conf is missing");
    run(drilled(ROTATES).command("mktemp", "exit 1"), 2, "no scratch directory can be made in /var/log/demo");
    drilled(ROTATES).observe_as(1000, DRILL).ends_with(2).says(&["only root can see this"]);
    let other = drilled(ROTATES).file("/etc/specc/demo-log-rotation.conf", "\"/var/log/demo/other.log\" {\n}\n");
    other.bash(&format!("set +e\n{DRILL}")).ends_with(1).says(&["does not speak of /var/log/demo/demo.log"]);
}
