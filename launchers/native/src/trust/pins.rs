//! trust §3: each keyring that has keys for the name of a package has its key among them.

use super::key_line::{key_text, parse_key_lines};
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

/// What one keyring has for a package, file by file.
pub struct Pins<'a> {
    pkg: &'a SignedPackage<'a>,
    /// As lines have them.
    name: Vec<u8>,
    key: String,
    has_any: bool,
    has_key: bool,
}

impl<'a> Pins<'a> {
    pub fn new(pkg: &'a SignedPackage<'a>) -> Self {
        let (name, key) = (escape_name(pkg.name), key_text(pkg.public_key));
        Pins { pkg, name, key, has_any: false, has_key: false }
    }

    /// Takes the lines of one file. Errors: TRUST_LINE.
    pub fn read(&mut self, bytes: &[u8], path: &str) -> Result<()> {
        let Pins { name, key, has_any, has_key, .. } = self;
        parse_key_lines(bytes, path, &mut |line| {
            if matches_names(line.names, name) {
                *has_any = true;
                *has_key |= line.key == key.as_bytes();
            }
        })
    }

    /// Whether the keyring has the key; false where it has none for the name. Errors: KEY_UNTRUSTED. `keyring` and `place` are for messages.
    pub fn check(&self, keyring: &str, place: &str) -> Result<bool> {
        if self.has_any && !self.has_key { Err(untrusted(self.pkg, keyring, place)) } else { Ok(self.has_key) }
    }
}

#[cold]
fn untrusted(pkg: &SignedPackage<'_>, keyring: &str, place: &str) -> Error {
    let got = key_id(pkg.public_key);
    let name = quoted(pkg.name);
    let has = [": signed by key ", &got, ", expected one that the ", keyring, " keyring ", place, " has for "].concat();
    Error::new(Code::KeyUntrusted, [pkg.path, &has, &name, " (trust §3)"].concat())
        .with("file", pkg.path)
        .with("got", got)
        .hint("somebody else than you expect signed this file; `flavor trust list` shows the keys, `flavor trust add` takes a new one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_a_keyring_narrows_only_the_names_that_it_has() {
        let (key, other) = ([7; 32], [8; 32]);
        let pkg = SignedPackage { path: "x", name: "a b", public_key: &key };
        let outcome = |lines: &[(&[u8; 32], &str)]| {
            let mut pins = Pins::new(&pkg);
            for (key, names) in lines {
                pins.read(["flavor-ed25519 ", &key_text(key), " ", names].concat().as_bytes(), "k").unwrap();
            }
            pins.check("user", "k").map_err(|error| error.code())
        };
        assert_eq!(outcome(&[(&other, "ab")]), Ok(false));
        assert_eq!(outcome(&[(&other, "a%20b"), (&key, "a%20*")]), Ok(true));
        assert_eq!(outcome(&[(&other, "a%20b"), (&key, "b")]), Err(Code::KeyUntrusted));
    }
}
