//! workenv §7.6: puts right what is damaged below `root`.

use super::attempt_parts::attempt_parts;
use super::cache_layout::AttemptLayout;
use super::expected_tree::{ExpectedEntry, Origin, link_target};
use super::put_right::{RepairPlan, put_right};
use super::rung_failure::{At, Outcome};
use super::staging::Staging;
use super::tree_check::Damage;
use super::workenv_plan::{SlotRole, slots_of};
use super::workenv_request::SiteRequest;
use super::write_file::{make_directory, write_new_file};
use crate::format::tree_listing::EntryKind;
use crate::package::extract::{ExtractOptions, extract_slot};
use crate::platform::files::make_symlink;
use std::path::{Path, PathBuf};

/// A slot whose listing is damaged, with the bytes that it must have.
pub struct LostListing {
    pub index: usize,
    pub listing: Vec<u8>,
}

/// And listings that are lost. The caller holds the lock of the key.
pub fn heal_own(request: SiteRequest, attempt: &AttemptLayout, damage: &[Damage], lost: &[LostListing]) -> Outcome<()> {
    let mut staging = Staging::open(&request.site.layout, &request.site.base)?;
    let staged = staging.path.clone();
    let wrong: Vec<&ExpectedEntry> = damage
        .iter()
        .filter_map(|one| one.expected.as_ref())
        .filter(|entry| entry.kind != EntryKind::Directory)
        .collect();
    unpack_origins(request, &wrong, &staged)?;
    let copies = make_copies(request, attempt, &wrong, &staged)?;
    let copy_of = |entry: &ExpectedEntry| match entry.origin {
        Origin::Slot(index) => slot_copy(&staged, index).join(&entry.path),
        _ => copies.iter().find(|(path, _)| *path == entry.path).map(|(_, copy)| copy.clone()).unwrap_or_default(),
    };
    let (root, last) = (attempt.root(), request.plan.executable.as_deref());
    put_right(&RepairPlan { root: &root, damage, copy_of: &copy_of, last }, &mut staging)?;
    for LostListing { index, listing } in lost {
        let copy = staged.join(format!("listing-{index}"));
        write_new_file(&copy, listing, request.listing_mode())?;
        staging.put_in_place(&copy, &attempt.listing(*index))?;
    }
    Ok(())
}

fn slot_copy(staged: &Path, index: usize) -> PathBuf {
    staged.join(index.to_string())
}

/// Each slot that has damage, below a directory named by its index.
fn unpack_origins(request: SiteRequest, wrong: &[&ExpectedEntry], staged: &Path) -> Outcome<()> {
    for slot in slots_of(request.pkg, request.plan, &[SlotRole::Own]) {
        if !wrong.iter().any(|entry| entry.origin == Origin::Slot(slot.index)) {
            continue;
        }
        let copy = slot_copy(staged, slot.index);
        make_directory(&copy, 0o700)?;
        extract_slot(request.pkg, slot, &copy, &ExtractOptions { target: None, read_only: true, on_bytes: None })?;
    }
    Ok(())
}

/// Links and derived files get a copy of their own each.
fn make_copies(
    request: SiteRequest,
    attempt: &AttemptLayout,
    wrong: &[&ExpectedEntry],
    staged: &Path,
) -> Outcome<Vec<(String, PathBuf)>> {
    let parts = attempt_parts(request.pkg, request.plan, &attempt.root(), Vec::new())?;
    let mut copies = Vec::new();
    for entry in wrong {
        let place = staged.join(format!("copy-{}", copies.len()));
        match entry.origin {
            Origin::Link => {
                let Some((target, tree)) = parts.links.iter().find(|(target, _)| *target == entry.path) else {
                    continue;
                };
                make_symlink(&link_target(target, tree), &place).at("symlink", &place)?;
            }
            Origin::Derived => {
                let Some(file) = parts.derived.iter().find(|file| file.path == entry.path) else { continue };
                write_new_file(&place, &file.content, file.mode & 0o555)?;
            }
            _ => continue,
        }
        copies.push((entry.path.clone(), place));
    }
    Ok(copies)
}
