//! workenv §7.2: compares what is below a root with what belongs there, and follows no symlink.

use super::entry_checks::check_entries;
use super::expected_tree::{ExpectedEntry, ExpectedTree, below, parent_of};
use super::file_hash::FileHasher;
use super::rung_failure::{At, Outcome, RungFailure, refused};
use crate::crypto::sha256::sha256;
use crate::format::order::sort_by;
use crate::format::tree_listing::{EntryKind, ListingEntry};
use crate::platform::files::link_target;
use crate::platform::status::{FileKind, Status, status_of};
use std::io::ErrorKind;
use std::path::Path;

/// workenv §7.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    Missing,
    Type,
    Mode,
    Size,
    Content,
    Extra,
}

impl DamageKind {
    pub fn name(self) -> &'static str {
        match self {
            DamageKind::Missing => "missing",
            DamageKind::Type => "type",
            DamageKind::Mode => "mode",
            DamageKind::Size => "size",
            DamageKind::Content => "content",
            DamageKind::Extra => "extra",
        }
    }
}

/// What is wrong with one entry.
#[derive(Clone, Debug)]
pub struct Damage {
    pub path: String,
    pub kind: DamageKind,
    /// `None` for an entry that does not belong.
    pub expected: Option<ExpectedEntry>,
}

pub struct TreeCheckOptions<'a> {
    /// Read and hash the files; else only sizes, modes and links are compared.
    pub hash: bool,
    /// On Windows files have no modes.
    pub has_modes: bool,
    /// Report what nobody expects, but for the paths that this says are the program's own (workenv §4.4).
    pub extras: Option<&'a dyn Fn(&str) -> bool>,
}

/// Parents before what lies in them.
pub fn check_tree(root: &Path, expected: &ExpectedTree, options: &TreeCheckOptions) -> Outcome<Vec<Damage>> {
    let (directories, others): (Vec<_>, Vec<_>) =
        expected.entries().iter().partition(|entry| entry.kind == EntryKind::Directory);
    let (hash, has_modes) = (options.hash, options.has_modes);
    // What lies below a symlink that took a directory's place is somewhere else. In the order of the entries, which is sorted.
    let mut gone: Vec<&str> = Vec::new();
    let is_gone = |gone: &[&str], entry: &ExpectedEntry| gone.binary_search(&parent_of(&entry.path)).is_ok();
    let mut damage = Vec::new();
    for entry in directories {
        let kind = if is_gone(&gone, entry) { Some(DamageKind::Missing) } else { damage_of(root, entry, has_modes)? };
        let Some(kind) = kind else { continue };
        damage.push(Damage { path: entry.path.clone(), kind, expected: Some(entry.clone()) });
        if kind != DamageKind::Mode {
            gone.push(&entry.path);
        }
    }
    let found = check_entries(&others, |entry, hasher| {
        if is_gone(&gone, entry) {
            return Ok(Some(DamageKind::Missing));
        }
        let kind = damage_of(root, entry, has_modes)?;
        let is_to_hash = hash && kind.is_none() && entry.kind == EntryKind::File;
        // One that cannot be read is as bad as one that was changed.
        let is_other = is_to_hash && hasher.hash(&root.join(&entry.path)).ok() != entry.sha256;
        Ok(if is_other { Some(DamageKind::Content) } else { kind })
    })?;
    for (at, kind) in found {
        damage.extend(others.get(at).map(|&entry| Damage {
            path: entry.path.clone(),
            kind,
            expected: Some(entry.clone()),
        }));
    }
    sort_by(&mut damage, |one, other| one.path.cmp(&other.path));
    if let Some(is_programs) = options.extras {
        extras_below(root, "", expected, &mut |path| {
            if !is_programs(&path) {
                damage.push(Damage { path, kind: DamageKind::Extra, expected: None });
            }
        })?;
    }
    Ok(damage)
}

/// All but the content of files.
fn damage_of(root: &Path, entry: &ExpectedEntry, has_modes: bool) -> Outcome<Option<DamageKind>> {
    let place = root.join(&entry.path);
    let Some(status) = seen_status(&place)? else { return Ok(Some(DamageKind::Missing)) };
    if kind_of(&status) != Some(entry.kind) {
        return Ok(Some(DamageKind::Type));
    }
    if entry.kind == EntryKind::Symlink {
        let target = link_target(&place).at("readlink", &place)?;
        return Ok((Some(sha256(&target)) != entry.sha256).then_some(DamageKind::Content));
    }
    if has_modes && !has_mode(&status, entry) {
        return Ok(Some(DamageKind::Mode));
    }
    let is_other_size = entry.kind == EntryKind::File && status.size != entry.size;
    Ok(is_other_size.then_some(DamageKind::Size))
}

