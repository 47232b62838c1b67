//! trust §3: each keyring that has keys for the name of a package has its key among them.

use super::key_line::{KeyLine, key_text};
use super::package_names::{escape_name, matches_names};
use crate::crypto::key_id::key_id;
use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;

/// What trust looks at of a package.
pub struct SignedPackage<'a> {
    /// For messages.
    pub path: &'a str,
    pub name: &'a str,
    pub public_key: &'a [u8; 32],
}

/// Whether the keyring has the key; false where it has none for the name. Errors: KEY_UNTRUSTED. `keyring` and `place` are for messages.
pub fn check_pins(pkg: &SignedPackage<'_>, keyring: &str, place: &str, lines: &[KeyLine<'_>]) -> Result<bool> {
    let (name, key) = (escape_name(pkg.name), key_text(pkg.public_key));
    let mut others = lines.iter().filter(|line| matches_names(line.names, &name)).peekable();
    if others.peek().is_none() {
        return Ok(false);
    }
    if others.any(|line| line.key == key) { Ok(true) } else { Err(untrusted(pkg, keyring, place)) }
}

#[cold]
fn untrusted(pkg: &SignedPackage<'_>, keyring: &str, place: &str) -> Error {
    let got = key_id(pkg.public_key);
    let name = quoted(pkg.name);
    let has = [": signed by key ", &got, ", expected one that the ", keyring, " keyring ", place, " has for "].concat();
    Error::new(Code::KeyUntrusted, [pkg.path, &has, &name, " (trust §3)"].concat())
        .with("file", pkg.path)
        .with("field", "public key")
        .with("got", got)
        .with("want", "a pinned key")
        .hint("somebody else than you expect signed this file; `flavor trust list` shows the keys, `flavor trust add` takes a new one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_a_keyring_narrows_only_the_names_that_it_has() {
        let key = [7; 32];
        let pkg = SignedPackage { path: "x", name: "a b", public_key: &key };
        let (own, other) = (key_text(&key), key_text(&[8; 32]));
        let line = |key, names| KeyLine { key, names, comment: "" };
        assert!(!check_pins(&pkg, "user", "k", &[line(&other, "ab")]).unwrap());
        assert!(check_pins(&pkg, "user", "k", &[line(&other, "a%20b"), line(&own, "a%20*")]).unwrap());
        let error = check_pins(&pkg, "user", "k", &[line(&other, "a%20b"), line(&own, "b")]).unwrap_err();
        assert_eq!(error.code(), Code::KeyUntrusted);
    }
}
