//! Spec §7.5: where a setup command may write.

use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;
use crate::format::target_path::path_fault;
use std::io;
use std::path::{Path, PathBuf};

/// Below the work environment, reached through no link that leads out of it. A shared slot is such a link, because it belongs to other
/// packages too. Fails with SETUP_PATH.
pub fn setup_path(path: &str, root: &Path, field: &str) -> Result<PathBuf> {
    // What is absolute and outside would climb.
    let inside = match Path::new(path).strip_prefix(root) {
        Ok(inside) => inside.to_string_lossy().into_owned(),
        Err(_) if Path::new(path).is_absolute() => return Err(outside(path, field, "is outside")),
        Err(_) => path.to_owned(),
    };
    if let Some(fault) = path_fault(&inside.replace(std::path::MAIN_SEPARATOR, "/")) {
        return Err(outside(path, field, &fault));
    }
    let absolute = root.join(&inside);
    let is_inside = || -> io::Result<bool> {
        let parent = existing_parent(&absolute)?.canonicalize()?;
        Ok(parent.starts_with(root.canonicalize()?))
    };
    match is_inside() {
        Ok(true) => Ok(absolute),
        Ok(false) => Err(outside(path, field, "leads out through a link")),
        // A link on the way that leads nowhere, or something that is no directory.
        Err(error) => Err(outside(path, field, &["cannot be reached: ", &error.to_string()].concat())),
    }
}

/// As `setup_path`, and makes the directories above it.
pub fn setup_file(path: &str, root: &Path, field: &str) -> Result<PathBuf> {
    let absolute = setup_path(path, root, field)?;
    let mut missing = Vec::new();
    let mut parent = absolute.parent();
    while let Some(directory) = parent.filter(|directory| !directory.exists()) {
        missing.push(directory);
        parent = directory.parent();
    }
    for directory in missing.into_iter().rev() {
        match crate::platform::files::make_directory(directory, 0o755) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let message = [field, ": ", &directory.to_string_lossy(), " cannot be made: ", &error.to_string()];
                return Err(Error::new(Code::SetupFailed, message.concat() + " (spec §7.5)").with("field", field));
            }
            _ => {}
        }
    }
    Ok(absolute)
}

fn existing_parent(path: &Path) -> io::Result<&Path> {
    let mut parent = path;
    loop {
        parent = parent.parent().ok_or(io::ErrorKind::NotFound)?;
        match parent.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(parent),
        }
    }
}

fn outside(path: &str, field: &str, fault: &str) -> Error {
    let shown = quoted(path);
    let message =
        ["metadata: ", field, " ", &shown, " ", fault, ", expected a path in the work environment (spec §7.5)"];
    let error = Error::new(Code::SetupPath, message.concat()).with("field", field).with("got", path);
    error.with("want", "a path in the work environment")
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn root(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("flavor-setup-paths-{name}-{}", std::process::id()));
        std::fs::create_dir_all(root.join("in/dir")).unwrap();
        root
    }

    #[test]
    fn inside_by_either_form() {
        let root = root("inside");
        let absolute = root.join("in/x/y").to_string_lossy().into_owned();
        assert_eq!(setup_path("in/x/y", &root, "f").unwrap(), root.join("in/x/y"));
        assert_eq!(setup_file(&absolute, &root, "f").unwrap(), root.join("in/x/y"));
        assert!(root.join("in/x").is_dir());
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn every_way_out_is_refused() {
        let root = root("out");
        symlink("/etc", root.join("etc")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink("in", root.join("link")).unwrap();
        let sibling = root.to_string_lossy().into_owned() + "x/file";
        for path in ["../x", "a/../../x", "/etc/x", "", "etc/x", "etc/new/x", "dangling/x", &sibling] {
            assert_eq!(setup_path(path, &root, "f").unwrap_err().code(), Code::SetupPath, "{path}");
        }
        assert!(setup_path("link/x", &root, "f").is_ok());
        std::fs::remove_dir_all(&root).unwrap();
    }
}
