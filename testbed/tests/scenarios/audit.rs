//! What people do as root is recorded on a real server, under the name with which they logged in.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::production::desk;
use crate::wait_until;

/// What the account admin did as root today. A standard input that is a pipe would be searched instead of the records.
const SEARCH: &str = "sudo -n ausearch --key desk --loginuid admin --start today --interpret </dev/null";

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn what_people_do_as_root_is_found_under_their_name_and_a_reboot_changes_nothing() -> Result<()> {
    let machine = desk()?;
    let deeds = "sudo -n stat /etc/hostname && sudo -n touch /etc/desk/note && sudo -n rm /etc/desk/note";
    machine.run_as("admin", deeds)?.success()?;
    let command = format!("{SEARCH} --executable /usr/bin/stat");
    wait_until(&machine, &command, PATIENCE)?;
    let found = machine.run_as("admin", &command)?.success()?;
    for word in ["auid=admin", "a1=/etc/hostname", "euid=root"] {
        ensure!(found.contains(word), "{word} is not in\n{found}");
    }
    for program in ["/usr/bin/touch", "/usr/bin/rm"] {
        let change = format!("{SEARCH} --file /etc/desk/note --executable {program}");
        wait_until(&machine, &change, PATIENCE)?;
    }
    // What a service does, nobody did.
    let unit = "systemd-run --quiet --wait sh -c 'stat /etc/machine-id'";
    machine.run(unit)?.success()?;
    let services =
        "ausearch --key desk --start today --interpret --executable /usr/bin/stat </dev/null | grep /etc/machine-id";
    ensure!(machine.run(services)?.status == 1, "a service is taken for somebody");

    machine.reboot()?;
    let (status, report) = machine.validate("--check audit-logging")?;
    ensure!(status == 0, "{}", report.failures());
    ensure!(machine.run(&command)?.success()?.contains("a1=/etc/hostname"), "what was recorded is gone");
    machine.run_as("admin", "sudo -n stat /etc/fstab")?.success()?;
    wait_until(&machine, &format!("{command} | grep a1=/etc/fstab"), PATIENCE)?;
    machine.assert_reachable()
}
