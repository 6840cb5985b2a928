//! A package, compiled as a user does it: by the `specc` program.
//!
//! In: a specification and its application. Out: the package's directory, with the application and its wheels inside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::cache;
use crate::image::{Release, output_of};

/// A package ready to be shipped.
pub struct Package {
    directory: TempDir,
}

impl Package {
    /// Compiles a specification (a path from this crate's root) with one of the `applications`, whose file gets the name
    /// that the specification expects. The target is the chosen release.
    pub fn compiled(specification: &str, application: &str, program: &str) -> Result<Self> {
        Self::edited(specification, application, program, str::to_owned)
    }

    /// The same, from the specification as `edit` leaves it.
    pub fn edited(
        specification: &str,
        application: &str,
        program: &str,
        edit: impl FnOnce(&str) -> String,
    ) -> Result<Self> {
        let release = Release::chosen()?;
        let targeted = |text: &str| edit(&text.replace("target: debian-12", &format!("target: {}", release.target())));
        Self::made(specification, application, program, release, &[], targeted)
    }

    /// The same, from a specification as it stands, for the release that it names, with settings (`LABEL=VALUE`).
    pub fn with_settings(
        specification: &str,
        application: &str,
        program: &str,
        release: Release,
        settings: &[&str],
    ) -> Result<Self> {
        Self::made(specification, application, program, release, settings, str::to_owned)
    }

    fn made(
        specification: &str,
        application: &str,
        program: &str,
        release: Release,
        settings: &[&str],
        edit: impl FnOnce(&str) -> String,
    ) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(root.join(specification)).with_context(|| specification.to_owned())?;
        let source = root.join("applications").join(application);
        let requirements = source.join("requirements.txt");
        let directory = tempfile::tempdir()?;
        let files = tempfile::tempdir()?;
        fs::copy(source.join(application).with_extension("py"), files.path().join(program))?;
        if requirements.exists() {
            fs::copy(&requirements, files.path().join("requirements.txt"))?;
            copy_files(&wheels(application, &requirements, release)?, &files.path().join("wheels"))?;
        }
        fs::write(directory.path().join("DEPLOYMENT-SPEC.md"), edit(&text))?;
        output_of(
            Command::new(compiler()?)
                .arg("build")
                .arg(directory.path().join("DEPLOYMENT-SPEC.md"))
                .arg("-o")
                .arg(directory.path().join("package"))
                .arg("--app")
                .arg(files.path())
                .args(settings.iter().flat_map(|setting| ["--set", setting])),
        )?;
        Ok(Self { directory })
    }

    /// The package's files.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("package")
    }

    /// What identifies the package: the sums of all its files.
    pub fn sums(&self) -> Result<Vec<u8>> {
        let path = self.path().join("SHA256SUMS");
        fs::read(&path).with_context(|| path.display().to_string())
    }
}

/// The `specc` program that the same cargo run built.
fn compiler() -> Result<PathBuf> {
    let cache = cache::directory()?;
    let profile = std::env::current_exe()?.ancestors().nth(2).map(Path::to_owned).context("not run by cargo")?;
    debug_assert!(profile.starts_with(cache.parent().unwrap_or(&cache)));
    Ok(profile.join("specc"))
}

/// The wheels of an application's requirements file for the release's Python, downloaded once.
fn wheels(application: &str, requirements: &Path, release: Release) -> Result<PathBuf> {
    let text = fs::read(requirements)?;
    cache::entry(&format!("wheels-{application}-{}", release.codename()), &[&text], |staging| {
        let mut command = Command::new("python3");
        command.args(["-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--implementation", "cp"]);
        command.args(["--python-version", release.python(), "--platform", "manylinux2014_x86_64"]);
        command.arg("--dest").arg(staging).arg("--requirement").arg(requirements);
        output_of(&mut command)?;
        Ok(())
    })
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for found in fs::read_dir(from)? {
        let found = found?;
        fs::copy(found.path(), to.join(found.file_name()))?;
    }
    Ok(())
}
