//! workenv §7.7: writes a work environment through to the disk and marks it as settled, for images and administrators: whoever can only
//! read it could never mark it.

use super::attempt_builder::BuiltAttempt;
use super::find_workenv::{Published, shared_stamp};
use super::private_slots::unusable_here;
use super::publish_seal::seal_again;
use super::rung_failure::{At, Outcome};
use super::wait_for_lock::{Wait, under_lock};
use super::workenv_request::{SiteRequest, WorkenvRequest};
use crate::error::Result;
use crate::platform::files::{make_mark, set_time, sync_directory};
use crate::platform::status::{is_there, status_behind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const WAIT_SECONDS: u64 = 60;
const NANOSECONDS: u64 = 1_000_000_000;

/// Whether it is settled now; a base that is only read stays as it is. Errors: CACHE_UNUSABLE, CACHE_FULL.
pub fn settle_workenv(request: &WorkenvRequest, published: &Published) -> Result<bool> {
    let (site, attempt) = (&published.site, &published.attempt);
    if site.base.is_read_only {
        return Ok(is_there(&attempt.settled()));
    }
    let (lock, request) = (site.layout.key_lock(&site.key), SiteRequest { request, site });
    under_lock(&lock, &Wait::seconds(WAIT_SECONDS), &mut || None, || settle(request, published))
        .map(|()| true)
        .map_err(|stop| unusable_here(stop, &attempt.directory, "what is written through to the disk", "workenv §7.7"))
}

fn settle(request: SiteRequest, published: &Published) -> Outcome<()> {
    let (base, attempt) = (&request.site.base, &published.attempt);
    if round_times(request, published)? {
        let mut slots = published.seal.slots.clone();
        for slot in slots.iter_mut().filter(|slot| slot.shared.is_some()) {
            slot.shared = shared_stamp(request.site, &slot.tree).or(slot.shared);
        }
        seal_again(request, attempt, &BuiltAttempt { slots, setup: published.seal.setup.clone() })?;
    }
    sync_directory(&base.path).at("sync", &base.path)?;
    let settled = attempt.settled();
    make_mark(&settled, base.file_mode).at("open", &settled)?;
    sync_directory(&attempt.directory).at("sync", &settled)
}

/// The times that a seal holds become whole seconds, since images keep no others. Whether any was not. A link of the package's own setup
/// may lead out of the base, to a file that is not ours to change.
fn round_times(request: SiteRequest, published: &Published) -> Outcome<bool> {
    let site = request.site;
    let shared = published.seal.slots.iter().filter(|slot| slot.shared.is_some());
    let mut files: Vec<PathBuf> = shared.map(|slot| site.layout.shared(&slot.tree).listing()).collect();
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let executable = request.plan.executable.as_ref().and_then(|path| real(&published.attempt.root().join(path)));
    let real_base = real(&site.base.path);
    files.extend(executable.filter(|path| real_base.is_some_and(|base| path.starts_with(base))));
    let mut is_changed = false;
    for path in files {
        let mtime = status_behind(&path).at("stat", &path)?.and_then(|status| status.mtime).unwrap_or(0);
        if mtime % NANOSECONDS != 0 {
            let whole = SystemTime::UNIX_EPOCH + Duration::from_secs(mtime / NANOSECONDS);
            set_time(&path, whole).at("utimensat", &path)?;
            is_changed = true;
        }
    }
    Ok(is_changed)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
