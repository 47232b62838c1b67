//! Spec §4: operation chains.

use super::quoted::quoted;
use crate::error::{Code, Error, Result};

/// Codes in the order in which a writer applied them; a reader undoes them from the last to the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationChain(pub Vec<u8>);

pub const OP_TAR: u8 = 0x01;
pub const OP_GZIP: u8 = 0x10;
pub const OP_ZSTD: u8 = 0x1b;
pub const OP_AES256_GCM: u8 = 0x31;
const OP_BZIP2: u8 = 0x13;
const OP_XZ: u8 = 0x16;
const OP_TERMINAL: u8 = 0xff;

/// Spec §4.1: 0x01 to 0x0d bundle several files into one stream.
pub const LAST_ARCHIVE_CODE: u8 = 0x0d;

/// Spec §4.1: a descriptor has eight bytes for a chain.
const MAX_OPERATIONS: usize = 8;

/// Spec §4.1: the names of each run of codes, in the order of the codes. Whether we can decode one is §4.3 (`codecs`).
const NAMED_CODES: &[(u8, &str)] = &[
    (0x01, "tar tar-sorted tar-stream cpio cpio-newc ar ar-bsd zip-store zip-stream 7z rar pax ustar"),
    (
        0x10,
        "gzip gzip-fast gzip-best bzip2 bzip2-fast bzip2-best xz xz-fast xz-best lzma lzma2 zstd zstd-fast zstd-best lz4 lz4-hc \
         snappy brotli brotli-text deflate deflate64 ppm ppmd",
    ),
    (
        0x30,
        "aes128-gcm aes256-gcm aes128-cbc aes256-cbc aes128-ctr aes256-ctr chacha20-poly1305 xchacha20-poly1305 salsa20 \
         xsalsa20-poly1305 rsa-2048 rsa-4096 ed25519 x25519 secp256k1 secp256r1 nacl-box nacl-secretbox age pgp",
    ),
    (0x50, "base64 base64url base32 base16 hex ascii85 uuencode xxencode quoted-printable punycode percent"),
    (0xb0, "split merge dedupe delta patch"),
];

/// Spec §4.2: the short names; the first of several is the one that we write.
const CHAIN_NAMES: &[(&str, &[u8])] = &[
    ("raw", &[]),
    ("gzip", &[OP_GZIP]),
    ("bzip2", &[OP_BZIP2]),
    ("xz", &[OP_XZ]),
    ("zstd", &[OP_ZSTD]),
    ("tar", &[OP_TAR]),
    ("tgz", &[OP_TAR, OP_GZIP]),
    ("tar.gz", &[OP_TAR, OP_GZIP]),
    ("tbz2", &[OP_TAR, OP_BZIP2]),
    ("tar.bz2", &[OP_TAR, OP_BZIP2]),
    ("txz", &[OP_TAR, OP_XZ]),
    ("tar.xz", &[OP_TAR, OP_XZ]),
    ("tar.zst", &[OP_TAR, OP_ZSTD]),
];

impl OperationChain {
    /// Spec §4.1: unpacks the u64 of a descriptor. The first operation is the least significant byte; a zero byte ends the chain.
    /// Errors: OPERATION_CHAIN for a code behind the end or TERMINAL, OPERATION_UNKNOWN for a code without a name.
    pub fn unpack(packed: u64, slot: usize) -> Result<Self> {
        let bytes = packed.to_le_bytes();
        let length = bytes.iter().rposition(|code| *code != 0).map_or(0, |last| last.saturating_add(1));
        let codes: Vec<u8> = bytes.iter().copied().take(length).collect();
        for &code in &codes {
            if code == 0 {
                let want = "no code behind the zero byte that ends it";
                return Err(chain_error(Code::OperationChain, slot, &format!("{packed:#x}"), want));
            }
            if code == OP_TERMINAL {
                return Err(chain_error(Code::OperationChain, slot, &format!("{packed:#x}"), "no TERMINAL (0xff)"));
            }
            if operation_name(code).is_none() {
                return Err(chain_error(Code::OperationUnknown, slot, &format!("{code:#x}"), "a code of spec §4.1"));
            }
        }
        Ok(OperationChain(codes))
    }

