//! Spec §4.5: the entries of a ustar, pax or GNU archive, streaming. Own code, because the libraries that we looked at decide for
//! themselves what they overlook: unknown types become files, damaged UTF-8 becomes U+FFFD, names end at a NUL whatever follows,
//! malformed pax records are dropped (docs/codecs.md). The archive must end with two zero blocks and zeros only behind them, so
//! that one cut off between two entries is not taken for a whole one.

use super::tar_extensions::{TarExtensions, parse_global_pax, parse_gnu_name, parse_pax};
use super::tar_header::{Block, TAR_BLOCK, TarHeader, TarPosition, parse_tar_header, tar_error};
use super::tar_member::TarMember;
use crate::error::{Code, Error, Result};
use crate::format::limits::{MAX_ARCHIVE_ENTRIES, MAX_ARCHIVE_EXTENSION};
use std::ops::Range;

/// What is told of an archive, in its order.
pub trait TarSink {
    fn member(&mut self, member: TarMember) -> Result<()>;
    /// A part of the last member's body: where it lies in the bytes that were pushed. Never empty.
    fn body(&mut self, part: Range<usize>) -> Result<()>;
}

enum State {
    Header,
    Extension {
        extension: Extension,
        left: usize,
        padding: usize,
    },
    Body {
        left: u64,
        padding: usize,
    },
    Padding {
        left: usize,
        offset: u64,
        /// Some of it was not zero.
        is_wrong: bool,
    },
    /// Behind the first zero block.
    SecondBlock,
    End,
}

/// Takes an archive in pieces of any length. Refuses with TRUNCATED, TAR_*.
pub struct TarReader<'a> {
    place: &'a str,
    state: State,
    /// A header that began in an earlier piece; `gathered` bytes of it are there.
    block: Box<Block>,
    gathered: usize,
    /// Bytes of the archive before the next one.
    offset: u64,
    headers: u64,
    extensions: TarExtensions,
    /// The content of an extension header, which counts when its padding has been judged.
    unread: Option<Extension>,
}

struct Extension {
    kind: u8,
    offset: u64,
    content: Vec<u8>,
}

impl<'a> TarReader<'a> {
    pub fn new(place: &'a str) -> Self {
        TarReader {
            place,
            state: State::Header,
            block: Box::new([0; TAR_BLOCK]),
            gathered: 0,
            offset: 0,
            headers: 0,
            extensions: TarExtensions::default(),
            unread: None,
        }
    }

