//! workenv §8: locks by the paths of their files.

use crate::platform::lock::{self, LockKind, Taken};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// How often a lock is taken again because its file was replaced meanwhile.
const RETRIES: usize = 16;

/// Held until it is dropped.
#[derive(Debug)]
pub struct OsLock {
    /// `None` where the file system has no locks: held by name only.
    file: Option<File>,
}

impl OsLock {
    pub fn is_real(&self) -> bool {
        self.file.is_some()
    }

    /// workenv §8.2: keeps it for the program that this process becomes, and for whatever that starts.
    pub fn survive_exec(self) -> Option<OsLock> {
        let file = lock::survive_exec(self.file?)?;
        Some(OsLock { file: Some(file) })
    }
}

/// workenv §8.1: `None` where somebody else has it.
pub fn try_lock(path: &Path, kind: LockKind) -> io::Result<Option<OsLock>> {
    for _ in 0..RETRIES {
        let file = match lock::open(path, kind, false) {
            // Nothing to lock, which is as on a file system without locks.
            Err(error) if error.kind() == ErrorKind::IsADirectory => return Ok(Some(OsLock { file: None })),
            opened => opened?,
        };
        match lock::take(&file, kind) {
            Taken::Busy => return Ok(None),
            Taken::Impossible => return Ok(Some(OsLock { file: None })),
            Taken::Held if lock::names(path, &file) => return Ok(Some(OsLock { file: Some(file) })),
            // Somebody removed or replaced the file: what is locked says nothing about what is there now.
            Taken::Held => {}
        }
    }
    Ok(None)
}

/// workenv §3.2: claims a name by making its lock file, which nobody else has made. `None` where somebody has.
pub fn claim_lock(path: &Path) -> io::Result<Option<OsLock>> {
    let file = match lock::open(path, LockKind::Exclusive, true) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match lock::take(&file, LockKind::Exclusive) {
        Taken::Impossible => Some(OsLock { file: None }),
        Taken::Held if lock::names(path, &file) => Some(OsLock { file: Some(file) }),
        Taken::Held | Taken::Busy => None,
    })
}

/// workenv §8.2: a lock file goes after its directory, by the hand that holds it. What cannot be removed is left for the next first run,
/// which finds that nobody owns it.
pub fn release_and_remove(path: &Path, lock: OsLock) {
    let _ = std::fs::remove_file(path);
    drop(lock);
}

/// Whether it was made now.
pub fn make_lock_file(path: &Path) -> io::Result<bool> {
    match lock::open(path, LockKind::Exclusive, true) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            lock::restore_mode(path);
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;

    #[test]
    fn s3_2_claims_a_name_once_and_leaves_nothing() {
        let path = scratch("claim").join("lock");
        let lock = claim_lock(&path).unwrap().unwrap();
        assert!(lock.is_real());
        assert!(claim_lock(&path).unwrap().is_none());
        assert!(try_lock(&path, LockKind::Exclusive).unwrap().is_none());
        release_and_remove(&path, lock);
        assert!(!path.exists());
        assert!(claim_lock(&path).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn s8_1_a_directory_in_the_place_of_a_lock_file_locks_nothing_and_stops_nobody() {
        let path = scratch("directory").join("lock");
        std::fs::create_dir(&path).unwrap();
        assert!(!make_lock_file(&path).unwrap());
        assert!(!try_lock(&path, LockKind::Exclusive).unwrap().unwrap().is_real());
    }

    #[cfg(unix)]
    #[test]
    fn s8_1_a_lock_on_a_file_that_was_replaced_is_taken_again() {
        let path = scratch("replaced").join("lock");
        let old = try_lock(&path, LockKind::Exclusive).unwrap().unwrap();
        std::fs::remove_file(&path).unwrap();
        let new = try_lock(&path, LockKind::Exclusive).unwrap();
        assert!(new.is_some());
        drop(old);
        assert!(try_lock(&path, LockKind::Exclusive).unwrap().is_none());
    }
}
