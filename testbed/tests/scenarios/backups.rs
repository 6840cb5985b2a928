//! Backups on a real server: made while data is written, restored, and compared row by row. How they break: `faults.toml`.

use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};
use specc_testbed::{Deployed, Image, Machine, Release};

use crate::{assert_nothing_changes, assert_proven, bare, greeter_package_with};

/// A machine on which the greeter keeps data that is backed up every day.
fn keeper() -> Result<Machine> {
    static DEPLOYED: OnceLock<Result<Deployed, String>> = OnceLock::new();
    let asked = "- The service stores data in /var/lib/greeter\n- Daily backup of /var/lib/greeter\n- **Disk alerts**";
    let make = || {
        let package = greeter_package_with("- **Disk alerts**", asked)?;
        Deployed::ready("backups", &Image::ready(Release::chosen()?)?, &package)
    };
    let deployed = DEPLOYED.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    deployed.as_ref().map_err(|error| anyhow!("{error}"))?.machine()
}

/// Writes a row into two tables in each transaction, with the rights of the service.
const WRITER: &str = r#"cat >/run/writer.py <<'PYTHON'
import os, sqlite3, time
ledger = sqlite3.connect("/var/lib/greeter/ledger.db", isolation_level=None, timeout=60)
ledger.execute("PRAGMA journal_mode=wal")
for table in "ab":
    ledger.execute(f"CREATE TABLE {table}(id INTEGER PRIMARY KEY, text)")
while True:
    ledger.execute("BEGIN IMMEDIATE")
    for table in "ab":
        ledger.execute(f"INSERT INTO {table}(text) VALUES (?)", [os.urandom(400).hex()])
    ledger.execute("COMMIT")
    time.sleep(0.005)
PYTHON
systemd-run --quiet --unit=writer --uid=greeter python3 /run/writer.py"#;

#[test]
fn a_database_is_backed_up_whole_while_it_is_written() -> Result<()> {
    let machine = keeper()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.run(WRITER)?.success()?;
    machine.run("sleep 5")?.success()?;
    for round in 1..=3 {
        machine.run("systemctl start greeter-backup.service")?.success()?;
        let target = format!("/root/restored-{round}");
        machine.run(&format!("/usr/local/lib/greeter-backup --restore latest --to {target}"))?.success()?;
        let copy = format!("{target}/var/lib/greeter/ledger.db");
        let ask = |question: &str| machine.run(&format!("sqlite3 {copy} \"{question}\""))?.success();
        ensure!(ask("PRAGMA integrity_check")? == "ok", "round {round}: a broken copy");
        let rows = ask("SELECT count(*) FROM a")?;
        ensure!(rows == ask("SELECT count(*) FROM b")?, "round {round}: half of a transaction");
        ensure!(rows.parse::<u64>()? > 0, "round {round}: no rows");
        let live = "ATTACH 'file:/var/lib/greeter/ledger.db?mode=ro' AS live;";
        let foreign = "SELECT count(*) FROM (SELECT * FROM a EXCEPT SELECT * FROM live.a);";
        ensure!(ask(&format!("{live} {foreign}"))? == "0", "round {round}: rows that were never written");
        let owner = machine.run(&format!("stat -c %U:%G {copy}"))?.success()?;
        ensure!(owner == "greeter:greeter", "round {round}: it belongs to {owner}");
    }
    machine.run("systemctl is-active writer.service")?.success()?;
    machine.run("systemctl start greeter-restore-test.service")?.success()?;
    assert_proven(&machine, "")?;
    let before = machine.boot_id()?;
    machine.power_cycle()?;
    ensure!(machine.boot_id()? != before, "the power was not cut");
    machine.run("for _ in $(seq 60); do curl --silent --fail http://127.0.0.1:8080/health && break; sleep 1; done")?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn removing_the_service_leaves_its_backups() -> Result<()> {
    let machine = keeper()?;
    machine.run("/root/package/deploy.sh --uninstall --purge --data=greeter")?.success()?;
    ensure!(machine.run("ls -d /var/lib/greeter")?.status != 0, "the data was to be removed");
    machine.run("cd /var/backups/greeter/2* && sha256sum --check --quiet --strict SHA256SUMS")?.success()?;
    machine.assert_reachable()
}

/// A database of two tables that get a row each in every transaction.
const DATABASE: &str = r#"
apt-get -qq install --yes --no-install-recommends postgresql >/dev/null
cd /
as_owner() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
as_owner createdb tickets
as_owner psql --quiet tickets <<'SQL'
CREATE TABLE a (id serial PRIMARY KEY, text text);
CREATE TABLE "b (odd)" (id serial PRIMARY KEY, text text);
INSERT INTO a (text) VALUES (E'COPY a FROM stdin;\n\\.');
INSERT INTO "b (odd)" (text) VALUES (NULL);
SQL"#;

const DATABASE_WRITER: &str = r#"cat >/run/writer.sh <<'BASH'
while true; do
  echo "BEGIN; INSERT INTO a (text) VALUES (md5(random()::text)); INSERT INTO \"b (odd)\" (text) VALUES ('x'); COMMIT;"
  sleep 0.01
done | psql --quiet tickets
BASH
systemd-run --quiet --unit=writer --uid=postgres --working-directory=/ bash /run/writer.sh"#;

#[test]
fn a_postgresql_database_is_dumped_tried_and_restored_while_it_is_written() -> Result<()> {
    let machine = bare()?;
    machine.run(DATABASE)?.success()?;
    let asked = "- The PostgreSQL database `tickets` is dumped daily\n- **Disk alerts**";
    machine.ship(&greeter_package_with("- **Disk alerts**", asked)?)?;
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;

    machine.run(DATABASE_WRITER)?.success()?;
    machine.run("sleep 5; systemctl start greeter-backup.service greeter-restore-test.service")?.success()?;
    machine.run("systemctl is-active writer.service && systemctl stop writer.service")?.success()?;
    machine.run("/usr/local/lib/greeter-backup --restore latest --to /root/restored")?.success()?;
    let ask = |question: &str| {
        let line =
            format!("cd / && setpriv --reuid=postgres --regid=postgres --init-groups psql -At tickets -c '{question}'");
        machine.run(&line)?.success()
    };
    let count = r#"SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM "b (odd)")"#;
    let live = ask(count)?;
    // As the handbook restores it.
    let restore = "cd / && setpriv --reuid=postgres --regid=postgres --init-groups \
                   pg_restore --clean --if-exists --dbname=tickets </root/restored/database.dump";
    machine.run(restore)?.success()?;
    let restored = ask(count)?;
    let rows = |counts: &str| -> Result<(u64, u64)> {
        let (a, b) = counts.split_once('|').context("no two counts")?;
        Ok((a.parse()?, b.parse()?))
    };
    let ((was, _), (a, b)) = (rows(&live)?, rows(&restored)?);
    ensure!(a == b, "half of a transaction: {restored}");
    ensure!(1 < a && a <= was, "{a} rows of {was}");
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}
