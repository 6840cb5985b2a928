//! Failures with a time limit on a real server: the reboot drill, a drill that must fail, and the environment file.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use specc_testbed::{Machine, Report, Status};

use crate::production::{await_alert, desk};
use crate::{assert_proven, process_of, wait_until};

const HEALTHY: &str = "curl --silent --fail http://127.0.0.1:8000/health";
const RECOVERY: Duration = Duration::from_secs(90);

/// How a drill ended, and what was seen of it.
fn drilled(report: &Report, name: &str) -> Result<(Status, String)> {
    let check = format!("drill.{name}");
    let result = report.results.iter().find(|result| result.check == check).context("it was not run")?;
    Ok((result.status, result.observed.clone().unwrap_or_default()))
}

/// How much the sandbox of a service leaves open, of 10.
pub(crate) fn exposure(machine: &Machine, service: &str) -> Result<f64> {
    let unit = format!("{service}.service");
    let told = machine.run(&format!("systemd-analyze security --no-pager {unit} | tail -n 1"))?.success()?;
    let mut words = told.split_whitespace().skip_while(|word| word.strip_suffix(':') != Some(&unit)).skip(1);
    words.next().and_then(|word| word.parse().ok()).with_context(|| told.clone())
}

#[test]
fn after_a_reboot_everything_runs_within_the_promised_time() -> Result<()> {
    let machine = desk()?;
    let exposed = exposure(&machine, "desk")?;
    ensure!(exposed <= 1.5, "systemd-analyze security says {exposed}");
    let boot = machine.boot_id()?;
    // The connection may be cut before the drill has ended; else it says that its verdict is open.
    if let Ok(output) = machine.run("/root/package/validate-deployment.sh --drill reboot --host testbed") {
        output.expect_status(2)?;
    }
    machine.wait_for_another_boot(&boot)?;
    let report = assert_proven(&machine, "--after-reboot")?;
    let (status, seen) = drilled(&report, "reboot")?;
    ensure!(status == Status::Pass && seen.contains("s after its start"), "{seen}");
    machine.assert_reachable()
}

#[test]
fn a_service_that_comes_back_too_late_fails_its_drill_and_is_helped_up() -> Result<()> {
    let machine = desk()?;
    let slow = "mkdir /run/systemd/system/desk.service.d && \
                printf '[Service]\\nRestartSec=100\\n' >/run/systemd/system/desk.service.d/slow.conf && systemctl daemon-reload";
    machine.run(slow)?.success()?;
    let before = process_of(&machine, "desk")?;
    let (_, report) = machine.validate("--drill crash --host testbed")?;
    ensure!(report.failed() == ["application.current", "drill.crash", "restart-policy.delay"], "{}", report.failures());
    let (_, seen) = drilled(&report, "crash")?;
    ensure!(seen.contains("not recovered within 60 s"), "{seen}");
    // The drill leaves nobody without the service.
    wait_until(&machine, HEALTHY, RECOVERY)?;
    ensure!(before != process_of(&machine, "desk")?, "nothing crashed");

    machine.run("rm -r /run/systemd/system/desk.service.d && systemctl daemon-reload")?.success()?;
    let report = assert_proven(&machine, "--drill crash --host testbed")?;
    ensure!(drilled(&report, "crash")?.0 == Status::Pass, "{}", report.failures());
    machine.assert_reachable()
}

#[test]
fn a_broken_environment_file_harms_no_process_and_stops_the_next_start() -> Result<()> {
    let machine = desk()?;
    let before = process_of(&machine, "desk")?;
    machine.run("echo 'export NAME=value' >>/etc/desk/desk.env")?.success()?;
    let refused = machine.deploy("")?.expect_status(1)?;
    ensure!(refused.stdout.contains("/etc/desk/desk.env: line "), "{}", refused.stdout);
    let (_, report) = machine.validate("--check invalid-config")?;
    ensure!(report.failed() == ["invalid-config.valid"], "{}", report.failures());
    machine.run(HEALTHY)?.success()?;
    ensure!(before == process_of(&machine, "desk")?, "the service was touched");

    ensure!(machine.run("systemctl restart desk.service")?.status != 0, "it starts with that file");
    wait_until(&machine, "systemctl is-failed desk.service", RECOVERY)?;
    let named = "journalctl --unit desk.service --output cat --no-pager | grep '/etc/desk/desk.env: line '";
    machine.run(named)?.success()?;
    await_alert(&machine, "desk.service", 1)?;

    machine
        .run("sed -i '$d' /etc/desk/desk.env && systemctl reset-failed desk.service && systemctl start desk.service")?
        .success()?;
    wait_until(&machine, HEALTHY, RECOVERY)?;
    // The file that says where alerts go was changed.
    machine.run("/usr/local/lib/desk-alert --test")?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}
