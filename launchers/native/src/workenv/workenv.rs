//! A work environment that is ready to run from.

use super::base_directory::Base;
use super::cache_layout::AttemptLayout;
use super::os_lock::{OsLock, make_lock_file, try_lock};
use super::publish::PublishResult;
use super::slot_paths::{slot_path_in, slot_paths};
use super::staging::Staging;
use super::workenv_plan::{SlotRole, WorkenvPlan};
use crate::package::package_file::PackageFile;
use crate::platform::lock::LockKind;
use std::io::ErrorKind;
use std::path::PathBuf;

#[derive(Debug)]
pub struct Workenv {
    /// Absolute path of `{workenv}`.
    pub root: PathBuf,
    /// Its name in the cache (workenv §3.1).
    pub key: String,
    pub base: Base,
    pub attempt: AttemptLayout,
    /// Unpacked by this run.
    pub fresh: bool,
    plan: WorkenvPlan,
    /// By index: slots that lie beside the tree (workenv §9).
    directories: Vec<(usize, PathBuf)>,
    /// Of this run alone: gone when this is dropped.
    runs: Vec<Staging>,
    in_use: Option<OsLock>,
}

impl Workenv {
    pub fn new(plan: WorkenvPlan, result: PublishResult) -> Self {
        let published = result.published;
        Workenv {
            root: published.attempt.root(),
            key: published.site.key,
            base: published.site.base,
            attempt: published.attempt,
            fresh: result.is_fresh,
            plan,
            directories: Vec::new(),
            runs: Vec::new(),
            in_use: None,
        }
    }

    /// Has slots that every run, or every user, has a copy of.
    pub fn needs_private_slots(&self) -> bool {
        self.plan.roles.iter().any(|role| matches!(role, SlotRole::Volatile | SlotRole::Persistent))
    }

    /// Has slots that are unpacked when the program asks for them.
    pub fn has_lazy_slots(&self) -> bool {
        self.plan.roles.contains(&SlotRole::Lazy)
    }

    /// Has slots that go when the program ends: whoever can wait for that should, and drop this then.
    pub fn has_volatile_slots(&self) -> bool {
        self.plan.roles.contains(&SlotRole::Volatile)
    }

    /// Place of each slot of its package, by index (spec §5.5).
    pub fn slot_paths(&self, pkg: &PackageFile) -> Vec<PathBuf> {
        slot_paths(pkg, &self.attempt, &self.directories)
    }

    /// Places that a program finds by a variable (spec §7.4): volatile, persistent and lazy slots, by slot id.
    pub fn slot_directories(&self, pkg: &PackageFile) -> Vec<(String, PathBuf)> {
        let mut paths = Vec::new();
        for slot in &pkg.slots {
            if let Some((_, directory)) = self.directories.iter().find(|(index, _)| *index == slot.index) {
                paths.push((slot.metadata.id.clone(), slot_path_in(directory, slot)));
            }
        }
        paths
    }

    /// Notes where a slot beside the tree lies.
    pub fn place(&mut self, slot: usize, directory: PathBuf) {
        self.directories.push((slot, directory));
    }

    pub fn keep_run(&mut self, run: Staging) {
        self.runs.push(run);
    }

    /// workenv §8.2: marks it as in use for as long as this process lives. Where that cannot be, the last use marks it for 24 hours all
    /// the same. False where somebody removes it, or may have done so since it was found, and the lock file with it; `remakes` makes that
    /// again, for it may be lost alone.
    pub fn hold(&mut self, remakes: bool) -> bool {
        if self.base.is_read_only || self.in_use.is_some() {
            return true;
        }
        let path = self.attempt.lock();
        match try_lock(&path, LockKind::Shared) {
            Ok(lock) => self.in_use = lock,
            Err(error) if error.kind() == ErrorKind::NotFound => _ = remakes && make_lock_file(&path).is_ok(),
            Err(_) => return true,
        }
        self.in_use.is_some()
    }

    /// For tests of what is done with a work environment that nobody uses.
    #[cfg(test)]
    pub fn release_use(&mut self) {
        self.in_use = None;
    }

    /// The same for the program that this process becomes, and for whatever that starts: the mark, and the locks of volatile slots, move
    /// to descriptors that it inherits.
    pub fn hold_across_exec(&mut self) {
        self.hold(false);
        self.in_use = self.in_use.take().and_then(OsLock::survive_exec);
        for run in &mut self.runs {
            run.survive_exec();
        }
    }
}
