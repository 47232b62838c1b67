//! Spec §4.4: where decoding stops.

use super::byte_source::{ByteSource, DecodeContext, Source};
use crate::error::{Code, Error, Result};

/// Passes bytes on until they would become more than `context.max_bytes`. A few stored kilobytes can decode to petabytes, and whoever
/// writes them to a disk should stop at the size that was signed.
pub struct DecodedLimit<'a> {
    source: Source<'a>,
    context: DecodeContext<'a>,
    total: u64,
}

impl<'a> DecodedLimit<'a> {
    pub fn new(source: Source<'a>, context: DecodeContext<'a>) -> Self {
        DecodedLimit { source, context, total: 0 }
    }
}

impl ByteSource for DecodedLimit<'_> {
    /// Refuses with DECODED_TOO_LONG.
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let left = self.context.max_bytes - self.total;
        if left == 0 {
            return match self.source.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(too_long(self.context)),
            };
        }
        let length = usize::try_from(left).map_or(into.len(), |left| left.min(into.len()));
        let count = self.source.read(into.get_mut(..length).unwrap_or_default())?;
        self.total += count as u64;
        Ok(count)
    }
}

/// The refusal of more than `max_bytes`.
pub fn too_long(context: DecodeContext<'_>) -> Error {
    let DecodeContext { place, max_bytes } = context;
    let message = format!("{place}: decodes to more than {max_bytes} bytes, expected at most that (spec §4.4)");
    Error::new(Code::DecodedTooLong, message).with("where", place).with("want", max_bytes.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::byte_source::{SliceSource, read_full};
    use super::*;

    fn limited(max_bytes: u64) -> (usize, Option<Code>) {
        let mut limit = DecodedLimit::new(Box::new(SliceSource(b"abcdef")), DecodeContext { place: "it", max_bytes });
        let mut into = [0; 3];
        let mut total = 0;
        loop {
            match limit.read(&mut into) {
                Ok(0) => return (total, None),
                Ok(count) => total += count,
                Err(error) => return (total, Some(error.code())),
            }
        }
    }

    #[test]
    fn s4_4_yields_all_that_is_allowed_and_no_byte_more() {
        assert_eq!(limited(6), (6, None));
        assert_eq!(limited(7), (6, None));
        assert_eq!(limited(5), (5, Some(Code::DecodedTooLong)));
        assert_eq!(limited(0), (0, Some(Code::DecodedTooLong)));
    }

    #[test]
    fn s4_4_nothing_is_not_too_long() {
        let context = DecodeContext { place: "it", max_bytes: 0 };
        let mut limit = DecodedLimit::new(Box::new(SliceSource(b"")), context);
        assert_eq!(read_full(&mut limit, &mut [0; 4]).unwrap(), 0);
    }
}
