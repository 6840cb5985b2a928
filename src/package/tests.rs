//! What a package promises: the same bytes, and a seal over all of them.

use super::*;
use crate::compile::{Options, compile};
use crate::source::SourceFile;
use crate::trace::trace;

pub(crate) const SPECIFICATION: &str = "# Demo\n\n## Service Definition\n\n- **Service name**: demo\n\
    - **Application**: demo.py (Python)\n- Memory limit 512 MB\n";

pub(crate) fn package(specification: &str) -> Package {
    let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", specification), &Options::default());
    let application = vec![ApplicationFile { path: "demo.py".into(), mode: 0o644, content: b"print(1)\n".to_vec() }];
    Package::assemble(&compiled, &trace(&compiled), application).expect("the specification gives a plan")
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (first, second) = (package(SPECIFICATION), package(SPECIFICATION));
    assert_eq!(first.files(), second.files());
}

#[test]
fn the_seal_covers_everything_but_itself() {
    let package = package(SPECIFICATION);
    let sums = package.files().iter().find(|file| file.path == SUMS).unwrap();
    let sums = String::from_utf8(sums.content.clone()).unwrap();
    let listed: Vec<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    let there: Vec<String> =
        package.files().iter().map(|file| file.path.to_string()).filter(|path| path != SUMS).collect();
    assert_eq!(listed, there);
    assert!(listed.contains(&"app/demo.py") && listed.contains(&"manifest.json") && listed.is_sorted());
}

#[test]
fn the_manifest_says_where_each_statement_went() {
    let package = package(SPECIFICATION);
    let text = package.files().iter().find(|file| file.path == MANIFEST).unwrap();
    let manifest = Manifest::parse(std::str::from_utf8(&text.content).unwrap()).unwrap();
    let memory = manifest.statements.last().unwrap();
    assert!(memory.artifacts.iter().any(|place| place.path.as_str().ends_with("demo.service")), "{memory:?}");
    assert!(manifest.files.contains_key("app/demo.py"));
}
