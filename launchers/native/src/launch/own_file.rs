//! Spec §8.3: the running launcher as an open file.

use crate::error::{Code, Error, Result};
use crate::platform;
use std::ffi::OsString;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub struct OwnFile {
    /// Everything is read through this one: a path can be replaced, an open file cannot.
    pub file: File,
    /// Bytes.
    pub size: u64,
    /// For messages, and for cleaning, which looks whether the package is still there.
    pub path: PathBuf,
}

/// Opens the file that is running: through the kernel's own link, else by the path that the kernel started.
/// Fails with SELF_NOT_READABLE, SELF_NOT_FOUND.
pub fn open_own_file(links: &[&str], started: Option<OsString>) -> Result<OwnFile> {
    let started = started.map(PathBuf::from);
    for link in links.iter().map(Path::new) {
        // Where it points is only ever shown.
        let shown = || std::fs::read_link(link).unwrap_or_else(|_| started.clone().unwrap_or_default());
        if let Some((file, size)) = open_or_none(link, shown)? {
            return Ok(OwnFile { file, size, path: shown() });
        }
    }
    if let Some(path) = &started {
        let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if let Some((file, size)) = open_or_none(path, absolute)? {
            return Ok(OwnFile { file, size, path: absolute() });
        }
    }
    let started = started.unwrap_or_default();
    let candidates = links.iter().map(|link| (*link).into()).chain([started.to_string_lossy()]);
    let list = candidates.filter(|path| !path.is_empty()).collect::<Vec<_>>().join(", ");
    let message = ["cannot find the packed file: none of ", &list, " is there (spec §8.3)"].concat();
    let hint = "start it by its full path, or mount /proc";
    Err(Error::new(Code::SelfNotFound, message).with("want", started.to_string_lossy()).hint(hint))
}

fn open_or_none(candidate: &Path, shown: impl Fn() -> PathBuf) -> Result<Option<(File, u64)>> {
    match platform::open_for_reading(candidate) {
        Ok(file) => Ok(match file.metadata() {
            Ok(status) if status.is_file() => Some((file, status.len())),
            _ => None,
        }),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let (shown, name) = (shown(), platform::error_name(&error));
            let path = shown.to_string_lossy();
            let message =
                [&path, ": may be run but not read: ", &name, ", expected read permission (spec §8.3)"].concat();
            let hint = "the program inside of the file is read from it: give it read permission (chmod +r)";
            Err(Error::new(Code::SelfNotReadable, message).with("file", path).with("got", name).hint(hint))
        }
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_the_link_first_then_by_the_started_path() {
        let own = open_own_file(platform::own_links(), platform::started_path()).unwrap();
        assert_eq!(own.path, std::env::current_exe().unwrap());
        let other = open_own_file(&["/nowhere/exe"], platform::started_path()).unwrap();
        assert!(other.path.is_absolute());
        assert_eq!(own.size, other.file.metadata().unwrap().len());
    }

    #[test]
    fn directories_and_what_is_not_there_are_no_packed_file() {
        for started in [Some("/tmp".into()), Some("/nowhere/x".into()), None] {
            let Err(error) = open_own_file(&["/nowhere/exe"], started) else { panic!("found") };
            assert_eq!(error.code(), Code::SelfNotFound);
        }
    }
}
