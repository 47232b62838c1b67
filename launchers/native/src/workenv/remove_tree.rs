//! Removes whatever is there, following no symlink.

use crate::platform::files::change_mode;
use crate::platform::status::{is_directory, status_of};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Also below directories that a program made read-only. What is not there is removed already.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    remove(path).or_else(|_| {
        make_writable(path)?;
        remove(path)
    })
}

fn remove(path: &Path) -> io::Result<()> {
    let Some(status) = status_of(path)? else { return Ok(()) };
    let removed = if status.is_directory() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn make_writable(path: &Path) -> io::Result<()> {
    if !is_directory(path) {
        return Ok(());
    }
    change_mode(path, 0o700)?;
    for item in fs::read_dir(path)? {
        make_writable(&item?.path())?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::workenv::test_scratch::scratch;
    use std::os::unix::fs::symlink;

    #[test]
    fn removes_read_only_directories_and_follows_no_symlink() {
        let top = scratch("remove");
        let (kept, gone) = (top.join("kept"), top.join("gone"));
        fs::create_dir_all(gone.join("a/b")).unwrap();
        fs::write(&kept, "x").unwrap();
        fs::write(gone.join("a/b/f"), "x").unwrap();
        symlink(&kept, gone.join("a/link")).unwrap();
        symlink(&top, gone.join("a/up")).unwrap();
        change_mode(&gone.join("a/b"), 0o500).unwrap();
        change_mode(&gone.join("a"), 0).unwrap();
        remove_tree(&gone).unwrap();
        assert!(!gone.exists());
        assert!(kept.exists());
        symlink(&top, &gone).unwrap();
        remove_tree(&gone).unwrap();
        remove_tree(&gone).unwrap();
        assert!(kept.exists());
    }
}
