//! Descriptors 0 to 2, which a caller may have closed, and opening files.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::RawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Takes the places of standard descriptors that the caller closed, so that no file of ours becomes one: a warning would be written
/// into the package. What is put there can neither be read nor written and goes at execve, so that the program finds them closed.
#[must_use]
pub fn occupy_standard_descriptors() -> bool {
    #[cfg(target_os = "linux")]
    const HOLDER: i32 = libc::O_PATH | libc::O_DIRECTORY | libc::O_CLOEXEC;
    #[cfg(not(target_os = "linux"))]
    const HOLDER: i32 = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
    for _ in 0..closed_standard_descriptors() {
        // SAFETY: the path is a literal that ends with NUL. The descriptor is meant to stay open.
        if unsafe { libc::open(c"/".as_ptr(), HOLDER) } < 0 {
            return false;
        }
    }
    true
}

/// One system call for all three.
#[cfg(target_os = "linux")]
fn closed_standard_descriptors() -> usize {
    let mut standard = [0, 1, 2].map(|fd| libc::pollfd { fd, events: 0, revents: 0 });
    // SAFETY: the array has the length that is said, and poll with a timeout of 0 only looks.
    unsafe { libc::poll(standard.as_mut_ptr(), 3, 0) };
    standard.iter().filter(|entry| entry.revents & libc::POLLNVAL != 0).count()
}

/// poll of macOS says POLLNVAL for devices that are open.
#[cfg(not(target_os = "linux"))]
fn closed_standard_descriptors() -> usize {
    // SAFETY: F_GETFD only looks, and fails for a number that is no open descriptor.
    [0, 1, 2].into_iter().filter(|fd| unsafe { libc::fcntl(*fd, libc::F_GETFD) } < 0).count()
}

/// Not waiting for a pipe or a device that somebody put there.
pub fn open_for_reading(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

/// Made with 0600 where it is not there; a symlink is not followed.
pub fn open_for_appending(path: &Path) -> io::Result<File> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)
}

pub fn is_terminal(fd: RawFd) -> bool {
    // SAFETY: isatty only asks about the descriptor and fails for one that is not open.
    unsafe { libc::isatty(fd) == 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_where_all_three_are_there() {
        assert!(occupy_standard_descriptors());
        assert_eq!(closed_standard_descriptors(), 0);
    }

    #[test]
    fn a_log_is_appended_to_and_not_written_through_a_link() {
        let directory = std::env::temp_dir().join(format!("flavor-descriptors-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let (file, link) = (directory.join("log"), directory.join("link"));
        std::fs::write(&file, "a").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        io::Write::write_all(&mut open_for_appending(&file).unwrap(), b"b").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"ab");
        assert!(open_for_appending(&link).is_err());
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
