//! Every lint is documented, has a specification on which it fires, and one, mended, on which it is quiet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use specc::compile::{Options, compile};
use specc::diagnostics::{Colour, human};
use specc::registry;
use specc::source::SourceFile;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lints")
}

/// The names of the lints that a fixture sets off.
fn findings(path: &Path) -> BTreeSet<&'static str> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.lint.name).collect()
}

#[test]
fn every_lint_fires_on_its_fixture_and_is_quiet_on_the_mended_one() {
    let mut wrong = Vec::new();
    for lint in registry::lints() {
        let folder = fixtures().join(lint.name);
        let fires = findings(&folder.join("fires.md"));
        if !fires.contains(lint.name) {
            wrong.push(format!("{} does not fire; found {fires:?}", lint.name));
        }
        let quiet = findings(&folder.join("quiet.md"));
        if quiet.contains(lint.name) {
            wrong.push(format!("{} is not quiet", lint.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lint_says_what_why_and_what_instead() {
    for lint in registry::lints() {
        let documentation = lint.documentation.join("\n");
        for heading in ["What it does", "Why is this bad?", "Instead"] {
            assert!(documentation.contains(heading), "{} does not say: {heading}", lint.name);
        }
        assert!(!lint.summary.is_empty() && !lint.summary.ends_with('.'), "{}: one phrase, no full stop", lint.name);
    }
}

#[test]
fn every_fixture_belongs_to_a_lint() {
    let known: BTreeSet<&str> = registry::lints().iter().map(|lint| lint.name).collect();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(name.as_str()), "fixtures/lints/{name}: there is no such lint");
    }
}

#[test]
fn a_mended_fixture_has_no_errors() {
    for lint in registry::lints() {
        let path = fixtures().join(lint.name).join("quiet.md");
        let text = fs::read_to_string(&path).unwrap();
        let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
        assert!(!compiled.has_errors(), "{}: {:?}", path.display(), compiled.diagnostics);
    }
}

#[test]
fn findings_look_as_they_did() {
    for lint in registry::lints() {
        let path = fixtures().join(lint.name).join("fires.md");
        let text = fs::read_to_string(&path).unwrap();
        let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
        let own: Vec<_> = compiled.diagnostics.into_iter().filter(|diagnostic| diagnostic.lint == lint).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/lints"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let drawn = human(&compiled.sources, &own, Colour::Never);
        settings.bind(|| insta::assert_snapshot!(lint.name, drawn));
    }
}
