//! Backups as deployments and validations see them: the directory, the first run, what lies there.

use crate::harness::Host;
use crate::services::with_units;

const DIRECTORY: &str = "ensure_backup_directory /srv/backups";

/// A systemd-tmpfiles that makes the directory with its mode, as it is told.
const TMPFILES: &str =
    "read -r _ path mode _; path=${path#\\\"}; path=${path%\\\"}; mkdir -p \"$path\"; chmod \"$mode\" \"$path\"";

fn with_directory(mode: u32) -> Host {
    let host = Host::new().directory("/srv/backups");
    std::fs::set_permissions(host.at("/srv/backups"), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    host
}

#[test]
fn a_directory_of_backups_that_only_root_can_read_is_left_alone() {
    with_directory(0o700).no_op(DIRECTORY).says(&["ok       directory of backups /srv/backups"]);
    with_directory(0o700).survey(DIRECTORY).ends_with(0);
}

#[test]
fn a_directory_of_backups_is_made_and_closed_and_no_part_of_the_ledger() {
    let host = Host::new().directory("/srv").command("systemd-tmpfiles", TMPFILES);
    host.check(DIRECTORY).says(&["missing  directory of backups /srv/backups"]);
    host.apply(DIRECTORY).ends_with(0).says(&["changed  directory of backups /srv/backups"]);
    assert_eq!(host.mode("/srv/backups"), 0o700);
    assert!(!host.exists("/var/lib/specc/demo/ledger"), "an uninstallation would remove what is in the ledger");
    let host = with_directory(0o755).command("systemd-tmpfiles", TMPFILES);
    host.check(DIRECTORY).says(&["edited   directory of backups /srv/backups is 0755 root:root"]);
    host.apply(DIRECTORY).ends_with(0);
    assert_eq!(host.mode("/srv/backups"), 0o700);
}

#[test]
fn a_directory_of_backups_that_cannot_be_made_stops_the_run() {
    let host = Host::new().directory("/srv").command("systemd-tmpfiles", "echo 'unsafe path transition' >&2; exit 1");
    host.apply(DIRECTORY).ends_with(1).says(&["is not there, not 0700 root:root", "unsafe path transition"]);
}

#[test]
fn preflight_refuses_backups_that_others_could_lead_elsewhere() {
    Host::new()
        .directory("/srv/backups")
        .owned("/srv", "demo:demo")
        .survey(DIRECTORY)
        .ends_with(3)
        .says(&["could be led elsewhere"]);
    Host::new().file("/srv/backups", "").survey(DIRECTORY).ends_with(3).says(&["it is a file, not a directory"]);
}

const FIRST: &str = "ensure_first_backup backup.service /srv/backups";
const RAN: &str = "backup.service LoadState=loaded Result=success ExecMainStartTimestampMonotonic=5";
const NEW: &str = "backup.service LoadState=loaded Result=success ExecMainStartTimestampMonotonic=0";

/// A systemctl whose `start` makes a backup.
fn making() -> String {
    let made = "mkdir -p /srv/backups/2027-01-01T023000Z; echo x >/srv/backups/2027-01-01T023000Z/SHA256SUMS";
    format!("case \"$*\" in 'start -- backup.service') {made}; exit 0 ;; esac\n{}", crate::services::SYSTEMCTL)
}

#[test]
fn where_there_is_a_backup_none_is_made() {
    let backup = "/srv/backups/2027-01-01T023000Z/SHA256SUMS";
    with_units(&[RAN]).file(backup, "x\n").no_op(FIRST).says(&["ok       backup.service has made a backup"]);
    // After a reboot the manager knows of no run.
    let host = with_units(&[NEW]).file(backup, "x\n").file("/srv/backups/.last-backup", "good 5\n");
    host.no_op(FIRST);
    with_units(&[NEW]).survey(FIRST).ends_with(0);
}

#[test]
fn the_first_backup_is_made_and_one_that_failed_is_made_again() {
    let host = with_units(&[NEW]).directory("/srv/backups").command("systemctl", &making());
    host.check(FIRST).says(&["missing  backup by backup.service: never-ran"]);
    host.apply(FIRST)
        .ends_with(0)
        .says(&["changed  backup.service has made a backup"])
        .called(&["systemctl daemon-reload", "systemctl start -- backup.service"]);
    let failed = with_units(&[&RAN.replace("success", "exit-code")])
        .file("/srv/backups/2026-01-01T023000Z/SHA256SUMS", "x\n")
        .command("systemctl", &making());
    failed.apply(FIRST).ends_with(0).says(&["changed  backup.service has made a backup"]);
}

#[test]
fn a_first_backup_that_fails_or_leaves_nothing_stops_the_run() {
    let host = with_units(&[&format!("{NEW} broken=1")]).directory("/srv/backups");
    host.apply(FIRST).ends_with(1).says(&["the first backup failed", "journalctl -u backup.service -n 20"]);
    let host = with_units(&[NEW]).directory("/srv/backups");
    host.apply(FIRST).ends_with(1).says(&["ended well, and there is no backup in /srv/backups"]);
}

#[test]
fn how_a_run_ended_is_told_also_after_a_reboot() {
    let ask = "observe_backup_run backup.service /srv/backups/.last-backup";
    let told = |unit: &str, stamp: &str| {
        let host = with_units(&[unit]);
        let host = if stamp.is_empty() { host } else { host.file("/srv/backups/.last-backup", stamp) };
        let run = host.observe(ask);
        (run.code, run.out.trim_end().to_owned())
    };
    assert_eq!(told(RAN, "failed 5\n"), (0, "success".to_owned()), "this boot's run is the later one");
    assert_eq!(told(NEW, "good 5\n"), (0, "success".to_owned()));
    assert_eq!(told(NEW, "failed 5\n"), (0, "it failed before the last boot".to_owned()));
    assert_eq!(told(NEW, ""), (0, "never-ran".to_owned()));
    assert_eq!(told("other.service", "good 5\n").0, 0);
    let silent = Host::new().command("systemctl", "echo 'no bus' >&2; exit 1");
    assert_eq!(silent.observe(ask).code, 2);
}

/// A backup of one file whose checksum is right.
fn with_backup() -> Host {
    let sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  files.tar.gz\n";
    Host::new()
        .file("/srv/backups/2027-01-01T023000Z/files.tar.gz", "x")
        .file("/srv/backups/2027-01-01T023000Z/SHA256SUMS", sum)
        .directory("/srv/backups/2026-12-31T023000Z")
}

#[test]
fn only_what_is_finished_counts_as_a_backup() {
    assert_eq!(with_backup().observe("observe_backup /srv/backups count").observed(), (0, "1"));
    let empty = Host::new().directory("/srv/backups");
    assert_eq!(empty.observe("observe_backup /srv/backups count").observed(), (0, "0"));
    for field in ["age", "intact", "restored"] {
        let run = empty.observe(&format!("observe_backup /srv/backups {field}"));
        assert_eq!(run.observed(), (1, "there is no verified backup in /srv/backups"), "{field}");
    }
    let none = Host::new().observe("observe_backup /srv/backups count");
    assert_eq!(none.observed(), (1, "/srv/backups is no directory"));
    let nobody = with_backup().observe_as(1000, "observe_backup /srv/backups count").code;
    assert_eq!(nobody, 2);
    assert_eq!(with_backup().observe("observe_backup /srv/backups colour").observed(), (2, "unknown field colour"));
}

#[test]
fn a_backup_that_was_changed_is_seen() {
    let ask = "observe_backup /srv/backups intact";
    assert_eq!(with_backup().observe(ask).observed(), (0, "yes"));
    let changed = with_backup().file("/srv/backups/2027-01-01T023000Z/files.tar.gz", "y");
    let run = changed.observe(ask);
    assert!(run.code == 0 && run.out.contains("is not what it was: files.tar.gz: FAILED"), "{run}");
    let nothing = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b  MANIFEST\n";
    let host = Host::new()
        .file("/srv/backups/2027-01-01T023000Z/MANIFEST", "\n")
        .file("/srv/backups/2027-01-01T023000Z/SHA256SUMS", nothing);
    assert!(host.observe(ask).out.contains("holds no files"));
}

#[test]
fn ages_are_told_in_seconds() {
    let age = |ask: &str, host: &Host| host.observe(ask).out.trim_end().parse::<u64>().unwrap();
    let old = with_backup();
    std::process::Command::new("touch")
        .args(["-d", "@1000000000"])
        .arg(old.at("/srv/backups/2027-01-01T023000Z/SHA256SUMS"))
        .status()
        .unwrap();
    assert!(age("observe_backup /srv/backups age", &old) > 100_000_000);
    assert!(age("observe_backup /srv/backups age", &with_backup()) < 1000);
    let restored = "observe_backup /srv/backups restored";
    let tested = with_backup().file("/srv/backups/.last-restore-test", "good 1000000000\n");
    assert!(age(restored, &tested) > 100_000_000);
    let failed = with_backup().file("/srv/backups/.last-restore-test", "failed 1000000000\n").observe(restored);
    assert_eq!(failed.observed(), (1, "the last restore on trial failed"));
    assert_eq!(with_backup().observe(restored).observed(), (1, "no backup was restored on trial yet"));
    let copied = "observe_backup /srv/backups copied";
    let elsewhere = with_backup().file("/srv/backups/.last-copy", "good 1000000000\n");
    assert!(age(copied, &elsewhere) > 100_000_000);
    let failed = with_backup().file("/srv/backups/.last-copy", "failed 1000000000\n").observe(copied);
    assert_eq!(failed.observed(), (1, "the last copy off-site failed"));
    assert_eq!(with_backup().observe(copied).observed(), (1, "no backup was copied off-site yet"));
}

#[test]
fn what_was_made_by_a_clock_that_was_ahead_was_fresh_for_ever() {
    let ahead = with_backup();
    let sums = ahead.at("/srv/backups/2027-01-01T023000Z/SHA256SUMS");
    assert!(std::process::Command::new("touch").args(["-d", "@4000000000"]).arg(sums).status().unwrap().success());
    let run = ahead.observe("observe_backup /srv/backups age");
    assert_eq!(run.code, 1, "{run}");
    run.says(&["/srv/backups/2027-01-01T023000Z was made at a time that lies in the future: 2096-"]);
    for (stamp, field, what) in
        [(".last-restore-test", "restored", "restore on trial"), (".last-copy", "copied", "copy off-site")]
    {
        let told = with_backup().file(&format!("/srv/backups/{stamp}"), "good 4000000000\n");
        let run = told.observe(&format!("observe_backup /srv/backups {field}"));
        assert_eq!(run.code, 1, "{run}");
        run.says(&[&format!("the last {what} was noted at a time that lies in the future: 2096-")]);
    }
}
