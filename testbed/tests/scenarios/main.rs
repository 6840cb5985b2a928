//! What operators do with a package, and what happens to them meanwhile, on real servers.
//!
//! Each test starts its own machine from a snapshot, and ends by coming in over a new SSH connection.

mod audit;
mod backups;
mod certificates;
mod drills;
mod hosts;
mod interruptions;
mod life;
mod lockout;
mod monitors;
mod offsite;
mod production;
mod releases;
mod runbook;
mod ubuntu;
mod workstation;

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use specc_testbed::{Image, Machine, Package, Release, Report, Service, Status};

/// The package of the greeter.
fn greeter_package() -> Result<Package> {
    Service::Greeter.package()
}

/// The same, with another text in the place of one.
fn greeter_package_with(from: &str, to: &str) -> Result<Package> {
    Service::Greeter.edited(|text| text.replace(from, to))
}

/// A machine that nothing was deployed to.
fn bare() -> Result<Machine> {
    let image = Image::ready(Release::chosen()?)?;
    Machine::start(&image, &image.booted())
}

/// A machine with the greeter deployed.
fn greeter() -> Result<Machine> {
    Service::Greeter.machine()
}

/// Every check passes; only what needs a drill or a person is open.
fn assert_proven(machine: &Machine, flags: &str) -> Result<Report> {
    let (status, report) = machine.validate(flags)?;
    ensure!(status == 0, "the validation ends with {status}\n{}", report.failures());
    ensure!(report.with_status(Status::Pass).next().is_some(), "nothing was checked");
    Ok(report)
}

fn assert_nothing_changes(machine: &Machine) -> Result<()> {
    let output = machine.deploy("")?.expect_status(0)?;
    ensure!(output.stdout.lines().any(|line| line.starts_with("0 changed, ")), "{}", output.stdout);
    Ok(())
}

/// The process of the greeter.
fn process(machine: &Machine) -> Result<String> {
    process_of(machine, "greeter")
}

/// The process of a service.
fn process_of(machine: &Machine, service: &str) -> Result<String> {
    machine.run(&format!("systemctl show {service}.service --property=MainPID --value"))?.success()
}

/// Returns once the command line succeeds on the machine.
fn wait_until(machine: &Machine, line: &str, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    while machine.run(line)?.status != 0 {
        if Instant::now() > deadline {
            bail!("not within {} s: {line}", patience.as_secs());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}
