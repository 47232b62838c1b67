//! A launcher that nothing was appended to.

use super::own_file::OwnFile;
use crate::error::{Code, Error, Result};
use crate::package::file_reading::read_at;
use std::ffi::OsStr;
use std::path::Path;

pub const NATIVE_LAUNCHER: &str = "flavor-launcher";
/// The last bytes of a package (spec §2.1).
const MAGIC_WAND: [u8; 4] = [0xf0, 0x9f, 0xaa, 0x84];

/// Whether a file ends as no package does, so that nothing in it can run: a launcher before anything was appended.
pub fn is_bare(own: &OwnFile) -> Result<bool> {
    let Some(offset) = own.size.checked_sub(4) else { return Ok(true) };
    let mut end = [0; 4];
    read_at(&own.file, &own.path, offset, &mut end)?;
    Ok(end != MAGIC_WAND)
}

/// What a bare launcher answers to `--version` and `--help`; LAUNCHER_BARE for everything else. With a package inside, every argument
/// belongs to the program.
pub fn answer_bare(argument: Option<&OsStr>, path: &Path) -> Result<String> {
    match argument.and_then(OsStr::to_str) {
        Some("--version" | "-V") => Ok(version_line()),
        Some("--help" | "-h") => Ok([
            &version_line(),
            "Runs the package that `flavor pack` appends to it. On its own it has nothing to run.\n",
            "With a package: FLAVOR_LAUNCHER_CLI=1 FILE help\n",
        ]
        .concat()),
        _ => {
            let path = path.to_string_lossy();
            let message = [&path, ": is a launcher without a package, expected a package appended to it"].concat();
            let hint = "a packed file that was cut looks like this too: fetch it again";
            Err(Error::new(Code::LauncherBare, message).with("file", path).hint(hint))
        }
    }
}

fn version_line() -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    [NATIVE_LAUNCHER, " ", env!("CARGO_PKG_VERSION"), " (", os, " ", arch, ")\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_who_it_is_and_that_it_holds_nothing() {
        let answer = |argument: Option<&str>| answer_bare(argument.map(OsStr::new), Path::new("/x"));
        assert!(answer(Some("-V")).unwrap().starts_with("flavor-launcher 0."));
        assert!(answer(Some("--help")).unwrap().contains("FLAVOR_LAUNCHER_CLI"));
        for other in [None, Some(""), Some("x"), Some("--versions")] {
            assert_eq!(answer(other).unwrap_err().code(), Code::LauncherBare);
        }
    }
}
