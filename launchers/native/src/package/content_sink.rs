//! The decoded stream of a slot in its order: an archive, or the body of a single file.

use super::chunk::{Buffers, Chunk};
use super::file_jobs::Job;
use super::tree_builder::TreeBuilder;
use crate::codecs::byte_source::DecodeContext;
use crate::codecs::decoded_limit::too_long;
use crate::codecs::tar_member::TarMember;
use crate::codecs::tar_reader::{TarReader, TarSink};
use crate::error::Result;
use std::sync::Arc;

pub struct ContentSink<'a> {
    pub builder: TreeBuilder<'a>,
    /// Absent for a single file.
    archive: Option<TarReader<'a>>,
    context: DecodeContext<'a>,
    total: u64,
}

impl<'a> ContentSink<'a> {
    pub fn tree(builder: TreeBuilder<'a>, context: DecodeContext<'a>) -> Self {
        ContentSink { builder, archive: Some(TarReader::new(context.place)), context, total: 0 }
    }

    /// All of the stream is the body of `member`, whatever size it states. Refuses with ENTRY_*, OUTPUT_WRITE.
    pub fn file(mut builder: TreeBuilder<'a>, member: &TarMember, context: DecodeContext<'a>) -> Result<Self> {
        builder.begin_file(member)?;
        Ok(ContentSink { builder, archive: None, context, total: 0 })
    }

    /// Decoded bytes so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Where in the stream a failure is: no entry that begins behind it has been met.
    pub fn offset(&self) -> u64 {
        self.archive.as_ref().map_or(self.total, TarReader::offset)
    }

    /// What is to be done with the files in `chunk`; what was met before a failure is to be done too.
    pub fn push(&mut self, mut chunk: Chunk) -> (Vec<Job>, Result<()>) {
        let left = self.context.max_bytes.saturating_sub(self.total);
        let is_too_long = chunk.len() as u64 > left;
        if is_too_long {
            chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        }
        self.total += chunk.len() as u64;
        let chunk = Arc::new(chunk);
        self.builder.begin_chunk(Arc::clone(&chunk));
        let outcome = match &mut self.archive {
            Some(archive) => archive.push(&chunk, &mut self.builder),
            None if chunk.is_empty() => Ok(()),
            None => self.builder.body(0..chunk.len()),
        };
        let outcome = outcome.and_then(|()| if is_too_long { Err(too_long(self.context)) } else { Ok(()) });
        (self.builder.end_chunk(), outcome)
    }

    /// Called behind the last chunk.
    pub fn finish(&mut self, buffers: &Arc<Buffers>) -> Vec<Job> {
        if self.archive.is_some() {
            return Vec::new();
        }
        self.builder.begin_chunk(Arc::new(Chunk::new(buffers, 0)));
        self.builder.end_file();
        self.builder.end_chunk()
    }

    /// Whether an archive is whole, for the end of a stream that is as long as it should be. Refuses with TRUNCATED, TAR_PADDING.
    pub fn check_end(&self) -> Result<()> {
        self.archive.as_ref().map_or(Ok(()), TarReader::finish)
    }
}
