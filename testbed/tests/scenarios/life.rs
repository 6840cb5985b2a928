//! The life of a deployment: deploy, deploy again, look for drift, drill, reboot, lose power.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use specc_testbed::{Deployed, Image, Package, Release, Report, Status};

use crate::{assert_nothing_changes, assert_proven, bare, greeter, greeter_package, process, wait_until};

/// What the service may take until it answers, on an emulated server.
const RECOVERY: Duration = Duration::from_secs(60);

fn assert_drill_passed(report: &Report, name: &str) -> Result<()> {
    let result = report.results.iter().find(|result| result.check == name);
    match result {
        Some(result) if result.status == Status::Pass => Ok(()),
        Some(_) => bail!("{}", report.failures()),
        None => bail!("{name} was not run"),
    }
}

#[test]
fn a_fresh_deployment_passes_every_check() -> Result<()> {
    let machine = greeter()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn the_agent_specification_is_proven_too() -> Result<()> {
    let specification = "../../shared/seeds/specs/agent-prod/DEPLOYMENT-SPEC.md";
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(specification).exists() {
        println!("skipped: no {specification}");
        return Ok(());
    }
    let image = Image::ready(Release::chosen()?)?;
    let package = Package::compiled(specification, "greeter", "agent_main.py")?;
    let machine = Deployed::ready("agent", &image, &package)?.machine()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn a_dry_run_writes_nothing() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    machine.run("touch /root/moment && sleep 1")?.success()?;
    machine.deploy("--dry-run")?.expect_status(0)?;
    // The journal and the clock go on whatever anybody does.
    let changed = "find / -xdev -newer /root/moment -type f \
                   -not -path '/var/log/journal/*' -not -path '/var/lib/systemd/timesync/clock'";
    let files = machine.run(changed)?.success()?;
    ensure!(files.is_empty(), "a dry run wrote:\n{files}");
    machine.assert_reachable()
}

#[test]
fn a_second_deployment_changes_nothing() -> Result<()> {
    let machine = greeter()?;
    let before = process(&machine)?;
    assert_nothing_changes(&machine)?;
    ensure!(before == process(&machine)?, "the service was restarted");
    machine.assert_reachable()
}

#[test]
fn drift_is_listed_and_repaired() -> Result<()> {
    let machine = greeter()?;
    machine.deploy("--check")?.expect_status(0)?;

    machine.run("echo '# edited' >>/etc/systemd/system/greeter.service && systemctl daemon-reload")?.success()?;
    machine.run("chmod 0777 /opt/greeter && systemctl disable --quiet greeter")?.success()?;
    let drift = machine.deploy("--check")?.expect_status(1)?;
    for place in ["/etc/systemd/system/greeter.service", "/opt/greeter", "greeter"] {
        ensure!(drift.stdout.contains(place), "{place} is not listed:\n{}", drift.stdout);
    }
    ensure!(machine.run("stat -c %a /opt/greeter")?.success()? == "777", "--check changed something");

    machine.deploy("")?.expect_status(0)?;
    machine.deploy("--check")?.expect_status(0)?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn the_service_survives_a_crash() -> Result<()> {
    let machine = greeter()?;
    let before = process(&machine)?;
    let report = assert_proven(&machine, "--drill crash --host testbed")?;
    assert_drill_passed(&report, "drill.crash")?;
    ensure!(before != process(&machine)?, "nothing crashed");
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn the_memory_limit_kills() -> Result<()> {
    let machine = greeter()?;
    let report = assert_proven(&machine, "--drill memory --host testbed")?;
    assert_drill_passed(&report, "drill.memory")?;
    let kills = machine.run("journalctl -k --grep 'Memory cgroup out of memory' --output cat --quiet")?.success()?;
    ensure!(!kills.is_empty(), "the kernel killed nothing");
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_drill_on_another_host_is_refused() -> Result<()> {
    let machine = greeter()?;
    let output = machine.run("/root/package/validate-deployment.sh --drill crash --host elsewhere")?;
    ensure!(output.status != 0, "{}", output.stdout);
    ensure!(machine.run("systemctl show greeter -P NRestarts")?.success()? == "0", "the drill ran");
    machine.assert_reachable()
}

#[test]
fn the_service_survives_a_reboot() -> Result<()> {
    let machine = greeter()?;
    let boot = machine.boot_id()?;
    let drill = machine.run("/root/package/validate-deployment.sh --drill reboot --host testbed");
    // The connection may be cut before the drill has ended; else it says that its verdict is open.
    if let Ok(output) = drill {
        output.expect_status(2)?;
    }
    machine.wait_for_another_boot(&boot)?;
    let report = assert_proven(&machine, "--after-reboot")?;
    assert_drill_passed(&report, "drill.reboot")?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn the_service_survives_a_power_cut() -> Result<()> {
    let machine = greeter()?;
    machine.power_cycle()?;
    // SSH answers before the service does.
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8080/health", RECOVERY)?;
    assert_proven(&machine, "")?;
    machine.deploy("--check")?.expect_status(0)?;
    machine.assert_reachable()
}
