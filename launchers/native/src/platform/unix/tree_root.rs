//! Making entries below one directory. Paths are looked up from its descriptor: whoever renames a directory above it changes
//! nothing, and every lookup is shorter by the way there.

use rustix::fs::{AtFlags, Mode, OFlags, RawMode};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

pub struct TreeRoot(OwnedFd);

/// What stands at a path, not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub is_directory: bool,
    /// All mode bits, set-id bits too.
    pub mode: u16,
}

impl TreeRoot {
    pub fn open(directory: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(TreeRoot(rustix::fs::open(directory, flags, Mode::empty())?))
    }

    /// Never through a link in the last place, never onto something that is there. The umask may take bits from `mode`.
    pub fn create_file(&self, path: &str, mode: u16) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(rustix::fs::openat(&self.0, path, flags, bits(mode))?))
    }

    /// The umask may take bits from `mode`.
    pub fn make_directory(&self, path: &str, mode: u16) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, path, bits(mode))?)
    }

    pub fn set_directory_mode(&self, path: &str, mode: u16) -> io::Result<()> {
        Ok(rustix::fs::chmodat(&self.0, path, bits(mode), AtFlags::empty())?)
    }

    pub fn symlink(&self, target: &str, path: &str) -> io::Result<()> {
        Ok(rustix::fs::symlinkat(target, &self.0, path)?)
    }

    pub fn hard_link(&self, from: &str, path: &str) -> io::Result<()> {
        Ok(rustix::fs::linkat(&self.0, from, &self.0, path, AtFlags::empty())?)
    }

    pub fn look(&self, path: &str) -> io::Result<Standing> {
        let status = rustix::fs::statat(&self.0, path, AtFlags::SYMLINK_NOFOLLOW)?;
        let is_directory = rustix::fs::FileType::from_raw_mode(status.st_mode).is_dir();
        Ok(Standing { is_directory, mode: mode_of(status.st_mode) })
    }
}

/// All mode bits of an open file, set-id bits too.
pub fn file_mode(file: &File) -> io::Result<u16> {
    Ok(mode_of(rustix::fs::fstat(file)?.st_mode))
}

pub fn set_file_mode(file: &File, mode: u16) -> io::Result<()> {
    Ok(rustix::fs::fchmod(file, bits(mode))?)
}

fn bits(mode: u16) -> Mode {
    Mode::from_bits_truncate(RawMode::from(mode))
}

fn mode_of(raw: RawMode) -> u16 {
    (raw & 0o7777) as u16
}
