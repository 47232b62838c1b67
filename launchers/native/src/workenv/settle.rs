//! workenv §7.3: writes a work environment through to the disk and marks it as settled, for images and administrators: whoever can only
//! read it could never mark it.

use super::cache_layout::CacheLayout;
use super::rung_failure::At;
use super::rung_failure::Outcome;
use super::sealed_attempt::read_seal_of;
use super::workenv::Workenv;
use crate::platform::files::make_mark;
use crate::platform::status::{FileKind, status_of};
use std::fs::File;
use std::path::Path;

pub fn settle_workenv(workenv: &Workenv) -> Outcome<()> {
    let layout = CacheLayout::new(&workenv.base.path);
    let slots = read_seal_of(&layout, &workenv.key).map(|seal| seal.slots).unwrap_or_default();
    for slot in slots.iter().filter(|slot| slot.shared.is_some()) {
        sync_tree(&layout.shared(&slot.tree).directory)?;
    }
    sync_tree(&workenv.attempt.directory)?;
    sync(&layout.seal(&workenv.key))?;
    let settled = workenv.attempt.settled();
    make_mark(&settled, workenv.base.file_mode).at("open", &settled)?;
    for path in [&settled, &workenv.attempt.directory, &layout.envs(), &layout.slots()] {
        sync(path)?;
    }
    Ok(())
}

fn sync_tree(path: &Path) -> Outcome<()> {
    match status_of(path).at("lstat", path)?.map(|status| status.kind) {
        Some(FileKind::Directory) => {
            for item in std::fs::read_dir(path).at("readdir", path)? {
                sync_tree(&item.at("readdir", path)?.path())?;
            }
            sync(path)
        }
        Some(FileKind::File) => sync(path),
        _ => Ok(()),
    }
}

/// Directories too, where the system can: their entries are what a power failure loses first.
fn sync(path: &Path) -> Outcome<()> {
    if cfg!(windows) && path.is_dir() {
        return Ok(());
    }
    File::open(path).and_then(|file| file.sync_all()).at("fsync", path)
}
