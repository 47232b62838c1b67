//! Spec §4.4: exactly one gzip member (RFC 1952). Its frame is read here: gunzips take zero padding, further members and unchecked
//! header fields for granted, and two readers could then see two contents.

use super::byte_reader::ByteReader;
use super::byte_source::{ByteSource, Source};
use super::crc32::crc32;
use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_GZIP_HEADER;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

const FLAG_HEADER_CRC: u8 = 0x02;
const FLAG_EXTRA: u8 = 0x04;
const FLAG_NAME: u8 = 0x08;
const FLAG_COMMENT: u8 = 0x10;
/// RFC 1952 §2.3.1.2: reserved flags must be zero; one of them could mean a field that we would take for data.
const FLAGS_RESERVED: u8 = 0xe0;
const FOOTER_SIZE: usize = 8;
/// RFC 1951 §3.2.5: how far back a match may reach.
const WINDOW: usize = 32 * 1024;
/// Bytes that are decompressed before the window moves.
const ROOM: usize = 96 * 1024;

/// Refuses with TRUNCATED, GZIP_HEADER, GZIP_DATA, GZIP_CRC, GZIP_TRAILING. Limits nothing: see `DecodedLimit`.
pub struct GzipDecoder<'a> {
    reader: ByteReader<'a>,
    place: &'a str,
    state: Box<DecompressorOxide>,
    /// What was decompressed last. It does not wrap, so that the decompressor sees a match that reaches back beyond the first byte:
    /// in a ring it would copy zeros that nobody stored, and other readers refuse.
    output: Vec<u8>,
    /// How much of `output` is decompressed, and of that handed out.
    filled: usize,
    taken: usize,
    part: Part,
    crc: u32,
    length: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Deflated,
    /// All is decompressed; what is left of it and the footer come next.
    Footer,
    End,
}

impl<'a> GzipDecoder<'a> {
    pub fn new(source: Source<'a>, place: &'a str) -> Self {
        GzipDecoder {
            reader: ByteReader::new(source),
            place,
            state: Box::default(),
            output: Vec::new(),
            filled: 0,
            taken: 0,
            part: Part::Header,
            crc: 0,
            length: 0,
        }
    }

    /// The last eight bytes of the stream are kept from the decompressor: they are the footer if the DEFLATE stream ends before them.
    fn inflate(&mut self) -> Result<()> {
        if self.output.is_empty() {
            self.output.resize(WINDOW + ROOM, 0);
        } else if self.filled == self.output.len() {
            self.output.copy_within(ROOM.., 0);
            (self.filled, self.taken) = (WINDOW, WINDOW);
        }
        let at_hand = self.reader.fill(FOOTER_SIZE + 1)?;
        let deflated = at_hand.get(..at_hand.len().saturating_sub(FOOTER_SIZE)).unwrap_or_default();
        let is_last = deflated.is_empty();
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF | TINFL_FLAG_HAS_MORE_INPUT;
        let (status, used, written) = decompress(&mut self.state, deflated, &mut self.output, self.filled, flags);
        self.reader.consume(used);
        self.filled += written;
        match status {
            TINFLStatus::Done => self.part = Part::Footer,
            TINFLStatus::NeedsMoreInput if is_last && written == 0 => {
                return Err(truncated(self.place, "gzip data"));
            }
            TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => {}
            _ => {
                let message = format!("{}: gzip data is damaged (spec §4.4)", self.place);
                return Err(Error::new(Code::GzipData, message).with("where", self.place));
            }
        }
        Ok(())
    }

    /// Hands out what is decompressed; 0 where that is nothing.
    fn take(&mut self, into: &mut [u8]) -> usize {
        let ready = self.output.get(self.taken..self.filled).unwrap_or_default();
        let length = ready.len().min(into.len());
        let (Some(ready), Some(into)) = (ready.get(..length), into.get_mut(..length)) else { return 0 };
        into.copy_from_slice(ready);
        self.crc = crc32(ready, self.crc);
        self.length = self.length.wrapping_add(length as u64);
        self.taken += length;
        length
    }

