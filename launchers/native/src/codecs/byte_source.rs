//! Bytes on demand: what a decoder reads from, and what it is itself.

use crate::error::{Error, Result};

/// Filled from the outside in: each decoder of a chain asks the one before it.
pub trait ByteSource: Send {
    /// At least one byte into `into`, which is not empty; 0 only at the end, where it is known that the stream ends as it should.
    fn read(&mut self, into: &mut [u8]) -> Result<usize>;
}

pub type Source<'a> = Box<dyn ByteSource + 'a>;

/// Fills all of `into`; fewer bytes only where the stream ends.
pub fn read_full(source: &mut dyn ByteSource, into: &mut [u8]) -> Result<usize> {
    let (filled, failure) = read_up_to(source, into);
    failure.map_or(Ok(filled), Err)
}

/// As `read_full`, but what was read before a failure is not lost.
pub fn read_up_to(source: &mut dyn ByteSource, into: &mut [u8]) -> (usize, Option<Error>) {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => return (filled, Some(error)),
        }
    }
    (filled, None)
}

/// Spec §4.4: what a decoder may assume and must enforce.
#[derive(Clone, Copy, Debug)]
pub struct DecodeContext<'a> {
    /// For messages: where in the package the stream stands, such as `slot 2`.
    pub place: &'a str,
    /// The decoder fails with DECODED_TOO_LONG before it yields more bytes than this.
    pub max_bytes: u64,
}

/// Bytes that are there already; for tests and for short structures.
pub struct SliceSource<'a>(pub &'a [u8]);

impl<T: ByteSource + ?Sized> ByteSource for Box<T> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        (**self).read(into)
    }
}

impl ByteSource for SliceSource<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let length = into.len().min(self.0.len());
        let (head, tail) = self.0.split_at(length);
        if let Some(place) = into.get_mut(..length) {
            place.copy_from_slice(head);
        }
        self.0 = tail;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_full_stops_where_the_stream_ends() {
        let mut into = [0; 8];
        assert_eq!(read_full(&mut SliceSource(b"abc"), &mut into).unwrap(), 3);
        assert_eq!(&into, b"abc\0\0\0\0\0");
    }

    #[test]
    fn read_full_joins_what_comes_in_pieces() {
        struct ByOne<'a>(&'a [u8]);
        impl ByteSource for ByOne<'_> {
            fn read(&mut self, into: &mut [u8]) -> Result<usize> {
                let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
                into[0] = *first;
                self.0 = rest;
                Ok(1)
            }
        }
        let mut into = [0; 3];
        assert_eq!(read_full(&mut ByOne(b"abcd"), &mut into).unwrap(), 3);
        assert_eq!(&into, b"abc");
    }
}
