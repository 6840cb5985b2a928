//! The way into a machine: the `ssh` program, as an operator uses it.
//!
//! In: a port, a key, a command line for the guest's shell. Out: its status and output.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a command may take before it counts as hanging. A deployment on an emulated processor takes minutes.
const LIMIT_SECONDS: &str = "600";

/// What a command on a machine left.
#[derive(Clone, Debug)]
pub struct Output {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Standard output without surrounding space; an error when the command failed.
    pub fn success(self) -> Result<String> {
        if self.status != 0 {
            bail!("exit status {}\n{}{}", self.status, self.stdout, self.stderr);
        }
        Ok(self.stdout.trim().to_owned())
    }

    /// The output, where it ended with this status.
    pub fn expect_status(self, status: i32) -> Result<Self> {
        if self.status != status {
            bail!("exit status {} instead of {status}\n{}{}", self.status, self.stdout, self.stderr);
        }
        Ok(self)
    }
}

/// An SSH client for one machine.
pub struct Ssh {
    configuration: PathBuf,
}

impl Ssh {
    /// A client that keeps its files in `directory`.
    pub fn new(directory: &Path, port: u16, key: &Path) -> Result<Self> {
        let configuration = directory.join("ssh_config");
        let control = directory.join("ssh");
        let text = format!(
            "Host machine\n  HostName 127.0.0.1\n  Port {port}\n  User root\n  IdentityFile {}\n  IdentitiesOnly yes\n  \
             BatchMode yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n  \
             ConnectTimeout 30\n  ServerAliveInterval 10\n  ServerAliveCountMax 6\n  ControlPath {}-%r\n  \
             ControlPersist yes\n",
            key.display(),
            control.display(),
        );
        fs::write(&configuration, text)?;
        Ok(Self { configuration })
    }

    /// The client's configuration.
    pub fn configuration(&self) -> &Path {
        &self.configuration
    }

    /// Runs a command line, over a connection that is kept open for the next one.
    pub fn run(&self, user: &str, line: &str) -> Result<Output> {
        finish(self.command(user, Sharing::Shared).arg(line).stdin(Stdio::null()))
    }

    /// Runs a command line over a connection of its own.
    pub fn run_alone(&self, user: &str, line: &str) -> Result<Output> {
        finish(self.command(user, Sharing::Alone).arg(line).stdin(Stdio::null()))
    }

    /// Runs a command line over a connection of its own that is lost after a while.
    pub fn run_and_hang_up(&self, user: &str, line: &str, after: Duration) -> Result<()> {
        let limit = ["--signal=KILL".to_owned(), after.as_secs().to_string()];
        self.command_within(limit, user, Sharing::Alone).arg(line).stdin(Stdio::null()).output()?;
        Ok(())
    }

    /// Copies the content of a directory into a directory of the machine.
    pub fn upload(&self, from: &Path, to: &str) -> Result<()> {
        let mut tar = Command::new("tar")
            .arg("-C")
            .arg(from)
            .args(["--owner=0", "--group=0", "-c", "."])
            .stdout(Stdio::piped())
            .spawn()?;
        let archive = tar.stdout.take().context("tar has no output")?;
        // Synchronised, as a test may cut the power next.
        let line = format!("mkdir -p {to} && tar -C {to} --no-same-owner -x && sync");
        finish(self.command("root", Sharing::Shared).arg(line).stdin(archive))?.success()?;
        if !tar.wait()?.success() {
            bail!("tar cannot read {}", from.display());
        }
        Ok(())
    }

    /// Forgets the shared connections, which a reboot has cut.
    pub fn disconnect(&self, user: &str) {
        let mut command = Command::new("ssh");
        command.arg("-F").arg(&self.configuration).args(["-O", "exit", &format!("{user}@machine")]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
    }

    fn command(&self, user: &str, sharing: Sharing) -> Command {
        self.command_within(["--kill-after=5".to_owned(), LIMIT_SECONDS.to_owned()], user, sharing)
    }

    /// The client, ended by `timeout` with these arguments.
    fn command_within(&self, limit: [String; 2], user: &str, sharing: Sharing) -> Command {
        let mut command = Command::new("timeout");
        command.args(limit).args(["ssh", "-F"]).arg(&self.configuration);
        match sharing {
            Sharing::Shared => command.args(["-o", "ControlMaster=auto"]),
            Sharing::Alone => command.args(["-o", "ControlMaster=no", "-o", "ControlPath=none"]),
        };
        command.arg(format!("{user}@machine"));
        command
    }
}

#[derive(Clone, Copy)]
enum Sharing {
    Shared,
    Alone,
}

fn finish(command: &mut Command) -> Result<Output> {
    let output = command.output().context("cannot run ssh")?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(124 | 137) => bail!("the command hangs: no end after {LIMIT_SECONDS} s\n{stdout}{stderr}"),
        Some(255) => bail!("no SSH connection: {}", stderr.trim()),
        Some(status) => Ok(Output { status, stdout, stderr }),
        None => bail!("ssh was killed"),
    }
}
