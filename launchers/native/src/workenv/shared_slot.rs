//! workenv §6.3: a shared slot that is whole, unpacked where it was not there.

use super::boot_id::checked_text;
use super::cache_layout::SharedLayout;
use super::find_workenv::shared_stamp;
use super::rung_failure::{At, Outcome};
use super::seal::SealedSlot;
use super::shared_heal::{SlotCheckOptions, heal_shared, target_in_shared};
use super::shared_state::{is_checked, is_usable};
use super::staging::Staging;
use super::unpack_progress::UnpackProgress;
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_plan::shared_tree;
use super::workenv_request::SiteRequest;
use super::write_file::{make_directory, write_new_file};
use crate::package::extract::{ExtractOptions, extract_slot};
use crate::package::package_slot::PackageSlot;
use crate::platform::files::rename;
use crate::platform::status::is_there;
use std::io::ErrorKind;

const WAIT_SECONDS: u64 = 60;

pub fn ensure_shared(request: SiteRequest, slot: &PackageSlot, progress: &UnpackProgress) -> Outcome<SealedSlot> {
    let tree = shared_tree(slot)?;
    let shared = request.site.layout.shared(tree);
    let is_whole = || is_checked(&shared, request.machine.platform) && is_usable(request.site, &shared, tree);
    let mut look = || if is_whole() { shared_stamp(request.site, tree) } else { None };
    let mtime = under_lock(&shared.lock(), &Wait::seconds(WAIT_SECONDS), &mut look, || {
        let done = if is_usable(request.site, &shared, tree) {
            heal_shared(request, slot, SlotCheckOptions { hash: true, extras: false })
        } else {
            publish_shared(request, slot, &shared, progress)
        };
        if done.is_err() && !is_there(&shared.directory) {
            let _ = std::fs::remove_file(shared.lock());
        }
        done.map(|()| shared_stamp(request.site, tree).unwrap_or(0))
    })?;
    Ok(SealedSlot { index: slot.index, tree: tree.to_string(), shared: Some(mtime) })
}

fn publish_shared(
    request: SiteRequest,
    slot: &PackageSlot,
    shared: &SharedLayout,
    progress: &UnpackProgress,
) -> Outcome<()> {
    let base = &request.site.base;
    let mut staging = Staging::open(&request.site.layout, base)?;
    let made = SharedLayout { directory: staging.path.join("slot") };
    make_directory(&made.directory, base.directory_mode)?;
    make_directory(&made.tree(), base.directory_mode)?;
    let on_bytes = |bytes| progress.add(bytes);
    let options = ExtractOptions { target: Some(target_in_shared(slot)), read_only: true, on_bytes: Some(&on_bytes) };
    let unpacked = extract_slot(request.pkg, slot, &made.tree(), &options)?;
    write_new_file(&made.listing(), &unpacked.listing, base.file_mode)?;
    write_new_file(&made.checked(), checked_text(request.machine.platform).as_bytes(), base.file_mode)?;
    move_in(request, &made, shared, &mut staging, &unpacked.tree)
}

/// workenv §6.3: whoever comes second uses what is there, unless it cannot be used.
fn move_in(
    request: SiteRequest,
    made: &SharedLayout,
    shared: &SharedLayout,
    staging: &mut Staging,
    tree: &str,
) -> Outcome<()> {
    for turn in 0.. {
        let Err(error) = rename(&made.directory, &shared.directory) else { break };
        let kinds = [ErrorKind::DirectoryNotEmpty, ErrorKind::AlreadyExists, ErrorKind::NotADirectory];
        let is_taken = kinds.contains(&error.kind()) || error.kind() == ErrorKind::PermissionDenied;
        if !is_taken || turn > 2 {
            return Err(error).at("rename", &shared.directory);
        }
        if is_usable(request.site, shared, tree) {
            break;
        }
        staging.take_in(&shared.directory)?;
    }
    Ok(())
}
