//! Spec §5.3: the forms that values of the metadata have.

use super::json_fields::{Read, count, list, map, string, wrong};
use super::metadata::{Argv0, Pairs};
use super::metadata_json::Json;
use super::slot_enumerations::SlotPlatform;
use crate::crypto::hex::hash_of_hex;

const WANT_HASH: &str = "\"sha256:\" and 64 lower-case hex digits";

/// A string without NUL: in C, one would end there.
pub fn text(value: &Json<'_>) -> Read<String> {
    match string(value)? {
        text if text.contains('\0') => Err(wrong(value, "a string without NUL")),
        text => Ok(text.to_string()),
    }
}

pub fn texts(value: &Json<'_>) -> Read<Vec<String>> {
    list(value, text)
}

/// Spec §4.7.
pub fn key_source(value: &Json<'_>) -> Read<String> {
    match text(value)?.split_once(':') {
        Some(("env" | "file" | "command", rest)) if !rest.is_empty() => text(value),
        _ => Err(wrong(value, "env:NAME, file:PATH or command:PROGRAM")),
    }
}

pub fn argv(value: &Json<'_>) -> Read<Vec<String>> {
    match texts(value)? {
        texts if texts.is_empty() => Err(wrong(value, "at least one argument")),
        texts => Ok(texts),
    }
}

pub fn argv0(value: &Json<'_>) -> Read<Argv0> {
    match string(value)? {
        "invoked" => Ok(Argv0::Invoked),
        "program" => Ok(Argv0::Program),
        _ => Err(wrong(value, "invoked or program")),
    }
}

pub fn name(value: &Json<'_>) -> Read<String> {
    match name_fault(string(value)?) {
        None => text(value),
        Some(want) => Err(wrong(value, want)),
    }
}

pub fn name_fault(name: &str) -> Option<&'static str> {
    (name.is_empty() || name.contains('\0')).then_some("a name that is not empty and has no NUL")
}

pub fn variable(value: &Json<'_>) -> Read<String> {
    match variable_fault(string(value)?) {
        None => text(value),
        Some(want) => Err(wrong(value, want)),
    }
}

/// An entry of the environment is `NAME=value`: with `=` in the name it would set another variable than it names.
pub fn variable_fault(name: &str) -> Option<&'static str> {
    (name.is_empty() || name.contains(['=', '\0'])).then_some("a name of a variable, without \"=\"")
}

pub fn environment(value: &Json<'_>) -> Read<Pairs> {
    map(value, variable_fault, text)
}

pub fn octal(value: &Json<'_>) -> Read<u16> {
    let digits = string(value)?;
    let is_octal = matches!(digits.len(), 1..=4) && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    match u16::from_str_radix(digits, 8) {
        Ok(mode) if is_octal => Ok(mode),
        _ => Err(wrong(value, "an octal mode such as \"0644\"")),
    }
}

/// Spec §7.5: the references write the mode of a file in either way.
pub fn octal_or_number(value: &Json<'_>) -> Read<u64> {
    match value {
        Json::Integer(_) => count(value),
        _ => octal(value).map(u64::from),
    }
}

pub fn own_hash(value: &Json<'_>) -> Read<String> {
    let digits = string(value)?.strip_prefix("sha256:").filter(|digits| hash_of_hex(digits).is_some());
    digits.map(str::to_string).ok_or_else(|| wrong(value, WANT_HASH))
}

/// Spec §5.3: the references leave the prefix out or write it twice. As it stands in the text.
pub fn foreign_hash(value: &Json<'_>) -> Read<String> {
    let text = string(value)?;
    let once = text.strip_prefix("sha256:").unwrap_or(text);
    let digits = once.strip_prefix("sha256:").unwrap_or(once);
    if hash_of_hex(digits).is_some() { Ok(text.to_string()) } else { Err(wrong(value, WANT_HASH)) }
}

pub fn key_id(value: &Json<'_>) -> Read<String> {
    let digits = string(value)?;
    let is_hex = digits.len() == 16 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    if is_hex { Ok(digits.to_string()) } else { Err(wrong(value, "16 lower-case hex digits")) }
}

pub fn slot_platform(value: &Json<'_>) -> Read<SlotPlatform> {
    SlotPlatform::of(string(value)?).ok_or_else(|| wrong(value, "any, linux, macos or windows"))
}

/// Such as `2.36`. A number that no system has is above all that they have.
pub fn libc_version(value: &Json<'_>) -> Read<(u32, u32)> {
    let number = |digits: &str| {
        let is_decimal = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_decimal.then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let version = string(value)?.split_once('.').and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
    version.ok_or_else(|| wrong(value, "a version such as \"2.36\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn of<T>(read: fn(&Json<'_>) -> Read<T>, given: &str) -> Option<T> {
        read(&Json::Text(Cow::Borrowed(given))).ok()
    }

    #[test]
    fn s5_3_modes_are_one_to_four_octal_digits() {
        assert_eq!(
            ["0", "755", "0644", "7777"].map(|digits| of(octal, digits)),
            [Some(0), Some(0o755), Some(0o644), Some(0o7777)]
        );
        assert_eq!(["", "00644", "8", "-1", "+7", " 7", "0o7"].map(|digits| of(octal, digits)), [None; 7]);
        assert_eq!(octal_or_number(&Json::Integer(33188)).ok(), Some(33188));
        assert_eq!(octal_or_number(&Json::Integer(-1)).ok(), None);
    }

    #[test]
    fn s5_3_names_of_variables_hold_neither_an_equals_sign_nor_a_nul() {
        assert!(["A", "a b", "é"].iter().all(|name| variable_fault(name).is_none()));
        assert!(["", "A=", "A\0"].iter().all(|name| variable_fault(name).is_some()));
    }

    #[test]
    fn s5_3_own_hashes_have_their_prefix_once() {
        let digits = "0a".repeat(32);
        assert_eq!(of(own_hash, &format!("sha256:{digits}")), Some(digits.clone()));
        assert_eq!(of(own_hash, &digits), None);
        assert_eq!(of(own_hash, &format!("sha256:sha256:{digits}")), None);
    }
}
