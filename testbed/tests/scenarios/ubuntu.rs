//! The production specification that this field knows, word for word, on the system that it names: Ubuntu 22.04.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::{Deployed, Image, Machine, Package, Release};

use crate::drills::exposure;
use crate::production::drill;
use crate::{assert_nothing_changes, assert_proven, wait_until};

const SPECIFICATION: &str = "../../shared/seeds/specs/digital-fte/DEPLOYMENT-SPEC.md";
const SERVICE: &str = "digital-fte";

/// A machine with the specification deployed; nothing where the specification is not at hand.
fn ubuntu() -> Result<Option<Machine>> {
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(SPECIFICATION).exists() {
        println!("skipped: no {SPECIFICATION}");
        return Ok(None);
    }
    let image = Image::ready(Release::Jammy)?;
    // It never says what to run. What is run must start within the 10 s that it demands, on an emulated server.
    let application = "application=main.py (Python)";
    let package = Package::with_settings(SPECIFICATION, "keeper", "main.py", Release::Jammy, &[application])?;
    Deployed::ready(SERVICE, &image, &package)?.machine().map(Some)
}

#[test]
fn the_whole_production_specification_is_proven_and_stays_as_it_is() -> Result<()> {
    let Some(machine) = ubuntu()? else { return Ok(()) };
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.deploy("--check")?.expect_status(0)?;
    let exposed = exposure(&machine, SERVICE)?;
    ensure!(exposed <= 1.5, "systemd-analyze security says {exposed}");

    let curl = "curl --silent --insecure";
    let redirect = machine.run(&format!("{curl} --head http://127.0.0.1/health"))?.success()?;
    ensure!(redirect.contains(" 301 ") && redirect.contains("https://127.0.0.1/health"), "{redirect}");
    let answer = machine.run(&format!("{curl} https://127.0.0.1/health"))?.success()?;
    ensure!(answer == "{\"status\": \"ok\"}", "{answer}");

    machine.run(&format!("{curl} --fail --data kept https://127.0.0.1/notes"))?.success()?;
    machine.run("systemctl start digital-fte-backup.service digital-fte-restore-test.service")?.success()?;
    machine.run("/usr/local/lib/digital-fte-backup --restore latest --to /root/restored")?.success()?;
    let database = "/root/restored/var/lib/digital-fte/digital-fte.db";
    let kept = machine.run(&format!("sqlite3 {database} 'SELECT text FROM notes'"))?.success()?;
    ensure!(kept == "kept", "{kept}");
    machine.assert_reachable()
}

#[test]
fn its_log_of_more_than_a_hundred_megabytes_is_rotated_by_its_timer() -> Result<()> {
    let Some(machine) = ubuntu()? else { return Ok(()) };
    let log = "/var/log/digital-fte/app.log";
    let rights = format!("stat -c '%a %U:%G' {log}");
    let before = machine.run(&rights)?.success()?;
    machine.run(&format!("head -c 105000000 /dev/zero | tr '\\0' x >>{log} && echo >>{log}"))?.success()?;
    // The timer fires after the interval on its own: its clock is led there.
    machine.run("date --set='11 minutes'")?.success()?;
    wait_until(&machine, &format!("[ $(stat -c %s {log}) -lt 1000000 ]"), Duration::from_secs(120))?;
    ensure!(machine.run(&format!("stat -c %s {log}.1"))?.success()?.parse::<u64>()? > 105_000_000, "the log is lost");
    ensure!(before == machine.run(&rights)?.success()?, "other rights than before");
    machine.run("curl --silent --insecure --fail --data after-rotation https://127.0.0.1/notes")?.success()?;
    wait_until(&machine, &format!("grep -q 'POST /notes' {log}"), Duration::from_secs(30))?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn its_failure_scenarios_are_drilled_with_a_verdict() -> Result<()> {
    let Some(machine) = ubuntu()? else { return Ok(()) };
    for name in ["network-loss", "invalid-config", "log-rotation"] {
        ensure!(drill(&machine, SERVICE, name)?, "{name} restarted the service");
    }
    for name in ["crash", "memory"] {
        ensure!(!drill(&machine, SERVICE, name)?, "{name} left the process alone");
    }
    machine.reboot()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(90))?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}
