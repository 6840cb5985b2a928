//! The server image: a minimal Debian or Ubuntu, built and booted once, then kept.
//!
//! In: a release, the recipe in `testbed/image/`. Out: the files of the image, with the snapshot of a booted machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cache;
use crate::machine::{Machine, Snapshot};
use crate::qemu::Accelerator;

/// A release that packages are tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Debian 12.
    Bookworm,
    /// Debian 13.
    Trixie,
    /// Ubuntu 22.04.
    Jammy,
    /// Ubuntu 24.04.
    Noble,
}

impl Release {
    const ALL: [Self; 4] = [Self::Bookworm, Self::Trixie, Self::Jammy, Self::Noble];

    /// The one that `testbed/run --release` names, which it hands on in the environment; else Debian 12.
    pub fn chosen() -> Result<Self> {
        let Some(name) = std::env::var_os("TESTBED_RELEASE") else { return Ok(Self::Bookworm) };
        let found = Self::ALL.into_iter().find(|release| name == release.codename());
        found.with_context(|| format!("no such release: {}", name.display()))
    }

    /// The name in the distribution's archive.
    pub fn codename(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
            Self::Jammy => "jammy",
            Self::Noble => "noble",
        }
    }

    /// The name as the target of a specification.
    pub fn target(self) -> &'static str {
        match self {
            Self::Bookworm => "debian-12",
            Self::Trixie => "debian-13",
            Self::Jammy => "ubuntu-22.04",
            Self::Noble => "ubuntu-24.04",
        }
    }

    /// The version of its Python, which wheels are made for.
    pub fn python(self) -> &'static str {
        match self {
            Self::Bookworm => "3.11",
            Self::Trixie => "3.13",
            Self::Jammy => "3.10",
            Self::Noble => "3.12",
        }
    }
}

/// A built image.
#[derive(Clone, Debug)]
pub struct Image {
    directory: PathBuf,
    release: Release,
    accelerator: Accelerator,
}

impl Image {
    /// The image of a release, built and booted now where the cache has none. That takes about a minute.
    pub fn ready(release: Release) -> Result<Self> {
        let recipe = recipe()?;
        let qemu = output_of(Command::new("qemu-system-x86_64").arg("--version"))?;
        // A snapshot fits only the virtual hardware that it was taken on.
        let hardware = include_bytes!("qemu.rs");
        let inputs: Vec<&[u8]> =
            recipe.iter().map(Vec::as_slice).chain([qemu.as_bytes(), hardware.as_slice()]).collect();
        let kind = format!("image-{}", release.codename());
        let directory = cache::entry(&kind, &inputs, |staging| build(release, staging))?;
        // A snapshot continues only under the accelerator that it was taken with.
        let kept = fs::read_to_string(directory.join("accelerator"))?;
        let accelerator = Accelerator::ALL.into_iter().find(|accelerator| accelerator.to_string() == kept);
        let accelerator = accelerator.context("the image names no known accelerator")?;
        Ok(Self { directory, release, accelerator })
    }

    /// The release that it is of.
    pub fn release(&self) -> Release {
        self.release
    }

    /// The machine just after its first boot.
    pub fn booted(&self) -> Snapshot {
        Snapshot::at(self.directory.join("booted.qcow2"))
    }

    /// The private key that opens root and admin.
    pub fn key(&self) -> PathBuf {
        self.directory.join("key")
    }

    /// Where kernel and initrd are.
    pub fn boot(&self) -> &Path {
        &self.directory
    }

    /// The accelerator that works here.
    pub fn accelerator(&self) -> Accelerator {
        self.accelerator
    }
}

fn build(release: Release, staging: &Path) -> Result<()> {
    let key = staging.join("key");
    output_of(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "testbed", "-f"]).arg(&key))?;
    let script = recipe_directory().join("build");
    // In mounts of its own: a build that is killed leaves none behind, over which the next one would stumble.
    let mut builder = Command::new("unshare");
    builder.args(["--mount", "--"]).arg(script).arg(release.codename()).arg(staging).arg(staging.join("key.pub"));
    output_of(&mut builder)?;

    for accelerator in Accelerator::ALL {
        let image = Image { directory: staging.to_owned(), release, accelerator };
        match boot(&image) {
            Ok(()) => {
                fs::write(staging.join("accelerator"), accelerator.to_string())?;
                return Ok(());
            }
            // The device may exist and still not work; only a boot shows that.
            Err(error) => eprintln!("testbed: no machine by {accelerator}: {error:#}"),
        }
    }
    bail!("no accelerator boots the image")
}

/// Boots the disk and keeps the running machine as a snapshot.
fn boot(image: &Image) -> Result<()> {
    let disk = image.directory.join("booted.qcow2");
    fs::remove_file(&disk).ok();
    // The backing file is named relative to the overlay, as the directory will be renamed; copies of the overlay are
    // given its new place when they are made.
    output_of(
        Command::new("qemu-img").args(["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "disk.qcow2"]).arg(&disk),
    )?;
    let patience = match image.accelerator {
        Accelerator::Kvm => Duration::from_secs(20),
        Accelerator::Emulation => Duration::from_secs(180),
    };
    let machine = Machine::cold(image, &disk, patience)?;
    machine.run("systemctl is-system-running --wait")?.success()?;
    machine.into_snapshot(&disk)?;
    Ok(())
}

/// The texts that the image is made of.
fn recipe() -> Result<Vec<Vec<u8>>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(recipe_directory())?.map(|found| Ok(found?.path())).collect::<Result<_>>()?;
    paths.sort();
    paths.iter().map(|path| Ok(fs::read(path)?)).collect()
}

fn recipe_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("image")
}

/// Runs a program of the host to its end; what it printed.
pub fn output_of(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
