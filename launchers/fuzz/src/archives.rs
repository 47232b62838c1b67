//! Answers for archives, with the rules for their entries.

use crate::answers::answer;
use flavor_launcher::codecs::tar_member::{TarMember, TarMemberType};
use flavor_launcher::codecs::tar_reader::{TarReader, TarSink};
use flavor_launcher::crypto::hex::hex;
use flavor_launcher::crypto::sha256::sha256;
use flavor_launcher::error::Result;
use flavor_launcher::format::tree_listing::build_listing;
use flavor_launcher::package::tree_checker::TreeChecker;
use std::ops::Range;

/// At once, and in pieces that end nowhere in particular.
pub fn tar(bytes: &[u8]) -> String {
    let at_once = answer(read(bytes, bytes.len().max(1)));
    let in_pieces = answer(read(bytes, 61));
    assert_eq!(in_pieces, at_once, "how bytes arrive changes nothing");
    at_once
}

struct Judged<'a> {
    checker: TreeChecker<'a>,
    piece: &'a [u8],
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
        if let (Some((_, body)), Some(bytes)) = (self.bodies.last_mut(), self.piece.get(part)) {
            body.extend_from_slice(bytes);
        }
        Ok(())
    }
}

fn read(bytes: &[u8], piece: usize) -> Result<Vec<String>> {
    let mut judged = Judged { checker: TreeChecker::new("slot 0"), piece: &[], bodies: Vec::new() };
    let mut reader = TarReader::new("slot 0");
    for part in bytes.chunks(piece) {
        judged.piece = part;
        reader.push(part, &mut judged)?;
    }
    reader.finish()?;
    let hashes = judged.bodies.iter().map(|(position, body)| (*position, body.len() as u64, sha256(body)));
    let entries = judged.checker.settle(hashes);
    Ok(vec![entries.len().to_string(), hex(&sha256(&build_listing(&entries)))])
}
