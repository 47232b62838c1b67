//! Writing to descriptors that the caller gave us.

use std::io;
use std::os::fd::RawFd;
use std::sync::{Mutex, PoisonError};

/// Workers of a first run log too; two that put a disposition back in the wrong order would leave SIGPIPE ignored for the program.
static WRITING: Mutex<()> = Mutex::new(());

/// Writes all of it, waits where the other side is slow, and is not killed where nobody listens: the exit status still tells.
/// SIGPIPE is afterwards what it was.
pub fn write_all(fd: RawFd, bytes: &[u8]) -> io::Result<()> {
    let _guard = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let former = super::signals::ignore_sigpipe();
    let result = write_rest(fd, bytes);
    super::signals::restore_sigpipe(&former);
    result
}

fn write_rest(fd: RawFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        // SAFETY: pointer and length are those of a slice.
        let written = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(_) => match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::Interrupted => {}
                error if error.kind() == io::ErrorKind::WouldBlock => wait_for_room(fd),
                error => return Err(error),
            },
        }
    }
    Ok(())
}

fn wait_for_room(fd: RawFd) {
    let mut entry = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one entry, as the length says. Whatever comes back, the next write tells.
    unsafe { libc::poll(&mut entry, 1, -1) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::fd::AsRawFd;

    #[test]
    fn a_pipe_that_nobody_reads_is_an_error_and_no_death() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert_eq!(write_all(writer.as_raw_fd(), b"x").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn more_than_a_pipe_holds() {
        let (mut reader, writer) = io::pipe().unwrap();
        let bytes = vec![7; 300_000];
        let expected = bytes.clone();
        let thread = std::thread::spawn(move || write_all(writer.as_raw_fd(), &bytes));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        thread.join().unwrap().unwrap();
        assert_eq!(read, expected);
    }
}
