//! `manifest.json`: what a package is made of, for tools, and for telling apart who changed a file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PackageFile, sha256};
use crate::plan::DeploymentPlan;
use crate::render::ArtifactLine;
use crate::report;
use crate::trace::Matrix;

/// The format's version; it grows when a reader of the old format would misunderstand the new one.
const FORMAT: u32 = 1;

/// What a statement takes in the manifest, mostly.
const STATEMENT_BYTES: usize = 700;

/// What a file takes.
const FILE_BYTES: usize = 256;

/// The manifest of a package. It holds no compiler version: the same specification gives the same package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Always `specc`: a directory with such a manifest was written by this program.
    pub generator: String,
    /// The version of this format.
    pub format: u32,
    /// The service.
    pub service: String,
    /// The platforms that the package accepts, as `ID:VERSION_ID` of os-release.
    pub platforms: Vec<String>,
    /// SHA-256 of the specification as it was read.
    pub specification: String,
    /// Every file but this one and `SHA256SUMS`, by path.
    pub files: BTreeMap<String, ManifestFile>,
    /// Every statement, with the lines that are there because of it.
    pub statements: Vec<ManifestStatement>,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestFile {
    /// SHA-256 of its content.
    pub sha256: String,
    /// Its mode as four octal digits.
    pub mode: String,
}

/// A statement of the specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestStatement {
    /// Its ID.
    pub id: String,
    /// Where it ended up.
    pub artifacts: Vec<ArtifactLine>,
    /// Checks that prove it.
    pub checks: Vec<String>,
}

impl Manifest {
    /// Describes a package.
    pub(super) fn of(plan: &DeploymentPlan, matrix: &Matrix, specification: &str, files: &[PackageFile]) -> Self {
        let described = files.iter().map(|file| {
            let entry = ManifestFile { sha256: file.sha256.clone(), mode: format!("{:04o}", file.mode) };
            (file.path.to_string(), entry)
        });
        let statements = matrix.rows.iter().map(|row| ManifestStatement {
            id: row.id.clone(),
            artifacts: row.artifacts.clone(),
            checks: row.checks.clone(),
        });
        Self {
            generator: "specc".to_owned(),
            format: FORMAT,
            service: plan.service.to_string(),
            platforms: plan.target.releases().iter().map(|release| release.os_release().to_owned()).collect(),
            specification: sha256(specification.as_bytes()),
            files: described.collect(),
            statements: statements.collect(),
        }
    }

    /// Reads a manifest; `None` when the text is none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|manifest| manifest.generator == "specc")
    }

    /// The manifest as JSON, indented, with a final line break.
    #[must_use]
    pub fn to_json(&self) -> String {
        report::indented(self, self.statements.len() * STATEMENT_BYTES + self.files.len() * FILE_BYTES)
    }
}
