//! Files in memory that nobody can change once they are sealed.

use crate::platform::lock::survive_exec;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// What a program can be started from, for as long as this lives.
#[derive(Debug)]
pub struct MemoryProgram {
    _file: File,
    pub path: PathBuf,
}

/// An empty file of mode 0777 that goes with its last descriptor. Kernels before 6.3 do not know MFD_EXEC, and need none.
pub fn memory_file() -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let made = match memfd_create(c"flavor", flags | MemfdFlags::EXEC) {
        Err(Errno::INVAL) => memfd_create(c"flavor", flags),
        made => made,
    };
    Ok(File::from(made?))
}

/// Never written to again, by whomever. The kernel reads a binary before it closes the file, but the interpreter of a script opens it by
/// its path; that one is inherited, at a number that is in nobody's way.
pub fn seal_program(mut file: File) -> io::Result<MemoryProgram> {
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    let mut head = [0; 2];
    if file.read_at(&mut head, 0)? == 2 && head == *b"#!" {
        file = survive_exec(file).ok_or_else(|| io::Error::from_raw_os_error(libc::EMFILE))?;
    }
    Ok(MemoryProgram { path: PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())), _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn program(content: &[u8]) -> MemoryProgram {
        let mut file = memory_file().unwrap();
        file.write_all(content).unwrap();
        seal_program(file).unwrap()
    }

    #[test]
    fn s1_4_a_sealed_file_cannot_be_written_to_cut_or_grown() {
        let program = program(b"\x7fELF");
        let file = std::fs::OpenOptions::new().write(true).open(&program.path);
        let refused = |outcome: io::Result<()>| outcome.unwrap_err().raw_os_error() == Some(libc::EPERM);
        if let Ok(mut file) = file {
            assert!(refused(file.write_all(b"x")));
            assert!(refused(file.set_len(0)) && refused(file.set_len(9)));
        }
        assert_eq!(std::fs::read(&program.path).unwrap(), b"\x7fELF");
    }

    #[test]
    fn s1_4_a_binary_is_closed_when_it_starts_and_a_script_is_not() {
        // SAFETY: reads the flags of a descriptor that is open.
        let flags = |program: &MemoryProgram| unsafe { libc::fcntl(program._file.as_raw_fd(), libc::F_GETFD) };
        let (binary, script) = (program(b"\x7fELF"), program(b"#!/bin/sh\n"));
        assert_eq!((flags(&binary), flags(&script)), (libc::FD_CLOEXEC, 0));
        assert!(script._file.as_raw_fd() >= 100);
    }
}
