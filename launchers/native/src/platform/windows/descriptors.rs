//! Opening files, and what stdout and stderr lead to.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OPEN_REPARSE_POINT;

/// A directory is refused as what it is; the system would say that reading it is forbidden.
pub fn open_for_reading(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|error| if path.is_dir() { io::ErrorKind::IsADirectory.into() } else { error })
}

/// A symlink is not followed.
pub fn open_for_appending(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(path)?;
    if file.metadata()?.is_symlink() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(file)
}

/// `fd` by its number in C: 1 or 2.
pub fn is_terminal(fd: i32) -> bool {
    if fd == 1 { io::stdout().is_terminal() } else { io::stderr().is_terminal() }
}
