//! Where built images and snapshots are kept between runs: `testbed/` in cargo's target directory.
//!
//! In: the inputs that an entry is made from. Out: the entry's path, made once and shared by all processes.
//! An entry is named after a hash of its inputs, so it is never out of date, only unused.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The directory of all entries.
pub fn directory() -> Result<PathBuf> {
    // …/target/debug/deps/scenarios-1234: the target directory is the third above the running test.
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    let target = program.ancestors().nth(3).context("not run by cargo")?;
    let directory = target.join("testbed");
    fs::create_dir_all(&directory)?;
    Ok(directory)
}

/// The entry `KIND-HASH`, where the hash is over `inputs`. `make` fills a staging directory when it is not there yet;
/// other processes wait meanwhile. Entries of the same kind from other inputs are removed before that.
pub fn entry(kind: &str, inputs: &[&[u8]], make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let root = directory()?;
    let lock = File::create(root.join(format!("{kind}.lock")))?;
    lock.lock().context("cannot lock the testbed's cache")?;

    let path = root.join(format!("{kind}-{}", hash(inputs)));
    if path.exists() {
        return Ok(path);
    }
    remove_others(&root, kind)?;
    let staging = root.join(format!("{kind}-making"));
    fs::create_dir(&staging).with_context(|| format!("cannot make {}", staging.display()))?;
    make(&staging)?;
    fs::rename(&staging, &path)?;
    Ok(path)
}

fn hash(inputs: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for input in inputs {
        hasher.update(input.len().to_le_bytes());
        hasher.update(input);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn remove_others(root: &Path, kind: &str) -> Result<()> {
    let prefix = format!("{kind}-");
    for found in fs::read_dir(root)? {
        let found = found?;
        if found.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_dir_all(found.path())?;
        }
    }
    Ok(())
}