    /// Spec §4.2: reads the string form, exactly as written there (case matters). Also a list of operation names joined by `|` or `,`.
    /// Errors: OPERATION_UNKNOWN, OPERATION_CHAIN for more than eight.
    pub fn parse(text: &str, slot: usize) -> Result<Self> {
        if text.is_empty() || text == "none" {
            return Ok(OperationChain::default());
        }
        if let Some((_, codes)) = CHAIN_NAMES.iter().find(|(name, _)| *name == text) {
            return Ok(OperationChain(codes.to_vec()));
        }
        let mut codes = Vec::new();
        for name in text.split(['|', ',']) {
            let Some(code) = operation_code(name) else {
                let names: Vec<&str> = CHAIN_NAMES.iter().map(|(name, _)| *name).collect();
                let want = format!("one of {}", names.join(", "));
                return Err(chain_error(Code::OperationUnknown, slot, &quoted(text), &want));
            };
            codes.push(code);
        }
        if codes.len() > MAX_OPERATIONS {
            let got = format!("{} operations", codes.len());
            return Err(chain_error(Code::OperationChain, slot, &got, "at most 8"));
        }
        Ok(OperationChain(codes))
    }

    /// Spec §4.2: the string form that a writer uses: the short name where there is one, else the names joined by `|`.
    pub fn name(&self) -> String {
        if let Some((name, _)) = CHAIN_NAMES.iter().find(|(_, codes)| *codes == self.0) {
            return (*name).to_string();
        }
        let names: Vec<String> = self.0.iter().map(|code| operation_name(*code).unwrap_or_default()).collect();
        names.join("|")
    }

    /// Spec §4.1: unpacks to a tree, not to a single file.
    pub fn is_archive(&self) -> bool {
        self.0.iter().any(|code| *code <= LAST_ARCHIVE_CODE)
    }
}

/// The name of one code; nothing where the format has none. Hashes and signatures have ranges, of which only the ends are known.
pub fn operation_name(code: u8) -> Option<String> {
    match code {
        0x70..=0x7f => return Some(format!("hash-{code:#x}")),
        0x90..=0x98 => return Some(format!("signature-{code:#x}")),
        _ => {}
    }
    NAMED_CODES.iter().find_map(|(first, names)| {
        let position = code.checked_sub(*first)?;
        names.split(' ').nth(usize::from(position)).map(str::to_string)
    })
}

fn operation_code(name: &str) -> Option<u8> {
    NAMED_CODES.iter().find_map(|(first, names)| {
        let position = names.split(' ').position(|known| known == name)?;
        first.checked_add(u8::try_from(position).ok()?)
    })
}

#[cold]
fn chain_error(code: Code, slot: usize, got: &str, want: &str) -> Error {
    Error::new(code, format!("slot {slot}: operations: found {got}, expected {want} (spec §4.1)"))
        .with("slot", slot.to_string())
        .with("field", "operations")
        .with("got", got)
        .with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(result: Result<OperationChain>) -> Code {
        result.unwrap_err().code()
    }

    #[test]
    fn s4_1_every_code_has_one_name_and_every_name_its_code() {
        let named: Vec<u8> = (0..=255).filter(|code| operation_name(*code).is_some()).collect();
        assert_eq!(named.len(), 13 + 23 + 20 + 11 + 16 + 9 + 5);
        for code in named.into_iter().filter(|code| !matches!(code, 0x70..=0x7f | 0x90..=0x98)) {
            assert_eq!(operation_code(&operation_name(code).unwrap()), Some(code));
        }
        assert_eq!(operation_name(0x0d).unwrap(), "ustar");
        assert_eq!(operation_name(0x26).unwrap(), "ppmd");
        assert_eq!(operation_name(0x43).unwrap(), "pgp");
        assert_eq!(operation_name(0x7f).unwrap(), "hash-0x7f");
    }

    #[test]
    fn s4_1_refuses_codes_that_some_readers_would_not_reach() {
        assert_eq!(code_of(OperationChain::unpack(0x10_00_01, 0)), Code::OperationChain);
        assert_eq!(code_of(OperationChain::unpack(0xff, 0)), Code::OperationChain);
        assert_eq!(code_of(OperationChain::unpack(0x0e, 0)), Code::OperationUnknown);
    }

    #[test]
    fn s4_2_refuses_names_that_are_nearly_right() {
        for text in ["GZIP", " gzip", "gzip ", "tar|", "tar.lz4", "hash-0x70", "tar tar-sorted"] {
            assert_eq!(code_of(OperationChain::parse(text, 0)), Code::OperationUnknown, "{text}");
        }
        assert_eq!(
            code_of(OperationChain::parse("gzip|gzip|gzip|gzip|gzip|gzip|gzip|gzip|gzip", 0)),
            Code::OperationChain
        );
    }

    #[test]
    fn s4_2_an_archive_makes_a_tree_wherever_it_stands() {
        assert!(OperationChain::parse("tgz", 0).unwrap().is_archive());
        assert!(OperationChain(vec![OP_GZIP, OP_TAR]).is_archive());
        assert!(!OperationChain::parse("gzip", 0).unwrap().is_archive());
        assert!(!OperationChain::default().is_archive());
    }
}
