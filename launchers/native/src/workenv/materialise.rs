//! workenv §9.3: unpacks a lazy slot where it is not there, checks and heals it where it is.

use super::base_directory::Base;
use super::cache_directories::make_cache_directories;
use super::cache_layout::CacheLayout;
use super::find_workenv::Site;
use super::free_space::check_space;
use super::private_slots::{unusable_here, writable_base};
use super::rung_failure::Outcome;
use super::shared_heal::{SlotCheckOptions, check_shared, heal_under_lock, log_made_anew};
use super::shared_slot::ensure_shared;
use super::shared_state::{is_checked, is_usable};
use super::slot_paths::slot_path_in;
use super::unpack_progress::UnpackProgress;
use super::workenv::Workenv;
use super::workenv_plan::{SlotRole, WorkenvPlan, shared_tree, slots_of};
use super::workenv_request::{SiteRequest, WorkenvRequest};
use crate::error::{Code, Error, Result};
use crate::format::metadata::ValidationLevel;
use crate::format::quoted::quoted;
use crate::format::slot_enumerations::Lifecycle;
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;
use crate::platform::files::touch;
use crate::platform::status::is_there;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The lazy slot of this id. Errors: SLOT_NOT_LAZY.
pub fn lazy_slot<'a>(pkg: &'a PackageFile, plan: &WorkenvPlan, id: &str) -> Result<&'a PackageSlot> {
    let lazy = slots_of(pkg, plan, &[SlotRole::Lazy]);
    if let Some(slot) = lazy.iter().find(|slot| slot.metadata.id == id) {
        return Ok(slot);
    }
    let known: Vec<&str> = lazy.iter().map(|slot| slot.metadata.id.as_str()).collect();
    let want = match known.as_slice() {
        [] if pkg.slots.iter().any(|slot| slot.lifecycle == Lifecycle::Lazy && !slot.is_origin) => {
            "none: the package has none for this machine".to_owned()
        }
        [] => "none: the package has no lazy slots".to_owned(),
        known => known.join(", "),
    };
    let message = [&quoted(id), " is no lazy slot, expected one of ", &want, " (workenv §9.3)"].concat();
    Err(Error::new(Code::SlotNotLazy, message).with("got", id).with("want", want))
}

/// What a program inherited from the launcher that became it (spec §7.4).
pub struct AskingProgram<'a> {
    /// FLAVOR_PACKAGE_FILE.
    pub package_file: Option<&'a OsStr>,
    /// FLAVOR_SLOT_<ID> of the slot that it asks for.
    pub place: Option<&'a OsStr>,
}

/// A file that was replaced while its program runs would give it a slot of another version. Errors: PACKAGE_REPLACED.
pub fn check_same_package(path: &Path, slot: &PackageSlot, asking: &AskingProgram) -> Result<()> {
    let tree = slot.metadata.tree.as_deref().unwrap_or_default();
    let Some(place) = asking.place.map(OsStr::to_string_lossy) else { return Ok(()) };
    if asking.package_file != Some(path.as_os_str()) || place.contains(tree) {
        return Ok(());
    }
    let (path, id) = (path.to_string_lossy(), &slot.metadata.id);
    let what = [&path, ": its slot ", id, " is another one than that of the program which asks, expected "].concat();
    let error = Error::new(Code::PackageReplaced, [&what, &*place, " (workenv §9.3)"].concat());
    let error = error.with("file", path).with("slot", id).with("want", place);
    Err(error.hint("the package was replaced since the program was started: start it again"))
}

/// Its place, filled. Errors: CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED; those of the package.
pub fn materialise_slot(request: &WorkenvRequest, workenv: &Workenv, slot: &PackageSlot) -> Result<PathBuf> {
    let mut base = workenv.base.clone();
    if base.is_read_only {
        if matches!(holds_whole(request, workenv, slot), Ok(true)) {
            return Ok(place_in(&base, slot));
        }
        base = writable_base(request.machine)?;
    }
    let place = place_in(&base, slot);
    let what = ["the slot ", &slot.metadata.id].concat();
    let site = site_in(base, workenv);
    match fill(SiteRequest { request, site: &site }, slot) {
        Ok(()) => Ok(place),
        Err(stop) => Err(unusable_here(stop, &site.base.path, &what, "workenv §9.3")),
    }
}

fn site_in(base: Base, workenv: &Workenv) -> Site {
    Site { layout: CacheLayout::new(&base.path), key: workenv.key.clone(), base }
}

fn place_in(base: &Base, slot: &PackageSlot) -> PathBuf {
    let tree = slot.metadata.tree.as_deref().unwrap_or_default();
    slot_path_in(&CacheLayout::new(&base.path).shared(tree).tree(), slot)
}

/// What an administrator filled. It cannot be healed here, so that a damaged one is passed over.
fn holds_whole(request: &WorkenvRequest, workenv: &Workenv, slot: &PackageSlot) -> Outcome<bool> {
    let site = site_in(workenv.base.clone(), workenv);
    let tree = shared_tree(slot)?;
    let shared = site.layout.shared(tree);
    if !is_usable(&site, &shared, tree) {
        return Ok(false);
    }
    let is_strict = request.level == ValidationLevel::Strict;
    let is_on_disk = is_checked(&shared, request.machine.platform) || is_there(&workenv.attempt.settled());
    let options = SlotCheckOptions { hash: is_strict || !is_on_disk, extras: is_strict };
    let damage = check_shared(SiteRequest { request, site: &site }, slot, options)?;
    Ok(damage.is_some_and(|damage| damage.is_empty()))
}

fn fill(request: SiteRequest, slot: &PackageSlot) -> Outcome<()> {
    let site = request.site;
    let tree = shared_tree(slot)?;
    let shared = site.layout.shared(tree);
    make_cache_directories(site)?;
    let (is_there, is_here) = (is_there(&shared.directory), is_usable(site, &shared, tree));
    if !is_here {
        check_space(&site.base.path, &[slot])?;
    }
    ensure_shared(request, slot, &UnpackProgress::new(request.on_progress, &[slot]))?;
    if is_there && !is_here {
        log_made_anew(request, slot, &shared);
    }
    let is_strict = request.level == ValidationLevel::Strict;
    let options = SlotCheckOptions { hash: is_strict, extras: is_strict };
    if !check_shared(request, slot, options)?.is_some_and(|damage| damage.is_empty()) {
        heal_under_lock(request, slot, options)?;
    }
    // workenv §10.3: one that no work environment beside it names is kept for a day after it was asked for.
    let _ = touch(&shared.checked());
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
