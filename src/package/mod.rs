//! A whole package: artifacts, reports, the application, and the manifest that seals them.
//!
//! In: a compilation with its matrix, and the application's files. Out: every file of the package with mode and content,
//! sorted by path. The same inputs give the same bytes; nothing is written to disk here.

mod manifest;
#[cfg(test)]
pub(crate) mod tests;

pub use manifest::{Manifest, ManifestFile, ManifestStatement};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::compile::Compiled;
use crate::render::Artifact;
use crate::report;
use crate::trace::Matrix;

/// Where the manifest stands in a package.
pub const MANIFEST: &str = "manifest.json";

/// Where the sums of all other files stand; their hash is the hash of the package.
pub const SUMS: &str = "SHA256SUMS";

/// A file of the application, as it will stand below `app/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFile {
    /// Its path below `app/`.
    pub path: Utf8PathBuf,
    /// 0644, or 0755 where it could be executed.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Its path from the package's root.
    pub path: Utf8PathBuf,
    /// Its mode in the package.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl PackageFile {
    fn new(path: Utf8PathBuf, mode: u32, content: Vec<u8>) -> Self {
        let sha256 = sha256(&content);
        Self { path, mode, content, sha256 }
    }
}

/// A package in memory.
#[derive(Debug, Clone)]
pub struct Package {
    /// Sorted by path, so that sums and listings do not depend on anything else.
    files: Vec<PackageFile>,
}

impl Package {
    /// Puts everything together and seals it. `None` when the specification gave no plan.
    #[must_use]
    pub fn assemble(compiled: &Compiled, matrix: &Matrix, application: Vec<ApplicationFile>) -> Option<Self> {
        let plan = compiled.plan.as_ref()?;
        let specification = compiled.sources.get(compiled.spec.source).map_or("", |file| file.text());
        let mut artifacts: Vec<&Artifact> = compiled.artifacts.iter().collect();
        let reports = report::reports(matrix);
        artifacts.extend(&reports);
        let artifacts = artifacts
            .into_par_iter()
            .map(|artifact| PackageFile::new(artifact.path.clone(), artifact.mode, artifact.content().into_bytes()));
        let mut files: Vec<PackageFile> = artifacts.collect();
        let application = application.into_par_iter();
        files.par_extend(
            application.map(|file| PackageFile::new(Utf8Path::new("app").join(file.path), file.mode, file.content)),
        );
        files.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
        let mut package = Self { files };
        let manifest = Manifest::of(plan, matrix, specification, &package.files);
        package.insert(MANIFEST, manifest.to_json());
        let sums: String = package.files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect();
        package.insert(SUMS, sums);
        Some(package)
    }

    /// All files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &[PackageFile] {
        &self.files
    }

    fn insert(&mut self, path: &str, text: String) {
        let at = self.files.partition_point(|file| file.path.as_str() < path);
        self.files.insert(at, PackageFile::new(path.into(), 0o644, text.into_bytes()));
    }
}

/// The SHA-256 of some bytes in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
