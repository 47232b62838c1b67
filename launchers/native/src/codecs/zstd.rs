//! Spec §4.4: one or more zstd frames (RFC 8878), skippable ones included, that cover the input exactly.
//!
//! Two ways lead through a stream, and what they give is the same: `read` decodes it byte after byte; `gather` hands out short whole
//! frames as they are stored, so that several threads can decode them, and leaves long ones to `read`. Where frames end is found by
//! walking their headers: a seek table may stand behind them, and nothing depends on what it says.

use super::byte_source::{ByteSource, Source, read_up_to};
use super::zstd_frames::{FrameContent, FrameWalker};
use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_ZSTD_WINDOW;
use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

/// Decoded bytes of the longest frame that is handed out whole; our packer's are as long.
pub const MAX_WHOLE_FRAME: u64 = 4 * 1024 * 1024;
/// Frames are gathered until they decode to as much: a hand-over costs a few microseconds, and frames may hold a few bytes each.
const ENOUGH: u64 = 1024 * 1024;
/// What `gather` fills of its room, but where the last of many frames in it is long.
pub const USUAL_ROOM: usize = (MAX_WHOLE_FRAME + MAX_OVERHEAD + INPUT) as usize;
/// Decoded bytes that `gather` returns at most.
pub const MAX_GATHERED: u64 = ENOUGH - 1 + MAX_WHOLE_FRAME;
/// Stored bytes that a gathered frame may have beyond its decoded ones: headers, checksum, and blocks that hold nothing.
const MAX_OVERHEAD: u64 = 256 * 1024;
/// One block with its header, and the next one's.
const INPUT: u64 = 128 * 1024 + 6;

/// Refuses with TRUNCATED, ZSTD_FRAME, ZSTD_WINDOW, ZSTD_DICTIONARY, ZSTD_DATA, ZSTD_TRAILING. Limits nothing: see `DecodedLimit`.
pub struct ZstdDecoder<'a> {
    source: Source<'a>,
    place: &'a str,
    walker: FrameWalker<'a>,
    context: Option<DCtx<'static>>,
    /// Bytes of the current frame that have been walked over; those from `start` on are still to be decoded.
    input: Vec<u8>,
    start: usize,
    /// The decompressor stopped because it had no room left.
    holds_output: bool,
    /// Bytes that the current frame has decoded to.
    written: u64,
    /// Met by `gather` behind `input`.
    failure: Option<Error>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Gathered {
    /// Whole frames in the first `stored` bytes, that decode to `content` bytes.
    Frames {
        stored: usize,
        content: usize,
    },
    /// The next frame is long, or something is wrong with it: `read` up to its end.
    Long,
    End,
}

impl<'a> ZstdDecoder<'a> {
    pub fn new(source: Source<'a>, place: &'a str) -> Self {
        let (walker, input) = (FrameWalker::new(place), Vec::new());
        ZstdDecoder {
            source,
            place,
            walker,
            context: None,
            input,
            start: 0,
            holds_output: false,
            written: 0,
            failure: None,
        }
    }

    /// Behind a frame, with all of it decoded; `gather` and `read` may take turns here.
    pub fn is_between_frames(&self) -> bool {
        self.walker.is_between_frames()
            && self.start == self.input.len()
            && !self.holds_output
            && self.failure.is_none()
    }

    /// Puts the next frames at the beginning of `room`, which grows where it is too short and keeps its length: zeros cost time.
    /// An error comes out where `read` would have met it.
    pub fn gather(&mut self, room: &mut Vec<u8>) -> Result<Gathered> {
        let (mut content, mut whole, mut filled) = (0, 0, 0);
        if !self.is_between_frames() {
            return Ok(Gathered::Long);
        }
        while content < ENOUGH && filled as u64 <= MAX_WHOLE_FRAME {
            match self.gather_frame(room, whole, &mut filled) {
                Ok(Some(more)) => {
                    content += more;
                    whole = filled;
                    continue;
                }
                Ok(None) if filled > whole => {}
                Ok(None) => match self.walker.finish() {
                    Ok(()) if whole == 0 => return Ok(Gathered::End),
                    Ok(()) => {}
                    Err(error) => self.failure = Some(error),
                },
                Err(error) => self.failure = Some(error),
            }
            self.input = room.get(whole..filled).unwrap_or_default().to_vec();
            self.start = 0;
            break;
        }
        if whole == 0 {
            return Ok(Gathered::Long);
        }
        Ok(Gathered::Frames { stored: whole, content: usize::try_from(content).unwrap_or(usize::MAX) })
    }

