//! A whole package: artifacts, reports, the application, and the manifest that seals them.
//!
//! In: a compilation with its matrix, and the application's files. Out: every file of the package with mode and content,
//! sorted by path. The same inputs give the same bytes; nothing is written to disk here.

mod manifest;
#[cfg(test)]
pub(crate) mod tests;

pub use manifest::{Manifest, ManifestFile, ManifestStatement};

use crate::compile::Compiled;
use crate::parallel;
use crate::report;
use crate::trace::Matrix;
use camino::{Utf8Path, Utf8PathBuf};

/// Where the manifest stands in a package.
pub const MANIFEST: &str = "manifest.json";

/// Where the sums of all other files stand; their hash is the hash of the package.
pub const SUMS: &str = "SHA256SUMS";

/// How many bytes are summed on all cores; a core takes a millisecond or less for fewer.
const WORTH_THREADS: usize = 1024 * 1024;

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

/// A file whose sum is not known yet.
struct Unsealed {
    path: Utf8PathBuf,
    mode: u32,
    content: Vec<u8>,
}

impl Unsealed {
    fn seal(self, sha256: String) -> PackageFile {
        PackageFile { path: self.path, mode: self.mode, content: self.content, sha256 }
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
        let artifacts = compiled.artifacts.iter().map(|artifact| Unsealed {
            path: artifact.path.clone(),
            mode: artifact.mode,
            content: artifact.content().into_bytes(),
        });
        let reports = report::reports(matrix).into_iter().map(|report| Unsealed {
            path: report.path.clone(),
            mode: report.mode,
            content: report.into_content().into_bytes(),
        });
        let application = application.into_iter().map(|file| Unsealed {
            path: Utf8Path::new("app").join(file.path),
            mode: file.mode,
            content: file.content,
        });
        let mut package = Self { files: sealed(artifacts.chain(reports).chain(application).collect()) };
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
        let file = Unsealed { path: path.into(), mode: 0o644, content: text.into_bytes() };
        let sum = sha256(&file.content);
        self.files.insert(at, file.seal(sum));
    }
}

/// Files with their sums, sorted by path.
fn sealed(mut files: Vec<Unsealed>) -> Vec<PackageFile> {
    files.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()));
    let bytes: usize = files.iter().map(|file| file.content.len()).sum();
    let sums = parallel::map_if(bytes > WORTH_THREADS, &files, |file| sha256(&file.content));
    files.into_iter().zip(sums).map(|(file, sum)| file.seal(sum)).collect()
}

/// The SHA-256 of some bytes in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let halves = |byte: &u8| [byte >> 4, byte & 15];
    let digits = sha2::Sha256::digest(bytes);
    digits.iter().flat_map(halves).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
