//! Paths of one system, resolved as text on any other: the rules of §1.1 are tested by the same vectors everywhere.

use crate::format::platform::Os;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

pub fn is_absolute(path: &OsStr, system: Os) -> bool {
    let bytes = path.as_encoded_bytes();
    match system {
        Os::Windows => is_separator(bytes.first(), system) || matches!(bytes, [_, b':', b'/' | b'\\', ..]),
        Os::Linux | Os::Darwin => bytes.first() == Some(&b'/'),
    }
}

/// workenv §1.1: `.` and `..` are resolved in the text. `path` is absolute.
pub fn joined(path: &OsStr, below: &str, system: Os) -> PathBuf {
    let mut text = path.as_encoded_bytes().to_vec();
    text.push(separator(system));
    text.extend_from_slice(below.as_bytes());
    normal(&text, system)
}

/// `path`, against `directory` where it is relative.
pub fn resolved(directory: &OsStr, path: &OsStr, system: Os) -> PathBuf {
    if is_absolute(path, system) {
        return normal(path.as_encoded_bytes(), system);
    }
    let mut text = directory.as_encoded_bytes().to_vec();
    text.push(separator(system));
    text.extend_from_slice(path.as_encoded_bytes());
    normal(&text, system)
}

fn normal(path: &[u8], system: Os) -> PathBuf {
    let rest = path.get(root_length(path, system)..).unwrap_or_default();
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in rest.split(|byte| is_separator(Some(byte), system)) {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let mut text: Vec<u8> = path.iter().take(root_length(path, system)).copied().collect();
    let last = text.last().copied();
    if !is_separator(last.as_ref(), system) {
        text.push(separator(system));
    }
    for byte in &mut text {
        if is_separator(Some(byte), system) {
            *byte = separator(system);
        }
    }
    text.extend_from_slice(&parts.join(&separator(system)));
    os_string(text).into()
}

/// `/`, or on Windows `C:\`, `\\server\share\` or `\\?\C:\`.
fn root_length(path: &[u8], system: Os) -> usize {
    if system != Os::Windows {
        return usize::from(path.first() == Some(&b'/'));
    }
    match path {
        [b'\\', b'\\', b'?', b'\\', _, b':', b'\\', ..] => 7,
        [_, b':', b'/' | b'\\', ..] => 3,
        [b'/' | b'\\', b'/' | b'\\', ..] => {
            let mut ends = path.iter().enumerate().skip(2).filter(|(_, byte)| is_separator(Some(byte), system));
            ends.nth(1).map_or(path.len(), |(at, _)| at.saturating_add(1))
        }
        _ => usize::from(is_separator(path.first(), system)),
    }
}

fn separator(system: Os) -> u8 {
    if system == Os::Windows { b'\\' } else { b'/' }
}

fn is_separator(byte: Option<&u8>, system: Os) -> bool {
    byte == Some(&b'/') || (system == Os::Windows && byte == Some(&b'\\'))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// What was cut at separators is UTF-8 where it was; lone surrogates, which no variable needs, become replacement characters.
#[cfg(windows)]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_1_resolves_dots_in_the_text() {
        let resolve = |directory: &str, path: &str, system| {
            resolved(OsStr::new(directory), OsStr::new(path), system).to_string_lossy().into_owned()
        };
        assert_eq!(resolve("/w", "/f/../g/", Os::Linux), "/g");
        assert_eq!(resolve("/w", "x/./y//z", Os::Linux), "/w/x/y/z");
        assert_eq!(resolve("/", "../..", Os::Linux), "/");
        assert_eq!(resolve("C:\\w", "a/..\\b", Os::Windows), "C:\\w\\b");
        assert_eq!(resolve("C:\\w", "D:/x/", Os::Windows), "D:\\x");
        assert_eq!(resolve("C:\\w", "\\\\s\\share\\x\\..", Os::Windows), "\\\\s\\share\\");
        assert_eq!(resolve("C:\\w", "\\\\?\\C:\\a\\..\\b", Os::Windows), "\\\\?\\C:\\b");
    }
}
