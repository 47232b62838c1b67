//! Vectors of `codecs`.

use crate::vector::{Reader, Vector};
use flavor_launcher::codecs::byte_source::{ByteSource, DecodeContext, SliceSource};
use flavor_launcher::codecs::decoded_limit::DecodedLimit;
use flavor_launcher::codecs::gzip::GzipDecoder;
use flavor_launcher::codecs::zstd::ZstdDecoder;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::sha256::Sha256;
use flavor_launcher::error::Result;
use serde_json::{Value, json};

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = &["tar"];

pub const READERS: &[(&str, Reader)] = &[
    ("gzip", |vector, _| decode(vector, &|source| Box::new(GzipDecoder::new(source, &vector.id)))),
    ("zstd", |vector, _| decode(vector, &|source| Box::new(ZstdDecoder::new(source, &vector.id)))),
];

type Source<'a> = Box<dyn ByteSource + 'a>;

fn decode<'a>(vector: &'a Vector, decoder: &dyn Fn(Source<'a>) -> Source<'a>) -> Result<Value> {
    let bytes: &'a [u8] = vector.bytes().leak();
    let context = DecodeContext { place: &vector.id, max_bytes: vector.number("max_bytes") };
    let mut decoded = DecodedLimit::new(decoder(Box::new(SliceSource(bytes))), context);
    let (mut hash, mut size, mut into) = (Sha256::new(), 0, vec![0; 10_000]);
    loop {
        match decoded.read(&mut into)? {
            0 => return Ok(json!({ "size": size, "sha256": hex(&hash.finish()) })),
            count => {
                hash.update(&into[..count]);
                size += count;
            }
        }
    }
}
