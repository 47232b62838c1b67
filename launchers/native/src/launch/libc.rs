//! The C libraries of this machine, found without loading one: the launcher is static and has its own.

use crate::format::platform::{Arch, LibcKind};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// One that programs of this machine can run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineLibc {
    pub kind: LibcKind,
    /// Major and minor; none where the library does not tell, as musl does not.
    pub version: Option<(u32, u32)>,
}

/// The path of the loader is part of a processor's ABI: each program has it in PT_INTERP, wherever the library itself lies.
fn loaders(arch: Arch) -> [(LibcKind, &'static str); 2] {
    match arch {
        Arch::Amd64 => [(LibcKind::Glibc, "lib64/ld-linux-x86-64.so.2"), (LibcKind::Musl, "lib/ld-musl-x86_64.so.1")],
        Arch::Arm64 => [(LibcKind::Glibc, "lib/ld-linux-aarch64.so.1"), (LibcKind::Musl, "lib/ld-musl-aarch64.so.1")],
    }
}

/// Both may be there. Loader and library come from one build, and glibc's loader refuses a library of another one.
pub fn machine_libcs(arch: Arch, root: &Path) -> Vec<MachineLibc> {
    let mut found = Vec::new();
    for (kind, path) in loaders(arch) {
        let loader = root.join(path);
        if !loader.exists() {
            continue;
        }
        let version = match kind {
            LibcKind::Glibc => glibc_version(&loader),
            LibcKind::Musl => None,
        };
        found.push(MachineLibc { kind, version });
    }
    found
}

/// Since 2.33 the loader has the version in a line that it can print; before, the library beside it has.
fn glibc_version(loader: &Path) -> Option<(u32, u32)> {
    version_in(loader).or_else(|| version_in(&loader.canonicalize().ok()?.with_file_name("libc.so.6")))
}

/// As in `GNU C Library (Debian GLIBC 2.31-13) release release version 2.31.`
const BEFORE_VERSION: &[u8] = b" release version ";
/// More than the line is long, so that no part that is read ends within it.
const OVERLAP: usize = 64;

fn version_in(path: &Path) -> Option<(u32, u32)> {
    let mut file = File::open(path).ok()?;
    let mut part = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        let count = file.read(part.get_mut(filled..)?).ok()?;
        let end = filled + count;
        if let Some(version) = find_version(part.get(..end)?) {
            return Some(version);
        }
        if count == 0 {
            return None;
        }
        let kept = end.min(OVERLAP);
        part.copy_within(end - kept..end, 0);
        filled = kept;
    }
}

fn find_version(bytes: &[u8]) -> Option<(u32, u32)> {
    // Blanks are rare in a binary; other bytes are passed over eight at a time.
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b' ') {
        rest = rest.get(at..)?;
        if let Some(version) = rest.strip_prefix(BEFORE_VERSION).and_then(parse_version) {
            return Some(version);
        }
        rest = rest.get(1..)?;
    }
    None
}

/// `2.36.` and `2.36-9`; none where the text may go on behind what was read.
fn parse_version(text: &[u8]) -> Option<(u32, u32)> {
    let mut numbers = text.get(..16)?.split(|byte| !byte.is_ascii_digit());
    let mut number = || std::str::from_utf8(numbers.next()?).ok()?.parse::<u32>().ok();
    Some((number()?, number()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(name: &str, files: &[(&str, Vec<u8>)]) -> Vec<MachineLibc> {
        let root = std::env::temp_dir().join(format!("flavor-libc-{name}-{}", std::process::id()));
        for (path, bytes) in files {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), bytes).unwrap();
        }
        let found = machine_libcs(Arch::Amd64, &root);
        std::fs::remove_dir_all(&root).unwrap();
        found
    }

    fn padded(before: usize, text: &str) -> Vec<u8> {
        [vec![b' '; before], text.as_bytes().to_vec(), vec![0; 100]].concat()
    }

    #[test]
    fn the_loader_tells_wherever_its_line_lies() {
        for before in [0, 65_490, 65_500, 65_536 - 20, 200_000] {
            let loader = padded(before, "ld.so (Debian GLIBC 2.41-12) stable release version 2.41.\n");
            let found = machine(&format!("loader-{before}"), &[("lib64/ld-linux-x86-64.so.2", loader)]);
            assert_eq!(found, [MachineLibc { kind: LibcKind::Glibc, version: Some((2, 41)) }], "{before}");
        }
    }

    #[test]
    fn an_older_loader_has_it_in_the_library_beside_it() {
        let library = padded(9, "GNU C Library (GNU libc) stable release version 2.28.\n");
        let files = [("lib64/ld-linux-x86-64.so.2", padded(1, "")), ("lib64/libc.so.6", library)];
        assert_eq!(machine("library", &files), [MachineLibc { kind: LibcKind::Glibc, version: Some((2, 28)) }]);
    }

    #[test]
    fn both_libraries_and_none() {
        let files = [("lib64/ld-linux-x86-64.so.2", vec![]), ("lib/ld-musl-x86_64.so.1", vec![])];
        let kinds: Vec<_> = machine("both", &files).into_iter().map(|libc| (libc.kind, libc.version)).collect();
        assert_eq!(kinds, [(LibcKind::Glibc, None), (LibcKind::Musl, None)]);
        assert_eq!(machine("none", &[("etc/x", vec![])]), []);
    }
}
