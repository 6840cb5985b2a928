//! Where statements and defaults ended up: lines of artifacts.
//!
//! In: artifacts. Out: for each statement and each named default the lines that are there because of it. One pass over
//! all fragments; neighbouring fragments with the same reason count once.

use std::collections::{BTreeMap, HashSet};

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Artifact, ArtifactSet};
use crate::spec::StatementIndex;

/// A line of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactLine {
    /// The artifact, from the root of the package.
    #[schemars(with = "String")]
    pub path: Utf8PathBuf,
    /// The line, from one.
    pub line: usize,
}

/// The lines behind each statement and default.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// By statement.
    pub statements: BTreeMap<StatementIndex, Vec<ArtifactLine>>,
    /// By the default's name.
    pub defaults: BTreeMap<&'static str, Vec<ArtifactLine>>,
}

impl Places {
    /// Collects the lines of all artifacts.
    #[must_use]
    pub fn of(artifacts: &ArtifactSet) -> Self {
        let mut places = Self::default();
        artifacts.iter().for_each(|artifact| places.add(artifact));
        places
    }

    fn add(&mut self, artifact: &Artifact) {
        let mut line = 1;
        let mut previous: &[StatementIndex] = &[];
        let mut previous_default = None;
        for fragment in &artifact.fragments {
            // A fragment may bring the empty line that sets it apart: its place is its first line with text.
            let blank = fragment.text.bytes().take_while(|byte| *byte == b'\n').count();
            let here = || ArtifactLine { path: artifact.path.clone(), line: line + blank };
            let statements = fragment.provenance.statements.as_slice();
            if statements != previous {
                let known: HashSet<StatementIndex> = previous.iter().copied().collect();
                for statement in statements.iter().filter(|statement| !known.contains(statement)) {
                    self.statements.entry(*statement).or_default().push(here());
                }
            }
            let default = fragment.provenance.default.map(|default| default.name);
            if let Some(name) = default.filter(|_| default != previous_default) {
                self.defaults.entry(name).or_default().push(here());
            }
            (previous, previous_default) = (statements, default);
            line += memchr::memchr_iter(b'\n', fragment.text.as_bytes()).count();
        }
    }
}
