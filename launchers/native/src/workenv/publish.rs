//! workenv §6: unpacks and publishes, or takes what another run published meanwhile. Leaves nothing behind when it fails.

use super::attempt_builder::{BuiltAttempt, build_attempt};
use super::cache_directories::make_cache_directories;
use super::cache_layout::AttemptLayout;
use super::find_workenv::{Published, shared_stamp};
use super::free_space::check_space;
use super::leftovers::remove_leftovers;
use super::os_lock::{OsLock, claim_lock, make_lock_file, release_and_remove};
use super::publish_seal::{find_holding, publish_seal, seal_again, seal_of};
use super::remove_shared::remove_shared;
use super::remove_tree::remove_tree;
use super::rung_failure::{At, Outcome, RungFailure, Stop};
use super::seal::SealedSlot;
use super::shared_slot::ensure_shared;
use super::shared_state::is_usable;
use super::unpack_progress::UnpackProgress;
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_plan::{SlotRole, shared_tree, slots_of};
use super::workenv_request::SiteRequest;
use crate::log::Level;
use crate::package::package_slot::PackageSlot;
use crate::platform::files::may_execute;
use crate::platform::status::is_there;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

const WAIT_SECONDS: u64 = 60;
const WAIT_FOR_SETUP_SECONDS: u64 = 600;
/// How often a cleaning that takes shared slots away is answered before it is an error.
const SHARED_TURNS: usize = 3;

#[derive(Debug)]
pub struct PublishResult {
    pub published: Published,
    /// Unpacked by this run.
    pub is_fresh: bool,
}

pub fn publish(request: SiteRequest) -> Outcome<PublishResult> {
    let site = request.site;
    let key_lock = site.layout.key_lock(&site.key);
    make_cache_directories(site)?;
    check_executable(&key_lock)?;
    let mut look = || find_holding(request).map(|published| PublishResult { published, is_fresh: false });
    let limit = if request.plan.has_setup { WAIT_FOR_SETUP_SECONDS } else { WAIT_SECONDS };
    let on_wait = || {
        let message = format!("{}: another process is unpacking it, waiting", request.name());
        request.log.log(Level::Info, &message);
    };
    let wait = Wait { limit: Duration::from_secs(limit), on_wait: &on_wait };
    under_lock(&key_lock, &wait, &mut look, || {
        remove_leftovers(&site.layout, request.machine);
        let published = make_attempt(request)?;
        remove_leftovers(&site.layout, request.machine);
        Ok(published)
    })
}

/// workenv §1.3: access(2) tells of a mount that runs no programs.
pub fn check_executable(lock_file: &Path) -> Outcome<()> {
    make_lock_file(lock_file).at("open", lock_file)?;
    match may_execute(lock_file) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err(RungFailure::new("it is on a file system that runs no programs (noexec)").into())
        }
        other => other.at("access", lock_file),
    }
}

fn make_attempt(request: SiteRequest) -> Outcome<PublishResult> {
    let (pkg, plan, site) = (request.pkg, request.plan, request.site);
    let shared = slots_of(pkg, plan, &[SlotRole::Shared]);
    let mut missing = Vec::new();
    for slot in &shared {
        let tree = shared_tree(slot)?;
        if !is_usable(site, &site.layout.shared(tree), tree) {
            missing.push(*slot);
        }
    }
    let mut unpacked = slots_of(pkg, plan, &[SlotRole::Own, SlotRole::Init]);
    unpacked.extend(&missing);
    check_space(&site.base.path, &unpacked)?;
    let progress = UnpackProgress::new(request.on_progress, &unpacked);
    let filled = fill_attempt(request, &shared, &progress);
    if matches!(filled, Err(Stop::Rung(_))) {
        // Nothing of this run stays on a rung that cannot hold it all. Why the rung fails is the first error, not one of this.
        for slot in missing {
            let _ = shared_tree(slot).and_then(|tree| remove_shared(&site.layout, &site.base, tree));
        }
    }
    filled
}

fn fill_attempt(request: SiteRequest, shared: &[&PackageSlot], progress: &UnpackProgress) -> Outcome<PublishResult> {
    let links = ensure_all(request, shared, progress)?;
    let (attempt, lock) = claim_attempt(request)?;
    let made = build_attempt(request, &attempt, progress).and_then(|mut built| {
        built.slots.extend(links);
        let seal = seal_of(request, &attempt, &built);
        Ok((publish_seal(request, &attempt, seal)?, built))
    });
    match made {
        Err(stop) => {
            discard(&attempt, lock);
            Err(stop)
        }
        Ok((published, _)) if published.attempt.number != attempt.number => {
            discard(&attempt, lock);
            Ok(PublishResult { published, is_fresh: false })
        }
        Ok((published, built)) => {
            drop(lock);
            Ok(PublishResult { published: keep_shared(request, published, shared, built, progress)?, is_fresh: true })
        }
    }
}

fn ensure_all(request: SiteRequest, shared: &[&PackageSlot], progress: &UnpackProgress) -> Outcome<Vec<SealedSlot>> {
    shared.iter().map(|slot| ensure_shared(request, slot, progress)).collect()
}

/// workenv §6.1, step 7: a cleaning that ran meanwhile did not know of the new links.
fn keep_shared(
    request: SiteRequest,
    published: Published,
    shared: &[&PackageSlot],
    mut built: BuiltAttempt,
    progress: &UnpackProgress,
) -> Outcome<Published> {
    let mut current = published;
    for _ in 0..SHARED_TURNS {
        let is_same =
            |slot: &SealedSlot| slot.shared.is_none() || shared_stamp(request.site, &slot.tree) == slot.shared;
        if current.seal.slots.iter().all(is_same) {
            break;
        }
        built.slots.retain(|slot| slot.shared.is_none());
        built.slots.extend(ensure_all(request, shared, progress)?);
        current = seal_again(request, &current.attempt, &built)?;
    }
    Ok(current)
}

/// workenv §3.2: the smallest number that nobody has.
fn claim_attempt(request: SiteRequest) -> Outcome<(AttemptLayout, OsLock)> {
    let site = request.site;
    let mut number: u32 = 1;
    loop {
        let attempt = site.layout.attempt(&site.key, number);
        let lock_file = attempt.lock();
        if let Some(lock) = claim_lock(&lock_file).at("open", &lock_file)? {
            if !is_there(&attempt.directory) {
                return Ok((attempt, lock));
            }
            release_and_remove(&lock_file, lock);
        }
        number = number.saturating_add(1);
    }
}

/// What cannot be removed now is removed by the next first run.
fn discard(attempt: &AttemptLayout, lock: OsLock) {
    let _ = remove_tree(&attempt.directory);
    release_and_remove(&attempt.lock(), lock);
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
