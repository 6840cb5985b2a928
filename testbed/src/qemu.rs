//! One QEMU process.
//!
//! In: a disk and how to run it. Out: a running process with its SSH port, and its monitor. It knows nothing of what runs inside.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// What executes the guest's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accelerator {
    /// The processor itself.
    Kvm,
    /// QEMU's emulation: ten times slower, and available everywhere.
    Emulation,
}

/// What the kernel is told. On a busy host an emulated clock misses ticks: the kernel must neither refuse to start for that nor
/// give up the fast clock. Mitigations cost time, and there are no secrets here. Without random addresses a program that starts
/// again finds its code translated: that halves what everything takes.
const KERNEL_COMMAND_LINE: &str =
    "root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 no_timer_check tsc=reliable mitigations=off norandmaps";

impl Accelerator {
    /// All, the fastest first.
    pub const ALL: [Self; 2] = [Self::Kvm, Self::Emulation];

    fn options(self) -> [&'static str; 4] {
        match self {
            Self::Kvm => ["-accel", "kvm", "-cpu", "host"],
            // A plain processor: vector instructions take longer to emulate than what they replace.
            Self::Emulation => ["-accel", "tcg", "-cpu", "qemu64"],
        }
    }
}

impl fmt::Display for Accelerator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Kvm => "kvm",
            Self::Emulation => "emulation",
        })
    }
}

/// What to run.
pub struct Hardware<'a> {
    /// Kernel, initrd.
    pub boot: &'a Path,
    /// The disk, a qcow2 file that this process alone writes.
    pub disk: &'a Path,
    /// Sockets and logs go here.
    pub directory: &'a Path,
    pub accelerator: Accelerator,
    /// The name of the snapshot in the disk to continue from; none: a cold start.
    pub snapshot: Option<&'a str>,
}

/// A running QEMU, ended when dropped.
pub struct Qemu {
    child: Child,
    monitor: PathBuf,
    /// The port of 127.0.0.1 that leads to the guest's SSH.
    pub port: u16,
}

impl Qemu {
    pub fn start(hardware: &Hardware<'_>) -> Result<Self> {
        let port = free_port()?;
        let monitor = hardware.directory.join("monitor");
        let log = std::fs::File::create(hardware.directory.join("qemu.log"))?;
        // setpriv: no machine outlives a test run that was killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", "qemu-system-x86_64", "-nodefaults", "-no-user-config"]);
        command.args(["-display", "none", "-smp", "1", "-m", "1024"]);
        command.args(hardware.accelerator.options());
        command.arg("-kernel").arg(hardware.boot.join("vmlinuz"));
        command.arg("-initrd").arg(hardware.boot.join("initrd"));
        command.args(["-append", KERNEL_COMMAND_LINE]);
        command.arg("-serial").arg(with_path("file:", &hardware.directory.join("console.log")));
        command.arg("-qmp").arg(with_path("unix:", &monitor) + ",server=on,wait=off");
        command.arg("-drive").arg(with_path("file=", hardware.disk) + ",if=virtio,format=qcow2,cache=unsafe");
        command.args(["-netdev", &format!("user,id=net,hostfwd=tcp:127.0.0.1:{port}-:22")]);
        command.args(["-device", "virtio-net-pci,netdev=net", "-device", "virtio-rng-pci"]);
        if let Some(name) = hardware.snapshot {
            command.args(["-loadvm", name]);
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start qemu-system-x86_64 (install the package qemu-system-x86)")?;
        Ok(Self { child, monitor, port })
    }

    /// Whether the process has ended by itself, which it never should.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Saves memory and disk under `name` in the disk file.
    pub fn save(&self, name: &str) -> Result<()> {
        self.human(&format!("savevm {name}"))
    }

    /// Pulls the plug and starts again: memory is lost, the disk stays as it is.
    pub fn reset(&self) -> Result<()> {
        self.human("system_reset")
    }

    /// Ends the process, with all that was saved on disk.
    pub fn quit(mut self) -> Result<()> {
        self.human("quit").ok();
        self.child.wait()?;
        Ok(())
    }

    fn human(&self, line: &str) -> Result<()> {
        let mut monitor = Monitor::connect(&self.monitor)?;
        monitor.execute("qmp_capabilities", json!({}))?;
        let answer = monitor.execute("human-monitor-command", json!({ "command-line": line }))?;
        match answer.as_str() {
            Some("") | None => Ok(()),
            Some(problem) => bail!("QEMU answers {line:?} with: {problem}"),
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// QEMU's machine protocol: a JSON object a line.
struct Monitor {
    stream: BufReader<UnixStream>,
}

impl Monitor {
    fn connect(path: &Path) -> Result<Self> {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            match UnixStream::connect(path) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                    return Ok(Self { stream: BufReader::new(stream) });
                }
                Err(error) if Instant::now() > deadline => return Err(error).context("no answer from QEMU's monitor"),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn execute(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let mut request = json!({ "execute": command, "arguments": arguments }).to_string();
        request.push('\n');
        self.stream.get_mut().write_all(request.as_bytes())?;
        // Greetings and events come in between.
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("QEMU closed its monitor");
            }
            let mut message: Value = serde_json::from_str(&line)?;
            if let Some(error) = message.get("error") {
                bail!("QEMU refuses {command}: {error}");
            }
            if let Some(answer) = message.get_mut("return") {
                return Ok(answer.take());
            }
        }
    }
}

fn with_path(prefix: &str, path: &Path) -> String {
    format!("{prefix}{}", path.display())
}

/// A port that is free now; the kernel does not hand it out again soon.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
