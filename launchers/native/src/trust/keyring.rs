//! trust §2: the keyrings of this machine.

use super::key_line::MAX_KEYS_FILE;
use super::package_names::keys_file_of;
use super::pins::{Pins, SignedPackage};
use crate::error::{Code, Error, Result};
use crate::format::platform::Os;
use crate::package::file_reading::read_at;
use crate::package::package_file::PackageFile;
use crate::platform::files::open_without_waiting;
use crate::platform::status::{FileKind, Status, WRITABLE_FOR_OTHERS, status_behind};
use crate::workenv::ladder::absolute;
use crate::workenv::machine::Machine;
use crate::workenv::plain_path::joined;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyring {
    System,
    User,
}

impl Keyring {
    fn name(self) -> &'static str {
        match self {
            Keyring::System => "system",
            Keyring::User => "user",
        }
    }

    /// trust §2.1.
    fn place(self, machine: &Machine) -> Option<PathBuf> {
        let system = machine.platform;
        let (parent, below) = match (self, system) {
            (Keyring::System, Os::Linux) => return Some(PathBuf::from("/etc/flavor/trust")),
            (Keyring::System, Os::Darwin) => return Some(PathBuf::from("/Library/Application Support/flavor/trust")),
            (Keyring::System, Os::Windows) => (absolute(machine, "ProgramData")?, "flavor/trust"),
            // Its caller would choose where that is.
            (Keyring::User, _) if machine.is_privileged => return None,
            (Keyring::User, Os::Windows) => (absolute(machine, "APPDATA")?, "flavor/trust"),
            (Keyring::User, Os::Darwin) => (absolute(machine, "HOME")?, "Library/Application Support/flavor/trust"),
            (Keyring::User, Os::Linux) => match absolute(machine, "XDG_CONFIG_HOME") {
                Some(configured) => (configured, "flavor/trust"),
                None => (absolute(machine, "HOME")?, ".config/flavor/trust"),
            },
        };
        Some(joined(parent, below, system))
    }

    /// trust §2.5: a user keyring that cannot be reached is somebody else's; a system keyring is only absent where it is not there.
    fn is_absent(self, error: &io::Error) -> bool {
        let is_unreachable = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidFilename => true,
            #[cfg(unix)]
            _ if error.raw_os_error() == Some(libc::ELOOP) => true,
            io::ErrorKind::NotADirectory => return true,
            _ => false,
        };
        is_unreachable && self == Keyring::User
    }

    /// trust §2.5.
    fn check_safe(self, path: &Path, status: &Status, want: FileKind, machine: &Machine) -> Result<()> {
        if status.kind != want {
            return Err(unsafe_error(path, "is of the wrong kind", "a directory of regular files"));
        }
        let Some(uid) = machine.uid else { return Ok(()) };
        if status.uid != 0 && (self == Keyring::System || status.uid != uid) {
            let fault = ["belongs to uid ", &status.uid.to_string()].concat();
            return Err(unsafe_error(path, &fault, "the user or root as its owner"));
        }
        if status.mode & WRITABLE_FOR_OTHERS != 0 {
            return Err(unsafe_error(path, "can be written by others", "a mode in which only its owner writes"));
        }
        Ok(())
    }

    /// One of the two files that are read for a package. Errors: TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE.
    fn read(self, path: &Path, machine: &Machine, pins: &mut Pins<'_>) -> Result<()> {
        let file = match open_without_waiting(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unreadable(path, &error)),
        };
        let status = Status::from(&file.metadata().map_err(|error| unreadable(path, &error))?);
        self.check_safe(path, &status, FileKind::File, machine)?;
        // One byte more than are taken, so that more are seen.
        let size = status.size.min(MAX_KEYS_FILE.saturating_add(1));
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        read_at(&file, path, 0, &mut bytes).map_err(|error| Error::new(Code::TrustFileRead, error.message()))?;
        pins.read(&bytes, &path.to_string_lossy())
    }

    fn check(self, pkg: &SignedPackage<'_>, machine: &Machine) -> Result<()> {
        let Some(place) = self.place(machine) else { return Ok(()) };
        match status_behind(&place) {
            Ok(None) => return Ok(()),
            Ok(Some(status)) => self.check_safe(&place, &status, FileKind::Directory, machine)?,
            Err(error) if self.is_absent(&error) => return Ok(()),
            Err(error) => return Err(unreadable(&place, &error)),
        }
        let mut pins = Pins::new(pkg);
        self.read(&place.join("all.keys"), machine, &mut pins)?;
        self.read(&place.join(keys_file_of(pkg.name)), machine, &mut pins)?;
        pins.check(self.name(), &place.to_string_lossy()).map(drop)
    }
}

/// trust §9: a launcher holds its package to the keys that the system and the user have for its name. Where there are no keyrings this
/// costs one call for each place. Errors: KEY_UNTRUSTED, TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE.
pub fn check_pinned_keys(pkg: &PackageFile, machine: &Machine) -> Result<()> {
    let (path, name) = (pkg.path.to_string_lossy(), &pkg.metadata.package.name);
    let signed = SignedPackage { path: &path, name, public_key: &pkg.index.public_key };
    Keyring::System.check(&signed, machine)?;
    Keyring::User.check(&signed, machine)
}

#[cold]
fn unsafe_error(path: &Path, fault: &str, want: &'static str) -> Error {
    let path = path.to_string_lossy();
    Error::new(Code::TrustFileUnsafe, [&path, ": ", fault, ", expected ", want, " (trust §2.5)"].concat())
        .with("file", path)
        .with("want", want)
        .hint("look at what it says, then make it yours alone to write")
}

#[cold]
fn unreadable(path: &Path, error: &io::Error) -> Error {
    let path = path.to_string_lossy();
    let reason = crate::platform::error_name(error);
    Error::new(Code::TrustFileRead, [&path, ": cannot be read: ", &reason, " (trust §2.5)"].concat())
        .with("file", path)
        .caused_by(error)
        .hint("what it pins is not known without it, so nothing is accepted: make it readable, or remove it")
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
