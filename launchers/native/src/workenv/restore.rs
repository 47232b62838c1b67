//! workenv §7.2 to §7.6: checks a published work environment that is under suspicion, heals what the package can heal, and seals it
//! again.

use super::attempt_builder::BuiltAttempt;
use super::attempt_parts::{attempt_parts, is_in_own_directory};
use super::cache_directories::make_cache_directories;
use super::expected_tree::{ExpectedTree, Origin, expected_after_setup, expected_tree};
use super::find_workenv::{Published, Suspicion, mark_use};
use super::own_heal::{LostListing, heal_own};
use super::publish_seal::{find_holding, seal_again};
use super::rung_failure::{Outcome, RungFailure, Stop};
use super::shared_heal::{SlotCheckOptions, check_shared, heal_under_lock, log_made_anew, mark_checked, still_damaged};
use super::shared_slot::ensure_shared;
use super::shared_state::is_checked;
use super::tree_check::{Damage, TreeCheckOptions, check_tree, entries};
use super::unpack_progress::UnpackProgress;
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_plan::{SlotRole, shared_tree, slots_of};
use super::workenv_request::SiteRequest;
use crate::crypto::hex::hex;
use crate::crypto::sha256::sha256;
use crate::format::metadata::ValidationLevel;
use crate::format::platform::Os;
use crate::format::tree_listing::parse_listing;
use crate::log::Level;
use crate::package::extract::check_slot_content;
use crate::package::package_slot::PackageSlot;
use crate::platform::files::{make_mark, read_file};
use std::path::Path;

const WAIT_SECONDS: u64 = 60;

/// `None` where only a new attempt helps. Errors: TREE_DAMAGED; those of the package; a rung that cannot be written to.
pub fn restore(request: SiteRequest, published: &Published, suspicion: Suspicion) -> Outcome<Option<Published>> {
    let site = request.site;
    if !site.base.is_read_only {
        make_cache_directories(site)?;
    }
    let is_shared_changed = restore_shared(request, suspicion)?;
    let Some(listed) = read_listings(request, published)? else { return Ok(None) };
    let damage = check_own(request, published, &listed.expected, suspicion)?;
    if damage.is_empty() && listed.lost.is_empty() {
        if is_shared_changed || matches!(suspicion, Suspicion::Executable | Suspicion::Start) {
            return seal_if_possible(request, published).map(Some);
        }
        if suspicion == Suspicion::Boot {
            settle(published);
        }
        mark_use(site);
        return Ok(Some(published.clone()));
    }
    if site.base.is_read_only {
        let path = damage.first().map_or("listing", |one| &one.path);
        return Err(RungFailure::new(format!("what is published there is damaged ({path})")).into());
    }
    let (name, place) = (request.name(), published.attempt.directory.display());
    request.log.log(Level::Debug, &format!("{name}: {place} needs care ({})", suspicion.name()));
    under_key_lock(request, || heal(request, published, &listed, suspicion))
}

/// The caller holds the lock of the key.
fn heal(
    request: SiteRequest,
    published: &Published,
    listed: &Listed,
    suspicion: Suspicion,
) -> Outcome<Option<Published>> {
    let damage = check_own(request, published, &listed.expected, suspicion)?;
    if damage.iter().any(|one| one.expected.as_ref().is_some_and(|entry| entry.origin == Origin::Setup)) {
        return Ok(None);
    }
    if !damage.is_empty() || !listed.lost.is_empty() {
        heal_own(request, &published.attempt, &damage, &listed.lost)?;
        let root = published.attempt.root();
        let again = check_own(request, published, &listed.expected, suspicion)?;
        if !again.is_empty() {
            return Err(still_damaged(&root, &again).into());
        }
        let healed = entries(damage.len().saturating_add(listed.lost.len()));
        request.log.log(Level::Info, &format!("{}: healed {healed} in {}", request.name(), root.display()));
    }
    seal(request, published).map(Some)
}

fn under_key_lock<T>(request: SiteRequest, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let lock = request.site.layout.key_lock(&request.site.key);
    under_lock(&lock, &Wait::seconds(WAIT_SECONDS), &mut || None, work)
}

/// workenv §7.5: whole, but with other times than were sealed; where that cannot be written down, it is checked again next time.
fn seal_if_possible(request: SiteRequest, published: &Published) -> Outcome<Published> {
    if request.site.base.is_read_only {
        return Ok(published.clone());
    }
    match under_key_lock(request, || seal(request, published)) {
        Err(Stop::Rung(_)) => Ok(published.clone()),
        sealed => sealed,
    }
}

