//! What a file system has room for.

use std::io;
use std::path::Path;

#[derive(Clone, Copy, Debug)]
pub struct FreeSpace {
    /// Bytes that this user may still write.
    pub bytes: u64,
    /// Files that may still be made; `None` where they are not counted.
    pub files: Option<u64>,
}

#[cfg(unix)]
pub fn free_space(directory: &Path) -> io::Result<FreeSpace> {
    let status = rustix::fs::statvfs(directory)?;
    let files = (status.f_files > 0).then_some(status.f_ffree);
    Ok(FreeSpace { bytes: status.f_bavail.saturating_mul(status.f_frsize), files })
}

#[cfg(windows)]
pub fn free_space(directory: &Path) -> io::Result<FreeSpace> {
    use std::os::windows::ffi::OsStrExt;
    use windows_sys::Win32::Storage::FileSystem::GetDiskFreeSpaceExW;
    let wide: Vec<u16> = directory.as_os_str().encode_wide().chain([0]).collect();
    let mut bytes = 0;
    // SAFETY: `wide` ends with a NUL and outlives the call; the two other results are not asked for.
    let is_known =
        unsafe { GetDiskFreeSpaceExW(wide.as_ptr(), &raw mut bytes, std::ptr::null_mut(), std::ptr::null_mut()) };
    if is_known == 0 { Err(io::Error::last_os_error()) } else { Ok(FreeSpace { bytes, files: None }) }
}
