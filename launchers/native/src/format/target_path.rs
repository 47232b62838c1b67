//! Spec §5.4: where slots unpack to, and what a plain path is.

use super::limits::{MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH};
use super::quoted::quoted;
use crate::error::{Code, Error, Result};

const WORKENV: &str = "{workenv}";

/// Spec §5.4: the target of a slot, relative to the work environment; empty for its root, which has four spellings. Errors:
/// METADATA_TARGET.
pub fn parse_target(target: &str, slot: usize) -> Result<String> {
    if matches!(target, "" | "." | "{workenv}" | "{workenv}/") {
        return Ok(String::new());
    }
    let relative = strip_workenv(target);
    // A brace would be a placeholder to some readers and a name to others.
    let fault = if relative.contains(['{', '}']) { Some("holds a brace".to_string()) } else { path_fault(relative) };
    match fault {
        None => Ok(relative.to_string()),
        Some(fault) => Err(target_error(target, slot, &fault)),
    }
}

/// Spec §5.4 and §6.1: why `path` is no plain relative path; nothing where it is one. Plain means: components joined by `/`, none of
/// them empty, `.` or `..`; no NUL, no backslash, no drive letter, no Windows device; within the limits of §10.
pub fn path_fault(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let fault = match bytes {
        [] => "is empty",
        [b'/', ..] => "is absolute",
        _ if bytes.contains(&0) => "holds a NUL",
        _ if bytes.contains(&b'\\') => "holds a backslash",
        [letter, b':', ..] if letter.is_ascii_alphabetic() => "begins with a drive letter",
        _ if bytes.len() > MAX_PATH_BYTES => return Some(format!("is longer than {MAX_PATH_BYTES} bytes")),
        _ if path.split('/').count() > MAX_PATH_DEPTH => {
            return Some(format!("is deeper than {MAX_PATH_DEPTH} components"));
        }
        _ => return path.split('/').find_map(component_fault),
    };
    Some(fault.to_string())
}

fn component_fault(component: &str) -> Option<String> {
    match component {
        "" => Some("has an empty component".to_string()),
        "." | ".." => Some(format!("has a component \"{component}\"")),
        long if long.len() > MAX_NAME_BYTES => Some(format!("has a component longer than {MAX_NAME_BYTES} bytes")),
        device if is_device(device) => Some(format!("has a component that is a device on Windows ({device})")),
        _ => None,
    }
}

/// Names that Windows gives to devices, whatever follows the first dot.
fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or_default();
    let Some((kind, number)) = stem.split_at_checked(3) else { return false };
    let is = |name: &str| kind.eq_ignore_ascii_case(name);
    match number {
        "" => is("con") || is("prn") || is("aux") || is("nul"),
        "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³" => is("com") || is("lpt"),
        _ => false,
    }
}

/// One slash at the end says that a directory is meant and changes nothing.
fn strip_workenv(target: &str) -> &str {
    let relative = target.strip_prefix(WORKENV).and_then(|rest| rest.strip_prefix('/')).unwrap_or(target);
    match relative.strip_suffix('/') {
        Some(stripped) if !stripped.is_empty() => stripped,
        _ => relative,
    }
}

#[cold]
fn target_error(target: &str, slot: usize, fault: &str) -> Error {
    let shown = quoted(target);
    Error::new(
        Code::MetadataTarget,
        format!("slot {slot}: target {shown} {fault}, expected a plain path below {{workenv}} (spec §5.4)"),
    )
    .with("slot", slot.to_string())
    .with("field", "target")
    .with("got", target)
    .with("want", "a plain path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_4_reads_every_way_to_write_a_target() {
        for root in ["", ".", "{workenv}", "{workenv}/"] {
            assert_eq!(parse_target(root, 0).unwrap(), "");
        }
        for (target, path) in
            [("a", "a"), ("a/b", "a/b"), ("{workenv}/a", "a"), ("a/", "a"), ("{workenv}/a/b/", "a/b"), ("é/日", "é/日")]
        {
            assert_eq!(parse_target(target, 0).unwrap(), path);
        }
    }

    #[test]
    fn s5_4_refuses_targets_outside_of_the_work_environment() {
        let hostile = [
            "/",
            "/a",
            "..",
            "a/..",
            "a/../b",
            "./a",
            "a/.",
            "a//b",
            "a//",
            "\\a",
            "a\\b",
            "c:",
            "C:/a",
            "a\0b",
            "{workenv}a",
            "{workenv}//a",
            "{workenv}/../a",
            "{slot:0}/a",
            "a{b",
            "a}b",
            "con",
            "a/NUL.txt",
            "com1",
            "LPT³",
            "aux.",
            "a/con.b.c",
        ];
        for target in hostile {
            assert_eq!(parse_target(target, 3).unwrap_err().code(), Code::MetadataTarget, "{target}");
        }
    }

    #[test]
    fn s5_4_takes_names_that_only_look_like_devices() {
        for path in ["console", "com", "com10", "co", "nulx", "a.con", "lpt", "comé", "¹com", "con-1"] {
            assert_eq!(path_fault(path), None, "{path}");
        }
    }

    #[test]
    fn s10_bounds_paths() {
        assert_eq!(path_fault(&"a".repeat(255)), None);
        assert!(path_fault(&"a".repeat(256)).is_some());
        assert_eq!(path_fault(&vec!["a"; 128].join("/")), None);
        assert!(path_fault(&vec!["a"; 129].join("/")).is_some());
        assert!(path_fault(&vec!["é".repeat(100); 16].join("/")).is_some());
    }
}
