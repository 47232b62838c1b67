//! Spec §5.1: the stored form of the metadata.

use crate::codecs::crc32::crc32;
use crate::crypto::hex::hex;
use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_METADATA_INFLATED;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

const HEADER_SIZE: usize = 10;
const FOOTER_SIZE: usize = 8;
/// No DEFLATE stream yields more bytes for one of its own (RFC 1951: 258 for a bit of length and one of distance).
const MAX_RATIO: usize = 1032;

/// Spec §5.1: exactly one gzip member without optional fields, and nothing behind it: other readers would take zero padding and further
/// members, so that two could see two texts. Errors: METADATA_GZIP, METADATA_LIMIT.
pub fn inflate_metadata(stored: &[u8]) -> Result<Vec<u8>> {
    let [0x1f, 0x8b, 8, flags, ..] = *stored else { return Err(header_error(stored)) };
    let (Some(deflated), Some((_, footer))) = (stored.get(HEADER_SIZE..), stored.split_last_chunk::<FOOTER_SIZE>())
    else {
        return Err(header_error(stored));
    };
    if deflated.len() < FOOTER_SIZE {
        return Err(header_error(stored));
    }
    if flags != 0 {
        return Err(gzip_error("flags", &format!("{flags:#x}"), "0x0, no optional fields"));
    }
    let [c0, c1, c2, c3, l0, l1, l2, l3] = *footer;
    let (sum, length) = (u32::from_le_bytes([c0, c1, c2, c3]), u32::from_le_bytes([l0, l1, l2, l3]));
    let (bytes, used) = inflate(deflated, length)?;
    let end = HEADER_SIZE.saturating_add(used).saturating_add(FOOTER_SIZE);
    if stored.len() != end {
        let (got, want) = (format!("{} bytes stored", stored.len()), format!("{end}, where the member ends"));
        return Err(gzip_error("length", &got, &want));
    }
    let computed = crc32(&bytes, 0);
    if sum != computed {
        return Err(gzip_error("CRC-32", &format!("{sum:#010x}"), &format!("{computed:#010x}")));
    }
    if length as usize != bytes.len() {
        return Err(gzip_error("ISIZE", &length.to_string(), &bytes.len().to_string()));
    }
    Ok(bytes)
}

/// The bytes, and how much of the input they took. `stated` is what a true footer says, so that memory is taken once; a false one only
/// makes it grow, up to the limit.
fn inflate(deflated: &[u8], stated: u32) -> Result<(Vec<u8>, usize)> {
    let possible = deflated.len().saturating_mul(MAX_RATIO);
    // One more than is allowed, so that a stream of just the limit is told from a longer one.
    let most = MAX_METADATA_INFLATED.saturating_add(1);
    let mut bytes = vec![0; usize::try_from(stated).unwrap_or(most).saturating_add(1).min(possible).min(most)];
    let mut state = Box::<DecompressorOxide>::default();
    let (mut used, mut filled) = (0_usize, 0_usize);
    loop {
        let rest = deflated.get(used..).unwrap_or_default();
        let (status, read, written) =
            decompress(&mut state, rest, &mut bytes, filled, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        used = used.saturating_add(read);
        filled = filled.saturating_add(written);
        match status {
            TINFLStatus::Done if filled <= MAX_METADATA_INFLATED => {
                bytes.truncate(filled);
                return Ok((bytes, used));
            }
            TINFLStatus::HasMoreOutput if bytes.len() < most => {
                bytes.resize(bytes.len().saturating_mul(2).clamp(1024, most), 0);
            }
            TINFLStatus::Done | TINFLStatus::HasMoreOutput => return Err(limit_error()),
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                return Err(gzip_error("stream", "cut short", "one DEFLATE stream"));
            }
            _ => return Err(gzip_error("stream", "damaged", "one DEFLATE stream")),
        }
    }
}

#[cold]
fn limit_error() -> Error {
    let want = MAX_METADATA_INFLATED.to_string();
    let message = format!("metadata inflates to more than {want} bytes, expected at most that (spec §10)");
    Error::new(Code::MetadataLimit, message).with("field", "metadata").with("want", want)
}

#[cold]
fn header_error(stored: &[u8]) -> Error {
    gzip_error("header", &hex(stored.get(..4).unwrap_or(stored)), "1f8b0800")
}

#[cold]
fn gzip_error(field: &str, got: &str, want: &str) -> Error {
    Error::new(Code::MetadataGzip, format!("metadata: gzip {field} is {got}, expected {want} (spec §5.1)"))
        .with("field", field)
        .with("got", got)
        .with("want", want)
}

#[cfg(test)]
mod tests;
