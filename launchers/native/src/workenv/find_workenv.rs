//! workenv §7.1: the warm check. About ten system calls and no walk, because every start of the program waits for it.

use super::base_directory::Base;
use super::boot_id::boot_id;
use super::cache_layout::{AttemptLayout, CacheLayout};
use super::key::{KeyParts, path_hash, workenv_key};
use super::ladder::RungName;
use super::seal::{FileStamp, MAX_SEAL_BYTES, Seal, SealedSlot, parse_seal};
use super::workenv_plan::{SlotRole, WorkenvPlan, slots_of};
use crate::format::metadata::ValidationLevel;
use crate::format::platform::Os;
use crate::package::package_file::PackageFile;
use crate::platform::files::{open_plain, touch};
use crate::platform::status::{FileKind, Status, WRITABLE_FOR_OTHERS, is_there, status_behind, status_of};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// workenv §5.4: how exact the last use is; a warm start writes at most this often.
const USE_GRANULARITY: Duration = Duration::from_secs(3600);
/// workenv §7.1: cleaners of temporary directories go by days.
const IDLE: Duration = Duration::from_secs(24 * 3600);

/// Where one package's work environment is, or would be, in one base.
#[derive(Clone, Debug)]
pub struct Site {
    pub base: Base,
    pub layout: CacheLayout,
    pub key: String,
}

#[derive(Clone, Debug)]
pub struct Published {
    pub site: Site,
    pub seal: Seal,
    pub attempt: AttemptLayout,
}

/// Why a published work environment needs a tree check first (workenv §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspicion {
    Executable,
    Shared,
    Boot,
    Idle,
    Strict,
    /// workenv §7.8: its program did not start.
    Start,
}

impl Suspicion {
    pub fn name(self) -> &'static str {
        match self {
            Suspicion::Executable => "executable",
            Suspicion::Shared => "shared",
            Suspicion::Boot => "boot",
            Suspicion::Idle => "idle",
            Suspicion::Strict => "strict",
            Suspicion::Start => "start",
        }
    }
}

