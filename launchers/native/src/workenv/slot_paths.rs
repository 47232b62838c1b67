//! The place of each slot (spec §5.5, `{slot:N}`).

use super::cache_layout::AttemptLayout;
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;
use std::path::{Path, PathBuf};

/// workenv §9: the directory itself for a tree, else the file in it.
pub fn slot_path_in(directory: &Path, slot: &PackageSlot) -> PathBuf {
    if slot.is_tree { directory.to_path_buf() } else { directory.join(base_name(&slot.target)) }
}

/// By index. Slots beside the tree are in `directories`; where they have none yet, as during setup, and for slots that have no place at
/// all, it is where their target would be.
pub fn slot_paths(pkg: &PackageFile, attempt: &AttemptLayout, directories: &[(usize, PathBuf)]) -> Vec<PathBuf> {
    let place = |slot: &PackageSlot| match directories.iter().find(|(index, _)| *index == slot.index) {
        Some((_, directory)) => slot_path_in(directory, slot),
        None if slot.target.is_empty() => attempt.root(),
        None => attempt.root().join(&slot.target),
    };
    pkg.slots.iter().map(place).collect()
}

pub fn base_name(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}
