//! workenv §10: what is in a base, and who needs it.

use super::about::read_about;
use super::cache_layout::{AttemptLayout, CacheLayout};
use super::key::parse_envs_name;
use super::leftovers::{list_attempts, names};
use super::os_lock::try_lock;
use super::processes::ProcessNames;
use super::sealed_attempt::sealed_attempt;
use crate::crypto::hex::hash_of_hex;
use crate::format::order::sort;
use crate::platform::lock::LockKind;
use crate::platform::status::{is_there, status_of};
use std::path::Path;

/// A published work environment in a base.
pub struct CacheEntry {
    pub key: String,
    /// `None` where the seal is damaged.
    pub attempt: Option<AttemptLayout>,
    pub name: String,
    pub shares: Vec<String>,
    /// Milliseconds since 1970.
    pub last_use: u64,
}

/// Keys with a seal, sorted.
pub fn published_keys(layout: &CacheLayout) -> Vec<String> {
    let seals = names(&layout.envs()).into_iter().filter(|name| name.ends_with(".seal"));
    let mut keys: Vec<String> = seals.filter_map(|name| Some(parse_envs_name(&name)?.key)).collect();
    sort(&mut keys);
    keys
}

pub fn published_in(layout: &CacheLayout) -> Vec<CacheEntry> {
    let entry = |key: String| {
        let last_use = last_use(layout, &key)?;
        let attempt = sealed_attempt(layout, &key).map(|number| layout.attempt(&key, number));
        let about = attempt.as_ref().and_then(|attempt| read_about(&attempt.about()));
        // One that says nothing about itself is nobody's version.
        let (name, shares) = about.map_or_else(Default::default, |about| (about.name, about.shares));
        Some(CacheEntry { key, attempt, name, shares, last_use })
    };
    published_keys(layout).into_iter().filter_map(entry).collect()
}

/// workenv §5.4: milliseconds since 1970; `None` where there is no seal.
pub fn last_use(layout: &CacheLayout, key: &str) -> Option<u64> {
    Some(status_of(&layout.seal(key)).ok()??.mtime.unwrap_or(0) / 1_000_000)
}

/// workenv §10.1: whether anybody is known to use it now.
pub fn is_used(layout: &CacheLayout, entry: &CacheEntry, processes: Option<&ProcessNames>) -> bool {
    let is_attempt_used = |attempt: &AttemptLayout| {
        is_owned(&attempt.lock()) || processes.is_some_and(|known| known.mention(&attempt.directory))
    };
    is_owned(&layout.key_lock(&entry.key)) || entry.attempt.as_ref().is_some_and(is_attempt_used)
}

/// Tree hashes of the shared slots that are there.
pub fn shared_in(layout: &CacheLayout) -> Vec<String> {
    names(&layout.slots()).into_iter().filter(|name| hash_of_hex(name).is_some()).collect()
}

/// True too where an attempt that somebody owns does not say.
pub fn may_be_needed(layout: &CacheLayout, tree: &str) -> bool {
    list_attempts(&layout.envs()).into_iter().any(|(key, number)| {
        let attempt = layout.attempt(&key, number);
        is_there(&attempt.directory)
            && match read_about(&attempt.about()) {
                Some(about) => about.shares.iter().any(|share| share == tree),
                None => is_owned(&attempt.lock()),
            }
    })
}

fn is_owned(lock: &Path) -> bool {
    is_there(lock) && matches!(try_lock(lock, LockKind::Exclusive), Ok(None))
}
