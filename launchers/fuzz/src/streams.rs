//! Answers of the decoders. A stream is decoded in several ways that must give the same.

use crate::answers::answer;
use flavor_launcher::codecs::byte_source::{ByteSource, DecodeContext, SliceSource, Source};
use flavor_launcher::codecs::decoded_limit::DecodedLimit;
use flavor_launcher::codecs::gzip::GzipDecoder;
use flavor_launcher::codecs::zstd::{Gathered, ZstdDecoder, decode_frames, new_context};
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::sha256::sha256;
use flavor_launcher::error::{Code, Error, Result};
use flavor_launcher::package::metadata_stream::inflate_metadata;

/// Bytes that a stream may decode to.
const MOST: u64 = 1 << 20;
const PLACE: &str = "slot 0";

pub fn gzip(bytes: &[u8]) -> String {
    two_ways(bytes, &|source| Box::new(GzipDecoder::new(source, PLACE)))
}

pub fn zstd(bytes: &[u8]) -> String {
    let read = two_ways(bytes, &|source| Box::new(ZstdDecoder::new(source, PLACE)));
    let gathered = answer(gather_all(bytes).map(found));
    expect_alike(&gathered, &read);
    read
}

pub fn metadata_gzip(bytes: &[u8]) -> String {
    answer(inflate_metadata(bytes).map(found))
}

fn found(decoded: Vec<u8>) -> Vec<String> {
    vec![decoded.len().to_string(), hex(&sha256(&decoded))]
}

/// At once, and byte by byte in small pieces.
fn two_ways<'a>(bytes: &'a [u8], decoder: &dyn Fn(Source<'a>) -> Source<'a>) -> String {
    let at_once = answer(decode(decoder(Box::new(SliceSource(bytes))), 65_536).map(found));
    let in_pieces = answer(decode(decoder(Box::new(Drop(bytes))), 1_021).map(found));
    expect_alike(&in_pieces, &at_once);
    at_once
}

/// Of several faults the first that is met counts (spec §9.1), and that depends on how bytes arrive; what comes out does not.
fn expect_alike(one: &str, other: &str) {
    let are_refused = !one.starts_with("ok") && !other.starts_with("ok");
    assert!(one == other || are_refused, "how bytes arrive changes the content: {one} and {other}");
}

fn decode(decoder: Source<'_>, piece: usize) -> Result<Vec<u8>> {
    let mut decoded = DecodedLimit::new(decoder, DecodeContext { place: PLACE, max_bytes: MOST });
    let (mut all, mut into) = (Vec::new(), vec![0; piece]);
    loop {
        match decoded.read(&mut into)? {
            0 => return Ok(all),
            count => all.extend_from_slice(into.get(..count).unwrap_or_default()),
        }
    }
}

/// As several threads do it: whole frames where that is possible, else as a stream up to the next frame.
fn gather_all(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = ZstdDecoder::new(Box::new(SliceSource(bytes)), PLACE);
    let (mut all, mut room, mut context) = (Vec::new(), Vec::new(), new_context(PLACE)?);
    loop {
        match decoder.gather(&mut room)? {
            Gathered::End => return Ok(all),
            Gathered::Frames { stored, content } => {
                expect_within(all.len() as u64 + content as u64)?;
                let mut into = vec![0; content];
                decode_frames(&mut context, room.get(..stored).unwrap_or_default(), &mut into, PLACE)?;
                all.append(&mut into);
            }
            Gathered::Long => loop {
                let mut into = vec![0; 4096];
                let count = decoder.read(&mut into)?;
                all.extend_from_slice(into.get(..count).unwrap_or_default());
                expect_within(all.len() as u64)?;
                if count == 0 || decoder.is_between_frames() {
                    break;
                }
            },
        }
    }
}

fn expect_within(size: u64) -> Result<()> {
    if size <= MOST { Ok(()) } else { Err(Error::new(Code::DecodedTooLong, "too long")) }
}

/// Yields at most three bytes at a time.
struct Drop<'a>(&'a [u8]);

impl ByteSource for Drop<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let length = into.len().min(self.0.len()).min(3);
        let (head, tail) = self.0.split_at(length);
        into.get_mut(..length).unwrap_or_default().copy_from_slice(head);
        self.0 = tail;
        Ok(length)
    }
}
