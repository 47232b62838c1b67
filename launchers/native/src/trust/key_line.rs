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
    pub key: &'a [u8],
    /// Patterns of escaped names.
    pub names: &'a [u8],
    /// What stands behind them, with the blanks at its end.
    pub comment: &'a [u8],
}

/// trust §2.3: tells every key of a file. Errors: TRUST_LINE. A file of many keys is looked at on every start: nothing is collected.
pub fn parse_key_lines(bytes: &[u8], path: &str, each: &mut dyn FnMut(KeyLine<'_>)) -> Result<()> {
    if bytes.len() as u64 > MAX_KEYS_FILE || bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
        return Err(line_error(path, 0, b"other bytes", "UTF-8 text of at most 1048576 bytes"));
    }
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = without_blanks(line.strip_suffix(b"\r").unwrap_or(line));
        if !line.is_empty() && !line.starts_with(b"#") {
            match parse_line(line) {
                Ok(key) => each(key),
                Err((got, want)) => return Err(line_error(path, index.saturating_add(1), got, want)),
            }
        }
    }
    Ok(())
}

/// What was found, and what was expected.
type Fault<'a> = (&'a [u8], &'static str);

fn parse_line(line: &[u8]) -> std::result::Result<KeyLine<'_>, Fault<'_>> {
    let (kind, rest) = cut(line);
    let (key, rest) = cut(rest);
    let (names, comment) = cut(rest);
    if kind != KEY_TYPE.as_bytes() {
        return Err((kind, KEY_TYPE));
    }
    if !is_key(key) {
        return Err((key, "base64 of the 32 bytes of a public key"));
    }
    if !are_patterns(names) {
        return Err((names, "names such as \"httpie\", \"acme-*\" or \"a,b\" (trust §2.4)"));
    }
    Ok(KeyLine { key, names, comment })
}

/// The first field, and what follows the blanks behind it.
fn cut(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(is_blank).unwrap_or(text.len());
    let (field, rest) = text.split_at_checked(end).unwrap_or_default();
    (field, without_blanks(rest))
}

fn is_blank(byte: &u8) -> bool {
    *byte == b' ' || *byte == b'\t'
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let [first, behind @ ..] = rest
        && is_blank(first)
    {
        rest = behind;
    }
    rest
}

/// RFC 4648 §4: 32 bytes are 43 letters and one `=`, and the last letter has two bits that encode nothing.
fn is_key(text: &[u8]) -> bool {
    let [letters @ .., last, b'='] = text else { return false };
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
fn line_error(path: &str, line: usize, got: &[u8], want: &'static str) -> Error {
    let line = line.to_string();
    let shown = String::from_utf8_lossy(got.get(..80).unwrap_or(got));
    let message = [path, ":", &line, ": found ", &quoted(&shown), ", expected ", want, " (trust §2.3)"].concat();
    let hint = "correct the line, or put # in front of it";
    Error::new(Code::TrustLine, message).with("file", path).with("line", line).hint(hint)
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
            let mut found = Vec::new();
            parse_key_lines(&line, "x", &mut |line| found.push([line.key, line.names, line.comment].map(<[u8]>::to_vec))).unwrap();
            prop_assert_eq!(found, [[text.as_bytes(), b"a,b-*", b"by me"].map(<[u8]>::to_vec)]);
            let at = at % line.len();
            line[at] = byte;
            let _ = parse_key_lines(&line, "x", &mut |line| assert!(is_key(line.key)));
        }
    }

    #[test]
    fn rfc_4648_the_key_of_the_vectors() {
        let key = crate::crypto::hex::hash_of_hex("d27367ba3d436463c468ecc68cfd2735b4d33b6be611355d72ac03666b47335d");
        assert_eq!(key_text(&key.unwrap()), "0nNnuj1DZGPEaOzGjP0nNbTTO2vmETVdcqwDZmtHM10=");
    }

    #[test]
    fn s2_3_a_refusal_names_file_line_and_what_was_found() {
        let error = parse_key_lines(b"# x\nssh-ed25519 AAAA\n", "/k", &mut |_| {}).unwrap_err();
        assert_eq!(error.message(), "/k:2: found \"ssh-ed25519\", expected flavor-ed25519 (trust §2.3)");
    }
}
