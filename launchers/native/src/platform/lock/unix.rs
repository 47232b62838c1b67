//! Open-file-description locks: they belong to what was opened, so that threads exclude each other and an execve keeps them.

use super::{LockKind, Taken, range};
use crate::platform::status::{Status, status_of};
use std::fs::{File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// workenv §1.3: executable, so that access(2) on it tells of a `noexec` mount.
const LOCK_FILE_MODE: u32 = 0o700;
/// Programs count on getting the lowest free number, and shells use those up to 99.
const FIRST_INHERITED: libc::c_int = 100;

#[cfg(target_vendor = "apple")]
const SET_LOCK: libc::c_int = 90;
#[cfg(not(target_vendor = "apple"))]
const SET_LOCK: libc::c_int = libc::F_OFD_SETLK;

/// A lock file, made where it is not there, unless it is to be shared: that is for what somebody has made. `is_new`: it must not be there.
pub fn open(path: &Path, kind: LockKind, is_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).mode(LOCK_FILE_MODE);
    let mut flags = if is_new { libc::O_CREAT | libc::O_EXCL } else { 0 };
    // A reader needs no right to write, and gets none on a file system that is read-only.
    if kind == LockKind::Exclusive {
        options.write(true);
        flags |= libc::O_CREAT;
    }
    let file = options.custom_flags(flags | libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
    if kind == LockKind::Exclusive {
        let metadata = file.metadata()?;
        if lacks_mode(&metadata) {
            file.set_permissions(Permissions::from_mode(LOCK_FILE_MODE))?;
        }
    }
    Ok(file)
}

/// Of one that was there already. What another user owns is left as it is.
pub fn restore_mode(path: &Path) {
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| lacks_mode(&metadata)) {
        let _ = std::fs::set_permissions(path, Permissions::from_mode(LOCK_FILE_MODE));
    }
}

/// A umask may take bits of the owner, and so may whoever changes modes in a cache. Without them nobody can lock it again, and it says
/// the same as a `noexec` mount.
fn lacks_mode(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.mode() & LOCK_FILE_MODE != LOCK_FILE_MODE
}

pub fn take(file: &File, kind: LockKind) -> Taken {
    let (start, length) = range(kind);
    // SAFETY: `flock` is a struct of integers, for which zeros are values; l_pid must be 0 for this kind of lock.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    let write = if kind == LockKind::Exclusive { libc::F_WRLCK } else { libc::F_RDLCK };
    lock.l_type = write as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = start.into();
    lock.l_len = length.into();
    // SAFETY: the descriptor is open while `file` is borrowed, and the call only reads `lock`.
    if unsafe { libc::fcntl(file.as_raw_fd(), SET_LOCK, &raw const lock) } == 0 {
        return Taken::Held;
    }
    match io::Error::last_os_error().raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Taken::Busy,
        _ => Taken::Impossible,
    }
}

/// Whether `path` still names the file that is open (workenv §8.1).
pub fn names(path: &Path, file: &File) -> bool {
    let Ok(metadata) = file.metadata() else { return false };
    matches!(status_of(path), Ok(Some(status)) if status.identity == Status::from(&metadata).identity)
}

/// Moves a lock to a descriptor that the program inherits, out of the way of those that it opens. `None` where the limit on descriptors
/// leaves no room for it; the lock is gone then.
pub fn survive_exec(file: File) -> Option<File> {
    // SAFETY: the descriptor is open while `file` is owned here; the call takes integers only.
    let moved = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_DUPFD, FIRST_INHERITED) };
    // SAFETY: a number that F_DUPFD gave belongs to nobody else.
    (moved >= 0).then(|| unsafe { File::from_raw_fd(moved) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> std::path::PathBuf {
        crate::workenv::test_scratch::scratch("os-lock").join("lock")
    }

    #[test]
    fn s8_1_excludes_within_a_process_too_and_shares_with_those_who_share() {
        let path = scratch();
        let first = open(&path, LockKind::Exclusive, false).unwrap();
        let second = open(&path, LockKind::Exclusive, false).unwrap();
        assert_eq!(take(&first, LockKind::Exclusive), Taken::Held);
        assert_eq!(take(&second, LockKind::Exclusive), Taken::Busy);
        assert_eq!(take(&second, LockKind::Shared), Taken::Busy);
        drop(first);
        assert_eq!(take(&second, LockKind::Shared), Taken::Held);
        let third = open(&path, LockKind::Shared, false).unwrap();
        assert_eq!(take(&third, LockKind::Shared), Taken::Held);
    }

    #[test]
    fn s8_1_a_lock_that_survives_exec_has_a_high_number_and_no_close_on_exec() {
        let path = scratch();
        assert_eq!(open(&path, LockKind::Shared, false).unwrap_err().kind(), io::ErrorKind::NotFound);
        drop(open(&path, LockKind::Exclusive, true).unwrap());
        let file = open(&path, LockKind::Shared, false).unwrap();
        assert_eq!(take(&file, LockKind::Shared), Taken::Held);
        let kept = survive_exec(file).unwrap();
        assert!(kept.as_raw_fd() >= FIRST_INHERITED);
        // SAFETY: reads the flags of a descriptor that is open.
        assert_eq!(unsafe { libc::fcntl(kept.as_raw_fd(), libc::F_GETFD) }, 0);
        let other = open(&path, LockKind::Exclusive, false).unwrap();
        assert_eq!(take(&other, LockKind::Exclusive), Taken::Busy);
        drop(kept);
        assert_eq!(take(&other, LockKind::Exclusive), Taken::Held);
    }

    #[test]
    fn s1_3_lock_files_are_executable_and_claimed_once() {
        let path = scratch();
        drop(open(&path, LockKind::Exclusive, true).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o700);
        assert_eq!(open(&path, LockKind::Exclusive, true).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn s1_3_a_lock_file_that_lost_its_mode_gets_it_back() {
        let path = scratch();
        let mode = || std::fs::metadata(&path).unwrap().mode() & 0o7777;
        drop(open(&path, LockKind::Exclusive, true).unwrap());
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        drop(open(&path, LockKind::Exclusive, false).unwrap());
        assert_eq!(mode(), 0o700);
        std::fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        restore_mode(&path);
        assert_eq!(mode(), 0o700);
    }
}
