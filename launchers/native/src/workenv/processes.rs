//! workenv §10.1: what the processes of this machine name.

use crate::format::platform::Os;
use std::fs::{read, read_dir, read_link};
use std::path::Path;

/// Read once, and only what names the base, so that a machine with many processes costs no memory.
pub struct ProcessNames {
    texts: Vec<Vec<u8>>,
}

impl ProcessNames {
    /// Whether any process names this directory of the base or something in it.
    pub fn mention(&self, directory: &Path) -> bool {
        self.texts.iter().any(|text| mentions(text, directory.as_os_str().as_encoded_bytes()))
    }
}

/// Processes of other users are seen only by root; they cannot use a cache of ours either. `None` where there is no /proc to ask.
pub fn read_processes(system: Os, base: &Path) -> Option<ProcessNames> {
    if system != Os::Linux {
        return None;
    }
    let base = base.as_os_str().as_encoded_bytes();
    let (own, mut texts, mut is_seen) = (std::process::id().to_string(), Vec::new(), false);
    for process in read_dir("/proc").ok()?.flatten() {
        let name = process.file_name();
        let is_process = name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
        if is_process && name != own.as_str() {
            is_seen |= keep_texts(&process.path(), base, &mut texts);
        }
    }
    is_seen.then_some(ProcessNames { texts })
}

/// A process may end, or be somebody else's, while it is looked at. Returns whether anything of it could be read.
fn keep_texts(process: &Path, base: &[u8], texts: &mut Vec<Vec<u8>>) -> bool {
    let mut is_seen = false;
    for name in ["exe", "cwd"] {
        let Ok(target) = read_link(process.join(name)) else { continue };
        is_seen = true;
        keep(target.as_os_str().as_encoded_bytes(), base, texts);
    }
    for (name, end) in [("maps", b'\n'), ("environ", 0), ("cmdline", 0)] {
        let Ok(text) = read(process.join(name)) else { continue };
        is_seen |= !text.is_empty();
        for part in text.split(|byte| *byte == end) {
            keep(part, base, texts);
        }
    }
    is_seen
}

fn keep(text: &[u8], base: &[u8], texts: &mut Vec<Vec<u8>>) {
    if places(text, base).next().is_some() && texts.last().map(Vec::as_slice) != Some(text) {
        texts.push(text.to_vec());
    }
}

/// The directory itself, or a path in it; not one that only begins alike.
fn mentions(text: &[u8], directory: &[u8]) -> bool {
    let is_end = |after: Option<&u8>| {
        after.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'.' | b'-'))
    };
    places(text, directory).any(|rest| is_end(rest.first()))
}

/// What follows each place where `part` stands in `text`.
fn places<'a>(text: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let first = part.first().copied();
    let starts = (0..text.len()).filter(move |at| text.get(*at).copied() == first);
    starts.filter_map(move |at| text.get(at..)?.strip_prefix(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s10_1_a_directory_is_named_by_itself_and_by_what_is_in_it() {
        for text in ["/b/envs/k.1", "PATH=/b/envs/k.1/root/bin:/bin", "x/b/envs/k.10 /b/envs/k.1"] {
            assert!(mentions(text.as_bytes(), b"/b/envs/k.1"), "{text}");
        }
        for text in ["/b/envs/k.10", "/b/envs/k.1.lock", "/b/envs/k.1-x", "/b/envs/k", ""] {
            assert!(!mentions(text.as_bytes(), b"/b/envs/k.1"), "{text}");
        }
    }
}
