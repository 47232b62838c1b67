//! Spec §4.4: the headers of zstd frames (RFC 8878). Only frame and block headers are read, everything else is skipped without
//! looking at it: enough to know where each frame ends, that nothing lies between them, and what memory each of them takes.

use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_ZSTD_WINDOW;

/// RFC 8878 §3.1.1 and RFC 8878 §3.1.2; the low four bits of a skippable frame's magic are free.
const FRAME_MAGIC: u32 = 0xfd2f_b528;
const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
const MAX_BLOCK: u64 = 128 * 1024;
/// The type of a compressed block, and its shortest content: the headers of its two sections, RFC 8878 §3.1.1.3.
const COMPRESSED: u32 = 2;
const MIN_COMPRESSED: u64 = 2;
const MAX_FRAME_HEADER: usize = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Magic,
    Descriptor,
    Header,
    Block,
    Skippable,
}

/// What comes next: `skip` bytes that mean nothing to us, then a header of `need` bytes, of which `have` are there.
struct Expected {
    part: Part,
    need: usize,
    skip: u64,
    have: usize,
}

const NEXT_FRAME: Expected = Expected { part: Part::Magic, need: 4, skip: 0, have: 0 };

/// Follows a zstd stream in pieces of any length.
pub struct FrameWalker<'a> {
    place: &'a str,
    /// The header that is being gathered, which may lie in several pieces.
    gathered: [u8; MAX_FRAME_HEADER],
    expected: Expected,
    frames: u64,
    offset: u64,
    max_block: u64,
    has_checksum: bool,
    content: FrameContent,
}

/// What the header of the current frame says of its decoded length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameContent {
    /// The header is not whole yet.
    Unread,
    Unstated,
    /// Bytes; 0 for skippable frames.
    Stated(u64),
}

impl<'a> FrameWalker<'a> {
    pub fn new(place: &'a str) -> Self {
        FrameWalker {
            place,
            gathered: [0; MAX_FRAME_HEADER],
            expected: NEXT_FRAME,
            frames: 0,
            offset: 0,
            max_block: MAX_BLOCK,
            has_checksum: false,
            content: FrameContent::Unread,
        }
    }

