//! workenv §10.2: removes one work environment.

use super::base_directory::Base;
use super::cache_contents::{CacheEntry, last_use};
use super::cache_layout::CacheLayout;
use super::leftovers::list_attempts;
use super::os_lock::{release_and_remove, try_lock};
use super::processes::ProcessNames;
use super::rung_failure::{At, Outcome};
use super::staging::Staging;
use crate::platform::files::rename;
use crate::platform::lock::LockKind;
use crate::platform::status::is_there;
use std::path::{Path, PathBuf};

/// Whether it is gone: what is in use (workenv §10.1), or was used since `entry` was read, stays. A warm start takes no lock in every
/// launcher: whoever began since `processes` were read is looked for once more when the attempts are out of sight, and gets them back.
/// `deletes`: else they are only taken out of sight, at the cost of some renames.
pub fn remove_workenv(
    layout: &CacheLayout,
    base: &Base,
    entry: &CacheEntry,
    processes: Option<&ProcessNames>,
    look: &dyn Fn() -> Option<ProcessNames>,
    deletes: bool,
) -> Outcome<bool> {
    let key_file = layout.key_lock(&entry.key);
    let Some(key_lock) = try_lock(&key_file, LockKind::Exclusive).at("open", &key_file)? else { return Ok(false) };
    if last_use(layout, &entry.key) != Some(entry.last_use) {
        return Ok(false);
    }
    let mut held = Vec::new();
    // What was superseded goes with what replaced it.
    for (_, number) in list_attempts(&layout.envs()).into_iter().filter(|(key, _)| *key == entry.key) {
        let attempt = layout.attempt(&entry.key, number);
        let file = attempt.lock();
        let Some(lock) = try_lock(&file, LockKind::Exclusive).at("open", &file)? else { return Ok(false) };
        if processes.is_some_and(|known| known.mention(&attempt.directory)) {
            return Ok(false);
        }
        held.push((attempt, lock));
    }
    let mut staging = Staging::open(layout, base)?;
    let mut taken = Vec::new();
    let directories: Vec<PathBuf> = held.iter().map(|(attempt, _)| attempt.directory.clone()).collect();
    // The seal first, so that nobody finds what is on its way out.
    for paths in [&[layout.seal(&entry.key)], directories.as_slice()] {
        for path in paths {
            if let Some(place) = staging.take_in(path)? {
                taken.push((place, path.clone()));
            }
        }
        let names = if processes.is_some() { look() } else { None };
        if names.is_some_and(|known| directories.iter().any(|directory| known.mention(directory))) {
            for (place, path) in taken.iter().rev() {
                give_back(place, path)?;
            }
            return Ok(false);
        }
    }
    for (attempt, lock) in held {
        release_and_remove(&attempt.lock(), lock);
    }
    release_and_remove(&key_file, key_lock);
    if !deletes {
        staging.leave();
    }
    Ok(true)
}

/// Unless somebody who did not wait for the lock has put something there meanwhile.
fn give_back(place: &Path, path: &Path) -> Outcome<()> {
    if is_there(path) { Ok(()) } else { rename(place, path).at("rename", path) }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::workenv::cache_contents::published_in;
    use crate::workenv::test_package::{app_plan, fresh_base, packed, prepare};

    #[test]
    fn s10_2_leaves_nothing_and_never_takes_what_is_held_or_was_used_since() {
        let base = fresh_base();
        let workenv = prepare(&packed(&app_plan()), &base).workenv;
        let layout = CacheLayout::new(&base);
        let remove = |deletes| {
            let mut all = published_in(&layout);
            remove_workenv(&layout, &workenv.base, &all.remove(0), None, &|| None, deletes).unwrap()
        };
        let lock = try_lock(&workenv.attempt.lock(), LockKind::Shared).unwrap().unwrap();
        assert!(!remove(true));
        drop(lock);
        let mut stale = published_in(&layout).remove(0);
        stale.last_use -= 1;
        assert!(!remove_workenv(&layout, &workenv.base, &stale, None, &|| None, true).unwrap());
        assert!(workenv.root.exists());
        assert!(remove(true));
        assert_eq!(std::fs::read_dir(layout.envs()).unwrap().count(), 0);
        assert_eq!(std::fs::read_dir(layout.staging()).unwrap().count(), 0);
    }

    #[test]
    fn s10_2_what_is_only_taken_out_of_sight_belongs_to_nobody() {
        let base = fresh_base();
        let workenv = prepare(&packed(&app_plan()), &base).workenv;
        let layout = CacheLayout::new(&base);
        let entry = published_in(&layout).remove(0);
        assert!(remove_workenv(&layout, &workenv.base, &entry, None, &|| None, false).unwrap());
        assert!(!workenv.root.exists());
        assert_eq!(std::fs::read_dir(layout.envs()).unwrap().count(), 0);
        let left = |layout: &CacheLayout| std::fs::read_dir(layout.staging()).unwrap().count();
        assert!(left(&layout) > 0);
        let machine = crate::workenv::machine::this_machine(Vec::new(), false);
        crate::workenv::leftovers::remove_leftovers(&layout, &machine);
        assert_eq!(left(&layout), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn s10_2_who_began_meanwhile_gets_it_back() {
        use crate::format::platform::Os;
        use crate::workenv::processes::read_processes;
        use crate::workenv::test_package::tree_of;
        use std::cell::RefCell;
        let base = fresh_base();
        let workenv = prepare(&packed(&app_plan()), &base).workenv;
        let layout = CacheLayout::new(&base);
        let nobody = read_processes(Os::Linux, &base).unwrap();
        let before = tree_of(&layout.envs());
        for begins_at in [1, 2] {
            let (looks, begun) = (RefCell::new(0), RefCell::new(None));
            let look = || {
                *looks.borrow_mut() += 1;
                if *looks.borrow() == begins_at {
                    let named = workenv.root.join("bin/run");
                    let mut command = std::process::Command::new("sleep");
                    *begun.borrow_mut() = Some(command.arg("60").env("NAMED", named).spawn().unwrap());
                }
                read_processes(Os::Linux, &base)
            };
            let entry = published_in(&layout).remove(0);
            let removed = remove_workenv(&layout, &workenv.base, &entry, Some(&nobody), &look, true).unwrap();
            let mut user = begun.take().unwrap();
            user.kill().unwrap();
            user.wait().unwrap();
            assert!(!removed);
            assert_eq!(tree_of(&layout.envs()), before);
            assert!(tree_of(&layout.staging()).is_empty());
        }
    }
}
