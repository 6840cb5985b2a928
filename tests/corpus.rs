//! Real documents: everything goes through the reader without a panic, and the share that is read is printed.
//!
//! The documents lie outside the project, in `../shared` or where `SPECC_SHARED` points; without them the test says that
//! it was skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use specc::capabilities::CAPABILITIES;
use specc::compile::{Options, analyse};
use specc::source::SourceFile;

fn shared() -> Option<PathBuf> {
    let directory = std::env::var_os("SPECC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if directory.join("corpus").is_dir() {
        return Some(directory);
    }
    eprintln!("SKIPPED: no corpus at {}", directory.display());
    None
}

fn documents(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![directory.join("corpus"), directory.join("seeds")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md" || extension == "txt")
                && !path.ends_with("README.md")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_document_is_read_without_a_panic_and_the_share_is_printed() {
    let Some(directory) = shared() else { return };
    let mut by_capability: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut statements, mut read, mut fully) = (0, 0, 0);
    let documents = documents(&directory);
    assert!(documents.len() > 30);
    for path in documents {
        let text = std::fs::read_to_string(&path).unwrap();
        let compiled = analyse(SourceFile::new(path.display().to_string(), text), &Options::default());
        assert_eq!(compiled.readings.len(), compiled.spec.statements.len(), "{}", path.display());
        for reading in &compiled.readings {
            statements += 1;
            read += usize::from(!reading.readings.is_empty());
            fully +=
                usize::from(!reading.readings.is_empty() && reading.unread.is_empty() && reading.refusals.is_empty());
            for accepted in &reading.readings {
                *by_capability.entry(CAPABILITIES[accepted.capability].name).or_default() += 1;
            }
        }
    }
    println!("{statements} statements, {read} read ({fully} to the last word)");
    for (name, count) in by_capability {
        println!("{name:24} {count:5}");
    }
}