    /// Appends one frame to the first `filled` bytes, those from `from` on of which are its own, and returns its decoded length;
    /// nothing where it is not to be handed out whole, or the stream has ended.
    fn gather_frame(&mut self, room: &mut Vec<u8>, from: usize, filled: &mut usize) -> Result<Option<u64>> {
        loop {
            let before = *filled;
            let wanted = usize::try_from(self.walker.wanted().min(INPUT)).unwrap_or(0);
            if room.len() < before + wanted {
                room.resize(before + wanted, 0);
            }
            let piece = room.get_mut(before..before + wanted).unwrap_or_default();
            let (got, failure) = read_up_to(self.source.as_mut(), piece);
            *filled += got;
            if let Some(error) = failure {
                return Err(error);
            }
            let is_ended = got < wanted;
            // `read` never decodes a piece that the walker refuses.
            if let Err(error) = self.walker.walk(piece.get(..got).unwrap_or_default()) {
                *filled = before;
                return Err(error);
            }
            if self.walker.is_between_frames() && *filled > from {
                let FrameContent::Stated(content) = self.walker.content() else { return Ok(None) };
                return Ok(Some(content));
            }
            if is_ended {
                if *filled > from {
                    self.walker.finish()?;
                }
                return Ok(None);
            }
            match self.walker.content() {
                FrameContent::Unread => {}
                FrameContent::Stated(content)
                    if content <= MAX_WHOLE_FRAME && (*filled - from) as u64 <= content + MAX_OVERHEAD => {}
                _ => return Ok(None),
            }
        }
    }

    /// Reads and walks the next bytes of the current frame or the first of the next one. False where the stream has ended.
    fn refill(&mut self) -> Result<bool> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        // The bytes of a magic that is not whole are kept: it is for the walker to say what is wrong with it.
        self.input.drain(..self.start);
        self.start = 0;
        let filled = self.input.len();
        let wanted = usize::try_from(self.walker.wanted().min(INPUT)).unwrap_or(0);
        self.input.resize(filled + wanted, 0);
        let got = self.source.read(self.input.get_mut(filled..).unwrap_or_default())?;
        self.input.truncate(filled + got);
        if got == 0 {
            self.walker.finish()?;
            return Ok(false);
        }
        self.walker.walk(self.input.get(filled..).unwrap_or_default())?;
        Ok(true)
    }

    /// Returns how many bytes came out; `start` moves on by those that went in.
    fn decode(&mut self, into: &mut [u8]) -> Result<usize> {
        if self.context.is_none() {
            self.context = Some(new_context(self.place)?);
        }
        let Some(context) = self.context.as_mut() else { return Ok(0) };
        let length = into.len();
        let mut input = InBuffer { src: &self.input, pos: self.start };
        let mut output = OutBuffer::around(into);
        let hint = context.decompress_stream(&mut output, &mut input).map_err(|code| damaged(self.place, code))?;
        let (used, written) = (input.pos, output.pos());
        self.start = used;
        self.holds_output = hint != 0 && written == length;
        let is_frame_over = self.walker.is_between_frames() && used == self.input.len() && !self.holds_output;
        self.written = self.written.saturating_add(written as u64);
        if is_frame_over {
            // The stream does not compare these where the last block holds nothing; whole frames it does.
            let is_as_stated = !matches!(self.walker.content(), FrameContent::Stated(size) if size != self.written);
            if hint != 0 || !is_as_stated {
                return Err(damaged(self.place, 0));
            }
            self.written = 0;
        }
        Ok(written)
    }
}

impl ByteSource for ZstdDecoder<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        loop {
            let has_input = self.start < self.input.len() && !self.walker.is_inside_magic();
            if has_input || self.holds_output {
                let written = self.decode(into)?;
                if written > 0 {
                    return Ok(written);
                }
            } else if !self.refill()? {
                return Ok(0);
            }
        }
    }
}

/// A decompressor; one decodes any number of frames.
pub fn new_context(place: &str) -> Result<DCtx<'static>> {
    let mut context = DCtx::try_create().ok_or_else(|| damaged(place, 0))?;
    let window = DParameter::WindowLogMax(MAX_ZSTD_WINDOW.ilog2());
    context.set_parameter(window).map_err(|code| damaged(place, code))?;
    Ok(context)
}

/// Decodes what `gather` has returned; `into` is as long as it said. Refuses with ZSTD_DATA.
pub fn decode_frames(context: &mut DCtx<'static>, stored: &[u8], into: &mut [u8], place: &str) -> Result<()> {
    let written = context.decompress(into, stored).map_err(|code| damaged(place, code))?;
    if written == into.len() { Ok(()) } else { Err(damaged(place, 0)) }
}

fn damaged(place: &str, code: usize) -> Error {
    let reason = if code == 0 { "its frames are not as long as they say" } else { zstd_safe::get_error_name(code) };
    let message = format!("{place}: zstd data is damaged: {reason} (spec §4.4)");
    Error::new(Code::ZstdData, message).with("where", place)
}

#[cfg(test)]
mod tests;
