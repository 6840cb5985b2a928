//! Copies of backups in another place: where they go is read from the environment file, and they are compared there.
//!
//! In: `templates/programs/copy-backups`, with stand-ins for rsync and rclone. Not here: making backups (`backup_program`).

use std::fs;

use crate::backup_program::{Machine, Ran};

const NEWEST: &str = "2027-01-02T023000Z";

/// A host with two backups that count and one that does not. `rights` are those of the environment file.
fn host(environment: &str, rights: &str) -> Option<Machine> {
    let machine = Machine::with("3", "", &[])?;
    for name in ["2027-01-01T023000Z", NEWEST] {
        fs::create_dir(machine.at("backups").join(name)).unwrap();
        fs::write(machine.at("backups").join(name).join("SHA256SUMS"), "x").unwrap();
    }
    fs::create_dir(machine.at("backups/2027-01-03T023000Z")).unwrap();
    fs::write(machine.at("environment"), environment).unwrap();
    let noting = "root=${0%/bin/*}; echo \"${0##*/} $*\" >>\"$root/calls\"";
    let differing = "cat \"$root/differing\" 2>/dev/null || :";
    let down = "[ ! -e \"$root/down\" ]";
    machine.command("bin/rsync", &format!("{noting}; case $* in *--dry-run*) {differing} ;; *) {down} ;; esac"));
    let checked = "[ ! -e \"$root/differing\" ]";
    machine.command("bin/rclone", &format!("{noting}; case $1 in check) {checked} ;; *) {down} ;; esac"));
    machine.command("bin/stat", &format!("echo '{rights}'"));
    Some(machine)
}

fn copy(machine: &Machine, copier: &str) -> Ran {
    let constants = format!(
        "readonly DESTINATION={0}/backups COPIER={copier} ENVIRONMENT={0}/environment VARIABLE=VAULT EXAMPLE=vault:desk",
        machine.at("").display().to_string().trim_end_matches('/')
    );
    machine.run_other("copy-backups", &constants, &[])
}

fn calls(machine: &Machine) -> Vec<String> {
    fs::read_to_string(machine.at("calls")).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn all_backups_go_to_the_address_and_the_newest_is_compared_there() {
    let Some(machine) = host("OTHER=1\nVAULT=old:place\nVAULT='ann@vault.test:desk'\n", "0 600") else { return };
    copy(&machine, "rsync").ends(0, &format!("copied off-site and compared there: {NEWEST}"));
    let made = calls(&machine);
    assert_eq!(made.len(), 2, "{made:?}");
    assert!(made[0].contains("--exclude=/.* -- ") && made[0].ends_with("/backups/ ann@vault.test:desk"), "{made:?}");
    assert!(made[1].contains("--checksum --dry-run"), "{made:?}");
    assert!(made[1].ends_with(&format!("/backups/{NEWEST} ann@vault.test:desk")), "{made:?}");
    assert!(!made.iter().any(|call| call.contains("--delete")), "what is there stays there: {made:?}");
    assert!(machine.stamp(".last-copy").starts_with("good "));
}

#[test]
fn rclone_finds_the_newest_below_a_path_and_at_the_top_of_a_remote() {
    for (address, place) in [("vault:desk/", "vault:desk/"), ("vault:", "vault:")] {
        let Some(machine) = host(&format!("VAULT={address}\n"), "0 640") else { return };
        copy(&machine, "rclone").ends(0, NEWEST);
        let made = calls(&machine);
        assert!(made[0].starts_with("rclone copy ") && made[0].ends_with(address), "{made:?}");
        assert!(
            made[1].starts_with("rclone check --one-way ") && made[1].ends_with(&format!("{place}{NEWEST}")),
            "{made:?}"
        );
        fs::write(machine.at("differing"), "").unwrap();
        copy(&machine, "rclone").ends(1, "is not what it is here");
    }
}

#[test]
fn a_copy_that_fails_or_differs_is_told_and_remembered() {
    let Some(machine) = host("VAULT=vault.test:desk\n", "0 600") else { return };
    fs::write(machine.at("differing"), format!("{NEWEST}/\n")).unwrap();
    copy(&machine, "rsync").ends(0, "compared");
    fs::write(machine.at("differing"), format!("{NEWEST}/\n{NEWEST}/files.tar.gz\n")).unwrap();
    copy(&machine, "rsync").ends(1, "the copy off-site is not what it is here: 2027-01-02T023000Z/files.tar.gz");
    assert!(machine.stamp(".last-copy").starts_with("failed "));
    fs::write(machine.at("down"), "").unwrap();
    copy(&machine, "rsync").ends(1, "the copy off-site failed");
}

#[test]
fn a_copy_that_was_interrupted_was_noted_as_good() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let Some(machine) = host("VAULT=vault.test:desk\n", "0 600") else { return };
        machine.command("bin/rsync", &format!("kill -s {signal} $PPID"));
        let ran = copy(&machine, "rsync");
        assert!(machine.stamp(".last-copy").starts_with("failed "), "{signal}");
        ran.ends(code, &format!("interrupted by SIG{signal}"));
    }
}

#[test]
fn an_address_that_is_none_or_that_others_could_write_is_not_used() {
    let refused = |environment: &str, rights: &str, told: &str| {
        let Some(machine) = host(environment, rights) else { return };
        let ran = copy(&machine, "rsync");
        ran.ends(1, told);
        assert!(calls(&machine).is_empty());
        assert!(!ran.told("secret"), "an address is never shown");
    };
    for value in
        ["", "''", "/mnt/secret", "-oProxyCommand=secret:x", "secret host:x", "secret:$(id)", ":sftp,pass=secret:x"]
    {
        refused(&format!("VAULT={value}\n"), "0 600", "holds no address such as vault:desk");
    }
    refused("OTHER=vault:desk\n", "0 600", "holds no address");
    for rights in ["1000 600", "0 660", "0 602"] {
        refused("VAULT=secret:desk\n", rights, "is not a file that only root can write");
    }
    let Some(machine) = host("VAULT=vault:desk\n", "0 600") else { return };
    fs::remove_dir_all(machine.at("backups").join(NEWEST)).unwrap();
    fs::remove_dir_all(machine.at("backups/2027-01-01T023000Z")).unwrap();
    copy(&machine, "rsync").ends(1, "there is no backup to copy");
}
