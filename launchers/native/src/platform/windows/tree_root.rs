//! Making entries below one directory. Files have no modes here.

use crate::platform::files::make_symlink_of_kind;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

pub struct TreeRoot(PathBuf);

/// What stands at a path, not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub is_directory: bool,
    /// 0700 for all.
    pub mode: u16,
}

impl TreeRoot {
    pub fn open(directory: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(directory)?.is_dir() {
            true => Ok(TreeRoot(directory.to_owned())),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Never onto something that is there.
    pub fn create_file(&self, path: &str, _mode: u16) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(self.place(path)?)
    }

    pub fn make_directory(&self, path: &str, _mode: u16) -> io::Result<()> {
        fs::create_dir(self.place(path)?)
    }

    pub fn set_directory_mode(&self, _path: &str, _mode: u16) -> io::Result<()> {
        Ok(())
    }

    /// Needs developer mode or an administrator, and to know what it leads to: what is not there yet counts as a file.
    pub fn symlink(&self, target: &str, path: &str) -> io::Result<()> {
        let link = self.place(path)?;
        let leads_to_directory = link.parent().is_some_and(|parent| parent.join(target).is_dir());
        make_symlink_of_kind(target, &link, leads_to_directory)
    }

    pub fn hard_link(&self, from: &str, path: &str) -> io::Result<()> {
        fs::hard_link(self.place(from)?, self.place(path)?)
    }

    pub fn look(&self, path: &str) -> io::Result<Standing> {
        let is_directory = fs::symlink_metadata(self.place(path)?)?.is_dir();
        Ok(Standing { is_directory, mode: 0o700 })
    }

    fn place(&self, path: &str) -> io::Result<PathBuf> {
        match path.split('/').all(is_name) {
            true => Ok(self.0.join(path)),
            false => Err(io::Error::new(io::ErrorKind::InvalidFilename, "no name that Windows can hold (spec §6.1)")),
        }
    }
}

/// What Windows would take for another name: a colon leads into a stream of another file, a dot or a space at the end is dropped.
fn is_name(component: &str) -> bool {
    let is_bad = |letter: char| letter < ' ' || matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    !component.contains(is_bad) && !component.ends_with(['.', ' '])
}

pub fn file_mode(_file: &File) -> io::Result<u16> {
    Ok(0o700)
}

pub fn set_file_mode(_file: &File, _mode: u16) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s6_1_a_name_that_windows_takes_for_another_is_refused() {
        for name in ["file:stream", "a.", "a ", "a?", "a\u{1}"] {
            assert!(!is_name(name), "{name}");
        }
        for name in ["a.b", ".a", "a b", "é日"] {
            assert!(is_name(name), "{name}");
        }
    }
}
