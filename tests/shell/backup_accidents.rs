//! Accidents that meet the program that makes backups: signals, a crash of the application, a clock that was wrong, a volume.
//!
//! In: `templates/programs/backup`, as `backup_program` runs it.

use std::fs;

use crate::backup_program::Machine;

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