    /// Walks to the end of the current frame or of `bytes`, whichever comes first, and returns where that is.
    /// Refuses with ZSTD_FRAME, ZSTD_WINDOW, ZSTD_DICTIONARY, ZSTD_TRAILING.
    pub fn walk(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let left = bytes.len() - at;
            let length = if self.expected.skip > 0 {
                let length = usize::try_from(self.expected.skip).map_or(left, |skip| skip.min(left));
                self.expected.skip -= length as u64;
                length
            } else {
                let length = (self.expected.need - self.expected.have).min(left);
                let have = self.expected.have;
                if let Some((to, from)) = self.gathered.get_mut(have..have + length).zip(bytes.get(at..at + length)) {
                    to.copy_from_slice(from);
                }
                self.expected.have += length;
                length
            };
            at += length;
            self.offset += length as u64;
            if self.expected.skip == 0 && self.expected.have == self.expected.need {
                self.expected = self.read_header()?;
            }
            if self.is_between_frames() {
                break;
            }
        }
        Ok(at)
    }

    /// How many bytes may be read before there is something to decide: never more than the current frame has.
    pub fn wanted(&self) -> u64 {
        let header = (self.expected.need - self.expected.have) as u64;
        match self.expected {
            Expected { part: Part::Magic, skip, .. } if skip > 0 => skip,
            Expected { skip, .. } => skip.saturating_add(header),
        }
    }

    pub fn content(&self) -> FrameContent {
        self.content
    }

    /// At the beginning, or behind the last byte of a frame.
    pub fn is_between_frames(&self) -> bool {
        self.expected.part == Part::Magic && self.expected.have == 0 && self.expected.skip == 0
    }

    /// Some bytes of a magic are there, and not all.
    pub fn is_inside_magic(&self) -> bool {
        self.expected.part == Part::Magic && self.expected.have > 0
    }

    /// Called where the stream has ended. Refuses with TRUNCATED, ZSTD_TRAILING.
    pub fn finish(&self) -> Result<()> {
        if self.frames > 0 && self.is_inside_magic() {
            return Err(self.error(Code::ZstdTrailing, "end", &format!("{} bytes", self.expected.have), "none"));
        }
        if self.frames > 0 && self.is_between_frames() {
            return Ok(());
        }
        let message =
            format!("{}: offset {}: the stream ends inside of a zstd frame (spec §4.4)", self.place, self.offset);
        Err(Error::new(Code::Truncated, message).with("where", self.place).with("offset", self.offset.to_string()))
    }

    fn read_header(&mut self) -> Result<Expected> {
        let [b0, b1, b2, b3, ..] = self.gathered;
        match self.expected.part {
            Part::Magic => self.read_magic(u32::from_le_bytes([b0, b1, b2, b3])),
            Part::Skippable => Ok(Expected { skip: u32::from_le_bytes([b0, b1, b2, b3]).into(), ..NEXT_FRAME }),
            Part::Descriptor => self.read_descriptor(b0),
            Part::Header => self.read_frame_header(),
            Part::Block => self.read_block_header(u32::from_le_bytes([b0, b1, b2, 0])),
        }
    }

    fn read_magic(&mut self, magic: u32) -> Result<Expected> {
        self.frames += 1;
        self.content = FrameContent::Unread;
        if magic == FRAME_MAGIC {
            return Ok(Expected { part: Part::Descriptor, need: 1, skip: 0, have: 0 });
        }
        if magic & 0xffff_fff0 == SKIPPABLE_MAGIC {
            self.content = FrameContent::Stated(0);
            return Ok(Expected { part: Part::Skippable, need: 4, skip: 0, have: 0 });
        }
        let code = if self.frames == 1 { Code::ZstdFrame } else { Code::ZstdTrailing };
        Err(self.error(code, "magic", &format!("0x{magic:08x}"), "0xfd2fb528"))
    }

    /// RFC 8878 §3.1.1.1.1.
    fn read_descriptor(&mut self, descriptor: u8) -> Result<Expected> {
        if descriptor & 0x08 != 0 {
            return Err(self.error(Code::ZstdFrame, "reserved bit", "1", "0"));
        }
        if descriptor & 0x03 != 0 {
            return Err(self.error(Code::ZstdDictionary, "dictionary flag", &(descriptor & 3).to_string(), "0"));
        }
        self.has_checksum = descriptor & 0x04 != 0;
        let is_single_segment = descriptor & 0x20 != 0;
        let size_bytes = match descriptor >> 6 {
            0 => usize::from(is_single_segment),
            flag => 1 << flag,
        };
        Ok(Expected { part: Part::Header, need: 1 + usize::from(!is_single_segment) + size_bytes, skip: 0, have: 1 })
    }

    /// RFC 8878 §3.1.1.1.2: a single-segment frame has no window byte; the decoder holds its whole content instead.
    fn read_frame_header(&mut self) -> Result<Expected> {
        let [descriptor, window, ..] = self.gathered;
        let is_single_segment = descriptor & 0x20 != 0;
        let fields = self.gathered.get(1 + usize::from(!is_single_segment)..self.expected.need).unwrap_or_default();
        let content = content_size(fields);
        self.content = content.map_or(FrameContent::Unstated, FrameContent::Stated);
        let window = if is_single_segment { content.unwrap_or(0) } else { window_size(window) };
        if window > MAX_ZSTD_WINDOW {
            let want = format!("at most {MAX_ZSTD_WINDOW}");
            return Err(self.error(Code::ZstdWindow, "window", &format!("{window} bytes"), &want));
        }
        self.max_block = window.min(MAX_BLOCK);
        Ok(Expected { part: Part::Block, need: 3, skip: 0, have: 0 })
    }

    /// RFC 8878 §3.1.1.2: an RLE block stores one byte, whatever size it states. libzstd takes a compressed block of nothing for an empty
    /// one where it decodes piece by piece, and refuses it in a whole frame.
    fn read_block_header(&self, header: u32) -> Result<Expected> {
        let is_last = header & 1 != 0;
        let kind = (header >> 1) & 3;
        let size = u64::from(header >> 3);
        if kind == 3 {
            return Err(self.error(Code::ZstdFrame, "block type", "3", "0, 1 or 2"));
        }
        let least = if kind == COMPRESSED { MIN_COMPRESSED } else { 0 };
        if size < least || size > self.max_block {
            let want = format!("{least} to {}", self.max_block);
            return Err(self.error(Code::ZstdFrame, "block size", &size.to_string(), &want));
        }
        let stored = if kind == 1 { 1 } else { size };
        if is_last {
            return Ok(Expected { skip: stored + if self.has_checksum { 4 } else { 0 }, ..NEXT_FRAME });
        }
        Ok(Expected { part: Part::Block, need: 3, skip: stored, have: 0 })
    }

    fn error(&self, code: Code, field: &str, got: &str, want: &str) -> Error {
        let section = if code == Code::ZstdWindow { "§10" } else { "§4.4" };
        let (place, offset) = (self.place, self.offset);
        let message = format!("{place}: offset {offset}: zstd {field} is {got}, expected {want} (spec {section})");
        let error = Error::new(code, message).with("where", place).with("offset", offset.to_string());
        error.with("field", field).with("got", got).with("want", want)
    }
}

/// RFC 8878 §3.1.1.1.2.
fn window_size(byte: u8) -> u64 {
    let base = 1u64 << (10 + (byte >> 3));
    base + base / 8 * u64::from(byte & 7)
}

/// RFC 8878 §3.1.1.1.4: two bytes count from 256.
fn content_size(field: &[u8]) -> Option<u64> {
    match field {
        [byte] => Some(u64::from(*byte)),
        [low, high] => Some(u64::from(u16::from_le_bytes([*low, *high])) + 256),
        [a, b, c, d] => Some(u64::from(u32::from_le_bytes([*a, *b, *c, *d]))),
        _ => field.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
    }
}
