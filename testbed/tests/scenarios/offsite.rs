//! Copies of backups on a real server: at another account's place, and what is left when that place is closed.

use anyhow::{Result, ensure};
use specc_testbed::Machine;

use crate::assert_proven;
use crate::production::{alerts, await_alert, desk};

const BACK_UP: &str = "systemctl start desk-backup.service";

/// The newest backup of this machine.
fn newest(machine: &Machine) -> Result<String> {
    machine.run("basename \"$(ls -d /var/backups/desk/2*Z | tail -n 1)\"")?.success()
}

/// Every backup of this machine lies there as well, whole, and is no other.
fn assert_copied(machine: &Machine) -> Result<()> {
    let compare = "set -e; for backup in /var/backups/desk/2*Z; do \
                   copy=/home/vault/desk/${backup##*/}; cmp $backup/SHA256SUMS $copy/SHA256SUMS; \
                   runuser -u vault -- sh -c \"cd $copy && sha256sum --check --strict --quiet SHA256SUMS\"; done";
    machine.run(compare)?.success()?;
    Ok(())
}

#[test]
fn backups_are_copied_and_one_that_could_not_be_is_kept_told_and_copied_later() -> Result<()> {
    let machine = desk()?;
    machine.run("curl --silent --fail --request POST 'http://127.0.0.1:8000/tickets?text=one'")?.success()?;
    machine.run(BACK_UP)?.success()?;
    assert_copied(&machine)?;
    let first = newest(&machine)?;

    let keys = "/home/vault/.ssh/authorized_keys";
    machine.run(&format!("mv {keys} {keys}.away"))?.success()?;
    ensure!(machine.run(BACK_UP)?.status != 0, "a copy that was not made is no failure");
    let second = newest(&machine)?;
    ensure!(first != second, "there is no new backup");
    machine
        .run(&format!("cd /var/backups/desk/{second} && sha256sum --check --strict --quiet SHA256SUMS"))?
        .success()?;
    ensure!(machine.run(&format!("ls -d /home/vault/desk/{second}"))?.status != 0, "it was copied all the same");
    await_alert(&machine, "desk-backup.service", 1)?;
    let (_, report) = machine.validate("")?;
    ensure!(report.failed() == ["backup.copied", "backup.last-run"], "{}", report.failures());

    machine.run(&format!("mv {keys}.away {keys}"))?.success()?;
    machine.run(BACK_UP)?.success()?;
    assert_copied(&machine)?;
    ensure!(
        machine.run(&format!("ls -d /home/vault/desk/{second}"))?.status == 0,
        "the one that was missed is missing"
    );
    assert_proven(&machine, "")?;
    ensure!(alerts(&machine, "desk-backup.service")? == 1, "a success is told as well");
    machine.assert_reachable()
}
