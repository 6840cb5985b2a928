//! `specc schema`: the JSON Schemas of what specc reads and writes.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::common::{self, Failure};
use crate::docgen::{self, SchemaName};

/// Print the JSON Schema of a document that specc reads or writes
#[derive(Debug, Args)]
pub struct Schema {
    /// The document
    #[arg(value_enum)]
    document: Document,
}

/// A document with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Document {
    /// The front matter of a specification
    Spec,
    /// manifest.json of a package
    Manifest,
    /// `specc show --format json` and traceability.json
    Show,
    /// `specc lint --format json`
    Lint,
}

impl Schema {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        common::print(&docgen::schema(match self.document {
            Document::Spec => SchemaName::Spec,
            Document::Manifest => SchemaName::Manifest,
            Document::Show => SchemaName::Show,
            Document::Lint => SchemaName::Lint,
        }))?;
        Ok(ExitCode::SUCCESS)
    }
}
