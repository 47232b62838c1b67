//! workenv §2 and §8.3: a directory for unfinished work and for what is on its way out, owned by whoever holds its lock.

use super::base_directory::Base;
use super::cache_layout::{CacheLayout, lock_of};
use super::os_lock::{OsLock, claim_lock, release_and_remove};
use super::remove_tree::remove_tree;
use super::rung_failure::{At, Outcome};
use super::write_file::ensure_directory;
use crate::platform::files::{make_directory, rename};
use crate::platform::status::is_directory;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Removed when it is dropped.
#[derive(Debug)]
pub struct Staging {
    pub path: PathBuf,
    lock: Option<OsLock>,
    moved: u32,
}

impl Staging {
    pub fn open(layout: &CacheLayout, base: &Base) -> Outcome<Self> {
        Staging::claim(&layout.staging(), base.directory_mode)
    }

    /// A new directory in `parent`.
    pub fn claim(parent: &Path, mode: u16) -> Outcome<Self> {
        ensure_directory(parent, mode)?;
        loop {
            let path = parent.join(random_name());
            let lock_file = lock_of(&path);
            let Some(lock) = claim_lock(&lock_file).at("open", &lock_file)? else { continue };
            let staging = Staging { path, lock: Some(lock), moved: 0 };
            make_directory(&staging.path, 0o700).at("mkdir", &staging.path)?;
            return Ok(staging);
        }
    }

    /// Takes something out of sight at once; it goes with the rest. `None` where it is gone already.
    pub fn take_in(&mut self, path: &Path) -> Outcome<Option<PathBuf>> {
        let place = self.path.join(format!("out-{}", self.moved));
        self.moved = self.moved.saturating_add(1);
        match rename(path, &place) {
            Ok(()) => Ok(Some(place)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("rename", path),
        }
    }

    /// Renames `from` to `to`, over whatever is there: a directory, which no file can be renamed over, is taken in first.
    pub fn put_in_place(&mut self, from: &Path, to: &Path) -> Outcome<()> {
        if is_directory(to) {
            self.take_in(to)?;
        }
        rename(from, to).at("rename", to)
    }

    /// Leaves what is in it to the next first run (workenv §8.3), which is faster than to delete it.
    pub fn leave(mut self) {
        self.lock = None;
        self.path = PathBuf::new();
    }

    /// Keeps its lock for the program that this process becomes (workenv §9.1).
    pub fn survive_exec(&mut self) {
        self.lock = self.lock.take().and_then(OsLock::survive_exec);
    }
}

impl Drop for Staging {
    /// What cannot be removed now is removed by the next first run.
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        let _ = remove_tree(&self.path);
        if let Some(lock) = self.lock.take() {
            release_and_remove(&lock_of(&self.path), lock);
        }
    }
}

/// workenv §2: 16 hex digits. Only has to be free: whoever can look here could make any name.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().hash_one((std::process::id(), std::time::SystemTime::now())))
}

pub fn is_random_name(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;

    #[test]
    fn s7_6_puts_a_file_where_a_directory_or_a_file_or_nothing_is() {
        let top = scratch("in-place");
        let mut staging = Staging::claim(&top.join("staging"), 0o700).unwrap();
        std::fs::create_dir_all(top.join("directory/below")).unwrap();
        std::fs::write(top.join("file"), "old").unwrap();
        for name in ["directory", "file", "nothing"] {
            let (from, to) = (staging.path.join("new"), top.join(name));
            std::fs::write(&from, "new").unwrap();
            staging.put_in_place(&from, &to).unwrap();
            assert_eq!(std::fs::read_to_string(&to).unwrap(), "new");
        }
    }

    #[test]
    fn s8_3_goes_with_all_that_was_moved_into_it() {
        let top = scratch("staging");
        let parent = top.join("staging");
        let mut staging = Staging::claim(&parent, 0o700).unwrap();
        assert!(is_random_name(staging.path.file_name().unwrap().to_str().unwrap()));
        std::fs::create_dir(top.join("a")).unwrap();
        std::fs::write(top.join("b"), "x").unwrap();
        assert!(staging.take_in(&top.join("a")).unwrap().unwrap().is_dir());
        assert!(staging.take_in(&top.join("b")).unwrap().is_some());
        assert!(staging.take_in(&top.join("c")).unwrap().is_none());
        assert_eq!(std::fs::read_dir(&parent).unwrap().count(), 2);
        drop(staging);
        assert_eq!(std::fs::read_dir(&parent).unwrap().count(), 0);
    }
}
