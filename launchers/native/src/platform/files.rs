//! Files and directories with exactly the mode that was asked for, whatever the umask is. Windows has no modes.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
#[cfg(windows)]
use std::os::windows::fs::OpenOptionsExt;
#[cfg(windows)]
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OPEN_REPARSE_POINT;

/// A new file, for its maker alone until its mode is set.
pub fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}

/// For reading, never through a symlink, and without waiting for whoever writes to a pipe.
pub fn open_plain(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    #[cfg(windows)]
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    options.open(path)
}

/// For reading, also through a symlink, and without waiting for whoever writes to a pipe.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    options.custom_flags(libc::O_NONBLOCK);
    options.open(path)
}

/// A whole file, however it is reached. What is no file is refused: a pipe in its place would be waited for.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open_without_waiting(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(bytes)
}

/// An empty file, where there is none yet.
pub fn make_mark(path: &Path, mode: u16) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    options.mode(mode.into());
    #[cfg(windows)]
    let _ = mode;
    options.open(path).map(drop)
}

/// With `mode` less the umask.
pub fn make_directory(path: &Path, mode: u16) -> io::Result<()> {
    #[cfg(unix)]
    return DirBuilder::new().mode(mode.into()).create(path);
    #[cfg(windows)]
    return {
        let _ = mode;
        DirBuilder::new().create(path)
    };
}

/// Follows symlinks.
#[cfg(unix)]
pub fn change_mode(path: &Path, mode: u16) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode.into()))
}

#[cfg(windows)]
pub fn change_mode(_path: &Path, _mode: u16) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub fn change_mode_of(file: &File, mode: u16) -> io::Result<()> {
    file.set_permissions(fs::Permissions::from_mode(mode.into()))
}

#[cfg(windows)]
pub fn change_mode_of(_file: &File, _mode: u16) -> io::Result<()> {
    Ok(())
}

/// `target` with slashes.
#[cfg(unix)]
pub fn make_symlink(target: &str, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// All links that the cache itself makes lead to directories.
#[cfg(windows)]
pub fn make_symlink(target: &str, link: &Path) -> io::Result<()> {
    make_symlink_of_kind(target, link, true)
}

#[cfg(windows)]
pub fn make_symlink_of_kind(target: &str, link: &Path, leads_to_directory: bool) -> io::Result<()> {
    let target = target.replace('/', "\\");
    match leads_to_directory {
        true => std::os::windows::fs::symlink_dir(target, link),
        false => std::os::windows::fs::symlink_file(target, link),
    }
}

/// Over a file that is there, and over an empty directory as the system has it.
#[cfg(unix)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Over a file that is there. workenv §6.1: tried for as long as others may have it open.
#[cfg(windows)]
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    super::windows::patience::rename(&mut || fs::rename(from, to), &|| to.is_dir())
}

/// The target of a symlink, with the bytes that a listing has.
pub fn link_target(path: &Path) -> io::Result<Vec<u8>> {
    let target = fs::read_link(path)?.into_os_string().into_encoded_bytes();
    #[cfg(windows)]
    let target = target.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte }).collect();
    Ok(target)
}

/// Sets the time of the last change to now.
#[cfg(unix)]
pub fn touch(path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_NOW, utimensat};
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    Ok(utimensat(CWD, path, &Timestamps { last_access: now, last_modification: now }, AtFlags::SYMLINK_NOFOLLOW)?)
}

#[cfg(windows)]
pub fn touch(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.set_modified(std::time::SystemTime::now())
}

/// Of the file that symlinks lead to.
pub fn set_time(path: &Path, time: std::time::SystemTime) -> io::Result<()> {
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.set_modified(time)
}

/// Writes all that lies below a directory through to the disk. Linux knows of no smaller unit than the file system that is not one
/// call for each file.
#[cfg(target_os = "linux")]
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(directory)?)?)
}

/// Directories too, where the system can: their entries are what a power failure loses first.
#[cfg(not(target_os = "linux"))]
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    for item in fs::read_dir(directory)? {
        let item = item?;
        let kind = item.file_type()?;
        if kind.is_dir() {
            sync_directory(&item.path())?;
        } else if kind.is_file() {
            OpenOptions::new().read(true).write(cfg!(windows)).open(item.path())?.sync_all()?;
        }
    }
    if cfg!(windows) { Ok(()) } else { File::open(directory)?.sync_all() }
}

/// access(2) for execution: tells of a `noexec` mount too.
pub fn may_execute(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    access(path, rustix::fs::Access::EXEC_OK)?;
    #[cfg(windows)]
    let _ = path;
    Ok(())
}

/// With the rights that count for everything else. access(2) itself asks for the real user, who may not even reach what a set-id
/// launcher made.
#[cfg(unix)]
fn access(path: &Path, wanted: rustix::fs::Access) -> io::Result<()> {
    Ok(rustix::fs::accessat(rustix::fs::CWD, path, wanted, rustix::fs::AtFlags::EACCESS)?)
}

/// access(2) of a directory for making files in it.
pub fn may_write_in(directory: &Path) -> io::Result<()> {
    #[cfg(unix)]
    access(directory, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?;
    #[cfg(windows)]
    let _ = directory;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;

    #[test]
    fn reads_what_is_a_file_and_waits_for_no_pipe() {
        let directory = scratch("read-file");
        fs::write(directory.join("file"), "text").unwrap();
        assert_eq!(read_file(&directory.join("file")).unwrap(), b"text");
        rustix::fs::mknodat(rustix::fs::CWD, directory.join("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        for name in ["pipe", "", "nothing"] {
            assert!(read_file(&directory.join(name)).is_err(), "{name}");
        }
    }
}
