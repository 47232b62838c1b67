//! Vectors of `trust`.

use crate::vector::{Reader, Vector};
use flavor_launcher::error::Result;
use flavor_launcher::trust::key_line::parse_key_lines;
use flavor_launcher::trust::package_names::{escape_name, keys_file_of, matches_names};
use flavor_launcher::trust::pins::{Pins, SignedPackage};
use serde_json::{Value, json};

/// Kinds that are for `flavor verify` and `flavor run` (trust §9).
pub const UNREAD: &[&str] = &["version-order", "rotation", "detached-signature", "trust-decision"];

pub const READERS: &[(&str, Reader)] = &[
    ("key-lines", |vector, _| {
        let mut keys = Vec::new();
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().to_string();
        parse_key_lines(vector.text("text").as_bytes(), "keys", &mut |line| {
            let names: Vec<String> = line.names.split(|byte| *byte == b',').map(text).collect();
            let comment = text(line.comment).trim_end_matches([' ', '\t']).to_string();
            keys.push(json!({ "public_key": hex_of_base64(&text(line.key)), "names": names, "comment": comment }));
        })?;
        Ok(json!({ "keys": keys }))
    }),
    ("trust-names", |vector, _| {
        let name = vector.text("name");
        let matches = matches_names(vector.text("names").as_bytes(), &escape_name(name));
        Ok(json!({ "matches": matches, "file": keys_file_of(name) }))
    }),
    ("pins", |vector, _| read_pins(vector)),
];

fn read_pins(vector: &Vector) -> Result<Value> {
    let key: [u8; 32] = vector.hex("public_key").try_into().unwrap();
    let pkg = SignedPackage { path: "x", name: vector.text("name"), public_key: &key };
    let mut pinned_by = Vec::new();
    for keyring in ["system", "user", "project"] {
        let Value::String(text) = &vector.input["keyrings"][keyring] else { continue };
        let mut pins = Pins::new(&pkg);
        pins.read(text.as_bytes(), keyring)?;
        if pins.check(keyring, keyring)? {
            pinned_by.push(keyring);
        }
    }
    Ok(json!({ "pinned_by": pinned_by }))
}

/// The launcher itself compares the text and never decodes it.
fn hex_of_base64(text: &str) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String =
        text.chars().filter_map(|letter| letters.find(letter)).map(|value| format!("{value:06b}")).collect();
    (0..bits.len() / 8).map(|at| format!("{:02x}", u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap())).collect()
}
