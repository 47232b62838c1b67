//! workenv §10.5: what a first run removes of the cache when it is done.

use super::about::read_about;
use super::base_directory::Base;
use super::budgets::read_budgets;
use super::cache_contents::{is_used, may_be_needed, published_in, published_keys, shared_in};
use super::cache_layout::CacheLayout;
use super::cleaning_plan::{Budgets, CleaningEntry, plan_cleaning};
use super::disk_usage::disk_usage;
use super::leftovers::is_old;
use super::machine::Machine;
use super::processes::{ProcessNames, read_processes};
use super::remove_shared::remove_shared;
use super::remove_workenv::remove_workenv;
use super::workenv::Workenv;
use crate::format::platform::Os;
use crate::log::{Level, Log};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// workenv §10.5: how long a program may wait for what cannot be done beside it.
const IN_LINE: Duration = Duration::from_millis(5);

/// All that it needs to know, so that it can outlive whoever asked for it.
#[derive(Debug)]
pub struct Housekeeping {
    base: Base,
    layout: CacheLayout,
    /// The work environment that was just published.
    key: String,
    budgets: Budgets,
    system: Os,
}

impl Housekeeping {
    /// `None` where nothing can be removed: most first runs end here, with two directories read. Settings that cannot be understood are
    /// told now, while there is somebody to read it.
    pub fn after(workenv: &Workenv, machine: &Machine, log: &dyn Log) -> Option<Self> {
        let layout = CacheLayout::new(&workenv.base.path);
        let is_other = |key: &String| *key != workenv.key;
        let shares = read_about(&workenv.attempt.about()).map(|about| about.shares).unwrap_or_default();
        let is_foreign = |tree: &String| !shares.contains(tree);
        let has_more = published_keys(&layout).iter().any(is_other) || shared_in(&layout).iter().any(is_foreign);
        if workenv.base.is_read_only || !has_more {
            return None;
        }
        let (budgets, warnings) = read_budgets(machine);
        for warning in warnings {
            log.log(Level::Warn, &warning);
        }
        let (base, key) = (workenv.base.clone(), workenv.key.clone());
        (budgets != Budgets::default()).then_some(Housekeeping { base, layout, key, budgets, system: machine.platform })
    }

    /// All of it. Never fails: what cannot be removed now is removed later. The paths that were removed.
    pub fn run(&self) -> Vec<PathBuf> {
        let processes = read_processes(self.system, &self.base.path);
        let mut removed = self.remove_workenvs(self.budgets, processes.as_ref(), None);
        removed.extend(self.remove_unneeded(processes.as_ref()));
        removed
    }

    /// In some milliseconds, but one at least: old versions are taken out of sight and deleted by the next first run; sizes would take too long.
    pub fn run_in_line(&self) {
        let end = Instant::now().checked_add(IN_LINE);
        let processes = read_processes(self.system, &self.base.path);
        self.remove_workenvs(Budgets { max_size: None, ..self.budgets }, processes.as_ref(), end);
    }

    fn remove_workenvs(
        &self,
        budgets: Budgets,
        processes: Option<&ProcessNames>,
        end: Option<Instant>,
    ) -> Vec<PathBuf> {
        let entries = published_in(&self.layout);
        let measures = budgets.max_size.is_some();
        let known: Vec<CleaningEntry> = entries
            .iter()
            .map(|entry| CleaningEntry {
                key: entry.key.clone(),
                name: entry.name.clone(),
                last_use: entry.last_use,
                bytes: entry.attempt.as_ref().filter(|_| measures).map_or(0, |attempt| disk_usage(&attempt.directory)),
                shares: entry.shares.clone(),
                in_use: entry.key != self.key && is_used(&self.layout, entry, processes),
            })
            .collect();
        let mut shared = Vec::new();
        for tree in shared_in(&self.layout).into_iter().filter(|_| measures) {
            let bytes = disk_usage(&self.layout.shared(&tree).directory);
            shared.push((tree, bytes));
        }
        let mut removed = Vec::new();
        for (at, key) in plan_cleaning(&known, &shared, &self.key, budgets, now()).into_iter().enumerate() {
            if at > 0 && end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
            let Some(entry) = entries.iter().find(|entry| entry.key == key) else { continue };
            let look = || read_processes(self.system, &self.base.path);
            let is_gone = remove_workenv(&self.layout, &self.base, entry, processes, &look, end.is_none());
            if is_gone.unwrap_or(false) {
                let place = entry.attempt.as_ref().map(|attempt| attempt.directory.clone());
                removed.push(place.unwrap_or_else(|| self.layout.seal(&key)));
            }
        }
        removed
    }

    /// workenv §10.3.
    fn remove_unneeded(&self, processes: Option<&ProcessNames>) -> Vec<PathBuf> {
        let mut removed = Vec::new();
        for tree in shared_in(&self.layout) {
            let shared = self.layout.shared(&tree);
            let is_used = processes.is_some_and(|known| known.mention(&shared.directory));
            let is_young = !is_old(&shared.listing()) || !is_old(&shared.checked());
            if is_used || is_young || may_be_needed(&self.layout, &tree) {
                continue;
            }
            if remove_shared(&self.layout, &self.base, &tree).is_ok() && !shared.directory.exists() {
                removed.push(shared.directory);
            }
        }
        removed
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