/// workenv §7.6, the end. The caller holds the lock of the key.
fn seal(request: SiteRequest, published: &Published) -> Outcome<Published> {
    // Another run may have published anew while this one waited; its seal is not to be undone.
    if let Some(current) = find_holding(request).filter(|current| current.seal.attempt != published.seal.attempt) {
        return Ok(current);
    }
    let mut slots = published.seal.slots.clone();
    slots.retain(|slot| slot.shared.is_none());
    for slot in shared_slots(request) {
        slots.push(ensure_shared(request, slot, &UnpackProgress::new(None, &[]))?);
    }
    let built = BuiltAttempt { slots, setup: published.seal.setup.clone() };
    seal_again(request, &published.attempt, &built)
}

fn shared_slots<'a>(request: SiteRequest<'a>) -> Vec<&'a PackageSlot> {
    slots_of(request.request.pkg, request.plan, &[SlotRole::Shared])
}

/// workenv §7.2, the shared slots. True: their listings are not those that were sealed.
fn restore_shared(request: SiteRequest, suspicion: Suspicion) -> Outcome<bool> {
    let mut is_changed = suspicion == Suspicion::Shared;
    for slot in shared_slots(request) {
        let shared = request.site.layout.shared(shared_tree(slot)?);
        if suspicion == Suspicion::Boot && is_checked(&shared, request.machine.platform) {
            continue;
        }
        let options = SlotCheckOptions { hash: suspicion != Suspicion::Idle, extras: suspicion == Suspicion::Strict };
        let damage = check_shared(request, slot, options)?;
        if damage.as_ref().is_some_and(Vec::is_empty) {
            if suspicion == Suspicion::Boot {
                mark_if_possible(request, slot)?;
            }
            continue;
        }
        if request.site.base.is_read_only {
            let reason = format!("the shared slot {} there is damaged", slot.metadata.id);
            return Err(RungFailure::new(reason).into());
        }
        if damage.is_none() {
            ensure_shared(request, slot, &UnpackProgress::new(None, &[]))?;
            log_made_anew(request, slot, &shared);
        } else {
            heal_under_lock(request, slot, options)?;
        }
        is_changed = true;
    }
    Ok(is_changed)
}

/// workenv §7.3: a mark that cannot be written is no error.
fn mark_if_possible(request: SiteRequest, slot: &PackageSlot) -> Outcome<()> {
    if request.site.base.is_read_only {
        return Ok(());
    }
    match mark_checked(request, slot) {
        Err(Stop::Rung(_)) => Ok(()),
        other => other,
    }
}

struct Listed {
    expected: ExpectedTree,
    lost: Vec<LostListing>,
}

/// workenv §4.7: listings whose hash is the sealed one; a damaged one is taken from the package again.
fn read_listings(request: SiteRequest, published: &Published) -> Outcome<Option<Listed>> {
    let (pkg, plan, seal, attempt) = (request.pkg, request.plan, &published.seal, &published.attempt);
    let (mut listings, mut lost) = (Vec::new(), Vec::new());
    for sealed in seal.slots.iter().filter(|sealed| sealed.shared.is_none()) {
        let Some(slot) = pkg.slots.get(sealed.index) else { continue };
        let index = slot.index;
        let kept = read_listing(&attempt.listing(index), &sealed.tree);
        let is_unsigned = slot.metadata.tree.is_none() && request.level == ValidationLevel::Strict;
        let listing = match kept {
            Some(listing) if !is_unsigned => listing,
            kept => {
                let content = check_slot_content(pkg, slot, None)?;
                if content.tree != sealed.tree {
                    return Ok(None);
                }
                if kept.is_none() {
                    lost.push(LostListing { index, listing: content.listing.clone() });
                }
                content.listing
            }
        };
        listings.push((index, parse_listing(&listing)?));
    }
    let parts = attempt_parts(pkg, plan, &attempt.root(), listings)?;
    let expected = match &seal.setup {
        None if plan.has_setup => return Ok(None),
        None => expected_tree(&parts),
        Some(setup) => match read_listing(&attempt.setup_listing(), setup) {
            Some(setup) => expected_after_setup(&parse_listing(&setup)?, &parts),
            None => return Ok(None),
        },
    };
    Ok(Some(Listed { expected, lost }))
}

fn read_listing(path: &Path, hash: &str) -> Option<Vec<u8>> {
    read_file(path).ok().filter(|bytes| hex(&sha256(bytes)) == hash)
}

fn check_own(
    request: SiteRequest,
    published: &Published,
    expected: &ExpectedTree,
    suspicion: Suspicion,
) -> Outcome<Vec<Damage>> {
    let is_programs = |path: &str| is_in_own_directory(request.plan, path);
    let options = TreeCheckOptions {
        hash: suspicion != Suspicion::Idle,
        has_modes: request.machine.platform != Os::Windows,
        extras: if suspicion == Suspicion::Strict { Some(&is_programs) } else { None },
    };
    check_tree(&published.attempt.root(), expected, &options)
}

/// workenv §7.3: without the mark it is checked again in this boot, which only takes time.
fn settle(published: &Published) {
    let _ = make_mark(&published.attempt.settled(), 0o600);
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
