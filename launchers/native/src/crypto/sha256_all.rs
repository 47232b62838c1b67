//! SHA-256 of many messages, two at a time where the processor gains by that.

use super::sha256::sha256;
use crate::platform::two_hashes::{Blocks, hash_two};
use sha2::block_api::compress256;
use std::ops::Range;

const BLOCK: usize = 64;
/// FIPS 180-4, 5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The hashes of the messages, in their order.
pub fn sha256_all(messages: &[&[u8]]) -> Vec<[u8; 32]> {
    let mut hashes = vec![[0; 32]; messages.len()];
    let mut rest = messages.iter().enumerate().map(|(at, message)| Lane::new(at, message));
    let (mut one, mut other) = (rest.next(), rest.next());
    while let (Some(first), Some(second)) = (&mut one, &mut other) {
        if !step(first, second) {
            return messages.iter().map(|message| sha256(message)).collect();
        }
        for lane in [&mut one, &mut other] {
            if let Some(done) = lane.take_if(|lane| lane.blocks().is_empty()) {
                set(&mut hashes, &done);
                *lane = rest.next();
            }
        }
    }
    if let Some(mut last) = one.or(other) {
        while !last.blocks().is_empty() {
            let (state, blocks) = last.parts();
            compress256(state, blocks);
            let done = blocks.len();
            last.advance(done);
        }
        set(&mut hashes, &last);
    }
    hashes
}

/// A message on its way.
struct Lane<'m> {
    at: usize,
    state: [u32; 8],
    /// Whole blocks of the message that are still to come.
    body: &'m [[u8; BLOCK]],
    /// FIPS 180-4, 5.1.1: what is left of it, a one, zeros and its length in bits.
    tail: [[u8; BLOCK]; 2],
    /// Blocks of the tail that are still to come.
    left: Range<usize>,
}

impl<'m> Lane<'m> {
    fn new(at: usize, message: &'m [u8]) -> Self {
        let (body, rest) = message.as_chunks();
        let mut tail = [[0; BLOCK]; 2];
        let count = if rest.len() < BLOCK - 8 { 1 } else { 2 };
        let bytes = tail.as_flattened_mut();
        let bits = (message.len() as u64).wrapping_mul(8).to_be_bytes();
        for (from, what) in [(0, rest), (rest.len(), &[0x80]), (count * BLOCK - 8, &bits)] {
            if let Some(place) = bytes.get_mut(from..from + what.len()) {
                place.copy_from_slice(what);
            }
        }
        Lane { at, state: INITIAL, body, tail, left: 0..count }
    }

    fn blocks(&self) -> &[[u8; BLOCK]] {
        if self.body.is_empty() { self.tail.get(self.left.clone()).unwrap_or_default() } else { self.body }
    }

    fn parts(&mut self) -> (&mut [u32; 8], &[[u8; BLOCK]]) {
        let tail = self.tail.get(self.left.clone()).unwrap_or_default();
        (&mut self.state, if self.body.is_empty() { tail } else { self.body })
    }

    fn advance(&mut self, blocks: usize) {
        if self.body.is_empty() {
            self.left.start += blocks;
        } else {
            self.body = self.body.get(blocks..).unwrap_or_default();
        }
    }
}

/// As far as both have blocks at hand; false where the processor cannot.
fn step(one: &mut Lane<'_>, other: &mut Lane<'_>) -> bool {
    let count = one.blocks().len().min(other.blocks().len());
    let ((state, next), (another, behind)) = (one.parts(), other.parts());
    let done = hash_two(Blocks { state, next }, Blocks { state: another, next: behind });
    one.advance(count);
    other.advance(count);
    done
}

fn set(hashes: &mut [[u8; 32]], lane: &Lane<'_>) {
    let Some(place) = hashes.get_mut(lane.at) else { return };
    for (bytes, word) in place.as_chunks_mut().0.iter_mut().zip(lane.state) {
        *bytes = word.to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one_by_one(messages: &[Vec<u8>]) -> Vec<[u8; 32]> {
        messages.iter().map(|message| sha256(message)).collect()
    }

    fn all(messages: &[Vec<u8>]) -> Vec<[u8; 32]> {
        sha256_all(&messages.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn messages_that_end_at_every_place_of_a_block() {
        let messages: Vec<Vec<u8>> = (0..200).map(|length| vec![length as u8; length]).collect();
        assert_eq!(all(&messages), one_by_one(&messages));
        for count in 0..4 {
            assert_eq!(all(&messages[..count]), one_by_one(&messages[..count]));
        }
    }

    proptest! {
        #[test]
        fn hashes_as_one_by_one(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..20)) {
            prop_assert_eq!(all(&messages), one_by_one(&messages));
        }
    }
}