    /// Called where the DEFLATE stream has ended and all of the output was taken.
    fn expect_footer(&mut self) -> Result<()> {
        let footer = self.reader.fill(FOOTER_SIZE + 1)?;
        if footer.len() > FOOTER_SIZE {
            let message = format!("{}: bytes follow the gzip member, expected none (spec §4.4)", self.place);
            return Err(Error::new(Code::GzipTrailing, message).with("where", self.place).with("field", "end"));
        }
        let Some((crc, length)) =
            footer.split_first_chunk::<4>().and_then(|(crc, rest)| Some((crc, rest.first_chunk::<4>()?)))
        else {
            return Err(truncated(self.place, "gzip footer"));
        };
        let (crc, length) = (u32::from_le_bytes(*crc), u32::from_le_bytes(*length));
        self.reader.consume(FOOTER_SIZE);
        self.part = Part::End;
        if crc != self.crc {
            return Err(footer_error(self.place, "CRC-32", crc, self.crc));
        }
        let actual = self.length as u32;
        if length == actual { Ok(()) } else { Err(footer_error(self.place, "length", length, actual)) }
    }
}

impl ByteSource for GzipDecoder<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        if self.part == Part::Header {
            Header { reader: &mut self.reader, place: self.place, crc: 0 }.read()?;
            self.part = Part::Deflated;
        }
        loop {
            let count = self.take(into);
            match self.part {
                _ if count > 0 => return Ok(count),
                Part::End => return Ok(0),
                Part::Footer => self.expect_footer()?,
                Part::Header | Part::Deflated => self.inflate()?,
            }
        }
    }
}

/// RFC 1952 §2.3. Name, comment and extra fields are allowed, as `gzip FILE` writes them, and mean nothing.
struct Header<'r, 'a> {
    reader: &'r mut ByteReader<'a>,
    place: &'r str,
    crc: u32,
}

impl Header<'_, '_> {
    fn read(&mut self) -> Result<()> {
        let [id1, id2, method, flags, ..] = self.bytes::<10>()?;
        if [id1, id2, method] != [0x1f, 0x8b, 8] {
            return Err(header_error(self.place, "magic", "1f8b08"));
        }
        if flags & FLAGS_RESERVED != 0 {
            return Err(header_error(self.place, "flags", "no reserved flag"));
        }
        if flags & FLAG_EXTRA != 0 {
            for _ in 0..u16::from_le_bytes(self.bytes()?) {
                self.bytes::<1>()?;
            }
        }
        if flags & FLAG_NAME != 0 {
            self.text()?;
        }
        if flags & FLAG_COMMENT != 0 {
            self.text()?;
        }
        if flags & FLAG_HEADER_CRC == 0 {
            return Ok(());
        }
        let want = self.crc as u16;
        if u16::from_le_bytes(self.bytes()?) == want {
            return Ok(());
        }
        Err(header_error(self.place, "CRC-16", &format!("0x{want:x}")))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let Some(bytes) = self.reader.fill(N)?.first_chunk::<N>().copied() else {
            return Err(truncated(self.place, "gzip header"));
        };
        self.reader.consume(N);
        self.crc = crc32(&bytes, self.crc);
        Ok(bytes)
    }

    /// Text up to its NUL, byte by byte: names are short, and longer ones than the limit are refused.
    fn text(&mut self) -> Result<()> {
        while self.bytes()? != [0] {
            if self.reader.offset() > MAX_GZIP_HEADER as u64 {
                return Err(header_error(self.place, "length", &format!("at most {MAX_GZIP_HEADER}")));
            }
        }
        Ok(())
    }
}

fn truncated(place: &str, part: &str) -> Error {
    let message = format!("{place}: the stream ends inside of the {part} (spec §4.4)");
    Error::new(Code::Truncated, message).with("where", place).with("field", part)
}

fn header_error(place: &str, field: &str, want: &str) -> Error {
    let message = format!("{place}: gzip {field} is not {want} (spec §4.4)");
    Error::new(Code::GzipHeader, message).with("where", place).with("field", field).with("want", want)
}

