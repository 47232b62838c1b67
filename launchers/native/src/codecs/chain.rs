//! Spec §4.3 and §4.4: undoes all of a chain but its archive step.

use super::aes256_gcm::{Aes256GcmDecoder, Secret};
use super::byte_source::{DecodeContext, Source};
use super::decoded_limit::DecodedLimit;
use super::gzip::GzipDecoder;
use super::zstd::ZstdDecoder;
use crate::error::{Code, Error, Result};
use crate::format::operations::{
    LAST_ARCHIVE_CODE, OP_AES256_GCM, OP_GZIP, OP_TAR, OP_ZSTD, OperationChain, operation_name,
};

/// Spec §4.3: refuses a chain that cannot be decoded, by name and before any work. An archive can only be the first operation: what
/// was compressed is bytes, and an archive of an archive would leave open which of the two is unpacked. Why bzip2 and xz are not
/// decoded is in docs/codecs.md. Spec §4.7: AES-256-GCM is the last operation, of a slot that says where its key comes from.
/// Refuses with OPERATION_UNSUPPORTED, OPERATION_CHAIN.
pub fn refuse_undecodable(chain: &OperationChain, has_key_source: bool, place: &str) -> Result<()> {
    let mut behind_first = chain.0.iter().enumerate().skip(1);
    if let Some((position, code)) = behind_first.find(|(_, code)| **code <= LAST_ARCHIVE_CODE) {
        let got = format!("{} as operation {}", name_of(*code), position + 1);
        return Err(chain_error(Code::OperationChain, place, &got, "archives first", "§4.1"));
    }
    let is_decoded = |position, code| match code {
        OP_GZIP | OP_ZSTD => true,
        OP_TAR => position == 0,
        OP_AES256_GCM => has_key_source && position + 1 == chain.0.len(),
        _ => false,
    };
    match chain.0.iter().enumerate().find(|(position, code)| !is_decoded(*position, **code)) {
        None => Ok(()),
        Some((_, code)) => {
            let want = "tar, gzip and zstd, and at the end aes256-gcm with a key_source, only";
            Err(chain_error(Code::OperationUnsupported, place, &name_of(*code), want, "§4.3"))
        }
    }
}

/// Spec §4.4: `[tar, zstd]` gives the bytes of the archive. `context.max_bytes` bounds what comes out. Read it to the end: only then
/// is it known that the stream ends where it should. Refuses with what `refuse_undecodable` and the decoders refuse with.
pub fn decode_chain<'a>(
    input: Source<'a>,
    chain: &OperationChain,
    secret: Option<Secret>,
    context: DecodeContext<'a>,
) -> Result<Source<'a>> {
    refuse_undecodable(chain, secret.is_some(), context.place)?;
    let inner = DecodeContext { max_bytes: inner_limit(context.max_bytes), ..context };
    let mut decoded = input;
    for code in chain.0.iter().rev() {
        decoded = match (*code, secret) {
            (OP_AES256_GCM, Some(secret)) => Box::new(Aes256GcmDecoder::new(decoded, context.place, secret)),
            (OP_GZIP, _) => Box::new(DecodedLimit::new(Box::new(GzipDecoder::new(decoded, context.place)), inner)),
            (OP_ZSTD, _) => Box::new(DecodedLimit::new(Box::new(ZstdDecoder::new(decoded, context.place)), inner)),
            _ => decoded,
        };
    }
    Ok(Box::new(DecodedLimit::new(decoded, context)))
}

/// What lies between two compressors is hardly longer than what comes out at the end; a factor leaves room for bad compressors.
fn inner_limit(max_bytes: u64) -> u64 {
    max_bytes.saturating_mul(2).saturating_add(1024 * 1024)
}

fn name_of(code: u8) -> String {
    operation_name(code).unwrap_or_else(|| format!("{code:#x}"))
}

fn chain_error(code: Code, place: &str, got: &str, want: &str, section: &str) -> Error {
    let message = format!("{place}: operations: found {got}, expected {want} (spec {section})");
    let error = Error::new(code, message).with("where", place).with("field", "operations");
    error.with("got", got).with("want", want)
}

#[cfg(test)]
mod tests {
    use super::super::byte_source::{SliceSource, read_full};
    use super::*;

    fn refusal(codes: &[u8]) -> Option<Code> {
        refuse_undecodable(&OperationChain(codes.to_vec()), false, "it").err().map(|error| error.code())
    }

    #[test]
    fn s4_3_decodes_tar_first_gzip_and_zstd_and_refuses_the_rest_by_name() {
        for codes in [&[][..], &[OP_TAR], &[OP_GZIP], &[OP_TAR, OP_ZSTD], &[OP_TAR, OP_GZIP, OP_ZSTD, OP_GZIP]] {
            assert_eq!(refusal(codes), None, "{codes:?}");
        }
        for codes in [&[0x13][..], &[OP_TAR, 0x16], &[0x0d], &[OP_GZIP, 0x31], &[OP_ZSTD, 0x70]] {
            assert_eq!(refusal(codes), Some(Code::OperationUnsupported), "{codes:?}");
        }
        let error = refuse_undecodable(&OperationChain(vec![OP_TAR, 0x31]), false, "slot 2").unwrap_err();
        assert_eq!(
            error.message(),
            "slot 2: operations: found aes256-gcm, expected tar, gzip and zstd, and at the end aes256-gcm with a key_source, only (spec §4.3)"
        );
    }

    #[test]
    fn s4_7_encryption_is_last_and_has_a_key_source() {
        let refusal = |codes: &[u8]| refuse_undecodable(&OperationChain(codes.to_vec()), true, "it").err();
        assert!(refusal(&[OP_TAR, OP_ZSTD, OP_AES256_GCM]).is_none());
        for codes in [&[OP_AES256_GCM, OP_GZIP][..], &[OP_AES256_GCM, OP_AES256_GCM], &[OP_GZIP, 0x30]] {
            assert_eq!(refusal(codes).map(|error| error.code()), Some(Code::OperationUnsupported), "{codes:?}");
        }
    }

    #[test]
    fn s4_1_refuses_an_archive_that_is_not_first() {
        for codes in [&[OP_GZIP, OP_TAR][..], &[OP_TAR, OP_TAR], &[OP_TAR, OP_GZIP, 0x0d], &[0x31, OP_TAR]] {
            assert_eq!(refusal(codes), Some(Code::OperationChain), "{codes:?}");
        }
    }

    #[test]
    fn s4_4_undoes_the_last_operation_first() {
        let content = b"content".repeat(1000);
        let mut zstd = vec![0; 10_000];
        let length = zstd_safe::compress(&mut zstd[..], &content, 3).unwrap();
        let mut stored = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        stored.extend(miniz_oxide::deflate::compress_to_vec(&zstd[..length], 6));
        stored.extend(super::super::crc32::crc32(&zstd[..length], 0).to_le_bytes());
        stored.extend((length as u32).to_le_bytes());
        let decode = |max_bytes| {
            let chain = OperationChain(vec![OP_TAR, OP_ZSTD, OP_GZIP]);
            let context = DecodeContext { place: "it", max_bytes };
            let mut source = decode_chain(Box::new(SliceSource(&stored)), &chain, None, context).unwrap();
            let mut into = vec![0; 10_000];
            read_full(source.as_mut(), &mut into).map(|count| into[..count].to_vec()).map_err(|error| error.code())
        };
        assert_eq!(decode(7000), Ok(content.clone()));
        assert_eq!(decode(6999), Err(Code::DecodedTooLong));
    }
}
