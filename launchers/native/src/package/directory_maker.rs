//! Makes directories below a root, and refuses to pass through anything that is no real directory (spec §6.1).

use super::tree_checker::parent_of;
use crate::error::{Code, Error, Result};
use crate::platform::TreeRoot;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Of directories that no entry names.
const IMPLIED_MODE: u16 = 0o755;

pub struct DirectoryMaker {
    /// For messages.
    place: PathBuf,
    root: Option<Arc<TreeRoot>>,
    made: HashSet<String>,
    /// Modes that directories have had from their making on, and those that they have not, because of a umask or an ACL.
    modes: Vec<(u16, bool)>,
}

impl DirectoryMaker {
    pub fn new(root: &Path) -> Self {
        DirectoryMaker { place: root.to_owned(), root: None, made: HashSet::new(), modes: Vec::new() }
    }

    /// Refuses with OUTPUT_WRITE where the root is no directory.
    pub fn root(&mut self) -> Result<Arc<TreeRoot>> {
        if let Some(root) = &self.root {
            return Ok(Arc::clone(root));
        }
        let opened = TreeRoot::open(&self.place).map_err(|cause| write_error(&self.place, &cause))?;
        Ok(Arc::clone(self.root.insert(Arc::new(opened))))
    }

    /// Makes `path` and what is missing above it. Refuses with ENTRY_PARENT, OUTPUT_WRITE.
    pub fn make(&mut self, path: &str) -> Result<()> {
        if path.is_empty() || self.made.contains(path) {
            return Ok(());
        }
        self.make_new(path, IMPLIED_MODE).map(|_| ())
    }

    /// As `make`, and gives the directory its mode, whether it was there or not.
    pub fn make_with_mode(&mut self, path: &str, mode: u16) -> Result<()> {
        let is_new = !self.made.contains(path) && self.make_new(path, mode)?;
        let root = self.root()?;
        let is_exact = match self.modes.iter().find(|(known, _)| *known == mode) {
            Some((_, is_exact)) => *is_exact,
            None if is_new => {
                let is_exact = root.look(path).map_err(|cause| self.error(path, &cause))?.mode == mode;
                self.modes.push((mode, is_exact));
                is_exact
            }
            None => false,
        };
        if is_new && is_exact {
            return Ok(());
        }
        root.set_directory_mode(path, mode).map_err(|cause| self.error(path, &cause))
    }

    /// False where the directory was there.
    fn make_new(&mut self, path: &str, mode: u16) -> Result<bool> {
        if let Some(parent) = parent_of(path) {
            self.make(parent)?;
        }
        let root = self.root()?;
        let is_new = match root.make_directory(path, mode) {
            Ok(()) => true,
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => false,
            Err(cause) => return Err(self.error(path, &cause)),
        };
        if !is_new && !root.look(path).map_err(|cause| self.error(path, &cause))?.is_directory {
            let place = self.place.join(path);
            let place = place.display();
            let message =
                format!("{place}: is taken by something that is no directory, expected a directory (spec §6.1)");
            let error = Error::new(Code::EntryParent, message).with("path", path);
            return Err(error.with("got", "no directory").with("want", "a directory"));
        }
        self.made.insert(path.to_owned());
        Ok(is_new)
    }

    fn error(&self, path: &str, cause: &io::Error) -> Error {
        write_error(&self.place.join(path), cause)
    }
}

/// What the system said of something that was to be written.
pub fn write_error(place: &Path, cause: &io::Error) -> Error {
    let place = place.display().to_string();
    let message = format!("{place}: cannot be written: {cause}");
    Error::new(Code::OutputWrite, message).with("file", place).caused_by(cause)
}

#[cfg(test)]
mod tests {
    use super::super::scratch::Scratch;
    use super::*;

    #[test]
    fn s6_1_makes_what_is_missing_and_keeps_what_is_there() {
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.path().join("a")).unwrap();
        let mut maker = DirectoryMaker::new(scratch.path());
        maker.make("a/b/c").unwrap();
        maker.make("a/b/c").unwrap();
        maker.make("a/d").unwrap();
        maker.make("").unwrap();
        assert!(scratch.path().join("a/b/c").is_dir() && scratch.path().join("a/d").is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn s6_1_passes_through_no_link_and_no_file() {
        let scratch = Scratch::new();
        std::fs::create_dir(scratch.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", scratch.path().join("link")).unwrap();
        std::fs::write(scratch.path().join("file"), "").unwrap();
        let mut maker = DirectoryMaker::new(scratch.path());
        for path in ["link", "link/a", "file/a", "file"] {
            assert_eq!(maker.make(path).unwrap_err().code(), Code::EntryParent, "{path}");
        }
        assert!(!scratch.path().join("real/a").exists());
    }

    #[test]
    fn a_root_that_is_no_directory() {
        let scratch = Scratch::new();
        let error = DirectoryMaker::new(&scratch.path().join("missing")).make("a").unwrap_err();
        assert_eq!(error.code(), Code::OutputWrite);
        assert!(error.system_error().is_some());
    }
}
