//! New files and directories in a base.

use super::rung_failure::{At, Outcome};
use crate::platform::files::{change_mode, change_mode_of, create_new, make_directory as make};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// A new file with exactly this mode, whatever the umask is.
pub fn write_new_file(path: &Path, content: &[u8], mode: u16) -> Outcome<()> {
    try_write_new_file(path, content, mode).at("write", path)
}

/// As `write_new_file`, for those who know what an error means.
pub fn try_write_new_file(path: &Path, content: &[u8], mode: u16) -> io::Result<()> {
    let mut file = create_new(path)?;
    file.write_all(content)?;
    change_mode_of(&file, mode)
}

/// A directory that may be there already, and what is missing above it.
pub fn ensure_directory(path: &Path, mode: u16) -> Outcome<()> {
    let error = match make(path, mode) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    match path.parent() {
        Some(parent) if error.kind() == ErrorKind::NotFound => {
            ensure_directory(parent, mode)?;
            make(path, mode).or_else(|again| if path.is_dir() { Ok(()) } else { Err(again) }).at("mkdir", path)
        }
        _ if path.is_dir() => Ok(()),
        _ => Err(error).at("mkdir", path),
    }
}

/// A new directory with exactly this mode, whatever the umask is.
pub fn make_directory(path: &Path, mode: u16) -> Outcome<()> {
    make(path, mode).and_then(|()| change_mode(path, mode)).at("mkdir", path)
}
