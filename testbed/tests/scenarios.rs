//! What operators do with a package, on a real server: deploy, deploy again, look for drift, drill, reboot, lose power.
//!
//! Each test starts its own machine from a snapshot, and ends by coming in over a new SSH connection.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Result, anyhow, bail, ensure};
use specc_testbed::{Deployed, Image, Machine, Package, Release, Report, Status};

/// The package of the testbed's own specification.
fn greeter_package() -> Result<Package> {
    Package::compiled("specs/greeter/DEPLOYMENT-SPEC.md", "greeter.py")
}

/// A machine with the greeter deployed; the first test that asks deploys it for all.
fn greeter() -> Result<Machine> {
    static DEPLOYED: OnceLock<Result<Deployed, String>> = OnceLock::new();
    let make = || Deployed::ready("greeter", &Image::ready(Release::Bookworm)?, &greeter_package()?);
    let deployed = DEPLOYED.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    deployed.as_ref().map_err(|error| anyhow!("{error}"))?.machine()
}

/// Every check passes; only what needs a drill or a person is open.
fn assert_proven(machine: &Machine, flags: &str) -> Result<Report> {
    let (status, report) = machine.validate(flags)?;
    ensure!(status == 0, "the validation ends with {status}\n{}", report.failures());
    ensure!(report.with_status(Status::Pass).next().is_some(), "nothing was checked");
    Ok(report)
}

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
    let image = Image::ready(Release::Bookworm)?;
    let package = Package::compiled(specification, "agent_main.py")?;
    let machine = Deployed::ready("agent", &image, &package)?.machine()?;
    assert_proven(&machine, "")?;
    let output = machine.deploy("")?.expect_status(0)?;
    ensure!(output.stdout.lines().any(|line| line.starts_with("0 changed, ")), "{}", output.stdout);
    machine.assert_reachable()
}

#[test]
fn a_dry_run_writes_nothing() -> Result<()> {
    let image = Image::ready(Release::Bookworm)?;
    let machine = Machine::start(&image, &image.booted())?;
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
    let process = machine.run("systemctl show greeter -P MainPID")?.success()?;
    let output = machine.deploy("")?.expect_status(0)?;
    ensure!(output.stdout.lines().any(|line| line.starts_with("0 changed, ")), "{}", output.stdout);
    let process_after = machine.run("systemctl show greeter -P MainPID")?.success()?;
    ensure!(process == process_after, "the service was restarted");
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
    let process = machine.run("systemctl show greeter -P MainPID")?.success()?;
    let report = assert_proven(&machine, "--drill crash --host testbed")?;
    assert_drill_passed(&report, "drill.crash")?;
    let process_after = machine.run("systemctl show greeter -P MainPID")?.success()?;
    ensure!(process != process_after, "nothing crashed");
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
    // The connection may be cut before the drill has ended.
    if let Ok(output) = drill {
        output.success()?;
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
    assert_proven(&machine, "")?;
    machine.deploy("--check")?.expect_status(0)?;
    machine.assert_reachable()
}
