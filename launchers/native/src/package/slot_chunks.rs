//! A slot's decoded bytes in pieces, or the stored frames from which several threads make them (spec §4.4).

use super::chunk::{Buffers, Chunk};
use crate::codecs::byte_source::{ByteSource, Source};
use crate::codecs::zstd::{Gathered, USUAL_ROOM, ZstdDecoder};
use crate::error::{Error, Result};
use std::sync::Arc;

/// Decoded bytes of one piece, where the stream gives no reason for another number: a few hundred files, in the processor's cache.
const PIECE: usize = 1024 * 1024;

pub enum SlotChunks<'a> {
    /// Of slots whose one compression is zstd.
    Zstd(Box<ZstdDecoder<'a>>),
    Other(Source<'a>),
    /// Something was wrong behind the last piece.
    Failed(Option<Error>),
}

/// Whole frames, that decode to `content` bytes. Both numbers of bytes are counted in the buffers.
pub struct Frames {
    /// Longer than `length`, which is that of the frames.
    pub stored: Vec<u8>,
    pub length: usize,
    pub content: usize,
}

pub enum Step {
    Frames(Frames),
    Chunk(Chunk),
    End,
}

impl SlotChunks<'_> {
    /// The next piece of the stream; errors come in their place, behind all that is right before them.
    pub fn next(&mut self, buffers: &Arc<Buffers>) -> Result<Step> {
        match self {
            SlotChunks::Zstd(decoder) => {
                let mut stored = buffers.take(USUAL_ROOM);
                match decoder.gather(&mut stored)? {
                    Gathered::Frames { stored: length, content } => {
                        buffers.hold(length.saturating_add(content));
                        return Ok(Step::Frames(Frames { stored, length, content }));
                    }
                    Gathered::End => return Ok(Step::End),
                    Gathered::Long => buffers.give_back(stored),
                }
                let (step, failure) = fill(decoder.as_mut(), &ZstdDecoder::is_between_frames, buffers);
                self.fail_behind(step, failure)
            }
            SlotChunks::Other(source) => {
                let (step, failure) = fill(source, &|_| false, buffers);
                self.fail_behind(step, failure)
            }
            SlotChunks::Failed(failure) => failure.take().map_or(Ok(Step::End), Err),
        }
    }

    fn fail_behind(&mut self, step: Step, failure: Option<Error>) -> Result<Step> {
        match (step, failure) {
            (Step::Chunk(chunk), failure) => {
                if failure.is_some() {
                    *self = SlotChunks::Failed(failure);
                }
                Ok(Step::Chunk(chunk))
            }
            (_, Some(failure)) => Err(failure),
            (step, None) => Ok(step),
        }
    }
}

/// One piece, up to where `is_enough` or the end of the stream; what was read before a failure is not lost.
fn fill<S: ByteSource>(
    source: &mut S,
    is_enough: &dyn Fn(&S) -> bool,
    buffers: &Arc<Buffers>,
) -> (Step, Option<Error>) {
    buffers.hold(PIECE);
    let mut chunk = Chunk::new(buffers, PIECE);
    let (mut filled, mut failure) = (0, None);
    while let Some(room) = chunk.bytes_mut().get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        if is_enough(source) {
            break;
        }
    }
    chunk.truncate(filled);
    let step = if filled == 0 { Step::End } else { Step::Chunk(chunk) };
    (step, failure)
}