/// A directory that no listing names may have any mode with which its owner can work in it.
fn has_mode(status: &Status, entry: &ExpectedEntry) -> bool {
    entry.mode.map_or(status.mode & 0o700 == 0o700, |mode| mode == status.mode)
}

/// Below a directory that nobody may enter, or a file that took a directory's place, everything is missing.
fn seen_status(place: &Path) -> Outcome<Option<Status>> {
    match status_of(place) {
        Ok(status) => Ok(status),
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(refused("lstat", place, &error).into()),
    }
}

/// A directory that does not belong is named once, not with all that is in it.
fn extras_below(root: &Path, directory: &str, expected: &ExpectedTree, found: &mut dyn FnMut(String)) -> Outcome<()> {
    for (name, is_directory) in names_in(&root.join(directory))? {
        let path = below(directory, &name);
        match expected.get(&path) {
            None => found(path),
            Some(entry) if is_directory && entry.kind == EntryKind::Directory => {
                extras_below(root, &path, expected, found)?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// workenv §6.4: everything below `root` as it is, files hashed, but what `is_programs` says is the program's own.
pub fn list_tree(root: &Path, is_programs: &dyn Fn(&str) -> bool) -> Outcome<Vec<ListingEntry>> {
    let mut entries = Vec::new();
    list_below(root, "", is_programs, &mut FileHasher::new(), &mut entries)?;
    Ok(entries)
}

fn list_below(
    root: &Path,
    directory: &str,
    is_programs: &dyn Fn(&str) -> bool,
    hasher: &mut FileHasher,
    entries: &mut Vec<ListingEntry>,
) -> Outcome<()> {
    for (name, _) in names_in(&root.join(directory))? {
        let path = below(directory, &name);
        let place = root.join(&path);
        let status = status_of(&place).at("lstat", &place)?.ok_or_else(|| unlisted(&place))?;
        let Some(kind) = kind_of(&status).filter(|_| !is_programs(&path)) else { continue };
        entries.push(entry_of(&place, path.clone(), kind, &status, hasher)?);
        if kind == EntryKind::Directory {
            list_below(root, &path, is_programs, hasher, entries)?;
        }
    }
    Ok(())
}

fn entry_of(
    place: &Path,
    path: String,
    kind: EntryKind,
    status: &Status,
    hasher: &mut FileHasher,
) -> Outcome<ListingEntry> {
    Ok(match kind {
        EntryKind::Directory => ListingEntry { kind, mode: status.mode, size: 0, sha256: None, path },
        EntryKind::Symlink => {
            let target = link_target(place).at("readlink", place)?;
            ListingEntry { kind, mode: 0o777, size: target.len() as u64, sha256: Some(sha256(&target)), path }
        }
        EntryKind::File => {
            let sha256 = Some(hasher.hash(place).at("read", place)?);
            ListingEntry { kind, mode: status.mode, size: status.size, sha256, path }
        }
    })
}

/// It vanished, or has a name that no listing can hold.
fn unlisted(place: &Path) -> RungFailure {
    RungFailure::new(format!("{} cannot be listed", place.display()))
}

/// Names, and whether each is a directory. A name that is no UTF-8 has no place in a listing: it reads as one that is not there.
fn names_in(directory: &Path) -> Outcome<Vec<(String, bool)>> {
    let mut names = Vec::new();
    for item in std::fs::read_dir(directory).at("readdir", directory)? {
        let item = item.at("readdir", directory)?;
        let is_directory = item.file_type().is_ok_and(|kind| kind.is_dir());
        names.push((item.file_name().to_string_lossy().into_owned(), is_directory));
    }
    Ok(names)
}

fn kind_of(status: &Status) -> Option<EntryKind> {
    match status.kind {
        FileKind::File => Some(EntryKind::File),
        FileKind::Directory => Some(EntryKind::Directory),
        FileKind::Symlink => Some(EntryKind::Symlink),
        FileKind::Other => None,
    }
}

/// For messages: `1 entry`, `2 entries`.
pub fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_string() } else { format!("{count} entries") }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
