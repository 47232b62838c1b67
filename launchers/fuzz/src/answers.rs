//! The targets, and what an answer is: `ok` and what was found, or the code of the refusal. scripts/fuzzing/ has the same ones in
//! TypeScript, and compares the answers as texts.

use crate::{archives, mending, packages, streams, structures, texts};
use flavor_launcher::error::Result;

pub struct Target {
    pub name: &'static str,
    pub answer: fn(&[u8]) -> String,
    /// Takes checksums again over bytes that were changed.
    pub mend: Option<fn(&mut [u8])>,
}

const fn target(name: &'static str, answer: fn(&[u8]) -> String) -> Target {
    Target { name, answer, mend: None }
}

const fn mended(name: &'static str, answer: fn(&[u8]) -> String, mend: fn(&mut [u8])) -> Target {
    Target { name, answer, mend: Some(mend) }
}

pub const TARGETS: &[Target] = &[
    mended("trailer", structures::trailer, mending::trailer),
    target("index", structures::index),
    target("slot-descriptor", structures::slot_descriptor),
    target("operations", structures::operations),
    target("ed25519", structures::ed25519),
    target("metadata", structures::metadata),
    mended("metadata-gzip", streams::metadata_gzip, mending::gzip),
    mended("gzip", streams::gzip, mending::gzip),
    target("zstd", streams::zstd),
    mended("tar", archives::tar, mending::tar),
    target("listing", structures::listing),
    target("seal", texts::seal),
    target("command-line", texts::command_line),
    target("target-path", texts::target_path),
    target("placeholder", texts::placeholder),
    target("name-pattern", texts::name_pattern),
    target("package", packages::package),
];

/// `ok` and the fields, or the code.
pub fn answer(result: Result<Vec<String>>) -> String {
    match result {
        Ok(fields) => format!("ok {}", fields.join(SEPARATOR)),
        Err(error) => error.code().name().to_owned(),
    }
}

/// Stands in no number, hash or code; a text that holds it shifts the fields, which both sides do alike.
pub const SEPARATOR: &str = "\u{1f}";
