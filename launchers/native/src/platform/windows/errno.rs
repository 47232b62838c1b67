//! Errors of the system by the names that they have on Unix, as Node gives them.

use std::io;
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ALREADY_EXISTS, ERROR_BAD_EXE_FORMAT, ERROR_BAD_PATHNAME, ERROR_BROKEN_PIPE,
    ERROR_BUFFER_OVERFLOW, ERROR_DIR_NOT_EMPTY, ERROR_DIRECTORY, ERROR_DISK_FULL, ERROR_ELEVATION_REQUIRED,
    ERROR_EXE_MACHINE_TYPE_MISMATCH, ERROR_FILE_EXISTS, ERROR_FILE_NOT_FOUND, ERROR_FILENAME_EXCED_RANGE,
    ERROR_HANDLE_DISK_FULL, ERROR_INVALID_NAME, ERROR_INVALID_PARAMETER, ERROR_LOCK_VIOLATION, ERROR_NOT_ENOUGH_MEMORY,
    ERROR_OUTOFMEMORY, ERROR_PATH_NOT_FOUND, ERROR_PRIVILEGE_NOT_HELD, ERROR_SHARING_VIOLATION,
    ERROR_TOO_MANY_OPEN_FILES, ERROR_VIRUS_INFECTED, ERROR_WRITE_PROTECT,
};

/// Spec §8.1: why the system did not start a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFault {
    /// The program, or a directory above it, is not there.
    NotFound,
    Refused,
    Format,
    TooLong,
    Other,
}

pub fn start_fault(error: &io::Error) -> StartFault {
    match number(error) {
        Some(ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_INVALID_NAME | ERROR_BAD_PATHNAME) => {
            StartFault::NotFound
        }
        Some(ERROR_ACCESS_DENIED | ERROR_ELEVATION_REQUIRED | ERROR_VIRUS_INFECTED) => StartFault::Refused,
        Some(ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH | ERROR_INVALID_PARAMETER) => StartFault::Format,
        Some(ERROR_FILENAME_EXCED_RANGE) => StartFault::TooLong,
        _ => StartFault::Other,
    }
}

/// Such as `ENOENT`, whatever language Windows speaks.
pub fn error_name(error: &io::Error) -> String {
    let Some(number) = number(error) else { return "unknown".to_owned() };
    let name = match number {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_INVALID_NAME | ERROR_BAD_PATHNAME => "ENOENT",
        ERROR_ACCESS_DENIED | ERROR_PRIVILEGE_NOT_HELD | ERROR_ELEVATION_REQUIRED => "EPERM",
        ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION => "EBUSY",
        ERROR_FILE_EXISTS | ERROR_ALREADY_EXISTS => "EEXIST",
        ERROR_DISK_FULL | ERROR_HANDLE_DISK_FULL => "ENOSPC",
        ERROR_DIR_NOT_EMPTY => "ENOTEMPTY",
        ERROR_DIRECTORY => "ENOTDIR",
        ERROR_FILENAME_EXCED_RANGE | ERROR_BUFFER_OVERFLOW => "ENAMETOOLONG",
        ERROR_NOT_ENOUGH_MEMORY | ERROR_OUTOFMEMORY => "ENOMEM",
        ERROR_TOO_MANY_OPEN_FILES => "EMFILE",
        ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH => "ENOEXEC",
        ERROR_INVALID_PARAMETER => "EINVAL",
        ERROR_BROKEN_PIPE => "EPIPE",
        ERROR_WRITE_PROTECT => "EROFS",
        _ => return ["error ", &number.to_string()].concat(),
    };
    name.to_owned()
}

pub(super) fn number(error: &io::Error) -> Option<u32> {
    error.raw_os_error().map(i32::cast_unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_faults() {
        let error = |number: u32| io::Error::from_raw_os_error(number.cast_signed());
        assert_eq!(error_name(&error(ERROR_PATH_NOT_FOUND)), "ENOENT");
        assert_eq!(error_name(&error(4242)), "error 4242");
        assert_eq!(error_name(&io::ErrorKind::Other.into()), "unknown");
        assert_eq!(start_fault(&error(ERROR_BAD_EXE_FORMAT)), StartFault::Format);
        assert_eq!(start_fault(&error(ERROR_SHARING_VIOLATION)), StartFault::Other);
    }
}
