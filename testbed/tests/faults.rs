//! The fault table: a deployed machine is broken in one way, and exactly the checks that should notice do.
//!
//! In: `testbed/faults.toml`. Each row is a test named after its service and it. It runs on a machine that an earlier row has left mended, or
//! else on one of its own from the deployed snapshot. What a used machine says counts only where the row passes: what
//! another row may have left behind is no excuse, and no proof either.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail};
use libtest_mimic::{Arguments, Failed, Trial};
use specc_testbed::{Fault, Machine, Service, Status, faults};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let machines = Arc::new(Machines::default());
    let mut trials = Vec::new();
    for fault in dealt(faults()?) {
        let machines = Arc::clone(&machines);
        trials.push(Trial::test(format!("{}::{}", fault.service.name(), fault.name), move || {
            prove(&machines, fault).map_err(|error| {
                // At once: the end of the table may be half an hour away.
                eprintln!("{error:#}");
                Failed::from(format!("{error:#}"))
            })
        }));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// The rows in another order. One of the desk's goes first: it sees to the desk's deployment, which takes minutes, while those of
/// the greeter are judged.
fn dealt(rows: Vec<Fault>) -> Vec<Fault> {
    let (greeter, desk): (Vec<Fault>, Vec<Fault>) = rows.into_iter().partition(|row| row.service == Service::Greeter);
    let mut desk = apart(desk).into_iter();
    let first = desk.next();
    first.into_iter().chain(apart(greeter)).chain(desk).collect()
}

/// Neighbours of the table tend to turn the same checks red.
fn apart(rows: Vec<Fault>) -> Vec<Fault> {
    const PILES: usize = 8;
    let mut piles: Vec<Vec<Fault>> = (0..PILES).map(|_| Vec::new()).collect();
    for (number, row) in rows.into_iter().enumerate() {
        piles[number % PILES].push(row);
    }
    piles.into_iter().flatten().collect()
}

/// Machines that were used, each with the row that it was broken by last.
#[derive(Default)]
struct Machines {
    greeter: Mutex<Vec<(Machine, Fault)>>,
    desk: Mutex<Vec<(Machine, Fault)>>,
}

/// How many used machines of a service wait for another row; each holds a gibibyte.
const WAITING: usize = 2;

impl Machines {
    /// Those on which the service of this row is deployed.
    fn of(&self, fault: &Fault) -> MutexGuard<'_, Vec<(Machine, Fault)>> {
        let used = match fault.service {
            Service::Greeter => &self.greeter,
            Service::Desk => &self.desk,
        };
        used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A used machine, mended. Its last row turned none of the checks red that this one does, so that nothing which is left of it
    /// can be taken for the effect of this one.
    fn mended(&self, fault: &Fault) -> Option<Machine> {
        let mut used = self.of(fault);
        let fits = |(_, last): &(Machine, Fault)| last.red.iter().all(|check| !fault.red.contains(check));
        let place = used.iter().position(fits)?;
        let (machine, last) = used.remove(place);
        drop(used);
        machine.run(last.mend.as_deref()?).ok()?.success().ok()?;
        machine.run(&settle(fault.service)).ok()?;
        Some(machine)
    }

    fn keep(&self, machine: Machine, fault: Fault) {
        if fault.mend.is_some() {
            let mut used = self.of(&fault);
            used.push((machine, fault));
            if used.len() > WAITING {
                used.remove(0);
            }
        }
    }
}

/// A fault may restart the service; it is judged once it listens again, or does not in time. The test's own probe asks for
/// a path that no check asks for.
fn settle(service: Service) -> String {
    format!(
        "for _ in $(seq 30); do \
         curl --silent --output /dev/null http://127.0.0.1:{}/settled && break; \
         systemctl is-active --quiet {} || break; sleep 1; done",
        service.port(),
        service.name(),
    )
}

fn prove(machines: &Machines, fault: Fault) -> Result<()> {
    if let Some(machine) = machines.mended(&fault) {
        match judge(&machine, &fault) {
            Ok(()) => {
                machines.keep(machine, fault);
                return Ok(());
            }
            Err(error) => eprintln!("{}: again, on a machine of its own: {error:#}", fault.name),
        }
    }
    let machine = fault.service.machine()?;
    judge(&machine, &fault)?;
    machines.keep(machine, fault);
    Ok(())
}

fn judge(machine: &Machine, fault: &Fault) -> Result<()> {
    machine.run(&fault.script)?.success().context("the machine cannot be broken this way")?;
    machine.run(&settle(fault.service))?;
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
