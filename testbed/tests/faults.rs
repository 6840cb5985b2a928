//! The fault table: a deployed machine is broken in one way, and exactly the checks that should notice do.
//!
//! In: `testbed/faults.toml`. Each row is a test named after it. It runs on a machine that an earlier row has left mended, or
//! else on one of its own from the deployed snapshot. What a used machine says counts only where the row passes: what
//! another row may have left behind is no excuse, and no proof either.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use libtest_mimic::{Arguments, Failed, Trial};
use specc_testbed::{Deployed, Fault, Image, Machine, Package, Release, Status, faults};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let rows = dealt(faults()?);
    let machines = if arguments.list { None } else { Some(Arc::new(Machines::new(deployed()?))) };
    let mut trials = Vec::new();
    for fault in rows {
        let machines = machines.clone();
        trials.push(Trial::test(fault.name.clone(), move || {
            let machines = machines.ok_or("only listed")?;
            prove(&machines, fault).map_err(|error| {
                // At once: the end of the table may be half an hour away.
                eprintln!("{error:#}");
                Failed::from(format!("{error:#}"))
            })
        }));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// The rows in another order: neighbours of the table tend to turn the same checks red.
fn dealt(rows: Vec<Fault>) -> Vec<Fault> {
    const PILES: usize = 8;
    let mut piles: Vec<Vec<Fault>> = (0..PILES).map(|_| Vec::new()).collect();
    for (number, row) in rows.into_iter().enumerate() {
        piles[number % PILES].push(row);
    }
    piles.into_iter().flatten().collect()
}

fn deployed() -> Result<Deployed> {
    let image = Image::ready(Release::chosen()?)?;
    let package = Package::compiled("specs/greeter/DEPLOYMENT-SPEC.md", "greeter", "greeter.py")?;
    Deployed::ready("greeter", &image, &package)
}

/// Machines that were used, each with the row that it was broken by last.
struct Machines {
    deployed: Deployed,
    used: Mutex<Vec<(Machine, Fault)>>,
}

/// How many used machines wait for another row; each holds a gibibyte.
const WAITING: usize = 2;

impl Machines {
    fn new(deployed: Deployed) -> Self {
        Self { deployed, used: Mutex::default() }
    }

    /// A used machine, mended. Its last row turned none of these checks red, so that nothing which is left of it can be
    /// taken for the effect of the next.
    fn mended(&self, red: &[String]) -> Option<Machine> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |(_, last): &(Machine, Fault)| last.red.iter().all(|check| !red.contains(check));
        let place = used.iter().position(fits)?;
        let (machine, last) = used.remove(place);
        drop(used);
        machine.run(last.mend.as_deref()?).ok()?.success().ok()?;
        machine.run(SETTLE).ok()?;
        Some(machine)
    }

    fn keep(&self, machine: Machine, fault: Fault) {
        if fault.mend.is_some() {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            used.push((machine, fault));
            if used.len() > WAITING {
                used.remove(0);
            }
        }
    }
}

/// A fault may restart the service; it is judged once it listens again, or does not in time. The test's own probe asks for
/// a path that no check asks for.
const SETTLE: &str = "for _ in $(seq 30); do \
    curl --silent --output /dev/null http://127.0.0.1:8080/ && break; \
    systemctl is-active --quiet greeter || break; sleep 1; done";

fn prove(machines: &Machines, fault: Fault) -> Result<()> {
    if let Some(machine) = machines.mended(&fault.red) {
        match judge(&machine, &fault) {
            Ok(()) => {
                machines.keep(machine, fault);
                return Ok(());
            }
            Err(error) => eprintln!("{}: again, on a machine of its own: {error:#}", fault.name),
        }
    }
    let machine = machines.deployed.machine()?;
    judge(&machine, &fault)?;
    machines.keep(machine, fault);
    Ok(())
}

fn judge(machine: &Machine, fault: &Fault) -> Result<()> {
    machine.run(&fault.script)?.success().context("the machine cannot be broken this way")?;
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
