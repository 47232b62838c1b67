//! Spec §8.4: one slot, to a place that is not there yet.

use crate::error::{Code, Error, Result};
use crate::package::extract::{ExtractOptions, ExtractedSlot, extract_slot};
use crate::package::package_file::PackageFile;
use crate::package::package_slot::PackageSlot;
use crate::platform::{error_name, files};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Unpacks to `<directory>/<index>_<id>` for a tree, or to a file of the slot's own name there. It appears whole, and never over something
/// that is there. Fails with LAUNCHER_CLI_USAGE, and as `extract_slot`.
pub fn extract_to(pkg: &PackageFile, slot: &PackageSlot, directory: &Path) -> Result<(PathBuf, ExtractedSlot)> {
    let name = name_of(slot);
    let path = directory.join(&name);
    if path.exists() {
        let path = path.to_string_lossy();
        return Err(
            Error::new(Code::LauncherCliUsage, [&path, ": is there already (spec §8.4)"].concat()).with("file", path)
        );
    }
    // The deepest first; relative names end with an empty one.
    let missing: Vec<&Path> =
        directory.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    make_directories(directory)?;
    let staging = directory.join([".extract-", &std::process::id().to_string()].concat());
    files::make_directory(&staging, 0o700).map_err(|error| unwritable(&staging, &error))?;
    let options = ExtractOptions { target: Some(&name), read_only: false, on_bytes: None };
    let extracted = extract_slot(pkg, slot, &staging, &options).and_then(|extracted| {
        files::rename(&staging.join(&name), &path).map_err(|error| unwritable(&path, &error))?;
        Ok(extracted)
    });
    // What is left of a failure; what cannot be removed is told by whoever looks at the directory.
    let _ = fs::remove_dir_all(&staging);
    if extracted.is_err() {
        // A failure leaves nothing; what somebody put something into meanwhile stays.
        let _ = missing.into_iter().try_for_each(fs::remove_dir);
    }
    Ok((path, extracted?))
}

fn name_of(slot: &PackageSlot) -> String {
    let known = |letter: char| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '_' };
    if slot.is_tree {
        return [&slot.index.to_string(), "_", &slot.metadata.id.chars().map(known).collect::<String>()].concat();
    }
    match slot.target.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "self".to_owned(),
    }
}

fn make_directories(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let message = [&path.to_string_lossy(), ": cannot be written: ", &error_name(error)].concat();
    Error::new(Code::OutputWrite, message).with("file", path.to_string_lossy()).caused_by(error)
}