#[derive(Debug)]
pub enum Finding {
    Ready(Published),
    Suspect(Published, Suspicion),
    /// There is a seal, but nothing that it could be right about; why.
    Unsound(&'static str),
    Absent,
}

impl Finding {
    /// workenv §7.8: what is ready is not believed; `strict` checks more anyway.
    pub fn doubted(self) -> Finding {
        match self {
            Finding::Suspect(published, Suspicion::Strict) => Finding::Suspect(published, Suspicion::Strict),
            Finding::Ready(published) | Finding::Suspect(published, _) => Finding::Suspect(published, Suspicion::Start),
            other => other,
        }
    }
}

pub fn site_of(base: Base, pkg: &PackageFile, plan: &WorkenvPlan) -> Site {
    let key = key_at(&base.path, pkg, plan);
    Site { layout: CacheLayout::new(&base.path), key, base }
}

/// workenv §3.1.
pub fn key_at(base: &Path, pkg: &PackageFile, plan: &WorkenvPlan) -> String {
    let package = &pkg.metadata.package;
    workenv_key(&KeyParts {
        name: &package.name,
        version: &package.version,
        content_hash: &pkg.content_hash,
        place: plan.is_place_bound.then_some(base),
    })
}

pub fn find_workenv(site: &Site, pkg: &PackageFile, plan: &WorkenvPlan, level: ValidationLevel, system: Os) -> Finding {
    let Some((text, age)) = read_seal(site) else { return Finding::Absent };
    let seal = match parse_seal(&text) {
        Some(seal) if seal.content == pkg.content_hash && names_slots(&seal, pkg, plan) => seal,
        _ => return Finding::Unsound("its seal is damaged or of another package"),
    };
    let attempt = site.layout.attempt(&site.key, seal.attempt);
    if seal.place != place_hash(&attempt, plan) {
        return Finding::Unsound("it was made for another place");
    }
    if !is_own_directory(&attempt.root(), &site.base) {
        return Finding::Unsound("its root is not a directory of its own");
    }
    let published = Published { site: site.clone(), seal, attempt };
    if let Some(suspicion) = suspicion_of(&published, plan, level, age, system) {
        return Finding::Suspect(published, suspicion);
    }
    if age > USE_GRANULARITY {
        mark_use(site);
    }
    Finding::Ready(published)
}

/// workenv §5.4: a mark that cannot be written is no error: a cache that became read-only still runs what is in it.
pub fn mark_use(site: &Site) {
    if !site.base.is_read_only {
        let _ = touch(&site.layout.seal(&site.key));
    }
}

/// workenv §5.1: what the `place` line holds.
pub fn place_hash(attempt: &AttemptLayout, plan: &WorkenvPlan) -> Option<String> {
    plan.is_place_bound.then(|| path_hash(&attempt.root()))
}

/// workenv §5.3: of the file that symlinks lead to; `None` where there is none.
pub fn executable_stamp(attempt: &AttemptLayout, plan: &WorkenvPlan) -> Option<FileStamp> {
    let status = status_behind(&attempt.root().join(plan.executable.as_ref()?)).ok()??;
    if status.kind != FileKind::File {
        return None;
    }
    Some(FileStamp { size: status.size, mtime: status.mtime? })
}

/// workenv §5.1: identifies one copy of a shared slot.
pub fn shared_stamp(site: &Site, tree: &str) -> Option<u64> {
    status_of(&site.layout.shared(tree).listing()).ok()??.mtime
}

/// workenv §7.1, points 3 to 6.
fn suspicion_of(
    Published { site, seal, attempt }: &Published,
    plan: &WorkenvPlan,
    level: ValidationLevel,
    age: Duration,
    system: Os,
) -> Option<Suspicion> {
    match level {
        ValidationLevel::Strict => return Some(Suspicion::Strict),
        ValidationLevel::Standard => {}
        _ => return None,
    }
    if executable_stamp(attempt, plan) != seal.executable {
        return Some(Suspicion::Executable);
    }
    let is_same = |slot: &SealedSlot| slot.shared.is_none() || shared_stamp(site, &slot.tree) == slot.shared;
    if !seal.slots.iter().all(is_same) {
        return Some(Suspicion::Shared);
    }
    let boot = boot_id(system);
    if boot.is_some() && boot != seal.boot && !is_there(&attempt.settled()) {
        return Some(Suspicion::Boot);
    }
    // Nobody could mark the use of a base that is only read, and what cleans by age is not let into it.
    if site.base.is_read_only {
        return None;
    }
    let is_swept = matches!(site.base.rung, RungName::Temporary | RungName::Memory);
    (age >= IDLE || is_swept).then_some(Suspicion::Idle)
}

/// workenv §7.1: never through a symlink, and only a file that nobody else could have written. With the time since the last use; empty
/// where there is one that says nothing.
fn read_seal(site: &Site) -> Option<(Vec<u8>, Duration)> {
    let mut file = open_plain(&site.layout.seal(&site.key)).ok()?;
    let nothing = Some((Vec::new(), Duration::ZERO));
    let Ok(metadata) = file.metadata() else { return nothing };
    let status = Status::from(&metadata);
    let is_ours = is_owned(&status, &site.base);
    if status.kind != FileKind::File || !is_ours || status.size > MAX_SEAL_BYTES {
        return nothing;
    }
    let Ok(size) = usize::try_from(status.size) else { return nothing };
    // Never changed in place, so that one read has all of it.
    let mut text = vec![0; size];
    if file.read_exact(&mut text).is_err() {
        return nothing;
    }
    Some((text, time_since(status.mtime)))
}

/// How far away from now: a clock that was set back makes no use recent.
fn time_since(mtime: Option<u64>) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.abs_diff(Duration::from_nanos(mtime.unwrap_or(0)))
}

/// workenv §5.1: the same slots in the same roles, and for signed trees the same hashes.
fn names_slots(seal: &Seal, pkg: &PackageFile, plan: &WorkenvPlan) -> bool {
    let expected = slots_of(pkg, plan, &[SlotRole::Own, SlotRole::Shared]);
    expected.len() == seal.slots.len()
        && seal.slots.iter().zip(expected).all(|(sealed, slot)| {
            let is_shared = plan.roles.get(slot.index) == Some(&SlotRole::Shared);
            sealed.index == slot.index
                && sealed.shared.is_some() == is_shared
                && slot.metadata.tree.as_ref().is_none_or(|tree| *tree == sealed.tree)
        })
}

/// workenv §7.1, point 2.
pub fn is_own_directory(path: &Path, base: &Base) -> bool {
    matches!(status_of(path), Ok(Some(status)) if status.is_directory() && is_owned(&status, base))
}

fn is_owned(status: &Status, base: &Base) -> bool {
    base.owner.is_none_or(|owner| status.uid == owner && status.mode & WRITABLE_FOR_OTHERS == 0)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
