//! A package onto the disk, in one step.

use std::collections::BTreeSet;
use std::fs::{self, FileTimes, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use tempfile::TempDir;

use super::Error;
use super::tree::Tree;
use crate::package::{Package, PackageFile, sha256};

/// What a write did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// How many files the package has.
    pub files: usize,
    /// How many of them are new or different.
    pub changed: usize,
    /// Files that had been edited by hand and are now as compiled again.
    pub overwritten: Vec<Utf8PathBuf>,
}

/// Makes a directory hold exactly the package.
///
/// # Errors
/// When the directory is not ours or holds foreign files (unless forced), and when the disk says no; then nothing has
/// changed.
pub fn write(package: &Package, directory: &Utf8Path, force: bool) -> Result<Written, Error> {
    let target = absolute(directory)?;
    let before = Tree::read(&target)?;
    if let (Some(tree), false) = (&before, force) {
        refuse_what_is_not_ours(tree, directory)?;
    }
    let parent = target.parent().unwrap_or(Utf8Path::new("/"));
    fs::create_dir_all(parent).map_err(Error::io(parent))?;
    let staging = tempfile::Builder::new().prefix(".specc-").tempdir_in(parent).map_err(Error::io(parent))?;
    let staged = Utf8Path::from_path(staging.path()).ok_or_else(|| Error::UnusableName(staging.path().to_owned()))?;
    let written = stage(package, before.as_ref(), staged)?;
    match &before {
        None => fs::rename(staged, &target).map_err(Error::io(&target))?,
        Some(tree) if written.changed == 0 && removed(package, tree) == 0 => {}
        Some(tree) => {
            copy_mode(&target, staged)?;
            exchange(staged, &target)?;
            // The old directory now stands where the staging directory was.
            keep_foreign(tree, package, staged, &target)?;
        }
    }
    close(staging)?;
    Ok(written)
}

/// An absolute path whose last part is a name: `.` has no sibling to stage in.
fn absolute(directory: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    if directory.file_name().is_some() {
        return camino::absolute_utf8(directory).map_err(Error::io(directory));
    }
    directory.canonicalize_utf8().map_err(Error::io(directory))
}

fn refuse_what_is_not_ours(tree: &Tree, directory: &Utf8Path) -> Result<(), Error> {
    if tree.files.is_empty() {
        return Ok(());
    }
    if tree.manifest.is_none() {
        return Err(Error::NotAPackage(directory.to_owned()));
    }
    let files: Vec<Utf8PathBuf> = tree.foreign().cloned().collect();
    if files.is_empty() { Ok(()) } else { Err(Error::Foreign { directory: directory.to_owned(), files }) }
}

/// Writes all files into the staging directory.
fn stage(package: &Package, before: Option<&Tree>, staged: &Utf8Path) -> Result<Written, Error> {
    fs::set_permissions(staged, fs::Permissions::from_mode(0o755)).map_err(Error::io(staged))?;
    let mut written = Written::default();
    // Files are sorted by path: those of one directory mostly follow each other.
    let mut made = staged.to_owned();
    for file in package.files() {
        written.files += 1;
        let path = staged.join(&file.path);
        if let Some(parent) = path.parent().filter(|parent| *parent != made) {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
            parent.clone_into(&mut made);
        }
        let mut open = OpenOptions::new();
        let mut handle = open.write(true).create_new(true).mode(file.mode).open(&path).map_err(Error::io(&path))?;
        handle.write_all(&file.content).map_err(Error::io(&path))?;
        // The umask may have taken bits that the package promises.
        handle.set_permissions(fs::Permissions::from_mode(file.mode)).map_err(Error::io(&path))?;
        if let Some(modified) = unchanged_since(before, file, &mut written)? {
            handle.set_times(FileTimes::new().set_modified(modified)).map_err(Error::io(&path))?;
        } else {
            written.changed += 1;
        }
    }
    Ok(written)
}

/// The time of the file that stands there already, when it is the same.
fn unchanged_since(
    before: Option<&Tree>,
    file: &PackageFile,
    written: &mut Written,
) -> Result<Option<std::time::SystemTime>, Error> {
    let Some(tree) = before else { return Ok(None) };
    let (Some(found), Some(content)) = (tree.files.get(&file.path), tree.content(&file.path)?) else {
        return Ok(None);
    };
    if content == file.content {
        return Ok((found.mode == file.mode).then_some(found.modified));
    }
    if tree.recorded(&file.path).is_some_and(|recorded| recorded != sha256(&content)) {
        written.overwritten.push(file.path.clone());
    }
    Ok(None)
}

/// How many files of the old package the new one lacks.
fn removed(package: &Package, tree: &Tree) -> usize {
    let foreign: BTreeSet<&Utf8PathBuf> = tree.foreign().collect();
    let ours = paths(package);
    tree.files.keys().filter(|path| !ours.contains(*path) && !foreign.contains(path)).count()
}

fn paths(package: &Package) -> BTreeSet<&Utf8PathBuf> {
    package.files().iter().map(|file| &file.path).collect()
}

fn copy_mode(from: &Utf8Path, to: &Utf8Path) -> Result<(), Error> {
    let permissions = fs::symlink_metadata(from).map_err(Error::io(from))?.permissions();
    fs::set_permissions(to, permissions).map_err(Error::io(to))
}

/// Swaps two directories. Where the file system cannot do it in one step, in two.
fn exchange(staged: &Utf8Path, target: &Utf8Path) -> Result<(), Error> {
    match renameat_with(CWD, staged.as_str(), CWD, target.as_str(), RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            let aside = staged.with_extension("old");
            fs::rename(target, &aside).map_err(Error::io(target))?;
            if let Err(cause) = fs::rename(staged, target) {
                let _ = fs::rename(&aside, target);
                return Err(Error::Io { path: target.to_owned(), cause });
            }
            fs::rename(&aside, staged).map_err(Error::io(staged))
        }
        Err(errno) => Err(Error::Io { path: target.to_owned(), cause: errno.into() }),
    }
}

/// Moves files that specc does not know from the old directory into the new one.
fn keep_foreign(tree: &Tree, package: &Package, old: &Utf8Path, target: &Utf8Path) -> Result<(), Error> {
    let ours = paths(package);
    for path in tree.foreign().filter(|path| !ours.contains(*path)) {
        let place = target.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(Error::io(parent))?;
        }
        fs::rename(old.join(path), &place).map_err(Error::io(&place))?;
    }
    Ok(())
}

fn close(staging: TempDir) -> Result<(), Error> {
    if !staging.path().exists() {
        // Renamed into place.
        let _ = staging.keep();
        return Ok(());
    }
    let path = Utf8PathBuf::from_path_buf(staging.path().to_owned()).map_err(Error::UnusableName)?;
    staging.close().map_err(Error::io(path))
}
