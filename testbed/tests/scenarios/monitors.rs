//! What watches a real server by the clock: its disk, whether its service answers, whether it is still as it was deployed.
//! Timers are not waited for: what they start is started.

use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::Machine;

use crate::production::{alerts, await_alert, desk};
use crate::{assert_proven, wait_until};

/// Lets others than root use no more than 7 percent of the disk.
const FILL: &str = "set -- $(df --output=used,avail --block-size=1 / | tail -n 1); \
                    fallocate --length $((($1 + $2) * 93 / 100 - $1)) /filler";
/// It fails where somebody is to be told.
const LOOK_AT_DISK: &str = "systemctl start desk-disk-monitor.service; true";
const DISK_MONITOR: &str = "desk-disk-monitor.service";

#[test]
fn a_disk_that_fills_up_is_told_once_and_again_when_it_was_freed_meanwhile() -> Result<()> {
    let machine = desk()?;
    machine.run(FILL)?.success()?;
    machine.run(LOOK_AT_DISK)?;
    await_alert(&machine, DISK_MONITOR, 1)?;
    for _ in 0..3 {
        machine.run(LOOK_AT_DISK)?;
    }
    machine.await_jobs()?;
    ensure!(
        alerts(&machine, DISK_MONITOR)? == 1,
        "told again, though it lasted:\n{}",
        machine.run("cat /root/alerts")?.stdout
    );
    let (status, report) = machine.validate("")?;
    ensure!(status == 1 && report.failed() == ["disk-monitor.usage"], "{}", report.failures());

    machine.run("rm /filler")?.success()?;
    machine.run("systemctl start desk-disk-monitor.service")?.success()?;
    assert_proven(&machine, "")?;
    ensure!(alerts(&machine, DISK_MONITOR)? == 1, "that there is room is told as a failure");
    machine.run(FILL)?.success()?;
    machine.run(LOOK_AT_DISK)?;
    await_alert(&machine, DISK_MONITOR, 2)?;
    machine.assert_reachable()
}

/// How often the uptime monitor has said this.
fn journaled(machine: &Machine, words: &str) -> Result<usize> {
    let journal = "journalctl --sync; journalctl --unit desk-uptime-monitor.service --output cat --quiet --no-pager";
    Ok(machine.run(&format!("{journal} | grep -c '{words}'; true"))?.success()?.parse()?)
}

const ASK: &str = "systemctl start desk-uptime-monitor.service";
const COUNTED: &str = "/usr/local/lib/desk-uptime-monitor --report";

#[test]
fn an_outage_is_journaled_once_counted_and_remembered() -> Result<()> {
    let machine = desk()?;
    let (begun, ended) = (journaled(&machine, "outage begins")?, journaled(&machine, "outage ends")?);
    machine.run("systemctl stop desk.service")?.success()?;
    for _ in 0..3 {
        machine.run(ASK)?.success()?;
    }
    ensure!(journaled(&machine, "outage begins")? == begun + 1, "its begin is not told once");
    machine.run("systemctl start desk.service")?.success()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(60))?;
    machine.run(ASK)?.success()?;
    ensure!(journaled(&machine, "outage ends")? == ended + 1, "its end is not told once");
    // Who stops a service knows it; three minutes of a month are within what is promised.
    ensure!(machine.run("grep -c . /root/alerts")?.success()? == "1", "{}", machine.run("cat /root/alerts")?.stdout);
    assert_proven(&machine, "--check uptime-monitor")?;

    // The counts outlive a reboot, and eight hours in which the host was off are eight hours without the service.
    machine.run("systemctl disable --quiet --now desk-uptime-monitor.timer")?.success()?;
    let counted = machine.run(COUNTED)?.success()?;
    machine.reboot()?;
    ensure!(machine.run(COUNTED)?.success()? == counted, "other counts than before the reboot");
    machine.run("date --set='8 hours'")?.success()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(60))?;
    machine.run("systemctl enable --quiet --now desk-uptime-monitor.timer")?.success()?;
    wait_until(&machine, &format!("[ \"$({COUNTED})\" != '{counted}' ]"), Duration::from_secs(30))?;
    ensure!(journaled(&machine, "the host was started anew")? == 1, "the time without the host is not told");
    let (_, report) = machine.validate("--check uptime-monitor")?;
    ensure!(report.failed() == ["uptime-monitor.availability"], "{}", report.failures());
    machine.assert_reachable()
}

const UPTIME_MONITOR: &str = "desk-uptime-monitor.service";

#[test]
fn a_service_that_runs_and_does_not_answer_is_told_once() -> Result<()> {
    let machine = desk()?;
    machine.run("systemctl stop desk-uptime-monitor.timer; systemctl kill --signal=STOP desk.service")?.success()?;
    machine.run(ASK)?.success()?;
    ensure!(alerts(&machine, UPTIME_MONITOR)? == 0, "told at the first look: it may just be starting");
    machine.run("echo \"$(($(date +%s) - 600))\" >/var/lib/desk-uptime-monitor/hung")?.success()?;
    ensure!(machine.run(ASK)?.status != 0, "nobody is told");
    await_alert(&machine, UPTIME_MONITOR, 1)?;
    machine.run("grep 'desk runs and does not answer' /root/alerts")?.success()?;
    machine.await_jobs()?;
    for _ in 0..2 {
        machine.run(ASK)?.success()?;
    }
    ensure!(alerts(&machine, UPTIME_MONITOR)? == 1, "{}", machine.run("cat /root/alerts")?.stdout);
    machine.run("systemctl kill --signal=CONT desk.service")?.success()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(60))?;
    machine.run(ASK)?.success()?;
    machine.run("systemctl start desk-uptime-monitor.timer")?.success()?;
    assert_proven(&machine, "--check uptime-monitor")?;
    machine.assert_reachable()
}

#[test]
fn a_validation_by_the_clock_tells_what_no_longer_holds() -> Result<()> {
    let machine = desk()?;
    let validate = "systemctl start desk-validation.service";
    let journal =
        "journalctl --sync; journalctl --unit desk-validation.service --output cat --quiet --no-pager --lines 20";
    machine.run(validate)?.success()?;
    let told = machine.run(journal)?.success()?;
    ensure!(told.contains(" hold, 0 failed, 0 could not be checked"), "{told}");

    machine.run("chmod 0644 /etc/desk/desk.env")?.success()?;
    ensure!(machine.run(validate)?.status != 0, "it found nothing");
    let told = machine.run(journal)?.success()?;
    let named = |line: &str| line.starts_with("environment-file.mode ") && line.ends_with("observed 0644");
    ensure!(told.lines().any(named), "{told}");
    await_alert(&machine, "desk-validation.service", 1)?;
    let (_, report) = machine.validate("")?;
    ensure!(report.failed() == ["environment-file.mode", "scheduled-validation.last-run"], "{}", report.failures());

    machine.run("chmod 0600 /etc/desk/desk.env")?.success()?;
    machine.run(validate)?.success()?;
    assert_proven(&machine, "")?;
    ensure!(alerts(&machine, "desk-validation.service")? == 1, "a success is told as well");
    machine.assert_reachable()
}
