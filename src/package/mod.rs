//! A whole package: artifacts, reports, the application, and the manifest that seals them.
//!
//! In: a compilation with its matrix, and the application's files. Out: every file of the package with mode and content,
//! sorted by path. The same inputs give the same bytes; nothing is written to disk here.

mod manifest;
#[cfg(test)]
pub(crate) mod tests;

pub use manifest::{Manifest, ManifestFile, ManifestStatement};

use std::borrow::Cow;

use camino::Utf8PathBuf;

use crate::compile::Compiled;
use crate::render::{Artifact, ArtifactSet};
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
pub struct PackageFile<'a> {
    /// Its path from the package's root.
    pub path: Utf8PathBuf,
    /// Its mode in the package.
    pub mode: u32,
    /// Its bytes.
    pub content: Cow<'a, [u8]>,
}

/// A package in memory.
#[derive(Debug, Clone)]
pub struct Package {
    artifacts: ArtifactSet,
    application: Vec<ApplicationFile>,
}

impl Package {
    /// Puts everything together and seals it. `None` when the specification gave no plan.
    #[must_use]
    pub fn assemble(compiled: &Compiled, matrix: &Matrix, application: Vec<ApplicationFile>) -> Option<Self> {
        let plan = compiled.plan.as_ref()?;
        let mut package = Self { artifacts: compiled.artifacts.clone(), application };
        report::add_reports(matrix, &mut package.artifacts);
        let specification = compiled.sources.get(compiled.spec.source).map_or("", |file| file.text());
        let manifest = Manifest::of(plan, matrix, specification, package.files());
        package.insert(MANIFEST, manifest.to_json());
        let sums: String = package.files().map(|file| format!("{}  {}\n", sha256(&file.content), file.path)).collect();
        package.insert(SUMS, sums);
        Some(package)
    }

    /// All files, sorted by path, so that sums and listings do not depend on anything else.
    pub fn files(&self) -> impl Iterator<Item = PackageFile<'_>> {
        let artifacts = self.artifacts.iter().map(|artifact| PackageFile {
            path: artifact.path.clone(),
            mode: artifact.mode,
            content: Cow::Owned(artifact.content().into_bytes()),
        });
        let application = self.application.iter().map(|file| PackageFile {
            path: Utf8PathBuf::from("app").join(&file.path),
            mode: file.mode,
            content: Cow::Borrowed(file.content.as_slice()),
        });
        let mut files: Vec<PackageFile<'_>> = artifacts.chain(application).collect();
        files.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
        files.into_iter()
    }

    fn insert(&mut self, path: &str, text: String) {
        let mut artifact = Artifact::new(path, 0o644);
        artifact.push(text);
        self.artifacts.insert(artifact);
    }
}

/// The SHA-256 of some bytes in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
