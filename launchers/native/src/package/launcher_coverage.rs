//! Spec §9.2: what is signed about the launcher.

use super::file_reading::read_range;
use super::package_file::PackageFile;
use crate::crypto::hex::hex;
use crate::crypto::sha256::Sha256;
use crate::error::{Code, Error, Result};
use crate::format::layout::Layout;
use crate::format::metadata::{Metadata, checksum_hex};
use std::path::Path;

/// Spec §9.2: our own packages state size and checksum of their launcher; a foreign one that states neither has a launcher that nobody
/// signed, and every report says so.
pub fn is_launcher_covered(metadata: &Metadata) -> bool {
    metadata.launcher.checksum.is_some()
}

/// Spec §9.2: the length alone, which costs nothing. Errors: LAUNCHER_SIZE.
pub fn check_launcher_size(path: &Path, metadata: &Metadata, layout: &Layout) -> Result<()> {
    let (stated, found) = (metadata.launcher.size, layout.launcher.end);
    let is_own = metadata.is_own();
    let file = path.display();
    if stated != Some(found) && (stated.is_some() || is_own) {
        let want = stated.map_or_else(|| "launcher.size in the metadata".to_string(), |size| size.to_string());
        let message = format!("{file}: the launcher has {found} bytes, expected {want} (spec §9.2)");
        return Err(Error::new(Code::LauncherSize, message)
            .with("file", file.to_string())
            .with("field", "launcher.size")
            .with("got", found.to_string())
            .with("want", want));
    }
    if is_own && !is_launcher_covered(metadata) {
        let message =
            format!("{file}: metadata states no launcher.checksum, expected the SHA-256 of the launcher (spec §9.2)");
        return Err(Error::new(Code::LauncherSize, message)
            .with("file", file.to_string())
            .with("field", "launcher.checksum")
            .with("got", "absent"));
    }
    Ok(())
}

/// Spec §9.2: hashes the launcher and compares. False where the package states no checksum. Errors: LAUNCHER_CHECKSUM.
pub fn check_launcher(pkg: &PackageFile) -> Result<bool> {
    let Some(checksum) = &pkg.metadata.launcher.checksum else { return Ok(false) };
    let mut hash = Sha256::new();
    read_range(&pkg.file, &pkg.path, pkg.layout.launcher.clone(), &mut |bytes| {
        hash.update(bytes);
        Ok(())
    })?;
    let (got, want) = (hex(&hash.finish()), checksum_hex(checksum));
    if got == want {
        return Ok(true);
    }
    let file = pkg.path.display();
    let message = format!("{file}: the launcher has SHA-256 {got}, expected {want} (spec §9.2)");
    Err(Error::new(Code::LauncherChecksum, message)
        .with("file", file.to_string())
        .with("field", "launcher")
        .with("got", got)
        .with("want", want)
        .hint("the first part of the file was changed after it was signed: do not run it, fetch it again"))
}
