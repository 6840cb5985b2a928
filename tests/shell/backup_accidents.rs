//! Accidents that meet the program that makes backups: signals, a crash of the application, a clock that was wrong, a volume.
//!
//! In: `templates/programs/backup`, as `backup_program` runs it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::backup_program::{Machine, rows, sqlite};

/// Lets its caller be told to end, as a reboot does, once there is a file that names the signal.
const SIGNALLING: &str = "root=${0%/bin/*}; [ ! -e \"$root/signal\" ] || kill -s \"$(cat \"$root/signal\")\" $PPID";

#[test]
fn a_run_that_was_interrupted_was_noted_as_good() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        // Where an archive is unpacked, tar calls gzip.
        let gzip = format!("case $1 in --) {SIGNALLING} ;; esac; exec /usr/bin/gzip \"$@\"");
        let cmp = format!("{SIGNALLING}; exec /usr/bin/cmp \"$@\"");
        let Some(machine) = Machine::with("3", "", &[("gzip", &gzip), ("cmp", &cmp)]) else { return };
        fs::write(machine.data().join("note"), "x").unwrap();
        machine.back_up().ends(0, "backed up");
        assert!(machine.stamp(".last-backup").starts_with("good "), "{signal}");
        fs::write(machine.at("signal"), signal).unwrap();
        let ran = machine.back_up();
        assert!(machine.stamp(".last-backup").starts_with("failed "), "{signal}");
        ran.ends(code, &format!("interrupted by SIG{signal}"));
        assert_eq!(machine.names().len(), 1, "{signal}: what was half made counts");
        assert!(!machine.at("backups/.partial").exists() && !machine.at("backups/.work").exists(), "{signal}");
        assert!(machine.stamp(".last-restore-test").starts_with("good "), "{signal}");
        machine.run(&["--restore-test"]).ends(code, &format!("interrupted by SIG{signal}"));
        assert!(machine.stamp(".last-restore-test").starts_with("failed "), "{signal}");
    }
}

#[test]
fn a_backup_whose_removal_was_interrupted_still_counted() {
    let rm = format!("case $* in */old) {SIGNALLING}; exit 1 ;; esac; exec /usr/bin/rm \"$@\"");
    let Some(machine) = Machine::with("1", "", &[("rm", &rm)]) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(0, "");
    fs::write(machine.at("signal"), "TERM").unwrap();
    machine.back_up().ends(143, "interrupted");
    assert_eq!(machine.names().len(), 1, "the new one");
    machine.run(&["--restore", "latest", "--to", machine.at("target").to_str().unwrap()]).ends(0, "restored");
}

const TABLES: &str = "CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);";

/// An application that is killed while a transaction is half on the disk.
fn kill_within_transaction(file: &Path) {
    let fill = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) INSERT INTO a";
    let begun =
        format!("PRAGMA cache_size=5; BEGIN; {fill} SELECT hex(randomblob(400)) FROM n; UPDATE a SET x = x || 'y';");
    let killed = Command::new("sqlite3").arg(file).args([&begun, ".shell kill -s KILL $PPID"]).status().unwrap();
    assert!(!killed.success());
}

#[test]
fn a_killed_application_stopped_its_backups_until_it_opened_the_database_again() {
    for mode in ["delete", "persist", "wal"] {
        let Some(machine) = Machine::new() else { return };
        let file = machine.data().join("50%25 of #1?.db");
        sqlite(&file, &format!("PRAGMA journal_mode={mode}; {TABLES}"));
        kill_within_transaction(&file);
        let journal = machine.data().join("50%25 of #1?.db-journal");
        assert!(mode == "wal" || fs::read(&journal).unwrap().starts_with(&[0xd9, 0xd5]), "{mode}: a hot journal");
        machine.back_up().ends(0, "backed up and restored on trial");
        assert_eq!(rows(&machine.restored().join("50%25 of #1?.db")), 1, "{mode}");
        assert_eq!(rows(&file), 1, "{mode}");
        machine.run(&["--restore-test"]).ends(0, "restored on trial and compared");
    }
}

#[test]
fn a_database_that_the_service_can_only_read_is_copied_and_left_as_it_is() {
    let Some(machine) = Machine::new() else { return };
    let file = machine.data().join("shop.db");
    sqlite(&file, TABLES);
    let before = fs::read(&file).unwrap();
    // It stays root's.
    machine.run(&["--backup", machine.data().to_str().unwrap()]).ends(0, "backed up and restored on trial");
    assert_eq!(rows(&machine.restored().join("shop.db")), 1);
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(fs::read_dir(machine.data()).unwrap().count(), 1);
}

#[test]
fn a_database_that_is_gone_is_not_made() {
    let Some(machine) = Machine::new() else { return };
    let file = machine.data().join("shop.db");
    machine.run_other("copy-database", "", &["--copy", file.to_str().unwrap()]).ends(1, "unable to open database");
    assert!(!file.exists());
}

#[test]
fn a_backup_of_what_the_specification_no_longer_asks_for_is_no_broken_one() {
    let Some(machine) = Machine::new() else { return };
    sqlite(&machine.data().join("shop.db"), TABLES);
    machine.back_up().ends(0, "backed up");
    let constants = format!(
        "readonly SERVICE=desk SERVICE_USER=any SERVICE_GROUP=any KEEP=3 DATABASE=desk DESTINATION={} COPY_DATABASE='' TRY_DUMP=none",
        machine.at("backups").display()
    );
    let ran = machine.run_other("backup", &constants, &["--restore-test"]);
    ran.ends(0, "/shop.db is compared, but not looked into: the specification asks for no such backup any more");
    let newest = machine.at("backups").join(machine.names().pop().unwrap());
    fs::write(newest.join("files.tar.gz"), "").unwrap();
    machine.run_other("backup", &constants, &["--restore-test"]).ends(1, "is not what it was");
}

