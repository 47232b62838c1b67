//! What the system says about a file.

use std::fs::Metadata;
use std::io;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    File,
    Directory,
    Symlink,
    Other,
}

#[derive(Clone, Debug)]
pub struct Status {
    pub kind: FileKind,
    /// The 12 bits of the mode; 0700 on Windows, where files have none.
    pub mode: u16,
    /// 0 on Windows.
    pub uid: u32,
    pub size: u64,
    /// Nanoseconds since 1970; `None` before.
    pub mtime: Option<u64>,
    /// File system and number in it; zeros on Windows.
    pub identity: (u64, u64),
    /// How many the file has; 1 on Windows, which is not asked.
    pub names: u64,
}

/// workenv §1.2.
pub const WRITABLE_FOR_OTHERS: u16 = 0o022;

impl Status {
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }
}

/// Of the path itself, following no symlink; `None` where nothing is there.
pub fn status_of(path: &Path) -> io::Result<Option<Status>> {
    present(std::fs::symlink_metadata(path))
}

/// Of what symlinks lead to; `None` where nothing is there.
pub fn status_behind(path: &Path) -> io::Result<Option<Status>> {
    present(std::fs::metadata(path))
}

/// Whether anything at all is there; an error means that nothing can be seen there.
pub fn is_there(path: &Path) -> bool {
    matches!(status_of(path), Ok(Some(_)))
}

pub fn is_directory(path: &Path) -> bool {
    matches!(status_of(path), Ok(Some(status)) if status.is_directory())
}

fn present(found: io::Result<Metadata>) -> io::Result<Option<Status>> {
    match found {
        Ok(metadata) => Ok(Some(Status::from(&metadata))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<&Metadata> for Status {
    #[cfg(unix)]
    fn from(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let seconds = u64::try_from(metadata.mtime()).ok();
        let nanoseconds = u64::try_from(metadata.mtime_nsec()).unwrap_or(0);
        Status {
            kind: kind_of(metadata),
            mode: (metadata.mode() & 0o7777) as u16,
            uid: metadata.uid(),
            size: metadata.len(),
            mtime: seconds.and_then(|all| all.checked_mul(1_000_000_000)?.checked_add(nanoseconds)),
            identity: (metadata.dev(), metadata.ino()),
            names: metadata.nlink(),
        }
    }

    #[cfg(windows)]
    fn from(metadata: &Metadata) -> Self {
        use std::os::windows::fs::MetadataExt;
        /// Windows counts from 1601, in steps of 100 nanoseconds.
        const STEPS_TO_1970: u64 = 116_444_736_000_000_000;
        let steps = metadata.last_write_time().checked_sub(STEPS_TO_1970);
        Status {
            kind: kind_of(metadata),
            mode: 0o700,
            uid: 0,
            size: metadata.len(),
            mtime: steps.and_then(|steps| steps.checked_mul(100)),
            identity: (0, 0),
            names: 1,
        }
    }
}

fn kind_of(metadata: &Metadata) -> FileKind {
    let kind = metadata.file_type();
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Symlink
    } else {
        FileKind::Other
    }
}
