//! The fault table: a deployed machine is broken in one way, and exactly the checks that should notice do.
//!
//! In: `testbed/faults.toml`. Each row starts its own machine from the deployed snapshot and is a test named after it.

use std::error::Error;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use libtest_mimic::{Arguments, Failed, Trial};
use specc_testbed::{Deployed, Fault, Image, Package, Release, Status, faults};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let rows = faults()?;
    let deployed = if arguments.list { None } else { Some(Arc::new(deployed()?)) };
    let mut trials = Vec::new();
    for fault in rows {
        let deployed = deployed.clone();
        trials.push(Trial::test(fault.name.clone(), move || {
            let deployed = deployed.ok_or("only listed")?;
            prove(&deployed, &fault).map_err(|error| Failed::from(format!("{error:#}")))
        }));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

fn deployed() -> Result<Deployed> {
    let image = Image::ready(Release::Bookworm)?;
    let package = Package::compiled("specs/greeter/DEPLOYMENT-SPEC.md", "greeter.py")?;
    Deployed::ready("greeter", &image, &package)
}

/// A fault may restart the service; it is judged once it listens again, or does not in time. The test's own probe asks for
/// a path that no check asks for.
const SETTLE: &str = "for _ in $(seq 30); do \
    curl --silent --output /dev/null http://127.0.0.1:8080/ && break; \
    systemctl is-active --quiet greeter || break; sleep 1; done";

fn prove(deployed: &Deployed, fault: &Fault) -> Result<()> {
    let machine = deployed.machine()?;
    machine.run(&format!("set -e\n{}", fault.script))?.success().context("the machine cannot be broken this way")?;
    machine.run(SETTLE)?;
    let (status, report) = machine.validate("")?;

    let mut expected: Vec<&str> = fault.red.iter().map(String::as_str).collect();
    expected.sort_unstable();
    if report.failed() != expected {
        bail!("red is {:?}, should be {expected:?}\n{}", report.failed(), report.failures());
    }
    let expected_status = if expected.is_empty() { 0 } else { 1 };
    if status != expected_status {
        bail!("the validation ends with {status} instead of {expected_status}\n{}", report.failures());
    }
    for requirement in &fault.requirements {
        if !report.with_status(Status::Fail).any(|result| result.requirements.contains(requirement)) {
            bail!("no red check names {requirement}\n{}", report.failures());
        }
    }
    Ok(())
}
