//! LockFileEx on the bytes that SQLite locks on Windows too.

use super::{LockKind, Taken, range};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use windows_sys::Win32::Foundation::{ERROR_IO_PENDING, ERROR_LOCK_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, GetFileInformationByHandle,
    LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// A lock file, made where it is not there, unless it is to be shared: that is for what somebody has made. `is_new`: it must not be there.
pub fn open(path: &Path, kind: LockKind, is_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(kind == LockKind::Exclusive);
    if is_new {
        options.create_new(true);
    }
    super::super::windows::patience::open(&mut || options.open(path))
}

/// Files have no modes here.
pub fn restore_mode(_path: &Path) {}

/// Whether `path` still names the file that is open (workenv §8.1).
pub fn names(path: &Path, file: &File) -> bool {
    let flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
    let there = OpenOptions::new().access_mode(0).custom_flags(flags).open(path);
    there.is_ok_and(|there| matches!((identity(&there), identity(file)), (Some(one), Some(other)) if one == other))
}

/// Volume, and number in it.
fn identity(file: &File) -> Option<[u32; 3]> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open while `file` is borrowed, and the structure is ours.
    let is_known = unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut information) } != 0;
    is_known.then_some([information.dwVolumeSerialNumber, information.nFileIndexHigh, information.nFileIndexLow])
}

pub fn take(file: &File, kind: LockKind) -> Taken {
    let (start, length) = range(kind);
    let mut flags = LOCKFILE_FAIL_IMMEDIATELY;
    if kind == LockKind::Exclusive {
        flags |= LOCKFILE_EXCLUSIVE_LOCK;
    }
    // SAFETY: `OVERLAPPED` is a struct of integers and a null handle, for which zeros are values.
    let mut place: OVERLAPPED = unsafe { std::mem::zeroed() };
    place.Anonymous.Anonymous.Offset = start;
    // SAFETY: the handle is open while `file` is borrowed; the call returns at once, so `place` outlives it.
    if unsafe { LockFileEx(file.as_raw_handle(), flags, 0, length, 0, &raw mut place) } != 0 {
        return Taken::Held;
    }
    match io::Error::last_os_error().raw_os_error().map(|code| code as u32) {
        Some(ERROR_LOCK_VIOLATION | ERROR_IO_PENDING) => Taken::Busy,
        _ => Taken::Impossible,
    }
}

/// Nothing replaces a process here: the launcher waits for the program and holds the lock itself.
pub fn survive_exec(file: File) -> Option<File> {
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_1_excludes_within_a_process_too_and_shares_with_those_who_share() {
        let path = crate::workenv::test_scratch::scratch("os-lock").join("lock");
        let first = open(&path, LockKind::Exclusive, false).unwrap();
        let second = open(&path, LockKind::Exclusive, false).unwrap();
        assert_eq!(take(&first, LockKind::Exclusive), Taken::Held);
        assert_eq!(take(&second, LockKind::Exclusive), Taken::Busy);
        assert_eq!(take(&second, LockKind::Shared), Taken::Busy);
        drop(first);
        assert_eq!(take(&second, LockKind::Shared), Taken::Held);
        let third = open(&path, LockKind::Shared, false).unwrap();
        assert_eq!(take(&third, LockKind::Shared), Taken::Held);
        assert!(names(&path, &third) && !names(path.parent().unwrap(), &third));
    }
}
