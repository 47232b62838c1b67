//! workenv §10.3: removes a shared slot that nobody needs.

use super::base_directory::Base;
use super::cache_contents::may_be_needed;
use super::cache_layout::CacheLayout;
use super::os_lock::{release_and_remove, try_lock};
use super::rung_failure::{At, Outcome};
use super::staging::Staging;
use crate::platform::files::rename;
use crate::platform::lock::LockKind;
use crate::platform::status::is_there;

/// Looked for under its lock, out of sight, and once more: whoever links to it since gets it back, or makes it anew.
pub fn remove_shared(layout: &CacheLayout, base: &Base, tree: &str) -> Outcome<()> {
    let shared = layout.shared(tree);
    if !is_there(&shared.directory) {
        return Ok(());
    }
    let lock_file = shared.lock();
    let Some(lock) = try_lock(&lock_file, LockKind::Exclusive).at("open", &lock_file)? else { return Ok(()) };
    if may_be_needed(layout, tree) {
        return Ok(());
    }
    let mut staging = Staging::open(layout, base)?;
    let Some(taken) = staging.take_in(&shared.directory)? else { return Ok(()) };
    if may_be_needed(layout, tree) {
        return rename(&taken, &shared.directory).at("rename", &taken);
    }
    release_and_remove(&lock_file, lock);
    Ok(())
}
