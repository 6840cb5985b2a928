//! The program that makes backups, run on real files and real SQLite databases that are written meanwhile.
//!
//! In: `templates/programs/backup` with constants, as a package installs it. Where the tests run as root it changes the user for
//! real; elsewhere a stand-in pretends.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::stand_ins::run;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/programs");

/// A directory with the program, the data of a service, and a place for backups.
pub struct Machine {
    root: TempDir,
    program: PathBuf,
    pub is_root: bool,
}

/// How a run ended.
pub struct Ran {
    code: i32,
    said: String,
}

impl Machine {
    /// `None`, visibly, where there is no sqlite3 and need not be.
    pub fn new() -> Option<Self> {
        Self::with("3", "", &[])
    }

    pub fn with(keep: &str, database: &str, stand_ins: &[(&str, &str)]) -> Option<Self> {
        if Command::new("sqlite3").arg("--version").output().is_err() {
            assert!(std::env::var_os("SPECC_REQUIRE_TOOLS").is_none(), "sqlite3 is not installed");
            eprintln!("skipped: sqlite3 is not installed");
            return None;
        }
        let root = TempDir::with_prefix("backup").unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for directory in ["data", "backups", "bin"] {
            fs::create_dir(root.path().join(directory)).unwrap();
            fs::set_permissions(root.path().join(directory), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        let pretence = (
            "setpriv",
            "while [ \"${1#--}\" != \"$1\" ]; do word=$1; shift; [ \"$word\" != -- ] || break; done; exec \"$@\"",
        );
        let pretences = (!is_root || !database.is_empty()).then_some(pretence);
        for (name, body) in pretences.iter().chain(stand_ins) {
            write_program(&root.path().join("bin").join(name), &format!("#!/bin/sh\n{body}\n"));
        }
        let constants = format!(
            "readonly SERVICE=desk SERVICE_USER={user} SERVICE_GROUP={group} KEEP={keep} DATABASE='{database}' \
             DESTINATION={root}/backups COPY_DATABASE={root}/desk-copy-database TRY_DUMP={root}/desk-try-dump",
            root = root.path().display(),
            user = if is_root { "nobody" } else { "any" },
            group = if is_root { "nogroup" } else { "any" },
        );
        let program = install(root.path(), "backup", &constants);
        install(root.path(), "copy-database", "");
        install(root.path(), "try-dump", "");
        Some(Self { root, program, is_root })
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// A program for `sh`.
    pub fn command(&self, place: &str, body: &str) {
        write_program(&self.at(place), &format!("#!/bin/sh\n{body}\n"));
    }

    pub fn data(&self) -> PathBuf {
        self.at("data")
    }

    /// The data belongs to the service.
    pub fn hand_over(&self) {
        if self.is_root {
            assert!(Command::new("chown").args(["-R", "nobody:nogroup"]).arg(self.data()).status().unwrap().success());
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Self::run_program(&self.program, arguments)
    }

    /// Installs another program of the package, and runs it.
    pub fn run_other(&self, name: &str, constants: &str, arguments: &[&str]) -> Ran {
        Self::run_program(&install(self.root.path(), name, constants), arguments)
    }

    fn run_program(program: &Path, arguments: &[&str]) -> Ran {
        // Whoever runs the tests in the background has them ignore signals, and Bash traps none that it was told to ignore.
        let mut command = Command::new("env");
        command.arg("--default-signal=HUP,INT").arg(program).args(arguments).env_remove("JOURNAL_STREAM");
        let Output { status, stdout, stderr } = run(&mut command);
        let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        // As a shell tells it.
        let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap());
        Ran { code, said }
    }

    pub fn back_up(&self) -> Ran {
        self.hand_over();
        self.run(&["--backup", self.data().to_str().unwrap()])
    }

    /// Names of the backups that count.
    pub fn names(&self) -> Vec<String> {
        let list = self.run(&["--list"]);
        assert_eq!(list.code, 0, "{}", list.said);
        list.said.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    }

    /// What the newest backup holds, in a new directory.
    pub fn restored(&self) -> PathBuf {
        let target = TempDir::new_in(self.root.path()).unwrap().keep();
        let ran = self.run(&["--restore", "latest", "--to", target.to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{}", ran.said);
        target.join(self.data().strip_prefix("/").unwrap())
    }

    pub fn stamp(&self, name: &str) -> String {
        fs::read_to_string(self.at("backups").join(name)).unwrap_or_default()
    }
}

/// A program of the package as it is installed; it finds the stand-ins first, and waits for nobody.
fn install(root: &Path, name: &str, constants: &str) -> PathBuf {
    let text = fs::read_to_string(Path::new(PROGRAMS).join(name)).unwrap();
    let path = format!("PATH={}/bin:/usr/sbin:/usr/bin", root.display());
    let text = text
        .replace("PATH=/usr/sbin:/usr/bin", &path)
        .replace("flock --wait 3600", "flock --wait 0")
        .replace("/usr/lib/postgresql/", &format!("{}/servers/", root.display()));
    let (shebang, rest) = text.split_once('\n').unwrap();
    let program = root.join(format!("desk-{name}"));
    write_program(&program, &format!("{shebang}\n{constants}\n{rest}"));
    program
}

fn write_program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

impl Ran {
    pub fn told(&self, text: &str) -> bool {
        self.said.contains(text)
    }

    #[track_caller]
    pub fn ends(&self, code: i32, text: &str) {
        assert!(
            self.code == code && self.said.contains(text),
            "exit {} instead of {code}, or no {text:?}:\n{}",
            self.code,
            self.said
        );
    }
}

pub fn sqlite(file: &Path, commands: &str) -> String {
    let output = run(Command::new("sqlite3").args(["-cmd", ".timeout 20000"]).arg(file).arg(commands));
    assert!(output.status.success(), "{commands}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Writes a row into two tables in each transaction, as long as the flag is there.
fn writer(file: &Path, flag: &Path) -> Child {
    fs::write(flag, "").unwrap();
    let transaction = "BEGIN IMMEDIATE; INSERT INTO a VALUES (hex(randomblob(400))); INSERT INTO b VALUES (hex(randomblob(400))); COMMIT;";
    let script = format!(
        "while sleep 0.002 && [ -e \"$2\" ]; do echo '{transaction}'; done | exec sqlite3 -cmd '.timeout 20000' -cmd 'PRAGMA synchronous=OFF' \"$1\""
    );
    let mut command = Command::new("bash");
    command.args(["-c", &script, "writer"]).args([file, flag]).stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// Rows in the two tables of a database that was restored; whole and even, or it is none.
pub fn rows(file: &Path) -> u64 {
    assert_eq!(sqlite(file, "PRAGMA integrity_check"), "ok");
    let (a, b) = (sqlite(file, "SELECT count(*) FROM a"), sqlite(file, "SELECT count(*) FROM b"));
    assert_eq!(a, b, "half of a transaction");
    a.parse().unwrap()
}

#[test]
fn a_database_that_is_written_meanwhile_is_copied_whole() {
    for mode in ["wal", "delete"] {
        let Some(machine) = Machine::new() else { return };
        let file = machine.data().join("shop.db");
        let fill = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) INSERT INTO";
        let rows_of = |table| format!("{fill} {table} SELECT hex(randomblob(400)) FROM n;");
        let tables = format!("CREATE TABLE a(x); CREATE TABLE b(x); {} {}", rows_of("a"), rows_of("b"));
        sqlite(&file, &format!("PRAGMA journal_mode={mode}; {tables}"));
        fs::write(machine.data().join("note"), "kept").unwrap();
        machine.hand_over();
        let flag = machine.at("writing");
        let mut writing = writer(&file, &flag);
        let mut before = 0;
        for _ in 0..3 {
            machine.run(&["--backup", machine.data().to_str().unwrap()]).ends(0, "backed up and restored on trial");
            let restored = machine.restored();
            let now = rows(&restored.join("shop.db"));
            assert!(now > before && now >= 3000, "{mode}: {now} rows after {before}");
            before = now;
            let beside: Vec<_> = fs::read_dir(&restored).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(beside.len(), 2, "a journal beside a copy would destroy it: {beside:?}");
            assert_eq!(fs::read_to_string(restored.join("note")).unwrap(), "kept");
        }
        fs::remove_file(flag).unwrap();
        assert!(writing.wait().unwrap().success(), "{mode}: the writer was hindered");
        machine.run(&["--restore-test"]).ends(0, "restored on trial and compared");
        assert!(machine.stamp(".last-restore-test").starts_with("good "));
    }
}

#[test]
fn a_database_of_a_stopped_service_is_copied_too() {
    let Some(machine) = Machine::new() else { return };
    let file = machine.data().join("shop.db");
    sqlite(
        &file,
        "PRAGMA journal_mode=wal; CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);",
    );
    machine.back_up().ends(0, "1 files");
    let copy = machine.restored().join("shop.db");
    assert_eq!(rows(&copy), 1);
    if machine.is_root {
        use std::os::unix::fs::MetadataExt;
        assert_ne!(fs::metadata(copy).unwrap().uid(), 0, "it belongs to the service again");
    }
}

#[test]
fn what_is_no_whole_database_stops_the_backup() {
    let Some(machine) = Machine::new() else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(0, "");
    let mut broken = fs::File::create(machine.data().join("shop.db")).unwrap();
    broken.write_all(b"SQLite format 3\0").unwrap();
    broken.write_all(&[7; 5000]).unwrap();
    drop(broken);
    machine.back_up().ends(1, "could not be copied");
    assert!(machine.stamp(".last-backup").starts_with("failed "));
    assert_eq!(machine.names().len(), 1, "the good one is still there, the bad one is not");
    assert!(!machine.at("backups/.partial").exists() && !machine.at("backups/.work").exists());
}

#[test]
fn links_are_kept_as_links_and_lead_nowhere() {
    let Some(machine) = Machine::new() else { return };
    fs::write(machine.at("secret"), "of somebody else").unwrap();
    symlink(machine.at("secret"), machine.data().join("link")).unwrap();
    symlink(machine.root.path(), machine.data().join("up")).unwrap();
    fs::create_dir(machine.data().join("closed")).unwrap();
    fs::write(machine.data().join("closed/file"), "x").unwrap();
    fs::set_permissions(machine.data().join("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::write(machine.data().join("a name\nwith 'all' $of *it"), "x").unwrap();
    machine.back_up().ends(0, "2 files");
    let restored = machine.restored();
    assert_eq!(fs::metadata(restored.join("closed")).unwrap().permissions().mode() & 0o777, 0o555);
    assert!(fs::symlink_metadata(restored.join("link")).unwrap().is_symlink());
    assert!(fs::symlink_metadata(restored.join("up")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(restored.join("a name\nwith 'all' $of *it")).unwrap(), "x");
    let link = machine.at("sources");
    symlink(machine.data(), &link).unwrap();
    machine.run(&["--backup", link.to_str().unwrap()]).ends(1, "is a link");
    machine.run(&["--backup", "/nonexistent/data"]).ends(1, "there is no /nonexistent/data");
}

#[test]
fn a_service_without_data_yet_is_no_failure_and_one_that_lost_it_is() {
    let Some(machine) = Machine::new() else { return };
    machine.back_up().ends(0, "there is no file yet");
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(0, "1 files");
    fs::remove_file(machine.data().join("note")).unwrap();
    machine.back_up().ends(1, "there is no file left");
    assert_eq!(machine.names().len(), 2);
}

#[test]
fn the_newest_are_kept_by_number() {
    let Some(machine) = Machine::with("2", "", &[]) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    let mut made = Vec::new();
    for _ in 0..4 {
        machine.back_up().ends(0, "");
        made.extend(machine.names().pop());
    }
    assert_eq!(machine.names(), made[2..], "of {made:?}");
    let newest = machine.at("backups").join(&made[3]);
    assert_eq!(fs::metadata(&newest).unwrap().permissions().mode() & 0o777, 0o700);
    for file in ["files.tar.gz", "CONTENTS", "MANIFEST", "SHA256SUMS"] {
        assert_eq!(fs::metadata(newest.join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    let manifest = fs::read_to_string(newest.join("MANIFEST")).unwrap();
    assert!(manifest.contains("service desk\n") && manifest.contains("files 1\nbytes 1\n"), "{manifest}");
}

#[test]
fn a_backup_that_was_changed_fails_its_test_and_is_not_restored() {
    let Some(machine) = Machine::new() else { return };
    machine.run(&["--restore-test"]).ends(1, "there is no backup to restore");
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(0, "");
    machine.run(&["--restore-test"]).ends(0, "compared");
    let newest = machine.names().pop().unwrap();
    let archive = machine.at("backups").join(&newest).join("files.tar.gz");
    let mut content = fs::read(&archive).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::write(&archive, content).unwrap();
    machine.run(&["--restore-test"]).ends(1, "is not what it was");
    assert!(machine.stamp(".last-restore-test").starts_with("failed "));
    let target = machine.at("target");
    machine.run(&["--restore", &newest, "--to", target.to_str().unwrap()]).ends(1, "is not what it was");
    assert!(!target.exists());
}

#[test]
fn nothing_is_restored_over_what_is_there() {
    let Some(machine) = Machine::new() else { return };
    fs::write(machine.data().join("note"), "old").unwrap();
    machine.back_up().ends(0, "");
    let data = machine.data();
    fs::write(data.join("note"), "new").unwrap();
    machine.run(&["--restore", "latest", "--to", data.to_str().unwrap()]).ends(1, "is not empty");
    assert_eq!(fs::read_to_string(data.join("note")).unwrap(), "new");
    machine.run(&["--restore", "2001-01-01T000000Z", "--to", "/nonexistent"]).ends(1, "there is no backup");
    machine.run(&["--restore", "latest"]).ends(2, "usage");
    machine.run(&[]).ends(2, "usage");
    machine.run(&["--backup"]).ends(2, "usage");
}

#[test]
fn who_cannot_see_the_backups_was_told_that_there_are_none() {
    let Some(machine) = Machine::new() else { return };
    assert_eq!(machine.run(&["--list"]).said, "");
    fs::remove_dir(machine.at("backups")).unwrap();
    machine.run(&["--list"]).ends(1, "only root can see backups");
}

#[test]
fn two_runs_do_not_meet_and_a_full_disk_is_seen_before() {
    let Some(machine) = Machine::with("3", "", &[("df", "echo Avail; echo 1024")]) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(1, "has room for 1 MiB; a backup may need 6");
    let Some(machine) = Machine::new() else { return };
    let lock = machine.at("backups/.lock");
    let mut holder = Command::new("flock").arg(&lock).args(["sleep", "5"]).spawn().unwrap();
    while !lock.exists() || run(Command::new("flock").arg("--nonblock").arg(&lock).arg("true")).status.success() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    machine.back_up().ends(1, "another run has been at work");
    holder.kill().unwrap();
    holder.wait().unwrap();
}

#[test]
fn room_is_counted_beyond_what_awk_writes_out_by_itself() {
    let terabytes = [("du", "echo '3000000000 /data'"), ("df", "echo Avail; echo 1024")];
    let Some(machine) = Machine::with("3", "", &terabytes) else { return };
    fs::write(machine.data().join("note"), "x").unwrap();
    machine.back_up().ends(1, "has room for 1 MiB; a backup may need 5859439 MiB");
}
