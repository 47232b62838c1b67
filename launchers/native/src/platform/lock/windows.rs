//! LockFileEx on the bytes that SQLite locks on Windows too.

use super::{LockKind, Taken, range};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use windows_sys::Win32::Foundation::{ERROR_IO_PENDING, ERROR_LOCK_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// A lock file, made where it is not there; `is_new`: it must not be there.
pub fn open(path: &Path, _kind: LockKind, is_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    if is_new {
        options.create_new(true);
    }
    options.open(path)
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
