//! workenv §1.2 and §1.3: which directories can be the base of a cache.

use super::ladder::{Rung, RungName};
use super::machine::Machine;
use super::rung_failure::{At, Outcome, RungFailure, refused};
use super::write_file::ensure_directory;
use crate::platform::status::{FileKind, Status, WRITABLE_FOR_OTHERS, status_behind, status_of};
use std::path::{Path, PathBuf};

const STICKY: u16 = 0o1000;

/// A base that is there and can be trusted (workenv §1.2).
#[derive(Clone, Debug)]
pub struct Base {
    pub path: PathBuf,
    pub rung: RungName,
    /// Owner of everything in it; `None` on Windows.
    pub owner: Option<u32>,
    /// Of directories that are made in it.
    pub directory_mode: u16,
    /// Of files that are made in it.
    pub file_mode: u16,
    /// Prepared by an administrator for everyone: used, never written to.
    pub is_read_only: bool,
}

#[derive(Debug)]
pub enum BaseState {
    Usable(Base),
    Absent,
    Refused(String),
}

/// workenv §1.2: one lstat, because every warm start does it. Whether it can be written to is found out by writing.
pub fn inspect_base(rung: &Rung, machine: &Machine) -> BaseState {
    match status_of(&rung.path) {
        Ok(None) => BaseState::Absent,
        Err(error) => BaseState::Refused(refused("lstat", &rung.path, &error).reason),
        Ok(Some(status)) => match refusal(&status, rung, machine).or_else(|| way_refusal(rung, machine)) {
            Some(reason) => BaseState::Refused(reason),
            None => BaseState::Usable(base_of(&status, rung, machine)),
        },
    }
}

/// workenv §1.3: the base of a first run, made where it is not there.
pub fn make_base(rung: &Rung, machine: &Machine) -> Outcome<Base> {
    let mut found = inspect_base(rung, machine);
    if matches!(found, BaseState::Absent) {
        let ancestor = nearest_ancestor(&rung.path)?;
        let parent = rung.path.parent().unwrap_or(&rung.path);
        // A machine without /var/tmp is not given one: only the directory in it is ours to make.
        if rung.is_private() && ancestor != parent {
            return Err(RungFailure::new(format!("{} is not there", parent.display())).into());
        }
        check_ancestor(ancestor, machine)?;
        ensure_directory(&rung.path, 0o700)?;
        // Looked at again: whoever planted it meanwhile is found out.
        found = inspect_base(rung, machine);
    }
    match found {
        BaseState::Usable(Base { is_read_only: true, owner, .. }) => Err(belongs_to(owner.unwrap_or(0)).into()),
        BaseState::Usable(base) => Ok(base),
        BaseState::Refused(reason) => Err(RungFailure::new(reason).into()),
        BaseState::Absent => Err(RungFailure::new("it vanished while it was made").into()),
    }
}

fn belongs_to(uid: u32) -> RungFailure {
    RungFailure::new(format!("it belongs to uid {uid}"))
}

fn refusal(status: &Status, rung: &Rung, machine: &Machine) -> Option<String> {
    match status.kind {
        FileKind::Symlink => return Some("it is a symlink".to_string()),
        FileKind::Directory => {}
        FileKind::File | FileKind::Other => return Some("it is no directory".to_string()),
    }
    let uid = machine.uid?;
    if status.uid != uid && (status.uid != 0 || rung.is_private()) {
        return Some(belongs_to(status.uid).reason);
    }
    if status.mode & WRITABLE_FOR_OTHERS != 0 {
        return Some(format!("others can write to it (mode {:04o})", status.mode));
    }
    (rung.is_private() && status.mode & 0o077 != 0)
        .then(|| format!("others can look into it (mode {:04o})", status.mode))
}

/// workenv §1.2: whoever can rename a directory above the base, or a link on the way to it, can put another in its place between the check
/// and the start. Asked only where a variable may be somebody else's: with sudo and a kept HOME, and for a set-id copy.
fn way_refusal(rung: &Rung, machine: &Machine) -> Option<String> {
    let uid = machine.uid?;
    let is_named = matches!(rung.name, RungName::Cache | RungName::Runtime);
    if !is_named || !(uid == 0 || machine.is_privileged || machine.variable("SUDO_UID").is_some()) {
        return None;
    }
    let parent = rung.path.parent()?;
    let resolved = std::fs::canonicalize(parent).ok()?;
    let mut way = parent.ancestors().chain(resolved.ancestors());
    way.find_map(|path| match status_of(path) {
        Ok(Some(status)) if status.uid != uid && status.uid != 0 => {
            Some(format!("{} belongs to uid {}", path.display(), status.uid))
        }
        Ok(Some(status)) if status.kind == FileKind::Directory && is_open(&status) => {
            Some(format!("others can change {}", path.display()))
        }
        _ => None,
    })
}

fn is_open(status: &Status) -> bool {
    status.mode & WRITABLE_FOR_OTHERS != 0 && status.mode & STICKY == 0
}

fn base_of(status: &Status, rung: &Rung, machine: &Machine) -> Base {
    Base {
        path: rung.path.clone(),
        rung: rung.name,
        owner: machine.uid.map(|_| status.uid),
        directory_mode: (status.mode & 0o755) | 0o700,
        file_mode: (status.mode & 0o644) | 0o600,
        is_read_only: machine.uid.is_some_and(|uid| uid != status.uid),
    }
}

/// workenv §1.3: with sudo and a kept HOME, root would make its cache in a directory that the user can rename; and what stands in a
/// directory that everybody may change can be replaced by anybody.
fn check_ancestor(path: &Path, machine: &Machine) -> Outcome<()> {
    let Some(uid) = machine.uid else { return Ok(()) };
    let Some(status) = status_behind(path).at("stat", path)? else {
        return Err(RungFailure::new(format!("{} is not there", path.display())).into());
    };
    if status.uid != uid && status.uid != 0 {
        return Err(RungFailure::new(format!("{} belongs to uid {}", path.display(), status.uid)).into());
    }
    if is_open(&status) {
        return Err(RungFailure::new(format!("others can change {}", path.display())).into());
    }
    Ok(())
}

/// The closest directory above a path that is there.
pub fn nearest_ancestor(path: &Path) -> Outcome<&Path> {
    for parent in path.ancestors().skip(1) {
        if status_behind(parent).at("stat", parent)?.is_some() {
            return Ok(parent);
        }
    }
    Ok(path)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
