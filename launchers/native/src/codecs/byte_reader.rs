//! A byte stream behind a buffer, for decoders that look at single bytes.

use super::byte_source::Source;
use crate::error::Result;

/// Few enough bytes to stay in the processor's cache, enough that a read costs nothing.
const BUFFER: usize = 128 * 1024;

pub struct ByteReader<'a> {
    source: Source<'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    consumed: u64,
    is_ended: bool,
}

impl<'a> ByteReader<'a> {
    pub fn new(source: Source<'a>) -> Self {
        ByteReader { source, buffer: vec![0; BUFFER], start: 0, end: 0, consumed: 0, is_ended: false }
    }

    /// Bytes consumed so far.
    pub fn offset(&self) -> u64 {
        self.consumed
    }

    /// What is at hand after reading until it is `least` bytes, at most the size of the buffer; fewer only at the end of the stream.
    pub fn fill(&mut self, least: usize) -> Result<&[u8]> {
        while self.end - self.start < least.min(BUFFER) && !self.is_ended {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            let Some(room) = self.buffer.get_mut(self.end..) else { break };
            let count = self.source.read(room)?;
            self.is_ended = count == 0;
            self.end += count;
        }
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    /// Whether no byte follows those that the last `fill` returned.
    pub fn is_last(&self) -> bool {
        self.is_ended
    }

    /// Drops bytes that `fill` returned.
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.consumed += count as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::super::byte_source::SliceSource;
    use super::*;

    #[test]
    fn keeps_what_was_not_consumed_and_counts_the_rest() {
        let bytes: Vec<u8> = (0..BUFFER + 100).map(|at| at as u8).collect();
        let mut reader = ByteReader::new(Box::new(SliceSource(&bytes)));
        assert_eq!(reader.fill(1).unwrap().len(), BUFFER);
        reader.consume(BUFFER - 2);
        assert_eq!(reader.fill(102).unwrap(), &bytes[BUFFER - 2..]);
        assert!(!reader.is_last());
        assert_eq!(reader.fill(103).unwrap().len(), 102);
        assert!(reader.is_last());
        reader.consume(1000);
        assert_eq!(reader.offset(), bytes.len() as u64);
        assert!(reader.fill(1).unwrap().is_empty());
    }
}
