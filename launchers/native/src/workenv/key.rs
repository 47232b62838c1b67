//! workenv §3.1: the name of a work environment in its base.

use crate::crypto::hex::hex;
use crate::crypto::sha256::sha256;
use std::path::Path;

const NAME_LENGTH: usize = 24;
const VERSION_LENGTH: usize = 16;
/// 80 bits find the place; the whole hash in the seal decides (workenv §5.1).
const CONTENT_DIGITS: usize = 20;
const PLACE_DIGITS: usize = 8;

#[derive(Clone, Copy, Debug)]
pub struct KeyParts<'a> {
    pub name: &'a str,
    pub version: &'a str,
    /// Hex SHA-256 of the metadata.
    pub content_hash: &'a str,
    /// The path of the base, where the package is bound to its place.
    pub place: Option<&'a Path>,
}

pub fn workenv_key(parts: &KeyParts) -> String {
    let mut key = plain_name(parts.name, NAME_LENGTH);
    key.push('-');
    key.push_str(&plain_name(parts.version, VERSION_LENGTH));
    key.push('-');
    key.extend(parts.content_hash.chars().take(CONTENT_DIGITS));
    if let Some(place) = parts.place {
        key.push('-');
        key.extend(path_hash(place).chars().take(PLACE_DIGITS));
    }
    key
}

/// Hex SHA-256 of a path.
pub fn path_hash(path: &Path) -> String {
    hex(&sha256(path.as_os_str().as_encoded_bytes()))
}

/// workenv §3.1: a name that no shell, file system or path gives a meaning to.
pub fn plain_name(text: &str, length: usize) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    let mut plain: String = text.chars().take(length).map(|char| if is_plain(char) { char } else { '_' }).collect();
    if plain.is_empty() {
        plain.push('_');
    } else if plain.starts_with(['.', '-']) {
        plain.replace_range(..1, "_");
    }
    plain
}

/// What a file in `envs` is, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvsName {
    pub key: String,
    /// Absent for the files that belong to the key.
    pub attempt: Option<u32>,
}

/// workenv §2: `None` for a name that is not ours.
pub fn parse_envs_name(name: &str) -> Option<EnvsName> {
    let (stem, suffix) = match name.rsplit_once('.') {
        Some((stem, suffix @ ("seal" | "lock"))) => (stem, Some(suffix)),
        _ => (name, None),
    };
    let numbered = stem.rsplit_once('.').and_then(|(key, number)| Some((key, attempt_number(number)?)));
    let (key, attempt) = match numbered {
        Some((key, number)) if is_key(key) => (key, Some(number)),
        _ => (stem, None),
    };
    let is_ours = if attempt.is_none() { suffix.is_some() } else { suffix != Some("seal") };
    (is_ours && is_key(key)).then(|| EnvsName { key: key.to_string(), attempt })
}

/// 1 to 9 digits, without a leading zero.
pub fn attempt_number(text: &str) -> Option<u32> {
    let is_number = (1..=9).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn is_key(text: &str) -> bool {
    let ends_with_digits = |text: &str, digits: usize| {
        let (head, tail) = text.rsplit_once('-')?;
        (tail.len() == digits && is_hex(tail) && !head.is_empty()).then_some(head.len())
    };
    let bound = ends_with_digits(text, PLACE_DIGITS).and_then(|end| ends_with_digits(text.get(..end)?, CONTENT_DIGITS));
    bound.or_else(|| ends_with_digits(text, CONTENT_DIGITS)).is_some()
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENT: &str = "ed7002b439e9ac845f22";

    #[test]
    fn s2_knows_its_own_names_and_leaves_others_alone() {
        let key = format!("a.b-1.0-{CONTENT}");
        let of = |attempt| Some(EnvsName { key: key.clone(), attempt });
        assert_eq!(parse_envs_name(&format!("{key}.seal")), of(None));
        assert_eq!(parse_envs_name(&format!("{key}.lock")), of(None));
        assert_eq!(parse_envs_name(&format!("{key}.3")), of(Some(3)));
        assert_eq!(parse_envs_name(&format!("{key}.3.lock")), of(Some(3)));
        let bound = format!("{key}-42630de8");
        assert_eq!(parse_envs_name(&format!("{bound}.12")).map(|name| name.key), Some(bound));
        for other in ["x", ".seal", &key, &format!("{key}.0"), &format!("{key}.3.seal"), &format!("{key}.x")] {
            assert_eq!(parse_envs_name(other), None, "{other}");
        }
        assert_eq!(parse_envs_name(&format!("-{CONTENT}.seal")), None);
        assert_eq!(parse_envs_name(&format!("{key}.1234567890")), None);
    }
}
