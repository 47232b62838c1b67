//! Vectors of `codecs`.

use crate::vector::{Reader, Vector};
use flavor_launcher::codecs::aes256_gcm::Aes256GcmDecoder;
use flavor_launcher::codecs::byte_source::{ByteSource, DecodeContext, SliceSource};
use flavor_launcher::codecs::decoded_limit::DecodedLimit;
use flavor_launcher::codecs::gzip::GzipDecoder;
use flavor_launcher::codecs::tar_member::{TarMember, TarMemberType};
use flavor_launcher::codecs::tar_reader::{TarReader, TarSink};
use flavor_launcher::codecs::zstd::ZstdDecoder;
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::sha256::{Sha256, sha256};
use flavor_launcher::error::Result;
use flavor_launcher::format::tree_listing::{EntryKind, build_listing};
use flavor_launcher::package::tree_checker::TreeChecker;
use serde_json::{Value, json};
use std::ops::Range;

pub const READERS: &[(&str, Reader)] = &[
    ("gzip", |vector, _| decode(vector, &|source| Box::new(GzipDecoder::new(source, &vector.id)))),
    ("zstd", |vector, _| decode(vector, &|source| Box::new(ZstdDecoder::new(source, &vector.id)))),
    ("aes256-gcm", |vector, _| {
        let secret = vector.hex("secret").try_into().unwrap();
        decode(vector, &|source| Box::new(Aes256GcmDecoder::new(source, &vector.id, secret)))
    }),
    ("tar", |vector, _| read_archive(vector)),
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

/// Judges the entries of an archive and keeps their bodies.
struct Judged<'a> {
    checker: TreeChecker<'a>,
    bytes: &'a [u8],
    bodies: Vec<(usize, Vec<u8>)>,
}

impl TarSink for Judged<'_> {
    fn member(&mut self, member: TarMember) -> Result<()> {
        let path = self.checker.judge(&member)?;
        let position = self.checker.record(&member, path)?;
        if member.kind == TarMemberType::File {
            self.bodies.push((position, Vec::new()));
        }
        Ok(())
    }

    fn body(&mut self, part: Range<usize>) -> Result<()> {
        let (_, body) = self.bodies.last_mut().unwrap();
        body.extend_from_slice(&self.bytes[part]);
        Ok(())
    }
}

fn read_archive(vector: &Vector) -> Result<Value> {
    let bytes = vector.bytes();
    let mut judged = Judged { checker: TreeChecker::new(&vector.id), bytes: &bytes, bodies: Vec::new() };
    let mut reader = TarReader::new(&vector.id);
    reader.push(&bytes, &mut judged)?;
    reader.finish()?;
    let hashes = judged.bodies.iter().map(|(position, body)| (*position, body.len() as u64, sha256(body)));
    let entries = judged.checker.settle(hashes);
    let listing = build_listing(&entries);
    let files: Vec<_> = entries.iter().filter(|entry| entry.kind == EntryKind::File).collect();
    Ok(json!({
        "listing": rows(&listing),
        "tree": hex(&sha256(&listing)),
        "files": files.len(),
        "bytes": files.iter().map(|entry| entry.size).sum::<u64>(),
    }))
}

/// The entries of a listing without their NUL.
pub fn rows(listing: &[u8]) -> Vec<String> {
    let text = String::from_utf8(listing.to_vec()).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}
