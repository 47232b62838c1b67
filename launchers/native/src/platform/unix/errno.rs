//! Errors of the system by their names.

use std::io;

/// Spec §8.1: why the system did not start a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFault {
    /// The program, a directory above it, or its interpreter is not there.
    NotFound,
    Refused,
    Format,
    TooLong,
    Other,
}

pub fn start_fault(error: &io::Error) -> StartFault {
    match error.raw_os_error() {
        Some(libc::ENOENT | libc::ENOTDIR) => StartFault::NotFound,
        Some(libc::EACCES | libc::EPERM) => StartFault::Refused,
        Some(libc::ENOEXEC | libc::EINVAL) => StartFault::Format,
        Some(libc::E2BIG) => StartFault::TooLong,
        _ => StartFault::Other,
    }
}

/// Such as `ENOENT`: what people look for, whatever language the C library speaks.
pub fn error_name(error: &io::Error) -> String {
    let Some(number) = error.raw_os_error() else { return "unknown".to_owned() };
    let name = match number {
        libc::E2BIG => "E2BIG",
        libc::EACCES => "EACCES",
        libc::EAGAIN => "EAGAIN",
        libc::EBUSY => "EBUSY",
        libc::EDQUOT => "EDQUOT",
        libc::EEXIST => "EEXIST",
        libc::EFBIG => "EFBIG",
        libc::EINVAL => "EINVAL",
        libc::EIO => "EIO",
        libc::EISDIR => "EISDIR",
        libc::ELOOP => "ELOOP",
        libc::EMFILE => "EMFILE",
        libc::EMLINK => "EMLINK",
        libc::ENAMETOOLONG => "ENAMETOOLONG",
        libc::ENFILE => "ENFILE",
        libc::ENOENT => "ENOENT",
        libc::ENOEXEC => "ENOEXEC",
        libc::ENOLCK => "ENOLCK",
        libc::ENOMEM => "ENOMEM",
        libc::ENOSPC => "ENOSPC",
        libc::ENOTDIR => "ENOTDIR",
        libc::ENOTEMPTY => "ENOTEMPTY",
        libc::ENXIO => "ENXIO",
        libc::EPERM => "EPERM",
        libc::EROFS => "EROFS",
        libc::ESTALE => "ESTALE",
        libc::ETXTBSY => "ETXTBSY",
        libc::EXDEV => "EXDEV",
        _ => return format!("errno {number}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_faults() {
        let error = io::Error::from_raw_os_error;
        assert_eq!(error_name(&error(libc::ENOEXEC)), "ENOEXEC");
        assert_eq!(error_name(&error(libc::EFBIG)), "EFBIG");
        assert_eq!(error_name(&error(4242)), "errno 4242");
        assert_eq!(error_name(&io::ErrorKind::Other.into()), "unknown");
        assert_eq!(start_fault(&error(libc::ENOTDIR)), StartFault::NotFound);
        assert_eq!(start_fault(&error(libc::ETXTBSY)), StartFault::Other);
    }
}
