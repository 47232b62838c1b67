//! workenv §1.3: why one rung of the ladder cannot be used. Never leaves this room: the next rung is tried, or all of them become one
//! error.

use crate::error::{Code, Error};
use crate::platform::error_name;
use std::io::{self, ErrorKind};
use std::path::Path;

#[derive(Clone, Debug)]
pub struct RungFailure {
    pub reason: String,
    /// All was well but the space.
    pub is_for_space: bool,
}

impl RungFailure {
    pub fn new(reason: impl Into<String>) -> Self {
        RungFailure { reason: reason.into(), is_for_space: false }
    }

    pub fn for_space(reason: String) -> Self {
        RungFailure { reason, is_for_space: true }
    }
}

/// What ends the work at one place.
#[derive(Debug)]
pub enum Stop {
    /// Another place may do.
    Rung(RungFailure),
    /// The same everywhere: a damaged package, a setup command that fails.
    Fatal(Error),
}

pub type Outcome<T> = Result<T, Stop>;

impl From<RungFailure> for Stop {
    fn from(failure: RungFailure) -> Self {
        Stop::Rung(failure)
    }
}

/// A file of a slot that could not be written is a matter of the place, whatever else `package` says is one of the package.
impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error.system_error() {
            Some(code) if error.code() == Code::OutputWrite => {
                let file = error.detail().iter().find(|(key, _)| *key == "file").map_or("", |(_, path)| path);
                Stop::Rung(refusal("write", file, &io::Error::from_raw_os_error(code)))
            }
            _ => Stop::Fatal(error),
        }
    }
}

/// Says which call on which path the system refused.
pub trait At<T> {
    fn at(self, call: &str, path: &Path) -> Outcome<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, call: &str, path: &Path) -> Outcome<T> {
        self.map_err(|error| Stop::Rung(refused(call, path, &error)))
    }
}

/// workenv §1.3: every error of the system is one of the place.
pub fn refused(call: &str, path: &Path, error: &io::Error) -> RungFailure {
    refusal(call, &path.to_string_lossy(), error)
}

fn refusal(call: &str, path: &str, error: &io::Error) -> RungFailure {
    let (name, kind) = (error_name(error), error.kind());
    let is_for_space = matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let reason = if name == "EIO" { "the device fails" } else { reason_of(kind) };
    RungFailure { reason: format!("{reason} ({name}, {call} {path})"), is_for_space }
}

fn reason_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull => "no space is left",
        ErrorKind::QuotaExceeded => "no space is left for this user",
        ErrorKind::ReadOnlyFilesystem => "it is on a read-only file system",
        ErrorKind::PermissionDenied => "it cannot be written to",
        ErrorKind::NotADirectory => "something on its path is no directory",
        ErrorKind::InvalidFilename => "its path is too long",
        _ => "the system refuses",
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn s1_3_a_full_disk_under_a_slot_is_a_matter_of_the_rung() {
        let full = io::Error::from_raw_os_error(libc::ENOSPC);
        let error = Error::new(Code::OutputWrite, "x").with("file", "/c/x").caused_by(&full);
        match Stop::from(error) {
            Stop::Rung(failure) => {
                assert!(failure.is_for_space);
                assert_eq!(failure.reason, "no space is left (ENOSPC, write /c/x)");
            }
            Stop::Fatal(error) => panic!("{error}"),
        }
    }

    #[test]
    fn s1_3_a_damaged_package_is_the_same_on_every_rung() {
        assert!(matches!(Stop::from(Error::new(Code::TreeHash, "x")), Stop::Fatal(_)));
        let denied: io::Result<()> = Err(io::Error::from_raw_os_error(libc::EACCES));
        match denied.at("mkdir", Path::new("/c")) {
            Err(Stop::Rung(failure)) => {
                assert_eq!(failure.reason, "it cannot be written to (EACCES, mkdir /c)");
                assert!(!failure.is_for_space);
            }
            other => panic!("{other:?}"),
        }
    }
}
