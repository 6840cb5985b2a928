//! What must never happen to somebody's directory.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::*;
use crate::package::Package;
use crate::package::tests::{SPECIFICATION, package};

fn place() -> (TempDir, Utf8PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(directory.path().join("out")).unwrap();
    (directory, path)
}

fn other() -> Package {
    package(&SPECIFICATION.replace("512 MB", "256 MB"))
}

#[test]
fn a_second_write_changes_nothing_and_keeps_times() {
    let (_keep, out) = place();
    let first = write(&package(SPECIFICATION), &out, false).unwrap();
    assert_eq!(first.changed, first.files);
    assert_eq!(fs::metadata(out.join("deploy.sh")).unwrap().permissions().mode() & 0o777, 0o755);
    let time = fs::metadata(out.join("README.md")).unwrap().modified().unwrap();
    let second = write(&package(SPECIFICATION), &out, false).unwrap();
    assert_eq!(second.changed, 0);
    let third = write(&other(), &out, false).unwrap();
    assert!(third.changed > 0 && third.changed < third.files, "{third:?}");
    assert!(fs::metadata(out.join("app/demo.py")).unwrap().modified().unwrap() >= time);
    assert!(differences(&other(), &out).unwrap().is_empty());
    let left: Vec<_> = fs::read_dir(out.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "no staging directory stays behind");
}

#[test]
fn a_directory_of_somebody_else_is_refused_and_kept() {
    let (_keep, out) = place();
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(write(&package(SPECIFICATION), &out, false), Err(Error::NotAPackage(_))));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    write(&package(SPECIFICATION), &out, true).unwrap();
    assert_eq!(fs::read_to_string(out.join("thesis.txt")).unwrap(), "years of work");
    assert!(matches!(write(&package(SPECIFICATION), &out, false), Err(Error::Foreign { .. })));
}

#[test]
fn links_are_not_followed() {
    let (keep, out) = place();
    let target = keep.path().join("elsewhere");
    fs::create_dir(&target).unwrap();
    symlink(&target, &out).unwrap();
    assert!(matches!(write(&package(SPECIFICATION), &out, false), Err(Error::NotADirectory(_))));
    fs::remove_file(&out).unwrap();
    write(&package(SPECIFICATION), &out, false).unwrap();
    fs::remove_file(out.join("README.md")).unwrap();
    symlink("/etc/passwd", out.join("README.md")).unwrap();
    assert!(matches!(write(&package(SPECIFICATION), &out, false), Err(Error::Foreign { .. })));
    write(&package(SPECIFICATION), &out, true).unwrap();
    assert!(fs::symlink_metadata(out.join("README.md")).unwrap().is_file());
}

#[test]
fn differences_say_whose_hand_they_are() {
    let (_keep, out) = place();
    write(&package(SPECIFICATION), &out, false).unwrap();
    fs::write(out.join("README.md"), "mine\n").unwrap();
    fs::write(out.join("note.txt"), "x").unwrap();
    fs::remove_file(out.join("RUNBOOK.md")).unwrap();
    let found = differences(&other(), &out).unwrap();
    let of = |path: &str| found.iter().find(|difference| difference.path == path).map(|difference| difference.change);
    assert_eq!(of("README.md"), Some(Change::EditedByHand));
    assert_eq!(of("note.txt"), Some(Change::Foreign));
    assert_eq!(of("RUNBOOK.md"), Some(Change::Missing));
    assert_eq!(of("rootfs/etc/systemd/system/demo.service"), Some(Change::Stale));
    assert_eq!(of("app/demo.py"), None);
    let unit = found.iter().find(|difference| difference.path.as_str().ends_with("demo.service")).unwrap();
    assert!(unit.diff.contains("-MemoryMax=512M") && unit.diff.contains("+MemoryMax=256M"), "{}", unit.diff);
}

#[test]
fn an_application_leaves_its_secrets_and_leavings_at_home() {
    let directory = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(directory.path().to_owned()).unwrap();
    for folder in ["src", ".git", "src/__pycache__", "venv"] {
        fs::create_dir_all(root.join(folder)).unwrap();
        fs::write(root.join(folder).join("file"), "x").unwrap();
    }
    fs::write(root.join(".env"), "KEY=secret").unwrap();
    symlink("file", root.join("src/link")).unwrap();
    let read = read_application(&root, Utf8Path::new("/nonexistent")).unwrap();
    let paths: Vec<&str> = read.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/file", "src/link"]);
    assert_eq!(read.secrets, [".env"]);
    symlink("/etc/passwd", root.join("src/leak")).unwrap();
    assert!(matches!(read_application(&root, Utf8Path::new("/nonexistent")), Err(Error::LinkOutside(_))));
}
