//! Artifacts: files of the package as fragments that know where they come from.

use camino::Utf8PathBuf;

use crate::plan::Provenance;
use crate::spec::StatementIndex;

/// A piece of a file with its reason. Pieces are joined as they are: each brings its own line breaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fragment {
    /// The text.
    pub text: String,
    /// Why it is there; empty for what every package has.
    pub provenance: Provenance,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where it stands in the package.
    pub path: Utf8PathBuf,
    /// Its mode in the package: 0644, or 0755 for scripts.
    pub mode: u32,
    /// Its content.
    pub fragments: Vec<Fragment>,
}

impl Artifact {
    /// An empty file.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>, mode: u32) -> Self {
        Self { path: path.into(), mode, fragments: Vec::new() }
    }

    /// Adds text that every package has.
    pub fn push(&mut self, text: impl Into<String>) {
        self.push_for(text, Provenance::default());
    }

    /// Adds text with its reason.
    pub fn push_for(&mut self, text: impl Into<String>, provenance: Provenance) {
        self.fragments.push(Fragment { text: text.into(), provenance });
    }

    /// The whole text.
    #[must_use]
    pub fn content(&self) -> String {
        self.fragments.iter().map(|fragment| fragment.text.as_str()).collect()
    }

    /// The whole text, without a copy where there is but one fragment.
    #[must_use]
    pub fn into_content(mut self) -> String {
        match self.fragments.as_mut_slice() {
            [only] => std::mem::take(&mut only.text),
            _ => self.content(),
        }
    }

    /// The lines (from one) at which fragments start, with the statements behind each.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &[StatementIndex])> {
        self.fragments.iter().scan(1, |line, fragment| {
            let start = *line;
            *line += memchr::memchr_iter(b'\n', fragment.text.as_bytes()).count();
            Some((start, fragment.provenance.statements.as_slice()))
        })
    }
}

/// All files of a package, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArtifactSet {
    artifacts: Vec<Artifact>,
}

impl ArtifactSet {
    /// Adds a file; one of the same path is replaced.
    pub fn insert(&mut self, artifact: Artifact) {
        match self.artifacts.binary_search_by(|other| other.path.cmp(&artifact.path)) {
            Ok(at) => self.artifacts[at] = artifact,
            Err(at) => self.artifacts.insert(at, artifact),
        }
    }

    /// The file at this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.path == path)
    }

    /// All files.
    pub fn iter(&self) -> std::slice::Iter<'_, Artifact> {
        self.artifacts.iter()
    }
}
