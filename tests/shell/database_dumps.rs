//! Dumps of databases: read to their end before they count, restored into a server of their own, counted.
//!
//! In: `templates/programs/backup` and `try-dump`, with stand-ins for PostgreSQL's programs. Not here: files and SQLite
//! (`backup_program`), a real server (the testbed).

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::backup_program::Machine;

/// What pg_restore makes of a dump of three tables; a row of the first looks like the beginning of a table.
const DATA: &str = r#"cat >/dev/null
printf 'SET x;\nCOPY public.tickets (id, "a b") FROM stdin;\n1\tx\n2\tCOPY public.no (a) FROM stdin;\n'
[ ! -e "${0%/bin/*}/cut" ] || exit 1
printf '\\.\n\nCOPY public."odd (x)" (id) FROM stdin;\n\\\\.\n\\.\nCOPY s.none  FROM stdin;\n\\.\n'"#;

/// A host whose database is dumped, and whose server's programs take what they get.
fn host(dump: &str) -> Option<Machine> {
    let machine = Machine::with("3", "tickets", &[("pg_dump", dump), ("pg_restore", DATA)])?;
    let noting = "root=${0%/servers/*}; echo \"${0##*/} $*\" >>\"$root/calls\"";
    for version in ["9.6", "15"] {
        let program = |name: &str| format!("servers/{version}/bin/{name}");
        machine.command(
            &program("initdb"),
            &format!("{noting}; for word; do case $word in --pgdata=*) mkdir \"${{word#*=}}\" ;; esac; done"),
        );
        machine.command(
            &program("pg_ctl"),
            &format!(
                "{noting}; for word; do case $word in --pgdata=*) place=${{word#*=}} ;; esac; done\n\
                 case $1 in start) grep -q \"listen_addresses = ''\" \"$place/postgresql.conf\" && : >\"$place/postmaster.pid\" ;; esac"
            ),
        );
        machine.command(
            &program("pg_restore"),
            &format!("{noting}; cat >/dev/null; [ ! -e \"$root/refused\" ] || {{ echo 'role \"ann\" does not exist' >&2; exit 1; }}"),
        );
        let rows =
            "case $* in *tickets*) cat \"$root/rows\" 2>/dev/null || echo 2 ;; *odd*) echo 1 ;; *) echo 0 ;; esac";
        machine.command(&program("psql"), &format!("{noting}; {rows}"));
    }
    Some(machine)
}

fn calls(machine: &Machine) -> Vec<String> {
    fs::read_to_string(machine.at("calls")).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn a_dump_that_fails_or_breaks_off_is_no_backup() {
    let Some(machine) = host("echo half; exit 1") else { return };
    machine.run(&["--backup"]).ends(1, "the database tickets could not be dumped");
    assert!(machine.names().is_empty());
    let Some(machine) = host("echo PGDMP whole") else { return };
    fs::write(machine.at("cut"), "").unwrap();
    machine.run(&["--backup"]).ends(1, "the dump of the database cannot be read to its end");
    assert!(machine.names().is_empty());
    assert!(calls(&machine).is_empty(), "nothing was restored");
}

#[test]
fn the_first_dump_is_restored_at_once_and_each_by_the_restore_test() {
    let Some(machine) = host("echo PGDMP whole") else { return };
    machine.run(&["--backup"]).ends(0, "the dump was restored on trial, and its rows counted");
    let newest = machine.at("backups").join(machine.names().pop().unwrap());
    assert_eq!(fs::read_to_string(newest.join("database.dump")).unwrap(), "PGDMP whole\n");
    for stamp in [".last-backup", ".last-restore-test"] {
        assert!(machine.stamp(stamp).starts_with("good "), "{stamp}");
    }
    let made = calls(&machine);
    let has = |words: &[&str]| made.iter().any(|call| words.iter().all(|word| call.contains(word)));
    assert!(has(&["initdb ", "--username=scratch"]) && has(&["pg_ctl stop", "--mode=immediate"]), "{made:?}");
    assert!(has(&["pg_restore --host=/var/tmp/dump-", "--exit-on-error"]), "{made:?}");
    assert!(has(&["psql ", "FROM ONLY public.\"odd (x)\""]) && has(&["psql ", "FROM ONLY s.none"]), "{made:?}");
    fs::write(machine.at("calls"), "").unwrap();
    machine.run(&["--backup"]).ends(0, "restored on trial, the dump read to its end");
    assert!(calls(&machine).is_empty(), "only the restore test restores again");
    machine.run(&["--restore-test"]).ends(0, "the dump was restored on trial, and its rows counted");
}

#[test]
fn a_dump_that_is_refused_or_lacks_rows_fails_its_test_and_leaves_no_server() {
    let Some(machine) = host("echo PGDMP whole") else { return };
    fs::write(machine.at("refused"), "").unwrap();
    machine.run(&["--backup"]).ends(1, "the dump is refused: role \"ann\" does not exist");
    assert!(machine.stamp(".last-backup").starts_with("good ") && machine.names().len() == 1);
    assert!(machine.stamp(".last-restore-test").starts_with("failed "));
    assert!(calls(&machine).iter().any(|call| call.starts_with("pg_ctl stop ")), "{:?}", calls(&machine));
    machine.run(&["--backup"]).ends(0, "backed up");
    assert!(machine.stamp(".last-restore-test").starts_with("failed "), "a backup is no restore test");
    fs::remove_file(machine.at("refused")).unwrap();
    fs::write(machine.at("rows"), "1\n").unwrap();
    machine.run(&["--restore-test"]).ends(1, "the restored database does not have the rows that were dumped");
    fs::remove_file(machine.at("rows")).unwrap();
    machine.run(&["--restore-test"]).ends(0, "restored on trial and compared");
}

#[test]
fn the_newest_server_is_taken_and_without_one_nothing_is_believed() {
    let Some(machine) = host("echo PGDMP whole") else { return };
    fs::set_permissions(machine.at("servers/15/bin/initdb"), fs::Permissions::from_mode(0o644)).unwrap();
    machine.run(&["--backup"]).ends(0, "restored on trial");
    fs::remove_dir_all(machine.at("servers")).unwrap();
    machine.run(&["--restore-test"]).ends(1, "there is no PostgreSQL server on this host to try it with");
}

#[test]
fn a_restore_that_would_fill_the_disk_is_not_begun() {
    let Some(machine) = host("echo PGDMP whole") else { return };
    machine.command("bin/df", "case $* in *1M*) echo Avail; echo 255 ;; *) echo Avail; echo 99999999 ;; esac");
    machine.run(&["--backup"]).ends(1, "/var/tmp has room for 255 MiB; a restore of the dump may need 256 MiB");
    assert!(calls(&machine).is_empty());
}
