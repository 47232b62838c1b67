//! trust §2.3: public keys as lines of text.

use super::package_names::are_patterns;
use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;

/// trust §2.2, bytes.
pub const MAX_KEYS_FILE: u64 = 1024 * 1024;

const KEY_TYPE: &str = "flavor-ed25519";

/// Parts of the text that was read.
#[derive(Clone, Copy, Debug)]
pub struct KeyLine<'a> {
    /// The public key in base64, which has one form only: keys are compared by it.
    pub key: &'a str,
    /// Patterns of escaped names.
    pub names: &'a str,
    pub comment: &'a str,
}

/// trust §2.3: every key of a file. Errors: TRUST_LINE.
pub fn parse_key_lines<'a>(bytes: &'a [u8], path: &str) -> Result<Vec<KeyLine<'a>>> {
    let text =
        std::str::from_utf8(bytes).ok().filter(|text| bytes.len() as u64 <= MAX_KEYS_FILE && !text.contains('\0'));
    let Some(text) = text else {
        let message = [path, ": is not UTF-8 text of at most 1048576 bytes (trust §2.3)"].concat();
        return Err(Error::new(Code::TrustLine, message).with("file", path));
    };
    let mut keys = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = without_blanks(line);
        if !line.is_empty() && !line.starts_with('#') {
            keys.push(parse_line(line).map_err(|(got, want)| line_error(path, index, got, want))?);
        }
    }
    Ok(keys)
}

/// What was found, and what was expected.
type Fault<'a> = (&'a str, &'static str);

fn parse_line(line: &str) -> std::result::Result<KeyLine<'_>, Fault<'_>> {
    let (kind, rest) = cut(line);
    let (key, rest) = cut(rest);
    let (names, rest) = cut(rest);
    if kind != KEY_TYPE {
        return Err((kind, KEY_TYPE));
    }
    if !is_key(key) {
        return Err((key, "base64 of the 32 bytes of a public key"));
    }
    if !are_patterns(names) {
        return Err((names, "names such as \"httpie\", \"acme-*\" or \"a,b\" (trust §2.4)"));
    }
    Ok(KeyLine { key, names, comment: rest.trim_end_matches([' ', '\t']) })
}

/// The first field, and what follows the blanks behind it.
fn cut(text: &str) -> (&str, &str) {
    let (field, rest) = text.split_at(text.bytes().position(is_blank).unwrap_or(text.len()));
    (field, without_blanks(rest))
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn without_blanks(text: &str) -> &str {
    let start = text.bytes().position(|byte| !is_blank(byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

/// RFC 4648 §4: 32 bytes are 43 letters and one `=`, and the last letter has two bits that encode nothing. Each line of a keyring is looked
/// at on every start, so nothing is searched for in the alphabet.
fn is_key(text: &str) -> bool {
    let [letters @ .., last, b'='] = text.as_bytes() else { return false };
    letters.len() == 42
        && letters.iter().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/'))
        && b"AEIMQUYcgkosw048".contains(last)
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The public key as lines have it.
pub fn key_text(key: &[u8; 32]) -> String {
    let mut text = String::with_capacity(44);
    for chunk in key.chunks(3) {
        let byte = |at: usize| chunk.get(at).map_or(0, |byte| u32::from(*byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=chunk.len() {
            let value = (bits >> (18 - 6 * at)) as usize & 63;
            text.extend(LETTERS.get(value).map(|letter| char::from(*letter)));
        }
    }
    text.push('=');
    text
}

#[cold]
fn line_error(path: &str, index: usize, got: &str, want: &'static str) -> Error {
    let line = index.saturating_add(1).to_string();
    let shown: String = got.chars().take(80).collect();
    let message = [path, ":", &line, ": found ", &quoted(&shown), ", expected ", want, " (trust §2.3)"].concat();
    let error = Error::new(Code::TrustLine, message).with("file", path).with("line", line);
    error.with("got", shown).with("want", want).hint("correct the line, or put # in front of it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s2_3_what_is_written_is_read_and_nothing_panics(key in any::<[u8; 32]>(), at in any::<usize>(), byte in any::<u8>()) {
            let text = key_text(&key);
            let mut line = format!("{KEY_TYPE} {text} a,b-* by me\n").into_bytes();
            let found = parse_key_lines(&line, "x").unwrap();
            prop_assert_eq!((found[0].key, found[0].names, found[0].comment), (text.as_str(), "a,b-*", "by me"));
            let at = at % line.len();
            line[at] = byte;
            if let Ok(keys) = parse_key_lines(&line, "x") {
                prop_assert!(keys.iter().all(|line| is_key(line.key)));
            }
        }
    }

    #[test]
    fn rfc_4648_the_key_of_the_vectors() {
        let key = crate::crypto::hex::hash_of_hex("d27367ba3d436463c468ecc68cfd2735b4d33b6be611355d72ac03666b47335d");
        assert_eq!(key_text(&key.unwrap()), "0nNnuj1DZGPEaOzGjP0nNbTTO2vmETVdcqwDZmtHM10=");
    }

    #[test]
    fn s2_3_a_refusal_names_file_line_and_what_was_found() {
        let error = parse_key_lines(b"# x\nssh-ed25519 AAAA\n", "/k").unwrap_err();
        assert_eq!(error.message(), "/k:2: found \"ssh-ed25519\", expected flavor-ed25519 (trust §2.3)");
    }
}
