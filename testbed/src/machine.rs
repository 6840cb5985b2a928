//! A virtual server.
//!
//! In: a snapshot. Out: a machine of its own that continues from it, used over SSH, gone when dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::image::{Image, output_of};
use crate::qemu::{Hardware, Qemu};
use crate::ssh::{Output, Ssh};

/// The name of the one snapshot in a snapshot file.
const STATE: &str = "state";
/// How long a machine may take to boot, and a continued one to answer.
const PATIENCE: Duration = Duration::from_secs(180);

/// A machine at a moment: disk and memory, in one file.
#[derive(Clone, Debug)]
pub struct Snapshot {
    path: PathBuf,
}

impl Snapshot {
    /// The snapshot in this file.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }
}

/// A running server.
pub struct Machine {
    qemu: Qemu,
    ssh: Ssh,
    disk: PathBuf,
    directory: TempDir,
}

impl Machine {
    /// A machine of its own that continues from a snapshot.
    pub fn start(image: &Image, snapshot: &Snapshot) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let disk = directory.path().join("disk.qcow2");
        fs::copy(&snapshot.path, &disk).with_context(|| format!("cannot copy {}", snapshot.path.display()))?;
        let base = image.boot().join("disk.qcow2");
        output_of(Command::new("qemu-img").args(["rebase", "-u", "-F", "qcow2", "-b"]).arg(base).arg(&disk))?;
        let mut machine = Self::launch(image, &disk, Some(STATE), directory)?;
        machine.wait_until_reachable(PATIENCE)?;
        // The clock stood still in the snapshot.
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        machine.run(&format!("date --set=@{now}"))?.success()?;
        Ok(machine)
    }

    /// A machine that boots from a disk, which it changes.
    pub(crate) fn cold(image: &Image, disk: &Path, patience: Duration) -> Result<Self> {
        let mut machine = Self::launch(image, disk, None, tempfile::tempdir()?)?;
        machine.wait_until_reachable(patience)?;
        Ok(machine)
    }

    fn launch(image: &Image, disk: &Path, snapshot: Option<&str>, directory: TempDir) -> Result<Self> {
        let hardware = Hardware {
            boot: image.boot(),
            disk,
            directory: directory.path(),
            accelerator: image.accelerator(),
            snapshot,
        };
        let qemu = Qemu::start(&hardware)?;
        let ssh = Ssh::new(directory.path(), qemu.port, &image.key())?;
        Ok(Self { qemu, ssh, disk: disk.to_owned(), directory })
    }

    /// Runs a command line as root.
    pub fn run(&self, line: &str) -> Result<Output> {
        self.ssh.run("root", line).with_context(|| line.to_owned())
    }

    /// Runs a command line as another user.
    pub fn run_as(&self, user: &str, line: &str) -> Result<Output> {
        self.ssh.run(user, line).with_context(|| line.to_owned())
    }

    /// Runs a command line as root over a connection opened for it: what a change of sshd or of the firewall has to let in.
    pub fn run_in_new_session(&self, line: &str) -> Result<Output> {
        self.ssh.run_alone("root", line).with_context(|| line.to_owned())
    }

    /// Runs a command line as root over a connection of its own that is lost after a while.
    pub fn run_and_hang_up(&self, line: &str, after: Duration) -> Result<()> {
        self.ssh.run_and_hang_up("root", line, after).with_context(|| line.to_owned())
    }

    /// Fails where the machine lets no operator in any more.
    pub fn assert_reachable(&self) -> Result<()> {
        // A server that is just being reloaded resets connections for a moment.
        let mut tries = 0;
        loop {
            match self.ssh.run_alone("admin", "sudo -n true") {
                Ok(output) => return output.success().map(|_| ()),
                Err(error) if tries == 5 => return Err(error).context("no new SSH connection from outside"),
                Err(_) => tries += 1,
            }
            std::thread::sleep(Duration::from_secs(2));
        }
    }

    /// Copies the content of a directory into a directory of the machine.
    pub fn upload(&self, from: &Path, to: &str) -> Result<()> {
        self.ssh.upload(from, to)
    }

    /// How other programs than this one come in: a configuration of `ssh` with one host, `machine`.
    pub fn ssh_configuration(&self) -> &Path {
        self.ssh.configuration()
    }

    /// What identifies the running boot.
    pub fn boot_id(&self) -> Result<String> {
        self.run("cat /proc/sys/kernel/random/boot_id")?.success()
    }

    /// Reboots in an orderly way; returns when the system is up again.
    pub fn reboot(&self) -> Result<()> {
        let before = self.boot_id()?;
        // The connection may be cut before the command returns.
        self.run("systemctl reboot").ok();
        self.wait_for_another_boot(&before)
    }

    /// Cuts the power and gives it back; returns when the system is up again.
    pub fn power_cycle(&self) -> Result<()> {
        let before = self.boot_id()?;
        self.qemu.reset()?;
        self.wait_for_another_boot(&before)
    }

    /// Returns when the system runs under another boot ID than `before`.
    pub fn wait_for_another_boot(&self, before: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for user in ["root", "admin"] {
                self.ssh.disconnect(user);
            }
            let reached = self.ssh.run_alone("root", "cat /proc/sys/kernel/random/boot_id");
            if reached.is_ok_and(|output| output.status == 0 && output.stdout.trim() != before) {
                break;
            }
            if Instant::now() > deadline {
                bail!("the machine has not come back after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        // "degraded" is for the checks to judge.
        self.run("systemctl is-system-running --wait")?;
        Ok(())
    }

    /// Returns when all that systemd was to start has ended: what a timer runs, and what a deployment leaves to it.
    pub fn await_jobs(&self) -> Result<()> {
        self.run("until [ -z \"$(systemctl list-jobs --no-legend)\" ]; do sleep 1; done")?.success()?;
        Ok(())
    }

    /// Keeps the machine as it is now, and ends it.
    pub fn into_snapshot(self, path: &Path) -> Result<Snapshot> {
        let Self { qemu, disk, directory: _directory, .. } = self;
        qemu.save(STATE)?;
        qemu.quit()?;
        if disk != path {
            fs::copy(&disk, path)?;
        }
        Ok(Snapshot::at(path.to_owned()))
    }

    fn wait_until_reachable(&mut self, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        loop {
            match self.ssh.run("root", "true") {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
            if self.qemu.has_ended()? {
                let log = fs::read_to_string(self.directory.path().join("qemu.log"))?;
                bail!("QEMU ended: {}", log.trim());
            }
        }
    }
}
