//! workenv §9.3: unpacks a lazy slot, once, and returns its place.

use super::cache_layout::CacheLayout;
use super::private_slots::{move_once, unpack_into};
use super::rung_failure::Outcome;
use super::slot_paths::slot_path_in;
use super::staging::Staging;
use super::workenv::Workenv;
use super::write_file::ensure_directory;
use crate::error::{Code, Error};
use crate::format::quoted::quoted;
use crate::format::slot_enumerations::Lifecycle;
use crate::package::package_file::PackageFile;
use crate::platform::status::is_directory;
use std::path::PathBuf;

/// Errors: SLOT_NOT_LAZY; those of the package and of the file system.
pub fn materialise_slot(pkg: &PackageFile, workenv: &Workenv, id: &str) -> Outcome<PathBuf> {
    let is_placed = workenv.slot_directories(pkg).iter().any(|(placed, _)| placed == id);
    let mut lazy = pkg.slots.iter().filter(|slot| slot.lifecycle == Lifecycle::Lazy);
    let Some(slot) = lazy.find(|slot| is_placed && slot.metadata.id == id) else { return Err(unknown(pkg, id).into()) };
    let directory = workenv.attempt.lazy(slot.index);
    if !is_directory(&directory) {
        if let Some(parent) = directory.parent() {
            ensure_directory(parent, workenv.base.directory_mode)?;
        }
        let staging = Staging::open(&CacheLayout::new(&workenv.base.path), &workenv.base)?;
        let copy = staging.path.join("slot");
        unpack_into(pkg, slot, &copy)?;
        move_once(&copy, &directory)?;
    }
    Ok(slot_path_in(&directory, slot))
}

fn unknown(pkg: &PackageFile, id: &str) -> Error {
    let lazy = pkg.slots.iter().filter(|slot| slot.lifecycle == Lifecycle::Lazy);
    let known: Vec<&str> = lazy.map(|slot| slot.metadata.id.as_str()).collect();
    let want = if known.is_empty() { "none: the package has no lazy slots".to_string() } else { known.join(", ") };
    let message = format!("{} is no lazy slot, expected one of {want} (workenv §9.3)", quoted(id));
    Error::new(Code::SlotNotLazy, message).with("got", id).with("want", want)
}