fn footer_error(place: &str, field: &str, got: u32, want: u32) -> Error {
    let message = format!("{place}: gzip {field} is {got}, expected {want} (spec §4.4)");
    let error = Error::new(Code::GzipCrc, message).with("where", place).with("field", field);
    error.with("got", got.to_string()).with("want", want.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::byte_source::{SliceSource, read_full};
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;

    fn member(flags: u8, optional: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
        bytes.extend_from_slice(optional);
        bytes.extend_from_slice(&compress_to_vec(content, 6));
        bytes.extend_from_slice(&crc32(content, 0).to_le_bytes());
        bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
        bytes
    }

    /// Reads with small and large buffers, which must not differ.
    fn decode(bytes: &[u8]) -> std::result::Result<Vec<u8>, Code> {
        let read = |step: usize| {
            let mut decoder = GzipDecoder::new(Box::new(SliceSource(bytes)), "it");
            let mut all = Vec::new();
            loop {
                let mut into = vec![0; step];
                let count = read_full(&mut decoder, &mut into).map_err(|error| error.code())?;
                all.extend_from_slice(&into[..count]);
                if count < step {
                    return Ok(all);
                }
            }
        };
        let found = read(1 << 20);
        assert_eq!(read(7), found);
        found
    }

    fn content() -> Vec<u8> {
        (0..300_000u32).map(|at| (at / 7 * 31) as u8).collect()
    }

    #[test]
    fn s4_4_decodes_a_member_with_and_without_optional_fields() {
        assert_eq!(decode(&member(0, b"", &content())), Ok(content()));
        assert_eq!(decode(&member(0, b"", b"")), Ok(vec![]));
        let mut optional = b"\x03\0abcname\0comment\0".to_vec();
        let crc = crc32(&[&[0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 255], &optional[..]].concat(), 0) as u16;
        optional.extend_from_slice(&crc.to_le_bytes());
        assert_eq!(decode(&member(0x1e, &optional, b"content")), Ok(b"content".to_vec()));
        optional[3] ^= 1;
        assert_eq!(decode(&member(0x1e, &optional, b"content")), Err(Code::GzipHeader));
    }

    #[test]
    fn s4_4_refuses_every_cut() {
        let whole = member(8, b"name\0", b"some content");
        for length in 0..whole.len() {
            assert_eq!(decode(&whole[..length]), Err(Code::Truncated), "{length} bytes");
        }
    }

    #[test]
    fn s4_4_refuses_whatever_follows_the_member() {
        let whole = member(0, b"", &content());
        for more in [&b"\0"[..], &[0; 512], b"x", &member(0, b"", b""), &member(0, b"", &content())] {
            assert_eq!(decode(&[&whole, more].concat()), Err(Code::GzipTrailing));
        }
    }

    #[test]
    fn s4_4_refuses_a_wrong_footer_and_damaged_data() {
        let whole = member(0, b"", &content());
        let length = whole.len();
        for at in length - 8..length {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            assert_eq!(decode(&changed), Err(Code::GzipCrc));
        }
        let mut changed = whole;
        changed[10] |= 6;
        assert_eq!(decode(&changed), Err(Code::GzipData));
    }

    #[test]
    fn s4_4_refuses_a_match_that_reaches_back_beyond_the_first_byte() {
        // RFC 1951 §3.2.6: `a`, then three bytes from three bytes back, then the end.
        let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0x4b, 0x04, 0x22, 0x00];
        member.extend_from_slice(&crc32(b"a\0\0a", 0).to_le_bytes());
        member.extend_from_slice(&4u32.to_le_bytes());
        assert_eq!(decode(&member), Err(Code::GzipData));
    }

    #[test]
    fn s4_4_a_match_reaches_as_far_back_as_the_window_is_long_wherever_it_moves() {
        let noise: Vec<u8> =
            (0..WINDOW as u64).map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8).collect();
        let content = noise.repeat(12);
        let member = member(0, b"", &content);
        assert!(member.len() < content.len() / 2);
        assert_eq!(decode(&member), Ok(content));
    }

    #[test]
    fn s10_refuses_a_name_that_does_not_end() {
        let name = vec![b'a'; MAX_GZIP_HEADER];
        assert_eq!(decode(&member(8, &name, b"")), Err(Code::GzipHeader));
    }
}
