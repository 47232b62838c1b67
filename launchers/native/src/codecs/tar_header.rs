//! Spec §4.5: one header block of an archive, before any extension is applied.

use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_FILE_SIZE;
use crate::format::quoted::quoted;

/// Archives are made of blocks; a header is one.
pub const TAR_BLOCK: usize = 512;
pub type Block = [u8; TAR_BLOCK];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarHeader {
    /// As stored: prefix and name joined.
    pub path: String,
    pub link_path: String,
    /// The type flag, NUL being `0`.
    pub kind: u8,
    /// Unix permission bits, at most 0777.
    pub mode: u16,
    pub size: u64,
}

/// Where a header stands, for messages.
#[derive(Clone, Copy, Debug)]
pub struct TarPosition<'a> {
    pub place: &'a str,
    /// Of the block, in the archive.
    pub offset: u64,
}

struct Field {
    name: &'static str,
    start: usize,
    length: usize,
}

/// POSIX.1-2017 pax, "ustar Interchange Format".
const NAME: Field = Field { name: "name", start: 0, length: 100 };
const MODE: Field = Field { name: "mode", start: 100, length: 8 };
const SIZE: Field = Field { name: "size", start: 124, length: 12 };
const CHECKSUM: Field = Field { name: "checksum", start: 148, length: 8 };
const TYPE_OFFSET: usize = 156;
const LINK_NAME: Field = Field { name: "link name", start: 157, length: 100 };
const MAGIC: Field = Field { name: "magic", start: 257, length: 8 };
const PREFIX: Field = Field { name: "prefix", start: 345, length: 155 };

const POSIX_MAGIC: &[u8] = b"ustar\x0000";
/// GNU tar uses what POSIX calls the prefix for times, which mean nothing to us.
const GNU_MAGIC: &[u8] = b"ustar  \0";
/// Archives of Unix V7 have neither magic nor prefix.
const V7_MAGIC: &[u8] = b"\0\0\0\0\0\0\0\0";

/// Spec §4.5. The owner, times and device numbers are not looked at: nothing of them is extracted.
/// Refuses with TAR_CHECKSUM, TAR_HEADER, TAR_MODE, TAR_NAME.
pub fn parse_tar_header(block: &Block, position: TarPosition<'_>) -> Result<TarHeader> {
    let stated = read_octal(block, &CHECKSUM, position)?;
    let actual = checksum_of(block);
    if stated != actual {
        return Err(tar_error(Code::TarChecksum, position, "checksum", &stated.to_string(), &actual.to_string()));
    }
    let magic = bytes_of(block, &MAGIC);
    if magic != POSIX_MAGIC && magic != GNU_MAGIC && magic != V7_MAGIC {
        return Err(tar_error(Code::TarHeader, position, "magic", &quoted_bytes(magic), "\"ustar\""));
    }
    let mode = read_octal(block, &MODE, position)?;
    let Some(mode) = u16::try_from(mode).ok().filter(|mode| mode & !0o777 == 0) else {
        let want = "no set-id, sticky or unknown bit";
        return Err(tar_error(Code::TarMode, position, "mode", &format!("0{mode:o}"), want));
    };
    let name = read_name(block, &NAME, position)?;
    let prefix = if magic == POSIX_MAGIC { read_name(block, &PREFIX, position)? } else { "" };
    let path = if prefix.is_empty() { name.to_owned() } else { [prefix, "/", name].concat() };
    let link_path = read_name(block, &LINK_NAME, position)?.to_owned();
    let kind = block.get(TYPE_OFFSET).copied().filter(|kind| *kind != 0).unwrap_or(b'0');
    Ok(TarHeader { path, link_path, kind, mode, size: read_size(block, position)? })
}

/// Spec §4.5: a name as bytes. UTF-8 only, so that every reader sees the same text; nothing may hide behind a NUL.
/// Refuses with TAR_NAME.
pub fn decode_name<'b>(bytes: &'b [u8], field: &str, position: TarPosition<'_>) -> Result<&'b str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(tar_error(Code::TarName, position, field, &quoted_bytes(bytes), "UTF-8"));
    };
    if text.contains('\0') {
        return Err(tar_error(Code::TarName, position, field, &quoted_bytes(bytes), "no NUL"));
    }
    Ok(text)
}

/// The error for one field of the entry at `position`.
pub fn tar_error(code: Code, position: TarPosition<'_>, field: &str, got: &str, want: &str) -> Error {
    let TarPosition { place, offset } = position;
    let section = if code == Code::TarLimit { "§10" } else { "§4.5" };
    let message = format!("{place}: archive offset {offset}: {field} is {got}, expected {want} (spec {section})");
    let error = Error::new(code, message).with("where", place).with("offset", offset.to_string());
    error.with("field", field).with("got", got).with("want", want)
}

/// Bytes that may be no text, in quotes; those above 0x7f as the characters of Latin-1.
fn quoted_bytes(bytes: &[u8]) -> String {
    quoted(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
}

fn read_name<'b>(block: &'b Block, field: &Field, position: TarPosition<'_>) -> Result<&'b str> {
    let bytes = bytes_of(block, field);
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (name, rest) = bytes.split_at_checked(end).unwrap_or_default();
    if rest.iter().any(|byte| *byte != 0) {
        return Err(tar_error(Code::TarName, position, field.name, &quoted_bytes(bytes), "nothing behind the NUL"));
    }
    decode_name(name, field.name, position)
}

/// GNU tar's base-256 form, or octal.
fn read_size(block: &Block, position: TarPosition<'_>) -> Result<u64> {
    let bytes = bytes_of(block, &SIZE);
    let Some((first, rest)) = bytes.split_first().filter(|(first, _)| **first & 0x80 != 0) else {
        return read_octal(block, &SIZE, position);
    };
    // 95 bits.
    let size = rest.iter().fold(u128::from(first & 0x7f), |size, byte| (size << 8) | u128::from(*byte));
    match u64::try_from(size) {
        Ok(size) if size <= MAX_FILE_SIZE => Ok(size),
        _ => {
            let got = format!("0x{size:x}");
            Err(tar_error(Code::TarHeader, position, "size", &got, &format!("at most {MAX_FILE_SIZE}")))
        }
    }
}

/// Digits, between spaces in front and spaces or NULs behind; an empty field is 0, as V7 and GNU tar write it. At most 36 bits.
fn read_octal(block: &Block, field: &Field, position: TarPosition<'_>) -> Result<u64> {
    let bytes = bytes_of(block, field);
    let start = bytes.iter().position(|byte| *byte != b' ').unwrap_or(bytes.len());
    let digits = bytes.get(start..).unwrap_or_default();
    let end = digits.iter().position(|byte| !(b'0'..=b'7').contains(byte)).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at_checked(end).unwrap_or_default();
    if rest.iter().any(|byte| *byte != b' ' && *byte != 0) {
        return Err(tar_error(Code::TarHeader, position, field.name, &quoted_bytes(bytes), "an octal number"));
    }
    Ok(digits.iter().fold(0, |value, digit| (value << 3) | u64::from(digit & 7)))
}

/// The sum of all bytes, those of the checksum counted as spaces.
fn checksum_of(block: &Block) -> u64 {
    let all: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = bytes_of(block, &CHECKSUM).iter().map(|byte| u32::from(*byte)).sum();
    u64::from(all - own) + 8 * 0x20
}

fn bytes_of<'b>(block: &'b Block, field: &Field) -> &'b [u8] {
    block.get(field.start..field.start + field.length).unwrap_or_default()
}
