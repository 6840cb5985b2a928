//! A package on a machine: shipped, deployed, validated.
//!
//! In: a package and an image. Out: machines on which the package is deployed, and the runs of its scripts there.

use std::fs;

use anyhow::{Result, bail};

use crate::cache;
use crate::image::Image;
use crate::machine::{Machine, Snapshot};
use crate::package::Package;
use crate::report::Report;
use crate::ssh::Output;

/// Where a package lies on its machine.
const PLACE: &str = "/root/package";

/// A machine on which a package is deployed, to be started as often as needed.
pub struct Deployed {
    image: Image,
    snapshot: Snapshot,
}

impl Deployed {
    /// The deployed machine, made now where the cache has none.
    pub fn ready(name: &str, image: &Image, package: &Package) -> Result<Self> {
        Self::made(name, image, package, "", Machine::deploy_to_the_end)
    }

    /// The same with a package that asks for secrets: root prepares the machine with one command line, and fills the
    /// secrets in with another when they are missed.
    pub fn with_secrets(name: &str, image: &Image, package: &Package, prepare: &str, fill_in: &str) -> Result<Self> {
        Self::made(name, image, package, &format!("{prepare}\n{fill_in}"), |machine| {
            machine.run(prepare)?.success()?;
            machine.deploy("")?.expect_status(6)?;
            machine.run(fill_in)?.success()?;
            machine.deploy_to_the_end()?;
            // A validation that begins after a deployment would otherwise begin on each machine, and find what is broken there.
            machine.await_jobs()
        })
    }

    /// `key` is what `deploy` does beyond what the package says.
    fn made(
        name: &str,
        image: &Image,
        package: &Package,
        key: &str,
        deploy: impl FnOnce(&Machine) -> Result<()>,
    ) -> Result<Self> {
        let sums = package.sums()?;
        let operator = fs::read(image.key())?;
        let kind = format!("deployed-{name}-{}", image.release().codename());
        let directory = cache::entry(&kind, &[&sums, &operator, key.as_bytes()], |staging| {
            let machine = Machine::start(image, &image.booted())?;
            machine.ship(package)?;
            deploy(&machine)?;
            machine.into_snapshot(&staging.join("disk.qcow2"))?;
            Ok(())
        })?;
        Ok(Self { image: image.clone(), snapshot: Snapshot::at(directory.join("disk.qcow2")) })
    }

    /// A machine of its own in that state.
    pub fn machine(&self) -> Result<Machine> {
        Machine::start(&self.image, &self.snapshot)
    }
}

impl Machine {
    /// Copies a package to the machine; an earlier one is gone then.
    pub fn ship(&self, package: &Package) -> Result<()> {
        self.run(&format!("rm -rf {PLACE}"))?.success()?;
        self.upload(&package.path(), PLACE)
    }

    /// Runs `deploy.sh` once.
    pub fn deploy(&self, flags: &str) -> Result<Output> {
        self.run(&format!("{PLACE}/deploy.sh {flags}"))
    }

    /// Deploys as the output of `deploy.sh` asks an operator to: runs it, and confirms from a new session.
    pub fn deploy_to_the_end(&self) -> Result<()> {
        let run = self.deploy("")?;
        match run.status {
            0 => Ok(()),
            5 => {
                self.run_in_new_session(&format!("{PLACE}/deploy.sh --confirm"))?.success()?;
                Ok(())
            }
            status => bail!("deploy.sh ends with {status}:\n{}{}", run.stdout, run.stderr),
        }
    }

    /// Runs `validate-deployment.sh`; its exit status and its report.
    pub fn validate(&self, flags: &str) -> Result<(i32, Report)> {
        let output = self.run(&format!("{PLACE}/validate-deployment.sh --format json {flags}"))?;
        let report = Report::parse(&output.stdout).map_err(|error| error.context(output.stderr.clone()))?;
        Ok((output.status, report))
    }
}
