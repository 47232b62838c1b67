//! workenv §9.3: where the lazy slots lie, filled or not.

use super::cache_layout::CacheLayout;
use super::find_workenv::is_own_directory;
use super::private_slots::writable_base;
use super::workenv::Workenv;
use super::workenv_plan::{SlotRole, WorkenvPlan, shared_tree, slots_of};
use super::workenv_request::WorkenvRequest;
use crate::package::package_file::PackageFile;
use std::path::PathBuf;

/// In one base, by index.
pub fn lazy_directories(pkg: &PackageFile, plan: &WorkenvPlan, layout: &CacheLayout) -> Vec<(usize, PathBuf)> {
    let slots = slots_of(pkg, plan, &[SlotRole::Lazy]).into_iter();
    slots.filter_map(|slot| Some((slot.index, layout.shared(shared_tree(slot).ok()?).tree()))).collect()
}

/// Tells the program where its lazy slots are or will be. What an administrator has not filled in a base that is only read goes into the
/// first base of the user's own; where there is none, the launch goes on: only asking for the slot fails, with all the reasons.
pub fn place_lazy_slots(workenv: &mut Workenv, request: &WorkenvRequest) {
    let base = workenv.base.clone();
    let is_filled = |directory: &PathBuf| !base.is_read_only || is_own_directory(directory, &base);
    let theirs = lazy_directories(request.pkg, request.plan, &CacheLayout::new(&base.path));
    let own = match theirs.iter().all(|(_, directory)| is_filled(directory)) {
        true => None,
        false => writable_base(request.machine).ok(),
    };
    let ours = own.map(|own| lazy_directories(request.pkg, request.plan, &CacheLayout::new(&own.path)));
    for (at, (index, directory)) in theirs.into_iter().enumerate() {
        let other = ours.as_ref().and_then(|ours| ours.get(at)).filter(|_| !is_filled(&directory));
        workenv.place(index, other.map_or(directory, |(_, other)| other.clone()));
    }
}