/// What a backup of now is called, where it was made by a clock that was ahead.
fn date_ahead(machine: &Machine, name: &str) {
    let newest = machine.names().pop().unwrap();
    fs::rename(machine.at("backups").join(newest), machine.at("backups").join(name)).unwrap();
}

#[test]
fn the_newest_backup_was_deleted_where_the_clock_had_been_ahead() {
    let Some(machine) = Machine::with("1", "", &[]) else { return };
    fs::write(machine.data().join("note"), "old").unwrap();
    machine.back_up().ends(0, "");
    date_ahead(&machine, "3015-09-22T104000Z");
    fs::write(machine.data().join("note"), "new").unwrap();
    machine.back_up().ends(1, "the time of the backup 3015-09-22T104000Z lies in the future");
    assert!(machine.stamp(".last-backup").starts_with("failed "));
    machine.run(&["--restore-test"]).ends(1, "the time of the backup 3015-09-22T104000Z lies in the future");
    machine.run(&["--list"]).ends(0, "3015-09-22T104000Z lies in the future: it is not the newest for certain");
    let target = machine.at("target");
    let restore = |name| machine.run(&["--restore", name, "--to", target.to_str().unwrap()]);
    restore("latest").ends(1, "and \"latest\" may be another: give the name");
    assert!(!target.exists());
    restore("3015-09-22T104000Z").ends(0, "restored 3015-09-22T104000Z");
    // As it is told.
    let backups = machine.at("backups");
    fs::rename(backups.join("3015-09-22T104000Z"), backups.join("future-3015-09-22T104000Z")).unwrap();
    machine.back_up().ends(0, "1 backups are kept");
    assert_eq!(fs::read_to_string(machine.restored().join("note")).unwrap(), "new");
}

#[test]
fn a_clock_that_is_set_back_while_a_backup_is_made_does_not_cost_that_backup() {
    // The first look at the clock is at the start, the second gives the name.
    let date = "root=${0%/bin/*}; echo >>\"$root/looks\"; [ ! -e \"$root/back\" ] || [ $(wc -l <\"$root/looks\") = 1 ] || \
        exec /usr/bin/date --date='2001-01-01' \"$@\"; exec /usr/bin/date \"$@\"";
    let Some(machine) = Machine::with("1", "", &[("date", date)]) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(0, "");
    let before = machine.names();
    fs::remove_file(machine.at("looks")).unwrap();
    fs::write(machine.at("back"), "").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    machine.back_up().ends(1, &format!("the time of the backup {} lies in the future", before[0]));
    fs::remove_file(machine.at("back")).unwrap();
    assert_eq!(machine.names(), before);
}

/// What is mounted at `data/uploads`, as find and stat see it where nothing can be mounted.
const MOUNTED: [(&str, &str); 2] = [
    (
        "find",
        "case \"$*\" in *%D*) /usr/bin/find \"$@\" | sed -z 's|^[0-9]* \\(.*/uploads\\)$|7 \\1|' ;; *-xdev*) /usr/bin/find \"$@\" -not -path '*/uploads/*' ;; \
         *) exec /usr/bin/find \"$@\" ;; esac",
    ),
    ("stat", "case \"$*\" in --format=%d*/uploads) echo 7 ;; *) exec /usr/bin/stat \"$@\" ;; esac"),
];

#[test]
fn what_was_mounted_below_a_source_was_left_out() {
    let Some(machine) = Machine::with("3", "", &MOUNTED) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    fs::create_dir_all(machine.data().join("uploads")).unwrap();
    fs::write(machine.data().join("uploads/image"), "x").unwrap();
    let uploads = machine.data().join("uploads");
    let name = uploads.to_str().unwrap();
    machine.back_up().ends(1, &format!("{name} is another file system than {}", machine.data().display()));
    machine.back_up().ends(1, &format!("name {name} in the specification, too"));
    assert!(machine.names().is_empty());
    machine.run(&["--backup", machine.data().to_str().unwrap(), name]).ends(0, "2 files");
    let manifest = fs::read_to_string(machine.at("backups").join(&machine.names()[0]).join("MANIFEST")).unwrap();
    assert!(manifest.contains(&format!("source {name}\n")), "{manifest}");
    assert_eq!(fs::read_to_string(machine.restored().join("uploads/image")).unwrap(), "x");
}

#[test]
fn what_lies_below_another_source_comes_with_it_once() {
    let Some(machine) = Machine::new() else { return };
    fs::create_dir_all(machine.data().join("deep/er")).unwrap();
    fs::write(machine.data().join("deep/er/note"), "x").unwrap();
    let (data, below) = (machine.data(), machine.data().join("deep/er"));
    machine.run(&["--backup", data.to_str().unwrap(), below.to_str().unwrap()]).ends(0, "1 files");
    let manifest = fs::read_to_string(machine.at("backups").join(&machine.names()[0]).join("MANIFEST")).unwrap();
    assert!(manifest.contains(&format!("source {}\n", data.display())), "{manifest}");
    assert!(!manifest.contains("deep"), "{manifest}");
}