    /// Bytes of the archive so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads the next piece to its end.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn TarSink) -> Result<()> {
        let mut at = 0;
        while at < bytes.len() {
            at += self.step(bytes, at, sink)?;
        }
        Ok(())
    }

    /// Judged when all of it is there, or the archive ends: what stopped the stream in the middle of it comes first.
    fn check_padding(&self) -> Result<()> {
        match self.state {
            State::Padding { offset, is_wrong: true, .. } => {
                let position = TarPosition { place: self.place, offset };
                Err(tar_error(Code::TarPadding, position, "padding of an entry", "not zero", "zeros"))
            }
            _ => Ok(()),
        }
    }

    /// Called behind the last piece.
    pub fn finish(&self) -> Result<()> {
        self.check_padding()?;
        let want = match &self.state {
            State::End => return Ok(()),
            State::Header | State::SecondBlock => "two zero blocks at the end".to_owned(),
            State::Extension { left, padding, .. } => format!("{} more bytes of an entry", left + padding),
            State::Body { left, padding } => format!("{} more bytes of an entry", left + *padding as u64),
            State::Padding { left, .. } => format!("{left} more bytes of an entry"),
        };
        let (place, offset) = (self.place, self.offset);
        let message = format!("{place}: archive offset {offset}: the archive ends, expected {want} (spec §4.5)");
        let error = Error::new(Code::Truncated, message).with("where", place).with("offset", offset.to_string());
        Err(error.with("want", want))
    }

    /// Uses at least one of the bytes from `at` on and returns how many.
    fn step(&mut self, bytes: &[u8], at: usize, sink: &mut dyn TarSink) -> Result<usize> {
        let rest = bytes.get(at..).unwrap_or_default();
        let position = self.position();
        match &mut self.state {
            State::Header | State::SecondBlock => self.take_block(rest, sink),
            State::Extension { extension, left, padding } => {
                let part = rest.get(..rest.len().min(*left)).unwrap_or(rest);
                extension.content.extend_from_slice(part);
                *left -= part.len();
                self.offset += part.len() as u64;
                if *left == 0 {
                    let padding = *padding;
                    self.end_extension(padding)?;
                }
                Ok(part.len())
            }
            State::Body { left, padding } => {
                let used = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                *left -= used as u64;
                let (is_over, padding) = (*left == 0, *padding);
                self.offset += used as u64;
                if is_over {
                    self.begin_padding(padding)?;
                }
                sink.body(at..at + used)?;
                Ok(used)
            }
            State::Padding { left, is_wrong, .. } => {
                let part = rest.get(..rest.len().min(*left)).unwrap_or(rest);
                *is_wrong |= !is_zero(part);
                *left -= part.len();
                self.offset += part.len() as u64;
                if *left == 0 {
                    self.end_padding()?;
                }
                Ok(part.len())
            }
            State::End => {
                if !is_zero(rest) {
                    return Err(tar_error(Code::TarEnd, position, "the rest of the archive", "not zero", "zeros"));
                }
                self.offset += rest.len() as u64;
                Ok(rest.len())
            }
        }
    }

    /// A block where it is at hand in one piece, or what there is of it.
    fn take_block(&mut self, rest: &[u8], sink: &mut dyn TarSink) -> Result<usize> {
        if let (0, Some(block)) = (self.gathered, rest.first_chunk::<TAR_BLOCK>()) {
            self.read_block(block, sink)?;
            return Ok(TAR_BLOCK);
        }
        let used = rest.len().min(TAR_BLOCK - self.gathered);
        if let Some((to, from)) = self.block.get_mut(self.gathered..self.gathered + used).zip(rest.get(..used)) {
            to.copy_from_slice(from);
        }
        self.gathered += used;
        if self.gathered == TAR_BLOCK {
            self.gathered = 0;
            let block = self.block.clone();
            self.read_block(&block, sink)?;
        }
        Ok(used)
    }

    fn read_block(&mut self, block: &Block, sink: &mut dyn TarSink) -> Result<()> {
        let position = self.position();
        if matches!(self.state, State::SecondBlock) {
            if !is_zero(block) {
                return Err(tar_error(Code::TarEnd, position, "second closing block", "not zero", "zeros"));
            }
            self.state = State::End;
        } else if is_zero(block) {
            if !self.extensions.is_empty() {
                let (got, want) = ("the last of the archive", "an entry behind it");
                return Err(tar_error(Code::TarExtension, position, "extension header", got, want));
            }
            self.state = State::SecondBlock;
        } else {
            self.read_header(block, position, sink)?;
        }
        self.offset += TAR_BLOCK as u64;
        Ok(())
    }

    fn read_header(&mut self, block: &Block, position: TarPosition<'_>, sink: &mut dyn TarSink) -> Result<()> {
        self.headers += 1;
        if self.headers > MAX_ARCHIVE_ENTRIES {
            let want = format!("at most {MAX_ARCHIVE_ENTRIES}");
            return Err(tar_error(Code::TarLimit, position, "number of headers", &self.headers.to_string(), &want));
        }
        let mut header = parse_tar_header(block, position)?;
        if matches!(header.kind, b'x' | b'g' | b'L' | b'K') {
            return self.begin_extension(header, position);
        }
        std::mem::take(&mut self.extensions).apply(&mut header);
        let member = TarMember::judge(header, position)?;
        self.begin_body(member.size);
        sink.member(member)
    }

    fn begin_extension(&mut self, header: TarHeader, position: TarPosition<'_>) -> Result<()> {
        let left = match usize::try_from(header.size) {
            Ok(left) if header.size <= MAX_ARCHIVE_EXTENSION => left,
            _ => {
                let (got, want) = (header.size.to_string(), format!("at most {MAX_ARCHIVE_EXTENSION}"));
                return Err(tar_error(Code::TarLimit, position, "extension size", &got, &want));
            }
        };
        let extension = Extension { kind: header.kind, offset: position.offset, content: Vec::new() };
        self.state = State::Extension { extension, left, padding: padding_of(header.size) };
        if left == 0 { self.end_extension(0) } else { Ok(()) }
    }

    fn end_extension(&mut self, padding: usize) -> Result<()> {
        if let State::Extension { extension, .. } = std::mem::replace(&mut self.state, State::Header) {
            self.unread = Some(extension);
        }
        self.begin_padding(padding)
    }

    fn read_extension(&mut self, extension: Extension) -> Result<()> {
        let Extension { kind, offset, content } = extension;
        let position = TarPosition { place: self.place, offset };
        let more = match kind {
            b'x' => parse_pax(&content, position)?,
            b'g' => return parse_global_pax(&content, position),
            b'L' => {
                let path = parse_gnu_name(&content, "GNU long name", position)?;
                TarExtensions { path: Some(path), ..TarExtensions::default() }
            }
            _ => {
                let link_path = parse_gnu_name(&content, "GNU long link name", position)?;
                TarExtensions { link_path: Some(link_path), ..TarExtensions::default() }
            }
        };
        self.extensions.merge(more, position)
    }

    fn begin_body(&mut self, size: u64) {
        self.state = if size == 0 { State::Header } else { State::Body { left: size, padding: padding_of(size) } };
    }

    fn begin_padding(&mut self, left: usize) -> Result<()> {
        self.state = State::Padding { left, offset: self.offset, is_wrong: false };
        if left == 0 { self.end_padding() } else { Ok(()) }
    }

    fn end_padding(&mut self) -> Result<()> {
        self.check_padding()?;
        self.state = State::Header;
        self.unread.take().map_or(Ok(()), |extension| self.read_extension(extension))
    }

    fn position(&self) -> TarPosition<'a> {
        TarPosition { place: self.place, offset: self.offset }
    }
}

/// Zeros that fill the last block of a body.
fn padding_of(size: u64) -> usize {
    (TAR_BLOCK - (size % TAR_BLOCK as u64) as usize) % TAR_BLOCK
}

fn is_zero(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<64>();
    words.iter().all(|word| *word == [0; 64]) && rest.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests;
