//! workenv §8.3 and §10.4: removes what dead processes left, superseded attempts and old runs.

use super::cache_layout::{AttemptLayout, CacheLayout, lock_of};
use super::key::parse_envs_name;
use super::machine::Machine;
use super::os_lock::{OsLock, release_and_remove, try_lock};
use super::processes::{ProcessNames, read_processes};
use super::remove_tree::remove_tree;
use super::sealed_attempt::sealed_attempt;
use super::staging::is_random_name;
use crate::format::order::sort;
use crate::platform::lock::LockKind;
use crate::platform::status::{is_there, status_of};
use std::cell::OnceCell;
use std::fs::remove_file;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const OLD: Duration = Duration::from_secs(24 * 3600);
/// More than a start makes, so that they become fewer; removing a small one takes about 0.05 ms.
const RUNS_AT_A_START: usize = 64;

/// Never fails: what cannot be removed now is removed later.
pub fn remove_leftovers(layout: &CacheLayout, machine: &Machine) {
    let sweep = Sweep { layout, machine, processes: OnceCell::new() };
    for (key, number) in list_attempts(&layout.envs()) {
        sweep.attempt(&key, number);
    }
    for path in random_names(&layout.staging()) {
        sweep_directory(&path, &|| true);
    }
    for path in random_names(&layout.runs()) {
        sweep.run(&path);
    }
}

/// workenv §9.1: what earlier runs left, as much as a start has time for: one that makes a directory of its own each time, and is never a
/// first run, would fill the disk. Never fails.
pub fn remove_old_runs(layout: &CacheLayout, machine: &Machine) {
    let sweep = Sweep { layout, machine, processes: OnceCell::new() };
    let mut removed = 0;
    for path in random_names(&layout.runs()) {
        if !is_old(&path) {
            continue;
        }
        sweep.run(&path);
        if !is_there(&path) {
            removed += 1;
        }
        if removed == RUNS_AT_A_START {
            break;
        }
    }
}

struct Sweep<'a> {
    layout: &'a CacheLayout,
    machine: &'a Machine,
    /// Looked at only where something may have to go.
    processes: OnceCell<Option<ProcessNames>>,
}

impl Sweep<'_> {
    fn processes(&self) -> Option<&ProcessNames> {
        self.processes.get_or_init(|| read_processes(self.machine.platform, &self.layout.base)).as_ref()
    }

    fn attempt(&self, key: &str, number: u32) {
        let is_sealed = || sealed_attempt(self.layout, key) == Some(number);
        if is_sealed() {
            return;
        }
        let attempt = self.layout.attempt(key, number);
        // Its maker may have published it since: the seal is read again under the lock.
        sweep_directory(&attempt.directory, &|| !is_sealed() && self.is_unused(&attempt));
    }

    /// workenv §9.1.
    fn run(&self, path: &Path) {
        let is_unused = || is_old(path) && !self.processes().is_some_and(|known| known.mention(path));
        sweep_directory(path, &|| !is_there(path) || is_unused());
    }

    /// workenv §10.4: one that was never published is nobody's; one that was replaced may still run.
    fn is_unused(&self, attempt: &AttemptLayout) -> bool {
        if !is_there(&attempt.seal()) {
            return true;
        }
        match self.processes() {
            Some(known) => !known.mention(&attempt.directory),
            None => is_old(&attempt.seal()),
        }
    }
}

fn sweep_directory(path: &Path, may_go: &dyn Fn() -> bool) {
    let Ok(Some(lock)) = ownerless_lock(path) else { return };
    if !may_go() {
        return;
    }
    // The seal first, so that half of it is nothing that was ever published.
    let is_unsealed = match remove_file(path.join("seal")) {
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        Ok(()) => true,
    };
    if is_unsealed && remove_tree(path).is_ok() {
        release_and_remove(&lock_of(path), lock);
    }
}

/// workenv §8.3: the lock of something that nobody owns; where locks do not work, age decides.
fn ownerless_lock(path: &Path) -> io::Result<Option<OsLock>> {
    Ok(try_lock(&lock_of(path), LockKind::Exclusive)?.filter(|lock| lock.is_real() || is_old(path)))
}

/// Not changed for 24 hours.
pub fn is_old(path: &Path) -> bool {
    let Ok(Some(status)) = status_of(path) else { return false };
    let changed = Duration::from_nanos(status.mtime.unwrap_or(0));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(changed) > OLD
}

/// workenv §2: attempts of a base, by the names of their directories and locks.
pub fn list_attempts(envs: &Path) -> Vec<(String, u32)> {
    let named = names(envs).into_iter().filter_map(|name| parse_envs_name(&name));
    let mut attempts: Vec<(String, u32)> = named.filter_map(|name| Some((name.key, name.attempt?))).collect();
    sort(&mut attempts);
    attempts.dedup();
    attempts
}

fn random_names(directory: &Path) -> Vec<PathBuf> {
    let stem = |name: &String| name.strip_suffix(".lock").unwrap_or(name).to_string();
    let mut found: Vec<String> = names(directory).iter().map(stem).filter(|name| is_random_name(name)).collect();
    sort(&mut found);
    found.dedup();
    found.iter().map(|name| directory.join(name)).collect()
}

pub fn names(directory: &Path) -> Vec<String> {
    let Ok(items) = std::fs::read_dir(directory) else { return Vec::new() };
    items.flatten().filter_map(|item| item.file_name().into_string().ok()).collect()
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
