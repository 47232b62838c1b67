//! execve(2) and what it takes.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io;
use std::os::unix::ffi::OsStrExt;

/// A program and what it is started with, as the kernel wants it.
pub(super) struct Image {
    program: CString,
    argv: Strings,
    environment: Strings,
}

/// One block of strings that each end with NUL, and where each begins: one allocation for an environment of any size.
struct Strings {
    /// Never moves once it is complete: `pointers` leads into it.
    _block: Vec<u8>,
    pointers: Vec<*const c_char>,
}

impl Image {
    pub(super) fn new(program: &OsStr, argv: &[OsString], environment: &[(OsString, OsString)]) -> io::Result<Self> {
        let pairs = environment.iter().map(|(name, value)| [name.as_bytes(), b"=", value.as_bytes()]);
        Ok(Image {
            program: CString::new(program.as_bytes())?,
            argv: Strings::new(argv.iter().map(|text| [text.as_bytes(), b"", b""]), argv.len())?,
            environment: Strings::new(pairs, environment.len())?,
        })
    }

    /// Comes back only by failing. Nothing here takes memory or a lock, so that a child of fork may call it.
    pub(super) fn exec(&self) -> io::Error {
        // SAFETY: the path ends with NUL, both arrays with a null pointer, and all of it lives as long as `self`.
        unsafe { libc::execve(self.program.as_ptr(), self.argv.pointers.as_ptr(), self.environment.pointers.as_ptr()) };
        io::Error::last_os_error()
    }
}

impl Strings {
    fn new<'a>(texts: impl Iterator<Item = [&'a [u8]; 3]> + Clone, count: usize) -> io::Result<Self> {
        let size = texts.clone().flatten().map(|part| part.len()).sum::<usize>() + count;
        let mut block = Vec::with_capacity(size);
        let mut starts = Vec::with_capacity(count);
        for parts in texts {
            starts.push(block.len());
            for part in parts {
                if part.contains(&0) {
                    return Err(io::Error::from_raw_os_error(libc::EINVAL));
                }
                block.extend_from_slice(part);
            }
            block.push(0);
        }
        let base = block.as_ptr();
        let begin = |start: usize| base.wrapping_add(start).cast::<c_char>();
        let pointers = starts.into_iter().map(begin).chain([std::ptr::null()]).collect();
        Ok(Strings { _block: block, pointers })
    }
}

/// Becomes the program: the same process, with its descriptors, signals, limits and terminal. Comes back only by failing.
pub fn become_program(program: &OsStr, argv: &[OsString], environment: &[(OsString, OsString)]) -> io::Error {
    match Image::new(program, argv, environment) {
        Ok(image) => image.exec(),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_with_a_nul_is_refused_and_not_cut() {
        let odd = OsString::from("a\0b");
        let error = become_program(OsStr::new("/bin/true"), &[odd], &[]);
        assert_eq!(error.raw_os_error(), Some(libc::EINVAL));
    }

    #[test]
    fn a_program_that_is_not_there() {
        let error = become_program(OsStr::new("/nowhere/x"), &[OsString::from("x")], &[]);
        assert_eq!(error.raw_os_error(), Some(libc::ENOENT));
    }
}
