//! The fault table: ways to break a deployed machine, and the checks that must notice.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::service::Service;

/// One way to break a deployed machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What is wrong, in kebab-case.
    pub name: String,
    /// What is deployed on the machine.
    #[serde(default)]
    pub service: Service,
    /// How to bring it about: a script run as root on the machine.
    #[serde(rename = "break")]
    pub script: String,
    /// How to undo it, where that is simple.
    pub mend: Option<String>,
    /// The checks that must fail; no other may.
    pub red: Vec<String>,
    /// The requirements that the failed checks must name.
    #[serde(default)]
    pub requirements: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Shell functions that the scripts call; `$service` is the row's.
    functions: String,
    fault: Vec<Fault>,
}

/// All rows of `testbed/faults.toml`.
pub fn faults() -> Result<Vec<Fault>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut table: Table = toml::from_str(&text).with_context(|| path.display().to_string())?;
    for fault in &mut table.fault {
        let head = format!("set -e\nservice={}\n{}\n", fault.service.name(), table.functions);
        fault.script.insert_str(0, &head);
        if let Some(mend) = &mut fault.mend {
            mend.insert_str(0, &head);
        }
    }
    Ok(table.fault)
}
