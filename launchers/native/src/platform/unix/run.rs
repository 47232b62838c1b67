//! A program as a child. Not by `std::process`, which gives children an empty signal mask and a default SIGPIPE.

use super::exec::Image;
use super::{is_terminal, signals};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Signal(i32),
}

/// Failures show at the end of what a program says.
const KEPT_OUTPUT: usize = 64 * 1024;

/// Starts a program with our descriptors, and passes signals on until it has ended.
pub fn run_program(program: &OsStr, argv: &[OsString], environment: &[(OsString, OsString)]) -> io::Result<End> {
    let image = Image::new(program, argv, environment)?;
    let held = signals::Held::new();
    let started = start(&image, None, Some(&held));
    if let Ok(child) = started {
        signals::forward_to(child, [0, 1, 2].into_iter().any(is_terminal));
    }
    held.release();
    wait(started?)
}

/// Runs a program with nothing on stdin. `errors`: what it writes to stderr too is taken; otherwise that is ours.
/// How it ended, and what it wrote; the last 64 KiB, where that is more
pub fn run_captured(
    program: &OsStr,
    argv: &[OsString],
    environment: &[(OsString, OsString)],
    errors: bool,
) -> io::Result<(End, Vec<u8>)> {
    let image = Image::new(program, argv, environment)?;
    // A root directory of its own may have no devices; a pipe without a writer ends as soon.
    let nothing = File::open("/dev/null").map(OwnedFd::from).or_else(|_| io::pipe().map(|(end, _)| end.into()))?;
    let (mut reader, writer) = io::pipe()?;
    let child = start(
        &image,
        Some([nothing.as_raw_fd(), writer.as_raw_fd(), if errors { writer.as_raw_fd() } else { 2 }]),
        None,
    )?;
    drop(writer);
    let output = read_end(&mut reader);
    let end = wait(child)?;
    Ok((end, output?))
}

fn read_end(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    let mut part = [0; 8192];
    loop {
        match reader.read(&mut part) {
            Ok(0) => return Ok(output),
            Ok(count) => output.extend_from_slice(part.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if output.len() > 2 * KEPT_OUTPUT {
            output.drain(..output.len() - KEPT_OUTPUT);
        }
    }
}

/// Forks; the child says through a pipe that closes itself at execve why it could not become the program.
fn start(image: &Image, files: Option<[RawFd; 3]>, held: Option<&signals::Held>) -> io::Result<i32> {
    let (mut reader, writer) = io::pipe()?;
    // SAFETY: until execve or _exit the child only makes system calls: it takes no memory and no lock that a thread might have held.
    let child = unsafe { libc::fork() };
    if child < 0 {
        return Err(io::Error::last_os_error());
    }
    if child == 0 {
        if let Some(held) = held {
            held.release();
        }
        let error = match files {
            Some([input, output, errors]) if !place(input, 0) || !place(output, 1) || !place(errors, 2) => {
                io::Error::last_os_error()
            }
            _ => image.exec(),
        };
        let number = error.raw_os_error().unwrap_or(libc::EIO).to_ne_bytes();
        // SAFETY: the bytes are of the length that is said; _exit runs nothing of ours.
        unsafe {
            libc::write(writer.as_raw_fd(), number.as_ptr().cast(), number.len());
            libc::_exit(127)
        }
    }
    drop(writer);
    let mut number = [0; 4];
    match reader.read_exact(&mut number) {
        Ok(()) => {
            wait(child)?;
            Err(io::Error::from_raw_os_error(i32::from_ne_bytes(number)))
        }
        Err(_) => Ok(child),
    }
}

/// dup2 drops close-on-exec. None of ours is below 3.
fn place(fd: RawFd, at: RawFd) -> bool {
    // SAFETY: both are numbers of descriptors; a closed one fails.
    unsafe { libc::dup2(fd, at) >= 0 }
}

fn wait(child: i32) -> io::Result<End> {
    let mut status = 0;
    // Until it has ended without being waited for: a signal that comes now still goes to the right process.
    // SAFETY: zeros are a valid siginfo_t, which is filled in and not looked at.
    let mut info = unsafe { std::mem::zeroed::<libc::siginfo_t>() };
    let id = libc::id_t::try_from(child).unwrap_or_default();
    // SAFETY: the structure is ours.
    while unsafe { libc::waitid(libc::P_PID, id, &mut info, libc::WEXITED | libc::WNOWAIT) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    signals::stop_forwarding();
    // SAFETY: the number is of a child of ours that has ended, and the status is ours.
    while unsafe { libc::waitpid(child, &mut status, 0) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let status = ExitStatus::from_raw(status);
    Ok(status.signal().map_or(End::Exit(status.code().unwrap_or(1)), End::Signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(script: &str, environment: &[(&str, &str)]) -> (End, String) {
        let argv = ["sh", "-c", script].map(OsString::from);
        let environment: Vec<_> = environment.iter().map(|(a, b)| (OsString::from(a), OsString::from(b))).collect();
        let (end, output) = run_captured(OsStr::new("/bin/sh"), &argv, &environment, true).unwrap();
        (end, String::from_utf8_lossy(&output).into_owned())
    }

    #[test]
    fn status_output_of_both_and_an_empty_stdin() {
        let (end, output) = captured("cat; echo out $A; echo err >&2; exit 7", &[("A", "é")]);
        assert_eq!((end, output.as_str()), (End::Exit(7), "out é\nerr\n"));
    }

    #[test]
    fn death_by_a_signal() {
        assert_eq!(captured("kill -9 $$", &[]).0, End::Signal(9));
    }

    #[test]
    fn the_end_of_much_output() {
        let (_, output) = captured("i=0; while [ $i -lt 40000 ]; do echo line $i; i=$((i+1)); done", &[]);
        assert!(output.ends_with("line 39999\n") && output.len() <= 2 * KEPT_OUTPUT);
    }

    #[test]
    fn why_a_program_did_not_start() {
        let error = run_captured(OsStr::new("/etc/passwd"), &[OsString::from("x")], &[], true).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EACCES));
    }
}
