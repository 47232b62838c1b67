//! workenv §6.2: the one step that makes an attempt visible.

use super::attempt_builder::BuiltAttempt;
use super::boot_id::boot_id;
use super::cache_layout::AttemptLayout;
use super::find_workenv::{Finding, Published, Site, Suspicion, executable_stamp, find_workenv, place_hash};
use super::remove_tree::remove_tree;
use super::rung_failure::{At, Outcome};
use super::seal::{Seal, format_seal};
use super::sealed_attempt::sealed_attempt;
use super::staging::Staging;
use super::workenv_request::SiteRequest;
use super::write_file::write_new_file;
use crate::format::metadata::ValidationLevel;
use crate::format::order::sort_by;
use crate::platform::files::{rename, touch};
use crate::platform::status::is_directory;
use std::fs::hard_link;
use std::path::Path;

/// workenv §5.1: the seal of an attempt as it is now.
pub fn seal_of(request: SiteRequest, attempt: &AttemptLayout, built: &BuiltAttempt) -> Seal {
    let mut slots = built.slots.clone();
    sort_by(&mut slots, |one, other| one.index.cmp(&other.index));
    Seal {
        content: request.pkg.content_hash.clone(),
        attempt: attempt.number,
        place: place_hash(attempt, request.plan),
        boot: boot_id(request.machine.platform),
        executable: executable_stamp(attempt, request.plan),
        setup: built.setup.clone(),
        slots,
    }
}

/// The first wins; whoever comes second gets what is there, unless that does not hold.
pub fn publish_seal(request: SiteRequest, attempt: &AttemptLayout, seal: Seal) -> Outcome<Published> {
    let site = request.site;
    write_new_file(&attempt.seal(), format_seal(&seal).as_bytes(), site.base.file_mode)?;
    // Whatever keeps link(2) from working, a rival or a file system that has no hard links: a rename decides then.
    if hard_link(attempt.seal(), site.layout.seal(&site.key)).is_err() {
        if let Some(rival) = find_holding(request) {
            return Ok(rival);
        }
        replace_seal(request, attempt, &seal)?;
    }
    Ok(Published { site: site.clone(), seal, attempt: attempt.clone() })
}

/// workenv §5.1 and §7.3: the same attempt, sealed again in this boot.
pub fn seal_again(request: SiteRequest, attempt: &AttemptLayout, built: &BuiltAttempt) -> Outcome<Published> {
    remove_whatever(&attempt.settled())?;
    let seal = seal_of(request, attempt, built);
    replace_seal(request, attempt, &seal)?;
    Ok(Published { site: request.site.clone(), seal, attempt: attempt.clone() })
}

/// What another run has published and a first run may use: right after it was made, it was not idle.
pub fn find_holding(request: SiteRequest) -> Option<Published> {
    let (pkg, plan, system) = (request.pkg, request.plan, request.machine.platform);
    match find_workenv(request.site, pkg, plan, ValidationLevel::Standard, system) {
        Finding::Ready(published) | Finding::Suspect(published, Suspicion::Idle) => {
            Some(published).filter(|published| request.accepts(published))
        }
        _ => None,
    }
}

fn replace_seal(request: SiteRequest, attempt: &AttemptLayout, seal: &Seal) -> Outcome<()> {
    let site = request.site;
    let next = attempt.directory.join("next");
    let former = sealed_attempt(&site.layout, &site.key);
    remove_whatever(&next)?;
    write_new_file(&next, format_seal(seal).as_bytes(), site.base.file_mode)?;
    make_way(site)?;
    rename(&next, &site.layout.seal(&site.key)).at("rename", &next)?;
    match former {
        // workenv §10.4: an attempt that was replaced may be in use, and is as old as its replacement.
        Some(former) if former != attempt.number => drop(touch(&site.layout.attempt(&site.key, former).seal())),
        _ => {}
    }
    Ok(())
}

fn remove_whatever(path: &Path) -> Outcome<()> {
    remove_tree(path).at("unlink", path)
}

/// A file can be renamed over anything but a directory.
fn make_way(site: &Site) -> Outcome<()> {
    let place = site.layout.seal(&site.key);
    if is_directory(&place) {
        Staging::open(&site.layout, &site.base)?.take_in(&place)?;
    }
    Ok(())
}
